"""Socialhome: NodeInfo only; its usage is left out where statistics are switched off.

Source: jaywink/socialhome socialhome/federate/utils/generic.py. It has no list of peers.
"""

from crawler.conversation import Known, Talk
from crawler.software.dialect import of_nodeinfo, open_or_closed, silent

NAMES = ("socialhome",)
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
    return silent(known, of_nodeinfo(known, open_or_closed(known), "/accounts/signup/"))
