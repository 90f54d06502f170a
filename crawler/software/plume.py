"""Plume: NodeInfo only, without active users.

Source: Plume-org/Plume src/routes/instance.rs. It has no list of peers.
"""

from crawler.conversation import Known, Talk
from crawler.software.dialect import of_nodeinfo, open_or_closed, silent

NAMES = ("plume",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "local_posts", "local_comments")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, open_or_closed(known), "/users/new"))
