"""snac: NodeInfo says most; its instance API is made of constants, so only its peers are asked for.

Source: external-mirrors/snac2 httpd.c, mastoapi.c: every count of `/api/v1/instance` is 0, the title is the host's
name, registration is always closed (the admin makes accounts). Its robots.txt closes everything, so that a server
left as it is installed is never asked. `metadata.baseURL` becomes an alias where NodeInfo is read.
"""

from crawler.conversation import Known, Talk, Told
from crawler.records import Registration
from crawler.software.dialect import ask_peers, of_nodeinfo
from crawler.software.mastodon import PEERS

NAMES = ("snac",)
QUESTIONS = (PEERS,)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask for the peers: hosts of the inboxes it has collected."""
    peers = yield from ask_peers(known)
    return Told(instance=of_nodeinfo(known, Registration.UNKNOWN), peer_lists=peers)
