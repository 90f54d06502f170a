"""diaspora*: NodeInfo only; each of its counts may be withheld alone.

Source: diaspora/diaspora app/presenters/node_info_presenter.rb. It has no list of peers.
"""

from crawler.conversation import Known, Talk
from crawler.software.dialect import of_nodeinfo, open_or_closed, silent

NAMES = ("diaspora",)
QUESTIONS = ()
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, open_or_closed(known), "/users/sign_up"))
