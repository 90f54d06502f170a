"""Loops: NodeInfo only. Its robots.txt closes `/api/`, and it has no list of peers.

Source: joinloops/loops-server app/Http/Controllers/NodeInfoController.php, public/robots.txt.
"""

from crawler.conversation import Known, Talk, Told
from crawler.peers import no_list
from crawler.records import PeerKind, PeerListState

NAMES = ("loops",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    if not known.wants.peers:
        return Told()
    kind, state = PeerKind.KNOWS, PeerListState.NOT_OFFERED
    return Told(peer_lists=(no_list("", kind, state, "this software has no list of peers"),))
    yield  # never reached: it makes this a conversation
