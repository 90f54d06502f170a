"""Misskey's pages of instances: what it says of each server it knows, and which it blocks.

Sources: misskey-dev/misskey@0874bd91, MisskeyIO/misskey, mei23/misskey-v12 packages/backend/src/server/api/endpoints/
federation/instances.ts; MisskeyIO/misskey packages/backend/src/core/UserFollowingService.ts.
"""

import re
from collections.abc import Generator
from dataclasses import dataclass, replace

import orjson

from crawler.conversation import Answer, Ask
from crawler.exceptions import ExtractError
from crawler.fields import Json, at, boolean, count, decode, mapping
from crawler.hostname import Hostname, parse_claim_or_reason
from crawler.outcome import Outcome
from crawler.pages import Page, Walked, unanswered, walk, walked_list
from crawler.peers import no_list, peer_list
from crawler.records import Liveness, PeerDetail, PeerKind, PeerList, PeerListState
from crawler.text import plain

INSTANCES = "/api/federation/instances"

_LIMIT, _SMALL_LIMIT = 100, 30
"""Rows of a page: Misskey's most, and MisskeyIO's most (also every version's default)."""
_MOST_ROWS = 41 * _LIMIT
"""Rows that the pages of one check can hold; a larger server is asked for its blocks first."""


@dataclass(slots=True)
class _Dialect:
    """What this server accepts in a question for a page; learnt from its refusals."""

    sorts: list[str | None]
    """Orders to try; oldest first is stable while rows are added."""
    limit: int = _LIMIT

    def ask(self, offset: int, *, is_page: bool, only_blocked: bool) -> Ask:
        """Ask for the page at an offset, by POST: every version reads it."""
        parameters: dict[str, object] = {"limit": self.limit, "offset": offset}
        if self.sorts[0] is not None:
            parameters["sort"] = self.sorts[0]
        if only_blocked:
            parameters["blocked"] = True
        return Ask(
            path=INSTANCES,
            method="POST",
            body=orjson.dumps(parameters),
            purpose="which servers it blocks" if only_blocked else "what it says of each server",
            is_page=is_page,
            keeps_body=False,
        )

    def learn(self, body: bytes) -> bool:
        """Change what was refused; false when nothing is left to change."""
        try:
            info = mapping(at(decode(body), "error", "info"))
        except ExtractError:
            info = {}
        param, reason = str(info.get("param", ""))[:200], str(info.get("reason", ""))[:200]
        if "sort" not in param and self.limit > _SMALL_LIMIT:
            most = re.search(r"<= ?(\d{1,3})\b", reason)
            self.limit = min(max(int(most[1]), 1), self.limit - 1) if most else _SMALL_LIMIT
            return True
        if "limit" not in param and len(self.sorts) > 1:
            del self.sorts[0]
            return True
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Walks:
    """The pages that came: all instances, and the blocked ones where they were asked for alone."""

    everyone: Walked
    blocked: Walked | None = None


def ask_instances(*, is_old: bool, many: int) -> Generator[Ask, Answer, Walks]:
    """Walk the pages. `many`: how many rows to expect, as far as other answers told."""
    sorts: list[str | None] = ["-caughtAt", "-firstRetrievedAt", None]
    dialect = _Dialect(sorts if is_old else [sorts[1], sorts[0], None])
    blocked = None
    if many > _MOST_ROWS:
        blocked = yield from _walk(dialect, only_blocked=True)
    everyone = yield from _walk(dialect)
    return Walks(everyone=everyone, blocked=blocked)


def _walk(dialect: _Dialect, *, only_blocked: bool = False) -> Generator[Ask, Answer, Walked]:
    """Walk one list, in words that the server accepts."""

    def read(body: bytes, before: int) -> Page:
        rows = decode(body)
        if not isinstance(rows, list):
            raise ExtractError(Outcome.WRONG_SHAPE, "JSON, but no list")
        if before == 0 and len(rows) == _SMALL_LIMIT < dialect.limit:
            # a cap that is kept without a word
            dialect.limit = _SMALL_LIMIT
        if len(rows) < dialect.limit:
            return Page(rows=rows)
        following = dialect.ask(before + len(rows), is_page=True, only_blocked=only_blocked)
        return Page(rows=rows, following=following)

    is_page = False
    while True:
        walked = yield from walk(dialect.ask(0, is_page=is_page, only_blocked=only_blocked), read)
        is_refused = walked.pages_count == 0 and walked.last.status == 400
        if not is_refused or not dialect.learn(walked.last.body):
            return walked
        is_page = True


