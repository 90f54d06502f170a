"""GoToSocial: `/api/v2/instance`, and peers that are hidden unless the admin shows them.

Sources: superseriousbusiness/gotosocial internal/typeutils/internaltofrontend_test.go,
internal/api/client/instance/instancepeersget.go, internal/processing/fedi/wellknown.go. Its robots.txt closes
`/api/` by default, so NodeInfo is often all there is.
"""

from dataclasses import replace

from crawler.conversation import Known, Talk, Told
from crawler.fields import document
from crawler.hostname import Hostname
from crawler.records import Alias, Instance, Registration
from crawler.software.dialect import ask, ask_peers, of_nodeinfo, open_or_closed
from crawler.software.mastodon import PEERS, V2, claimed_hostname, instance_v2

NAMES = ("gotosocial",)
QUESTIONS = (V2, PEERS)
MEANINGFUL = ("users_total", "local_posts")

_SIGN_UP = "/signup"
_NO_LIMIT = 2**31 - 1
"""What GoToSocial sends for a limit that it does not have."""


def talk(known: Known) -> Talk:
    """Ask for the instance and its peers; where the API is closed, NodeInfo tells who may sign up."""
    notes: list[str] = []
    instance: Instance | None = None
    aliases: tuple[Alias, ...] = ()
    if known.wants.instance:
        read = yield from ask(V2, lambda body: _instance(body, known.hostname), notes)
        instance, aliases = read or (_of_nodeinfo(known), ())
        if known.nodeinfo.users_active_month is not None:
            notes.append("It names active users, which it does only where numbers are random.")
    peers = yield from ask_peers(known, hidden=(400, 401, 403, 404))
    return Told(instance=instance, peer_lists=peers, aliases=aliases, notes=tuple(notes))


def _instance(body: bytes, asked: Hostname) -> tuple[Instance, tuple[Alias, ...]]:
    """The instance and its two names: the host that answers, and the domain of its accounts."""
    value, said = document(body), instance_v2(body, sign_up=_SIGN_UP)
    host = claimed_hostname(value.get("domain"))
    accounts = claimed_hostname(value.get("account_domain"))
    named = [(host, "identity"), (accounts, "account_domain") if accounts != host else (None, "")]
    aliases = tuple(
        Alias(hostname=name, evidence=evidence)
        for name, evidence in named
        if name is not None and name != asked
    )
    limit = said.max_characters
    instance = replace(
        said,
        registration=_always_approved(said.registration),
        # 0 whatever happens, or a random number in the mode `baffle`
        users_active_month=None,
        max_characters=limit if limit != _NO_LIMIT else None,
    )
    return instance, aliases


def _of_nodeinfo(known: Known) -> Instance | None:
    return of_nodeinfo(known, _always_approved(open_or_closed(known)), _SIGN_UP)


def _always_approved(registration: Registration) -> Registration:
    """Every application is read by a person (SURVEY §6)."""
    return Registration.APPROVAL if registration is Registration.OPEN else registration
