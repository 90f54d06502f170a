"""WordPress with the plugin ActivityPub or NodeInfo: NodeInfo only.

Sources: Automattic/wordpress-activitypub includes/rest/class-nodeinfo.php; pfefferle/wordpress-nodeinfo. Both say
that registration is closed whatever the site does. A third plugin answers the Mastodon API with empty lists, so
it is not asked.
"""

from crawler.conversation import Known, Talk
from crawler.records import Registration
from crawler.software.dialect import of_nodeinfo, silent

NAMES = ("wordpress",)
QUESTIONS = ()
MEANINGFUL = ("users_total",)


def talk(known: Known) -> Talk:
    """Ask nothing: a blog is described by its NodeInfo."""
    return silent(known, of_nodeinfo(known, Registration.UNKNOWN))
