"""Nextcloud Social: a NodeInfo without numbers, and in newer versions a list of peers.

Source: nextcloud/social lib/Controller/OAuthController.php#nodeinfo2. Accounts are made by the admin of the cloud;
its closed registration is a constant.
"""

from crawler.conversation import Known, Talk, Told
from crawler.records import Registration
from crawler.software.dialect import ask_peers, of_nodeinfo
from crawler.software.mastodon import PEERS

NAMES = ("nextcloud",)
QUESTIONS = (PEERS,)
MEANINGFUL = ()


def talk(known: Known) -> Talk:
    """Ask for the peers: NodeInfo says the rest."""
    peers = yield from ask_peers(known)
    return Told(instance=of_nodeinfo(known, Registration.UNKNOWN), peer_lists=peers)
