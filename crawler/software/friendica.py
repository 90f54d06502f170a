"""Friendica: `/friendica/json` tells approval from open, `/api/v1/instance` the rest; peers come with paths.

Sources: friendica/friendica src/Module/Friendica.php, src/Object/Api/Mastodon/Stats.php,
src/Module/Api/Mastodon/Instance/Peers.php, src/Module/Api/Mastodon/Unimplemented.php. Weekly activity is answered
with 501, so it is never asked for.
"""

from collections.abc import Generator
from dataclasses import replace

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import document, flag, languages
from crawler.outcome import Outcome
from crawler.records import Instance, Registration
from crawler.software.dialect import ask, ask_peers, ask_v1, without
from crawler.software.mastodon import PEERS, V1, claimed_hostname, identity_aliases
from crawler.text import plain

NAMES = ("friendica",)
OWN = "/friendica/json"
QUESTIONS = (OWN, V1, PEERS)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)

_SIGN_UP = "/register"
_CONSTANTS = ("local_posts", "has_invites")
"""Posts and comments in one number, and a false that means nothing."""
_POLICIES = {
    "REGISTER_OPEN": Registration.OPEN,
    "REGISTER_APPROVE": Registration.APPROVAL,
    "REGISTER_INVITATION": Registration.INVITE,
    "REGISTER_CLOSED": Registration.CLOSED,
}


def talk(known: Known) -> Talk:
    """Ask for both descriptions, then for the peers."""
    notes: list[str] = []
    instance: Instance | None = None
    if known.wants.instance:
        instance = yield from _ask_instance(known, notes)
    peers = yield from ask_peers(known)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _ask_instance(known: Known, notes: list[str]) -> Generator[Ask, Answer, Instance | None]:
    own = yield from ask(OWN, _own, notes, "who may sign up")
    general = yield from ask_v1(known, notes, _SIGN_UP, constants=_CONSTANTS)
    if general is None or own is None:
        general = general or own
    else:
        general = replace(
            general,
            title=own.title or general.title,
            description=general.description or own.description,
            registration=own.registration
            if own.registration is not Registration.UNKNOWN
            else general.registration,
            languages=general.languages or own.languages,
            topics=own.topics,
        )
    if general is not None and known.nodeinfo.users_total is None:
        # statistics that are switched off are zeros in its API
        general = without(general, ("users_total", "domains_known"))
    return general


def _own(body: bytes) -> Instance:
    """Read `/friendica/json`; its `admin` is personal and never read. Raises `ExtractError`."""
    value = document(body)
    if "register_policy" not in value and "platform" not in value:
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no description of Friendica")
    policy = value.get("register_policy")
    return Instance(
        endpoint=OWN,
        identity=claimed_hostname(value.get("url")),
        title=plain(value.get("site_name"), 200),
        description=plain(value.get("info"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=_POLICIES.get(policy, Registration.UNKNOWN)
        if isinstance(policy, str)
        else Registration.UNKNOWN,
        registration_path=_SIGN_UP,
        languages=languages(value.get("language")),
        topics=("nsfw",) if flag(value.get("explicit_content")) else (),
    )
