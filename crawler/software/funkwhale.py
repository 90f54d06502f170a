"""Funkwhale: its NodeInfo says most, its public settings the rest; domains come in pages of 100.

Sources: mx2913/funkwhale api/funkwhale_api/instance/{views,serializers}.py, federation/api_views.py#DomainViewSet,
moderation/dynamic_preferences_registry.py. Page numbers are ours: `next` can name another host.
"""

from collections.abc import Generator

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import Json, at, boolean, count, decode, document, https_url, mapping, sequence
from crawler.outcome import Outcome
from crawler.pages import Page, walk, walked_list
from crawler.peers import no_list
from crawler.records import Instance, PeerKind, PeerList, PeerListState
from crawler.software.mastodon import claimed_hostname, identity_aliases, registration_of
from crawler.software.peertube import rule_lines
from crawler.text import plain

NAMES = ("funkwhale",)
NODEINFO = "/api/v1/instance/nodeinfo/2.0"
SETTINGS = "/api/v1/instance/settings"
DOMAINS = "/api/v1/federation/domains"
QUESTIONS = (SETTINGS, DOMAINS)
MEANINGFUL = ("users_total", "users_active_month", "users_active_halfyear")

_SIZE = 100
"""Domains of a page: Funkwhale's most."""


def talk(known: Known) -> Talk:
    """Ask for the settings, then for the domains unless its NodeInfo keeps them back."""
    notes: list[str] = []
    instance: Instance | None = None
    peers: tuple[PeerList, ...] = ()
    metadata = _metadata(known.nodeinfo_body)
    if known.wants.instance:
        answer = yield Ask(path=SETTINGS, purpose="who may sign up, and its rules")
        instance = _instance(known, metadata, _settings(answer, notes))
    if known.wants.peers:
        peers = ((yield from _ask_domains(known, metadata)),)
    return Told(
        instance=instance,
        peer_lists=peers,
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _metadata(body: bytes) -> Json:
    try:
        return mapping(document(body).get("metadata"))
    except ExtractError:
        return {}


def _settings(answer: Answer, notes: list[str]) -> Json:
    """The public settings by identifier, `section__name`."""
    if not answer.is_ok:
        return {}
    try:
        rows = sequence(decode(answer.body))
    except ExtractError as error:
        notes.append(f"{SETTINGS} was not understood: {error.detail}.")
        return {}
    return {
        identifier: at(row, "value")
        for row in rows[:500]
        if isinstance(identifier := at(row, "identifier"), str)
    }


def _instance(known: Known, metadata: Json, settings: Json) -> Instance | None:
    """Put both together; `None` when neither said anything. The contact address is never read."""
    if not metadata and not settings:
        return None
    is_open = boolean(settings.get("users__registration_enabled"))
    if is_open is None:
        is_open = known.nodeinfo.is_open_registrations
    rules = settings.get("instance__rules") or metadata.get("rules")
    terms = settings.get("instance__terms") or metadata.get("terms")
    is_federating = boolean(settings.get("federation__enabled"))
    if is_federating is None:
        is_federating = boolean(at(metadata, "library", "federationEnabled"))
    return Instance(
        endpoint=SETTINGS if settings else NODEINFO,
        identity=claimed_hostname(metadata.get("actorId")),
        title=plain(settings.get("instance__name"), 200) or plain(metadata.get("nodeName"), 200),
        description=_first_text(
            settings.get("instance__short_description"),
            metadata.get("shortDescription"),
            settings.get("instance__long_description"),
            metadata.get("longDescription"),
        ),
        version_raw=known.nodeinfo.software_version,
        registration=registration_of(
            is_open, boolean(settings.get("moderation__signup_approval_enabled"))
        ),
        registration_path="/signup",
        languages=known.nodeinfo.languages,
        rules=rule_lines(rules),
        thumbnail_url=https_url(metadata.get("banner")),
        terms_path="/about" if plain(terms, 10) else None,
        is_federating=is_federating,
    )


def _first_text(*values: object) -> str | None:
    return next((text for value in values if (text := plain(value, 2000))), None)


def _ask_domains(known: Known, metadata: Json) -> Generator[Ask, Answer, PeerList]:
    endpoints = metadata.get("endpoints")
    if isinstance(endpoints, dict) and endpoints.get("knownNodes", "") is None:
        return no_list(
            DOMAINS, PeerKind.KNOWS, PeerListState.HIDDEN, "its NodeInfo names no list of domains"
        )
    number = 1

    def ask() -> Ask:
        return Ask(
            path=f"{DOMAINS}?page={number}&page_size={_SIZE}",
            purpose="which servers it is aware of",
            is_page=number > 1,
            keeps_body=False,
        )

    def read(body: bytes, before: int) -> Page:
        nonlocal number
        value = document(body)
        rows, total = value.get("results"), count(value.get("count"))
        if not isinstance(rows, list):
            raise ExtractError(Outcome.WRONG_SHAPE, "JSON, but no page of domains")
        number += 1
        is_last = before + len(rows) >= total if total is not None else not value.get("next")
        return Page(rows=rows, following=None if is_last else ask())

    walked = yield from walk(ask(), read)
    names = [at(row, "name") for row in walked.rows]
    return walked_list(walked, DOMAINS, PeerKind.KNOWS, known.hostname, names)
