"""When a host is due again: the cadence of DESIGN §5 as one pure function. No clock, no database."""

import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check, PeerListState

_HOUR = timedelta(hours=1)

ALIVE_AFTER = 29 * _HOUR
"""Not 24 h: so that nobody is always asked at the same hour."""
JITTER = 2 * _HOUR
"""Spread of each due time to both sides, by a hash: hosts asked together drift apart."""
WEEKLY = 167 * _HOUR
"""A prime near a week. Dead hosts, and hosts whose robots.txt says no (asked for robots.txt only)."""
PEERS_AFTER = 160 * _HOUR
"""Peers and activity: with the next visit after a little less than a week, which is weekly in effect."""
MONTHLY = 720 * _HOUR
"""Hosts that asked to stay out: whether they still do."""
FIRST_RETRY_ALIVE = 3 * _HOUR
"""A host that used to answer: doubled with each failure, so seven failures span more than a week."""
FIRST_RETRY_UNKNOWN = 24 * _HOUR
"""A name that never answered, seven of ten in a peer list: no hurry."""
DEAD_FAILURES = 6
"""More failures than this …"""
DEAD_AFTER = 7 * 24 * _HOUR
"""… over longer than this are called dead."""
LIVENESS_AFTER = 5 * _HOUR
"""Between two looks at a watched server, a visit being one: an outage of a night is seen, and four or five
conversations of three small questions a day are no more than a feed reader's."""
LIVENESS_JITTER = _HOUR
"""Spread to both sides."""
RETRY_AFTER_AT_MOST = 7 * 24 * _HOUR
"""A server can send us away for a week, not for ever."""

# It answers, and what it says is no failure of its own.
_NO_FAILURE = frozenset({Outcome.OK, Outcome.RATE_LIMITED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is remembered of a host's visits."""

    failures_count: int = 0
    """Failures since it last answered."""
    failing_since: datetime | None = None
    """Time of the first of them."""
    last_answered_at: datetime | None = None
    """Time of the last ok check; `None` = it never answered."""
    peers_due_at: datetime | None = None
    """When peers and activity are wanted again; `None` = at once."""
    due_at: datetime | None = None
    """When it is due."""


def standing_after(check: Check, before: Standing, *, wanted_peers: bool) -> Standing:
    """Say what is remembered after a check, and when the host is due again."""
    peers_due_at = before.peers_due_at
    if check.outcome is Outcome.OK and wanted_peers:
        peers_due_at = _peers_due_at(check)
    failures, since, answered = before.failures_count, before.failing_since, before.last_answered_at
    if check.outcome is Outcome.OK:
        failures, since, answered = 0, None, check.started_at
    elif check.outcome not in _NO_FAILURE:
        failures, since = failures + 1, since or check.started_at
    wait = _wait(check, failures, since, is_known=answered is not None)
    jitter = _jitter(check.hostname, check.started_at)
    wait += jitter
    if check.retry_after_seconds is not None:
        seconds = max(0, min(check.retry_after_seconds, RETRY_AFTER_AT_MOST.total_seconds()))
        # spread too, but never to before what was asked
        wait = max(wait, timedelta(seconds=seconds) + abs(jitter))
    return Standing(
        failures_count=failures,
        failing_since=since,
        last_answered_at=answered,
        peers_due_at=peers_due_at,
        due_at=check.started_at + wait,
    )


def is_look_due(hostname: Hostname, looked_at: datetime, now: datetime) -> bool:
    """Whether a watched server should be asked again whether it answers."""
    wait = LIVENESS_AFTER + _jitter(hostname, looked_at) * (LIVENESS_JITTER / JITTER)
    # a look in the future is of a clock that was wrong
    return not looked_at <= now < looked_at + wait


def is_dead(failures_count: int, failing_since: datetime | None, now: datetime) -> bool:
    """Whether a host failed so often and so long that it is asked weekly only."""
    return (
        failing_since is not None
        and failures_count > DEAD_FAILURES
        and now - failing_since > DEAD_AFTER
    )


def _wait(check: Check, failures: int, since: datetime | None, *, is_known: bool) -> timedelta:
    if check.outcome in _NO_FAILURE:
        return ALIVE_AFTER
    if check.outcome is Outcome.OPTED_OUT:
        return MONTHLY
    if check.outcome is Outcome.ROBOTS_DISALLOWED or is_dead(failures, since, check.started_at):
        return WEEKLY
    first = FIRST_RETRY_ALIVE if is_known else FIRST_RETRY_UNKNOWN
    doublings = min(failures - 1, 10)
    return min(first * (1 << doublings), WEEKLY)


def _peers_due_at(check: Check) -> datetime | None:
    if any(peers.state is PeerListState.FAILED for peers in check.peer_lists):
        return None
    return check.started_at + PEERS_AFTER


def _jitter(hostname: Hostname, at: datetime) -> timedelta:
    """Between −2 h and +2 h, the same for the same host and day."""
    share = zlib.crc32(f"{hostname} {at:%Y-%m-%d}".encode()) / 2**32
    return JITTER * (2 * share - 1)
