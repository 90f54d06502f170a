"""Relays: NodeInfo only, which may name the subscribers. Their user counts are no users.

Sources: noellabo/pub-relay src/web_server.cr (`metadata.peers`); asonix/relay src/routes/nodeinfo.rs (`peers`,
`blocks`); yukimochi/Activity-Relay api/handle.go (total = subscribers).
"""

from crawler.conversation import Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import Json, document, mapping
from crawler.hostname import Hostname
from crawler.peers import no_list, peer_list
from crawler.records import PeerKind, PeerList, PeerListState

NAMES = ("activity-relay", "pub-relay", "aoderelay", "social-relay", "buzzrelay")
QUESTIONS = ()
MEANINGFUL = ()

_ENDPOINT = "/.well-known/nodeinfo"
_LISTS = (("peers", PeerKind.FOLLOWED_BY), ("blocks", PeerKind.BLOCKS))


def talk(known: Known) -> Talk:
    """Ask nothing: what a relay says of its peers is in the document that is already there."""
    if not known.wants.peers:
        return Told()
    try:
        metadata = mapping(document(known.nodeinfo_body).get("metadata"))
    except ExtractError:
        metadata = {}
    return Told(
        peer_lists=tuple(_list(metadata, key, kind, known.hostname) for key, kind in _LISTS)
    )
    yield  # never reached: it makes this a conversation


def _list(metadata: Json, key: str, kind: PeerKind, own: Hostname) -> PeerList:
    rows = metadata.get(key)
    if key not in metadata:
        return no_list(_ENDPOINT, kind, PeerListState.NOT_OFFERED, f"no {key} in its NodeInfo")
    if rows is None:
        return no_list(_ENDPOINT, kind, PeerListState.HIDDEN, f"{key} is null")
    if not isinstance(rows, list):
        return no_list(_ENDPOINT, kind, PeerListState.FAILED, f"{key} is no list")
    return peer_list(_ENDPOINT, kind, rows, own)