def known_list(own: Hostname, walks: Walks, flat: PeerList | None, names: list[object]) -> PeerList:
    """Who is known and not blocked: the flat list's names, with details where a page had them.

    `flat` and `names` are the flat list as read and as sent, where there is one.
    """
    rows = walks.everyone.rows
    barred = {_host(row) for row in [*rows, *_asked(walks)] if _is_blocked(row)}
    told = [row for row in rows if not _is_blocked(row)]
    if flat is None or flat.state not in (PeerListState.SERVED, PeerListState.EMPTY):
        walked = walked_list(
            walks.everyone,
            INSTANCES,
            PeerKind.KNOWS,
            own,
            [at(row, "host") for row in told],
            details=[_detail(row) for row in told],
        )
        is_refused = flat is not None and flat.state is not PeerListState.NOT_OFFERED
        return flat if flat is not None and is_refused and walked.state in _NOTHING else walked
    details = {host: _detail(row) for row in told if (host := _host(row)) is not None}
    listed = [name for name in names if _claimed(name) is None or _claimed(name) not in barred]
    listed += sorted(set(details).difference(flat.hostnames))
    cut = walks.everyone.detail
    return peer_list(
        flat.endpoint,
        PeerKind.KNOWS,
        listed,
        own,
        details=[_known_detail(details, name) for name in listed] if details else (),
        detail=f"names are complete; details of each {cut}" if cut else "",
    )


_NOTHING = (PeerListState.FAILED, PeerListState.NOT_OFFERED)


def block_list(own: Hostname, walks: Walks, *, hides_blocks: bool) -> PeerList:
    """Who is blocked: all of them where the pages ended, or where the filter was heeded."""
    kind, everyone = PeerKind.BLOCKS, walks.everyone
    asked, rows = _asked(walks), everyone.rows
    if everyone.pages_count == 0 and not asked:
        return unanswered(INSTANCES, kind, everyone.last, detail=everyone.detail)
    if hides_blocks:
        return no_list(INSTANCES, kind, PeerListState.HIDDEN, "left out for guests here")
    if rows and all(at(row, "isBlocked") is None for row in rows):
        return no_list(INSTANCES, kind, PeerListState.NOT_OFFERED, "not said by this version")
    blocked = walks.blocked
    is_heeded = blocked is not None and blocked.pages_count > 0 and all(map(_is_blocked, asked))
    source = blocked if blocked is not None and is_heeded and not everyone.is_complete else everyone
    barred = [row for row in rows if _is_blocked(row)]
    if source is blocked:
        hosts = {_host(row) for row in asked}
        barred = [*asked, *(row for row in barred if _host(row) not in hosts)]
    if not barred and not source.is_complete:
        return no_list(INSTANCES, kind, PeerListState.FAILED, source.detail)
    return peer_list(
        INSTANCES,
        kind,
        [at(row, "host") for row in barred],
        own,
        details=[replace(_detail(row), severity="block") for row in barred],
        is_complete=source.is_complete,
        detail=source.detail,
    )


def _asked(walks: Walks) -> list[object]:
    return walks.blocked.rows if walks.blocked is not None else []


def _claimed(name: object) -> Hostname | None:
    return parse_claim_or_reason(name)[0]


def _host(row: object) -> Hostname | None:
    return _claimed(at(row, "host"))


def _is_blocked(row: object) -> bool:
    return at(row, "isBlocked") is True


def _known_detail(details: dict[Hostname, PeerDetail], name: object) -> PeerDetail | None:
    host = _claimed(name)
    return details.get(host) if host is not None else None


def _detail(row: object) -> PeerDetail:
    """Read a row. Its counts are the peer's: its followers are follows that lead there from here."""
    said = mapping(row)
    return PeerDetail(
        software_name=plain(said.get("softwareName"), 64),
        software_version=plain(said.get("softwareVersion"), 128),
        liveness=_liveness(said),
        severity="silence" if said.get("isSilenced") is True else None,
        following_count=count(said.get("followersCount")),
        followers_count=count(said.get("followingCount")),
        users_count=count(said.get("usersCount")),
    )


def _liveness(row: Json) -> Liveness | None:
    """Suspended (delivery stopped, by hand or after long silence), failing, live, or not said."""
    state, is_failing = row.get("suspensionState"), boolean(row.get("isNotResponding"))
    if boolean(row.get("isSuspended")) or (isinstance(state, str) and state not in ("", "none")):
        return Liveness.SUSPENDED
    if is_failing is None:
        return None
    return Liveness.FAILING if is_failing else Liveness.LIVE
