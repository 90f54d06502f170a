"""Gancio: NodeInfo only, without active users. Its posts are events.

Sources: lesion/gancio server/federation/webfinger.js, server/api/controller/user.js: who signs up waits until an
admin activates the account. Its list of peers is for its admins.
"""

from crawler.conversation import Known, Talk
from crawler.records import Registration
from crawler.software.dialect import of_nodeinfo, open_or_closed, silent

NAMES = ("gancio",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "local_posts", "local_comments")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    registration = open_or_closed(known)
    if registration is Registration.OPEN:
        registration = Registration.APPROVAL
    return silent(known, of_nodeinfo(known, registration, "/register"))
