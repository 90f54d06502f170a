"""Software that no other module knows: NodeInfo, and the Mastodon API where it answers.

Many young servers speak Mastodon's client API. One refusal of it ends the conversation, so that a server that does
not have it is asked one question more than it has answers for, not four.
"""

from crawler.conversation import Ask, Known, Talk, Told
from crawler.peers import flat_peers
from crawler.records import PeerList
from crawler.software.mastodon import PEERS, V1, V2, ask_instance, identity_aliases

NAMES = ("*",)
QUESTIONS = (V2, V1, PEERS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Try the instance API; ask for peers only where it answered."""
    notes: list[str] = []
    peers: tuple[PeerList, ...] = ()
    instance = None
    if known.wants.instance:
        instance = yield from ask_instance(notes)
    if instance is not None and known.wants.peers:
        answer = yield Ask(path=PEERS, purpose="which servers it is aware of", keeps_body=False)
        # nothing is known of this software, so a missing page may be one that it never had
        peers = (
            flat_peers(
                answer, PEERS, known.hostname, hidden=(401, 403), not_offered=(404, 405, 501)
            ),
        )
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )
