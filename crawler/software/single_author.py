"""Software for one author: Ghost and microblog.pub. NodeInfo only; their one user is a constant.

Sources: TryGhost/ActivityPub src/activitypub/nodeinfo.dispatcher.ts; tsileo/microblog.pub app/main.py. Nobody else
could sign up, so a closed registration says nothing.
"""

from crawler.conversation import Known, Talk
from crawler.records import Registration
from crawler.software.dialect import of_nodeinfo, silent

NAMES = ("ghost", "microblogpub")
QUESTIONS = ()
MEANINGFUL = ("local_posts",)


def talk(known: Known) -> Talk:
    """Ask nothing: NodeInfo says what may be known."""
    return silent(known, of_nodeinfo(known, Registration.UNKNOWN))
