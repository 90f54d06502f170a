"""Mbin and kbin: `/api/info`, `/api/instance`, and three lists that keep the live, the dead and the banned apart.

Sources: MbinOrg/mbin src/Controller/Api/Instance/*.php, src/DTO/SiteResponseDto.php, public/robots.txt. Its robots.txt
wants five seconds between two requests: six questions take half a minute, and no more are asked.
"""

from collections.abc import Generator
from dataclasses import replace

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import at, boolean, document, languages, unread
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.pages import unanswered
from crawler.peers import no_list, peer_list
from crawler.records import Instance, PeerDetail, PeerKind, PeerList, PeerListState
from crawler.software.mastodon import claimed_hostname, identity_aliases, registration_of
from crawler.text import plain

NAMES = ("mbin", "kbin")
INFO = "/api/info"
PAGES = "/api/instance"
FEDERATED = "/api/federated"
DEAD = "/api/dead"
DEFEDERATED = "/api/defederated/v2"
DEFEDERATED_V1 = "/api/defederated"
QUESTIONS = (INFO, PAGES, FEDERATED, DEAD, DEFEDERATED, DEFEDERATED_V1)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)

_LISTS = (
    (FEDERATED, PeerKind.KNOWS, "which servers it federates with"),
    (DEAD, PeerKind.DEAD, "which servers do not answer it any more"),
    (DEFEDERATED, PeerKind.BLOCKS, "which servers it blocks"),
)


def talk(known: Known) -> Talk:
    """Ask for its description, its pages and its three lists."""
    notes: list[str] = []
    instance: Instance | None = None
    peers: list[PeerList] = []
    if known.wants.instance:
        instance = yield from _ask_instance(notes)
    if known.wants.peers:
        for path, kind, purpose in _LISTS:
            peers.append((yield from _ask_list(path, kind, purpose, known.hostname)))
    return Told(
        instance=instance,
        peer_lists=tuple(peers),
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _ask_instance(notes: list[str]) -> Generator[Ask, Answer, Instance | None]:
    instance: Instance | None = None
    for path in (INFO, PAGES):
        answer = yield Ask(path=path, purpose="how it describes itself")
        if not answer.is_ok:
            continue
        try:
            instance = info(answer.body) if path == INFO else _with_pages(instance, answer.body)
        except ExtractError as error:
            notes.append(f"{path} was not understood: {error.detail}.")
    return instance


def info(body: bytes) -> Instance:
    """Read `/api/info`. Raises `ExtractError`."""
    value = document(body)
    if not any(key.startswith("website") for key in value):
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no description")
    return Instance(
        endpoint=INFO,
        identity=claimed_hostname(value.get("websiteDomain")),
        title=plain(value.get("websiteTitle"), 200),
        version_raw=plain(value.get("softwareVersion"), 128),
        registration=registration_of(boolean(value.get("websiteOpenRegistrations")), None),
        registration_path="/register",
        languages=languages(value.get("websiteDefaultLang"))
        if isinstance(value.get("websiteDefaultLang"), str)
        else (),
        is_federating=boolean(value.get("websiteFederationEnabled")),
        unread_keys=unread(value, _INFO_KEYS),
    )


# the contact address is personal: known, and never read
_INFO_KEYS = (
    "softwareName", "softwareVersion", "softwareRepository", "websiteDomain", "websiteContactEmail", "websiteTitle",
    "websiteOpenRegistrations", "websiteFederationEnabled", "websiteDefaultLang",
)  # fmt: skip


def _with_pages(instance: Instance | None, body: bytes) -> Instance | None:
    """Add its texts. Raises `ExtractError`."""
    value = document(body)
    if not {"about", "terms", "privacyPolicy"} & set(value):
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object without its pages")
    return replace(
        instance or Instance(endpoint=PAGES, registration_path="/register"),
        description=plain(value.get("about"), 2000),
        terms_path="/terms" if plain(value.get("terms"), 10) else None,
        privacy_path="/privacy-policy" if plain(value.get("privacyPolicy"), 10) else None,
    )


def _ask_list(
    path: str, kind: PeerKind, purpose: str, own: Hostname
) -> Generator[Ask, Answer, PeerList]:
    answer = yield Ask(path=path, purpose=purpose, keeps_body=False)
    if path == DEFEDERATED and answer.fault is None and answer.status == 404:
        path = DEFEDERATED_V1
        answer = yield Ask(path=path, purpose=purpose, keeps_body=False)
    if not answer.is_ok:
        return unanswered(path, kind, answer)
    try:
        rows = document(answer.body).get("instances")
    except ExtractError as error:
        return no_list(path, kind, PeerListState.FAILED, error.detail)
    if not isinstance(rows, list):
        return no_list(path, kind, PeerListState.FAILED, "JSON, but no instances")
    details = [_detail(row) for row in rows]
    return peer_list(
        path,
        kind,
        [at(row, "domain") if isinstance(row, dict) else row for row in rows],
        own,
        details=details if any(details) else (),
    )


def _detail(row: object) -> PeerDetail | None:
    detail = PeerDetail(
        software_name=plain(at(row, "software"), 64),
        software_version=plain(at(row, "version"), 128),
    )
    return None if detail == PeerDetail() else detail
