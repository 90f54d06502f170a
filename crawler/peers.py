"""Lists of peers: names as others write them become distinct hostnames, and counted rejects."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from crawler.conversation import Answer
from crawler.exceptions import ExtractError
from crawler.fields import decode
from crawler.hostname import Hostname, known, parse_claim_or_reason
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
    kept, rejected = _kept(names, own, details)
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


def _kept(
    names: Sequence[object], own: Hostname, details: Sequence[PeerDetail | None]
) -> tuple[dict[Hostname, PeerDetail | None], Counter[str]]:
    """The distinct names, each with what was said of it first, and why the others are none."""
    rejected: Counter[str] = Counter()
    found = known(names)
    kept: dict[Any, PeerDetail | None] = dict.fromkeys(found)
    if None in kept:
        for place, hostname in enumerate(found):
            if hostname is None:
                found[place], reason = parse_claim_or_reason(names[place])
                if reason:
                    rejected[reason] += 1
        kept = dict.fromkeys(found)
        kept.pop(None, None)
    if repeated := len(found) - rejected.total() - len(kept):
        rejected["seen_twice"] = repeated
    if own in kept:
        rejected["own_name"] = found.count(own)
        rejected["seen_twice"] = repeated - (rejected["own_name"] - 1)
        del kept[own]
    if details:
        first: dict[Hostname | None, PeerDetail | None] = {}
        for hostname, said in zip(found, details, strict=False):
            first.setdefault(hostname, said)
        kept = {hostname: first.get(hostname) for hostname in kept}
    return kept, +rejected


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
