"""Wafrn: NodeInfo only. It says that registration is open whatever the admin decides.

Source: gabboman/wafrn packages/backend/routes/activitypub/well-known.ts. It has no list of peers.
"""

from crawler.conversation import Known, Talk
from crawler.records import Registration
from crawler.software.dialect import of_nodeinfo, silent

NAMES = ("wafrn",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, Registration.UNKNOWN, "/register"))
