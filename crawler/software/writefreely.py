"""WriteFreely: NodeInfo only. Its users are blogs; a person may have several.

Source: writefreely/writefreely nodeinfo.go; writeas/go-nodeinfo nodeinfo.go. `metadata.private` asks not to be
listed and is heeded where NodeInfo is read.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk
from crawler.fields import boolean
from crawler.records import Instance, Registration
from crawler.software.dialect import metadata, of_nodeinfo, open_or_closed, silent

NAMES = ("writefreely",)
QUESTIONS = ()
MEANINGFUL = ("local_posts",)


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo also says whether members can invite."""
    instance = of_nodeinfo(known, open_or_closed(known), "/signup")
    return silent(known, _with_invites(known, instance) if instance is not None else None)


def _with_invites(known: Known, instance: Instance) -> Instance:
    has_invites = boolean(metadata(known).get("invites"))
    is_invite = has_invites is True and instance.registration is Registration.CLOSED
    return replace(
        instance,
        registration=Registration.INVITE if is_invite else instance.registration,
        has_invites=has_invites,
    )
