"""Bridges to other networks: NodeInfo only. Their counts are accounts elsewhere, mirrored.

Sources: snarfed/bridgy-fed activitypub.py; NicolasConstant/BirdsiteLive WellKnownController.cs; importantimport/hatsu
crates/nodeinfo/src/schema.rs.
"""

from crawler.conversation import Known, Talk, Told
from crawler.peers import no_list
from crawler.records import PeerKind, PeerListState

NAMES = ("bridgy-fed", "birdsitelive", "mostr", "hatsu")
QUESTIONS = ()
MEANINGFUL = ()


def talk(known: Known) -> Talk:
    """Ask nothing: a bridge has no list of peers."""
    if not known.wants.peers:
        return Told()
    kind, state = PeerKind.KNOWS, PeerListState.NOT_OFFERED
    return Told(peer_lists=(no_list("", kind, state, "this software has no list of peers"),))
    yield  # never reached: it makes this a conversation
