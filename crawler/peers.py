"""Lists of peers: names as others write them become distinct hostnames, and counted rejects."""

from collections import Counter
from collections.abc import Sequence

from crawler.conversation import Answer
from crawler.exceptions import ExtractError
from crawler.fields import decode
from crawler.hostname import Hostname, parse_claim_or_reason
from crawler.outcome import Outcome
from crawler.records import PeerDetail, PeerKind, PeerList, PeerListState

MOST_ENTRIES = 200_000
"""Entries read of one list: several times the largest honest one; more is a flood (SECURITY RES-02)."""


def peer_list(
    endpoint: str,
    kind: PeerKind,
    names: Sequence[object],
    own: Hostname,
    *,
    details: Sequence[PeerDetail | None] = (),
    is_complete: bool = True,
    detail: str = "",
) -> PeerList:
    """Build a list from raw names: parsed, distinct, without the server itself.

    `details` runs along `names`, or is empty. A list over `MOST_ENTRIES` is cut and says so.
    """
    received = len(names)
    if received > MOST_ENTRIES:
        names, is_complete = names[:MOST_ENTRIES], False
        detail = f"cut after {MOST_ENTRIES} of {received} entries"
    rejected: Counter[str] = Counter()
    kept: dict[Hostname, PeerDetail | None] = {}
    told = iter(details) if details else None
    for name in names:
        said = next(told, None) if told is not None else None
        hostname, reason = parse_claim_or_reason(name)
        if hostname is None:
            rejected[reason] += 1
        elif hostname == own:
            rejected["own_name"] += 1
        elif hostname in kept:
            rejected["seen_twice"] += 1
        else:
            kept[hostname] = said
    return PeerList(
        endpoint=endpoint,
        kind=kind,
        state=PeerListState.SERVED if kept else PeerListState.EMPTY,
        hostnames=tuple(kept),
        details=tuple(kept.values()) if details else (),
        received_count=received,
        rejected_counts=tuple(sorted(rejected.items())),
        is_complete=is_complete,
        detail=detail[:200],
    )


def no_list(endpoint: str, kind: PeerKind, state: PeerListState, detail: str = "") -> PeerList:
    """A list that is not there, and why."""
    return PeerList(
        endpoint=endpoint, kind=kind, state=state, is_complete=False, detail=detail[:200]
    )


def refused(
    endpoint: str,
    kind: PeerKind,
    answer: Answer,
    hidden: Sequence[int] = (400, 401, 403, 404, 405),
    not_offered: Sequence[int] = (501,),
) -> PeerList:
    """Why an answer that is no list is none: hidden or not offered by these statuses, disallowed, or failed."""
    if answer.fault is Outcome.ROBOTS_DISALLOWED:
        return no_list(endpoint, kind, PeerListState.DISALLOWED, answer.detail)
    if answer.fault is not None:
        return no_list(endpoint, kind, PeerListState.FAILED, f"{answer.fault}: {answer.detail}")
    if answer.status in hidden:
        return no_list(endpoint, kind, PeerListState.HIDDEN, f"answers {answer.status}")
    if answer.status in not_offered:
        return no_list(endpoint, kind, PeerListState.NOT_OFFERED, f"answers {answer.status}")
    detail = "an empty answer" if answer.status == 200 else f"answers {answer.status}"
    return no_list(endpoint, kind, PeerListState.FAILED, detail)


def flat_peers(
    answer: Answer,
    endpoint: str,
    own: Hostname,
    *,
    is_empty_hidden: bool = False,
    hidden: Sequence[int] = (400, 401, 403, 404, 405),
    not_offered: Sequence[int] = (501,),
) -> PeerList:
    """Read a flat array of names (the Mastodon shape and ten others, SURVEY §7.1).

    `is_empty_hidden`: Pixelfed answers `[]` where the list is switched off.
    """
    kind = PeerKind.KNOWS
    if not answer.is_ok:
        return refused(endpoint, kind, answer, hidden, not_offered)
    try:
        value = decode(answer.body)
    except ExtractError as error:
        return no_list(endpoint, kind, PeerListState.FAILED, str(error))
    if not isinstance(value, list):
        return no_list(endpoint, kind, PeerListState.FAILED, "JSON, but no list")
    if not value and is_empty_hidden:
        return no_list(
            endpoint, kind, PeerListState.HIDDEN, "an empty list stands for a hidden one here"
        )
    return peer_list(endpoint, kind, value, own)
