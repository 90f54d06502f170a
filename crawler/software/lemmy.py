"""Lemmy, from 0.16 to 1.0: `/api/v3/site` or `/api/v4/site`, and its federated instances in three shapes.

≤ 0.17 names them in the site itself, 0.18 to 0.19 in one object, 1.0 in pages of 50 by cursor. A 1.0 server with more
pages than a check can pay for is asked for its blocked and allowed lists first, so that those two are complete.

Sources: LemmyNet/lemmy@0.16.7, @0.17.4, @0.19.13 crates/api_common/src/{site,utils}.rs, crates/db_schema/src/source/
{site,local_site}.rs; @HEAD crates/db_views/site/src/{lib,api}.rs, crates/diesel_utils/src/pagination.rs.
"""

import re
from collections.abc import Callable, Generator
from urllib.parse import quote

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import (
    Json,
    at,
    boolean,
    count,
    document,
    https_url,
    languages,
    mapping,
    sequence,
    unread,
)
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.pages import Page, Walked, unanswered, walk, walked_list
from crawler.peers import no_list, peer_list
from crawler.records import (
    Instance,
    Liveness,
    PeerDetail,
    PeerKind,
    PeerList,
    PeerListState,
    Registration,
)
from crawler.software.mastodon import claimed_hostname, identity_aliases
from crawler.text import plain

NAMES = ("lemmy",)
SITE_V3 = "/api/v3/site"
SITE_V4 = "/api/v4/site"
FEDERATED_V3 = "/api/v3/federated_instances"
FEDERATED_V4 = "/api/v4/federated_instances"
QUESTIONS = (SITE_V3, SITE_V4, FEDERATED_V3, FEDERATED_V4)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)

_LIMIT = 50
"""Lemmy 1.0 refuses more."""
_HIDING = (400, 401, 403)
"""A private instance answers 400."""
KINDS = (PeerKind.KNOWS, PeerKind.ALLOWS, PeerKind.BLOCKS)
"""What its three lists mean, in the order of `_KEYS`."""
_KEYS = ("linked", "allowed", "blocked")


