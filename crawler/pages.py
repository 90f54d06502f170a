"""Lists that come in pages: asked one after another, until they end or must end. Pure.

A list that ends early keeps what came and says so: its absences mean nothing.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass

import orjson

from crawler.conversation import Answer, Ask
from crawler.exceptions import ExtractError
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.peers import no_list, peer_list, refused
from crawler.records import PeerDetail, PeerKind, PeerList, PeerListState

MOST_PAGES = 400
"""Pages of one list, whatever the driver would pay for: more is a loop (SECURITY RES-02)."""

HIDING = (401, 403, 405)
"""Statuses by which a paged list is kept back; 404 means that this version has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What one page held, and the question for the next one."""

    rows: list[object]
    """Its entries, as sent."""
    following: Ask | None = None
    """`None` = it was the last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Walked:
    """All pages that came."""

    rows: list[object]
    """Entries of all pages, in order."""
    pages_count: int
    """Pages understood; 0 = there is no list."""
    last: Answer
    """The last answer: why there is no list, where there is none."""
    is_complete: bool
    """Whether the list came to its own end."""
    detail: str = ""
    """Why it ended early."""


def walk(
    first: Ask, read: Callable[[bytes, int], Page], *, answered: Answer | None = None
) -> Generator[Ask, Answer, Walked]:
    """Ask page after page. `read` gets a body and how many entries came before it.

    `answered` is the answer to the first question, where it has been asked already.
    """
    rows: list[object] = []
    seen: set[bytes] = set()
    ask, pages = first, 0
    while True:
        answer, answered = answered or (yield ask), None
        page, detail = _read(answer, read, len(rows))
        if page is not None:
            mark = _mark(page, answer)
            if mark in seen and page.rows:
                page, detail = None, "a page came twice"
            seen.add(mark)
        if page is not None:
            pages += 1
            rows += page.rows
            if page.following is not None and not page.rows:
                detail = "an empty page came before the end"
            elif page.following is not None and pages >= MOST_PAGES:
                detail = f"no more than {MOST_PAGES} pages are asked for"
        if page is None or page.following is None or detail:
            return Walked(
                rows=rows,
                pages_count=pages,
                last=answer,
                is_complete=not detail,
                detail=f"ended after {len(rows)} entries: {detail}" if detail else "",
            )
        ask = page.following


def _read(
    answer: Answer, read: Callable[[bytes, int], Page], before: int
) -> tuple[Page | None, str]:
    if answer.fault is not None:
        return None, answer.detail or str(answer.fault)
    if not answer.is_ok:
        return None, f"answers {answer.status}"
    try:
        return read(answer.body, before), ""
    except ExtractError as error:
        return None, error.detail


def _mark(page: Page, answer: Answer) -> bytes:
    """What makes a page the same page, whatever cursor stands beside its entries."""
    try:
        return orjson.dumps(page.rows)
    except orjson.JSONEncodeError:
        return answer.body


def walked_list(
    walked: Walked,
    endpoint: str,
    kind: PeerKind,
    own: Hostname,
    names: Sequence[object],
    *,
    details: Sequence[PeerDetail | None] = (),
    hidden: Sequence[int] = HIDING,
) -> PeerList:
    """Build the list of what was walked, or say why there is none."""
    if walked.pages_count == 0:
        return unanswered(endpoint, kind, walked.last, hidden, walked.detail)
    return peer_list(
        endpoint,
        kind,
        names,
        own,
        details=details,
        is_complete=walked.is_complete,
        detail=walked.detail,
    )


def unanswered(
    endpoint: str,
    kind: PeerKind,
    answer: Answer,
    hidden: Sequence[int] = HIDING,
    detail: str = "",
) -> PeerList:
    """Why there is no list: not offered, hidden, disallowed, failed, or not understood."""
    if answer.is_ok:
        return no_list(endpoint, kind, PeerListState.FAILED, detail or "no list")
    if answer.fault is None and answer.status in (404, 410, 501) and answer.status not in hidden:
        return no_list(endpoint, kind, PeerListState.NOT_OFFERED, f"answers {answer.status}")
    if answer.fault is Outcome.BUDGET_SPENT:
        return no_list(endpoint, kind, PeerListState.FAILED, f"not asked: {answer.detail}")
    return refused(endpoint, kind, answer, hidden)
