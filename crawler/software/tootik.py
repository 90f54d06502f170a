"""tootik: NodeInfo only, with numbers where the admin fills them in. People reach it over Gemini.

Source: dimkr/tootik fed/nodeinfo.go: open registration is a constant. Its robots.txt closes everything, so that a
server left as it is installed is never asked.
"""

from crawler.conversation import Known, Talk
from crawler.records import Registration
from crawler.software.dialect import of_nodeinfo, silent

NAMES = ("tootik",)
QUESTIONS = ()
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear", "local_posts")


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, Registration.UNKNOWN))
