"""PieFed: its own `alpha` API, with federated instances in Lemmy's shape.

Sources: theatl-social/pyfedi app/api/alpha/views.py (site_view, site_instance_chooser_view, federated_instances_view),
app/activitypub/routes.py. Times of blocks are the time of the answer there, and the version 0.0.1 means none.
"""

from collections.abc import Generator
from dataclasses import replace

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import at, boolean, count, document, https_url, languages, mapping, unread
from crawler.outcome import Outcome
from crawler.records import Instance, PeerList, Registration
from crawler.software.lemmy import FEDERATED_V3, read_federated, registration_mode
from crawler.software.mastodon import claimed_hostname, identity_aliases
from crawler.text import plain

NAMES = ("piefed",)
SITE = "/api/alpha/site"
CHOOSER = "/api/alpha/site/instance_chooser"
FEDERATED = "/api/alpha/federated_instances"
QUESTIONS = (SITE, CHOOSER, FEDERATED_V3, FEDERATED)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)


def talk(known: Known) -> Talk:
    """Ask for the site and its card in the chooser, then for its federated instances."""
    notes: list[str] = []
    instance: Instance | None = None
    peers: tuple[PeerList, ...] = ()
    if known.wants.instance:
        instance = yield from _ask_instance(notes)
    if known.wants.peers:
        peers = yield from _ask_peers(known)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _ask_instance(notes: list[str]) -> Generator[Ask, Answer, Instance | None]:
    instance: Instance | None = None
    answer = yield Ask(path=SITE, purpose="how it describes itself")
    if answer.is_ok:
        try:
            instance = site(answer.body)
        except ExtractError as error:
            notes.append(f"{SITE} was not understood: {error.detail}.")
    if instance is None:
        return None
    answer = yield Ask(path=CHOOSER, purpose="how it presents itself to newcomers")
    if not answer.is_ok:
        return instance
    try:
        return _with_card(instance, answer.body)
    except ExtractError as error:
        notes.append(f"{CHOOSER} was not understood: {error.detail}.")
        return instance


def site(body: bytes) -> Instance:
    """Read `/api/alpha/site`. Raises `ExtractError`."""
    value = document(body)
    described = mapping(value.get("site"))
    if not described:
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no site")
    registration = registration_mode(described.get("registration_mode"))
    return Instance(
        endpoint=SITE,
        identity=claimed_hostname(described.get("actor_id")),
        title=plain(described.get("name"), 200),
        description=plain(described.get("description"), 2000)
        or plain(described.get("sidebar"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=registration,
        registration_path="/auth/register",
        users_total=count(described.get("user_count")),
        thumbnail_url=https_url(described.get("icon")),
        is_federating=True,
        unread_keys=unread(value, ("version", "site", "admins", "my_user")),
    )


def _with_card(instance: Instance, body: bytes) -> Instance:
    """Add what only the chooser's card says. Raises `ExtractError`."""
    card = document(body)
    registration = instance.registration
    if registration is Registration.UNKNOWN:
        registration = registration_mode(card.get("registration_mode"))
    return replace(
        instance,
        registration=registration,
        description=instance.description or plain(card.get("elevator_pitch"), 2000),
        languages=languages(at(card, "language", "code")),
        topics=("nsfw",) if boolean(card.get("nsfw")) else (),
        users_active_month=count(card.get("mau")),
    )


def _ask_peers(known: Known) -> Generator[Ask, Answer, tuple[PeerList, ...]]:
    """Ask by Lemmy's path, and by PieFed's own where that is not there."""
    path = FEDERATED_V3
    answer = yield Ask(
        path=path, purpose="which servers it knows, allows and blocks", keeps_body=False
    )
    if answer.fault is None and answer.status in (404, 405):
        path = FEDERATED
        answer = yield Ask(
            path=path, purpose="which servers it knows, allows and blocks", keeps_body=False
        )
    return read_federated(answer, path, known.hostname)
