"""Mobilizon: NodeInfo only, without active users. Its posts are events.

Source: framasoft/mobilizon lib/web/controllers/node_info_controller.ex. Its list of peers is for its admins.
"""

from crawler.conversation import Known, Talk
from crawler.software.dialect import of_nodeinfo, open_or_closed, silent

NAMES = ("mobilizon",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "local_posts", "local_comments")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, open_or_closed(known), "/register/user"))