def talk(known: Known) -> Talk:
    """Ask for the site, then for its federated instances where the site does not name them."""
    notes: list[str] = []
    is_v4 = (_version(known) or (0, 0)) >= (1, 0)
    is_in_site = (0, 0) < (_version(known) or (0, 0)) < (0, 18)
    instance, peers = None, None
    if known.wants.instance or (known.wants.peers and is_in_site):
        instance, peers = yield from _ask_site(known, is_v4, notes)
    if known.wants.peers and peers is None:
        peers = yield from _ask_federated(known, is_v4)
    return Told(
        instance=instance if known.wants.instance else None,
        peer_lists=(peers or ()) if known.wants.peers else (),
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _version(known: Known) -> tuple[int, int] | None:
    match = re.match(r"\D{0,3}(\d{1,6})\.(\d{1,6})", known.nodeinfo.software_version or "")
    return (int(match[1]), int(match[2])) if match else None


def _ask_site(
    known: Known, is_v4: bool, notes: list[str]
) -> Generator[Ask, Answer, tuple[Instance | None, tuple[PeerList, ...] | None]]:
    """Ask for the site by the version's path, then by the other; and what it says of peers (≤ 0.17)."""
    for path in (SITE_V4, SITE_V3) if is_v4 else (SITE_V3, SITE_V4):
        answer = yield Ask(path=path, purpose="how it describes itself")
        if answer.fault is not None:
            return None, None
        if not answer.is_ok:
            continue
        try:
            value = document(answer.body)
            instance = site(value, path)
        except ExtractError as error:
            notes.append(f"{path} was not understood: {error.detail}.")
            continue
        if "federated_instances" in value:
            return instance, federated_lists(value, path, known.hostname)
        return instance, None
    return None, None


def _ask_federated(known: Known, is_v4: bool) -> Generator[Ask, Answer, tuple[PeerList, ...]]:
    if is_v4:
        return (yield from _ask_pages(known.hostname))
    answer = yield Ask(
        path=FEDERATED_V3, purpose="which servers it knows, allows and blocks", keeps_body=False
    )
    if answer.fault is None and answer.status == 404:
        # 1.0 removed it, and a version can be unreadable
        return (yield from _ask_pages(known.hostname))
    return read_federated(answer, FEDERATED_V3, known.hostname)


# --- the site ---------------------------------------------------------------------------------------


def site(value: Json, endpoint: str) -> Instance:
    """Read the site of any version. Raises `ExtractError`."""
    view = mapping(value.get("site_view"))
    described = mapping(view.get("site"))
    if not described:
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no site")
    # ≤ 0.16 has the settings in the site; 1.0 has the counts in the settings
    local = mapping(view.get("local_site")) or described
    counts = mapping(view.get("counts")) or local
    registration = _registration(local)
    return Instance(
        endpoint=endpoint,
        identity=claimed_hostname(described.get("actor_id") or described.get("ap_id")),
        title=plain(described.get("name"), 200),
        description=plain(described.get("description"), 2000)
        or plain(described.get("summary"), 2000)
        or plain(described.get("sidebar"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=registration,
        registration_path="/signup",
        is_reason_required=True if registration is Registration.APPROVAL else None,
        is_email_required=boolean(
            local.get("require_email_verification", local.get("email_verification_required"))
        ),
        has_captcha=boolean(local.get("captcha_enabled")),
        languages=_languages(value),
        # `enable_nsfw` is on by default and says nothing; a warning is put there by hand
        topics=("nsfw",) if plain(described.get("content_warning"), 200) else (),
        users_total=count(counts.get("users")),
        users_active_month=count(counts.get("users_active_month")),
        users_active_halfyear=count(counts.get("users_active_half_year")),
        users_active_week=count(counts.get("users_active_week")),
        local_posts=count(counts.get("posts")),
        local_comments=count(counts.get("comments")),
        thumbnail_url=https_url(described.get("banner")) or https_url(described.get("icon")),
        privacy_path="/legal" if plain(local.get("legal_information"), 10) else None,
        is_federating=boolean(local.get("federation_enabled")),
        unread_keys=unread(value, _SITE_KEYS),
    )


# `admins` are people: known, and never read
_SITE_KEYS = (
    "site_view", "version", "admins", "all_languages", "discussion_languages", "federated_instances", "taglines",
    "custom_emojis", "blocked_urls", "my_user", "online", "oauth_providers", "admin_oauth_providers",
)  # fmt: skip


def _registration(local: Json) -> Registration:
    """By mode (three spellings since 0.17), else by the two flags of ≤ 0.16."""
    mode = local.get("registration_mode")
    if mode is None:
        is_open = boolean(local.get("open_registration"))
        if is_open is None:
            return Registration.UNKNOWN
        if not is_open:
            return Registration.CLOSED
        is_application = boolean(local.get("require_application"))
        return Registration.APPROVAL if is_application else Registration.OPEN
    return registration_mode(mode)


def registration_mode(mode: object) -> Registration:
    """`Open`, `requireapplication`, `require_invitation` … as one of the five states."""
    if not isinstance(mode, str):
        return Registration.UNKNOWN
    return {
        "open": Registration.OPEN,
        "requireapplication": Registration.APPROVAL,
        "requireinvitation": Registration.INVITE,
        "closed": Registration.CLOSED,
    }.get(mode.lower().replace("_", ""), Registration.UNKNOWN)


def _languages(value: Json) -> tuple[str, ...]:
    """Those it allows in discussions; all of them, the default, is no statement."""
    codes = {
        number: at(language, "code")
        for language in sequence(value.get("all_languages"))
        if isinstance(number := at(language, "id"), int)
    }
    chosen = [
        codes[number]
        for number in sequence(value.get("discussion_languages"))
        if isinstance(number, int) and codes.get(number) not in (None, "und")
    ]
    return languages(chosen) if len(chosen) <= 20 else ()


# --- federated instances, ≤ 0.19 --------------------------------------------------------------------


def read_federated(answer: Answer, endpoint: str, own: Hostname) -> tuple[PeerList, ...]:
    """Read `{"federated_instances": …}`, or say for all three kinds why it is not there."""
    if not answer.is_ok:
        return tuple(unanswered(endpoint, kind, answer, _HIDING) for kind in KINDS)
    try:
        return federated_lists(document(answer.body), endpoint, own)
    except ExtractError as error:
        return _none(endpoint, PeerListState.FAILED, error.detail)


def federated_lists(value: Json, endpoint: str, own: Hostname) -> tuple[PeerList, ...]:
    """Build the three lists from the object of ≤ 0.19; `null` is a server that does not federate."""
    if "federated_instances" not in value:
        return _none(endpoint, PeerListState.FAILED, "JSON, but no federated instances")
    held = value["federated_instances"]
    if held is None:
        return _none(endpoint, PeerListState.HIDDEN, "null: federation is switched off")
    if not isinstance(held, dict):
        return _none(endpoint, PeerListState.FAILED, "JSON, but no federated instances")
    return tuple(
        _list(held, key, endpoint, kind, own) for key, kind in zip(_KEYS, KINDS, strict=True)
    )


def _none(endpoint: str, state: PeerListState, detail: str) -> tuple[PeerList, ...]:
    return tuple(no_list(endpoint, kind, state, detail) for kind in KINDS)


def _list(held: Json, key: str, endpoint: str, kind: PeerKind, own: Hostname) -> PeerList:
    rows = held.get(key)
    if key not in held:
        return no_list(endpoint, kind, PeerListState.NOT_OFFERED, f"no {key} in the answer")
    if rows is None and kind is not PeerKind.KNOWS:
        # ≤ 0.17 turns an empty allow or block list into null
        rows = []
    if rows is None:
        return no_list(endpoint, kind, PeerListState.HIDDEN, f"{key} is null")
    if not isinstance(rows, list):
        return no_list(endpoint, kind, PeerListState.FAILED, f"{key} is no list")
    details = [_detail(row, at(row, "federation_state")) for row in rows]
    return peer_list(
        endpoint,
        kind,
        [at(row, "domain") if isinstance(row, dict) else row for row in rows],
        own,
        details=details if any(details) else (),
    )


def _detail(row: object, state: object) -> PeerDetail | None:
    """What it says of one peer; `None` where it is only a name."""
    failures = count(at(state, "fail_count"))
    detail = PeerDetail(
        software_name=plain(at(row, "software"), 64),
        software_version=plain(at(row, "version"), 128),
        liveness=None if failures is None else Liveness.FAILING if failures else Liveness.LIVE,
    )
    return None if detail == PeerDetail() else detail


# --- federated instances, 1.0 -----------------------------------------------------------------------


def _by_kind(rows: list[object]) -> dict[PeerKind, list[object]]:
    """Sort by presence: blocked ones are not known ones, allowed ones are both (as in ≤ 0.19)."""
    found: dict[PeerKind, list[object]] = {kind: [] for kind in KINDS}
    for row in rows:
        is_blocked = at(row, "blocked") is not None
        found[PeerKind.BLOCKS if is_blocked else PeerKind.KNOWS].append(row)
        if at(row, "allowed") is not None and not is_blocked:
            found[PeerKind.ALLOWS].append(row)
    return found


def _ask_pages(own: Hostname) -> Generator[Ask, Answer, tuple[PeerList, ...]]:
    """Ask for all kinds at once; where a second page follows, for the two short kinds before it."""
    first = yield _page_ask("all")
    try:
        page = _page("all", first.body) if first.is_ok else None
    except ExtractError as error:
        return _none(FEDERATED_V4, PeerListState.FAILED, error.detail)
    if page is None:
        return tuple(unanswered(FEDERATED_V4, kind, first, _HIDING) for kind in KINDS)
    short: dict[PeerKind, Walked] = {}
    if page.following is not None:
        for kind, word in ((PeerKind.BLOCKS, "blocked"), (PeerKind.ALLOWS, "allowed")):
            short[kind] = yield from walk(_page_ask(word), _reader(word))
    everyone = yield from walk(_page_ask("all"), _reader("all"), answered=first)
    found = _by_kind(everyone.rows)
    return tuple(_paged_list(kind, found[kind], everyone, short.get(kind), own) for kind in KINDS)


def _paged_list(
    kind: PeerKind, rows: list[object], everyone: Walked, short: Walked | None, own: Hostname
) -> PeerList:
    """Build one list: from its own walk where that says more than the walk of all."""
    walked = everyone
    if short is not None and short.pages_count and not everyone.is_complete:
        walked, rows = short, _by_kind(short.rows)[kind]
    elif kind is not PeerKind.KNOWS and not rows and not everyone.is_complete:
        return no_list(FEDERATED_V4, kind, PeerListState.FAILED, everyone.detail)
    details = [_detail(at(row, "instance"), at(row, "queue_state")) for row in rows]
    return walked_list(
        walked,
        FEDERATED_V4,
        kind,
        own,
        [at(row, "instance", "domain") for row in rows],
        details=details if any(details) else (),
    )


def _page_ask(kind: str, cursor: str | None = None) -> Ask:
    more = f"&page_cursor={quote(cursor, safe='')}" if cursor else ""
    return Ask(
        path=f"{FEDERATED_V4}?kind={kind}&limit={_LIMIT}{more}",
        purpose="which servers it knows, allows and blocks"
        if kind == "all"
        else f"which servers are {kind}",
        is_page=cursor is not None,
        keeps_body=False,
    )


def _page(kind: str, body: bytes) -> Page:
    value = document(body)
    rows, cursor = value.get("items"), value.get("next_page")
    if not isinstance(rows, list):
        raise ExtractError(Outcome.WRONG_SHAPE, "JSON, but no page of instances")
    # the last page has no `next_page`; an over-long one is no cursor of Lemmy's
    is_cursor = isinstance(cursor, str) and 0 < len(cursor) <= 200
    return Page(rows=rows, following=_page_ask(kind, str(cursor)) if is_cursor else None)


def _reader(kind: str) -> Callable[[bytes, int], Page]:
    return lambda body, before: _page(kind, body)
