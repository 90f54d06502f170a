"""Software made with Fedify: Hollo, Hackers' Pub, BotKit. NodeInfo only.

Sources: fedify-dev/hollo src/federation/nodeinfo.ts, src/api/v2/instance.ts; hackers-pub/hackerspub
federation/nodeinfo.ts; fedify-dev/fedify packages/fedify/src/nodeinfo/handler.ts, whose `openRegistrations` is false
where an application says nothing. Hollo's instance API is made of constants, so it is not asked.
"""

from crawler.conversation import Known, Talk
from crawler.records import Registration
from crawler.software.dialect import of_nodeinfo, silent

NAMES = ("hollo", "hackerspub", "botkit")
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
    return silent(known, of_nodeinfo(known, Registration.UNKNOWN))
