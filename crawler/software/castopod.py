"""Castopod: `/.well-known/x-nodeinfo2` only. Its users are podcasts' actors.

Source: ad-aures/castopod modules/Fediverse/Controllers/NodeInfo2Controller.php. It has no page to sign up on that
its NodeInfo would lead to.
"""

from crawler.conversation import Known, Talk
from crawler.software.dialect import of_nodeinfo, open_or_closed, silent

NAMES = ("castopod",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, open_or_closed(known)))
