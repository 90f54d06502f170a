"""Epicyon: `/api/v1/instance` without its numbers; its list of peers is a dummy, so it is not asked for.

Source: bashrc2/epicyon src/mastoapiv1.py, src/metadata.py: users, posts and domains are constants unless the admin
shows them, and then NodeInfo has them; peers are kept back on purpose ("small instances a full list of peers would
convey a lot of information"). It answers one request at a time.
"""

from crawler.conversation import Known, Talk, Told
from crawler.peers import no_list
from crawler.records import PeerKind, PeerList, PeerListState
from crawler.software.dialect import NUMBERS, ask_v1
from crawler.software.mastodon import PEERS, V1, identity_aliases

NAMES = ("epicyon",)
QUESTIONS = (V1,)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask for the instance; of its peers it is known beforehand that it keeps them back."""
    notes: list[str] = []
    peers: tuple[PeerList, ...] = ()
    instance = yield from ask_v1(known, notes, "/register", constants=(*NUMBERS, "has_invites"))
    if known.wants.peers:
        detail = "this software answers with a constant in place of a list; it was not asked"
        peers = (no_list(PEERS, PeerKind.KNOWS, PeerListState.DUMMY, detail),)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )
