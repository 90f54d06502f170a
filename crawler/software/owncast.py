"""Owncast: one stream. `/api/v1/instance` gives it a name; its one user is a constant.

Source: Yukari-Lily/owncast activitypub/controllers/nodeinfo.go. With federation off NodeInfo answers 405, and the
conversation never comes here.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.records import Registration
from crawler.software.dialect import NUMBERS, ask_v1, no_peers
from crawler.software.mastodon import V1, identity_aliases

NAMES = ("owncast",)
QUESTIONS = (V1,)
MEANINGFUL = ("local_posts",)

_CONSTANTS = tuple(field for field in NUMBERS if field != "local_posts")


def talk(known: Known) -> Talk:
    """Ask for the instance; there are no peers to ask for."""
    notes: list[str] = []
    instance = yield from ask_v1(known, notes, constants=_CONSTANTS)
    if instance is not None:
        # always closed: nobody but the streamer could sign up
        instance = replace(instance, registration=Registration.UNKNOWN, has_invites=None)
    return Told(
        instance=instance,
        peer_lists=no_peers(known),
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )
