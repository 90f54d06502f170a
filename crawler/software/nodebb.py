"""NodeBB: NodeInfo only, served even where federation is off.

Source: NodeBB/NodeBB src/routes/well-known.js: `openRegistrations` is true for the registration type `normal` alone,
so false is closed, by invitation or by approval.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk
from crawler.fields import at, boolean
from crawler.software.dialect import metadata, of_nodeinfo, open_or_unsaid, silent

NAMES = ("nodebb",)
QUESTIONS = ()
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo also says whether it federates (4.8 and later)."""
    instance = of_nodeinfo(known, open_or_unsaid(known), "/register")
    if instance is not None:
        is_federating = boolean(at(metadata(known), "federation", "enabled"))
        instance = replace(instance, is_federating=is_federating)
    return silent(known, instance)
