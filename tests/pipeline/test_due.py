"""When a host is due again: the table of the cadence, row by row."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check, PeerListState
from pipeline.due import JITTER, Standing, is_dead, standing_after

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
ANSWERED = Standing(last_answered_at=NOON - 30 * HOUR)

FAILURES = [
    outcome
    for outcome in Outcome
    if outcome
    not in {
        Outcome.OK,
        Outcome.RATE_LIMITED,
        Outcome.OPTED_OUT,
        Outcome.ROBOTS_DISALLOWED,
    }
]


def ended(outcome: Outcome, **told: Any) -> Check:
    """A check of one host at noon."""
    return Check(
        hostname=Hostname("alpha.example"),
        started_at=told.pop("started_at", NOON),
        seconds=1,
        outcome=outcome,
        **told,
    )


def assert_about(expected: timedelta, standing: Standing, since: datetime = NOON) -> None:
    """A due time lies within the jitter of what is expected."""
    assert standing.due_at is not None
    assert abs(standing.due_at - since - expected) <= JITTER


def test_who_answers_is_due_after_29_hours() -> None:
    """A day that is no day: nobody is asked at the same hour for ever."""
    after = standing_after(ended(Outcome.OK), Standing(), wanted_peers=False)

    assert_about(29 * HOUR, after)
    assert NOON == after.last_answered_at
    assert 0 == after.failures_count
    assert after.failing_since is None


@pytest.mark.parametrize("outcome", FAILURES)
def test_a_failure_of_who_used_to_answer_is_soon_asked_again(outcome: Outcome) -> None:
    """One bad moment costs three hours, and it does not forget when the host last answered."""
    after = standing_after(ended(outcome), ANSWERED, wanted_peers=True)

    assert_about(3 * HOUR, after)
    assert 1 == after.failures_count
    assert NOON == after.failing_since
    assert ANSWERED.last_answered_at == after.last_answered_at


@pytest.mark.parametrize("outcome", FAILURES)
def test_a_name_that_never_answered_can_wait_a_day(outcome: Outcome) -> None:
    """Seven of ten names in a peer list lead nowhere: no hurry."""
    after = standing_after(ended(outcome), Standing(), wanted_peers=True)

    assert_about(24 * HOUR, after)


@pytest.mark.parametrize(
    ("failures", "hours"), [(1, 6), (2, 12), (3, 24), (4, 48), (5, 96), (6, 167), (60, 167)]
)
def test_failing_backs_off_doubling(failures: int, hours: int) -> None:
    """Each failure doubles the wait, up to a week."""
    before = Standing(
        failures_count=failures, failing_since=NOON - HOUR, last_answered_at=NOON - 90 * HOUR
    )

    after = standing_after(ended(Outcome.TIMED_OUT), before, wanted_peers=True)

    assert_about(hours * HOUR, after)
    assert failures + 1 == after.failures_count
    assert NOON - HOUR == after.failing_since


@pytest.mark.parametrize(
    ("failures", "days", "expected"),
    [(6, 30, False), (7, 6, False), (7, 7, False), (7, 8, True), (0, 0, False)],
)
def test_dead_is_more_than_six_failures_over_more_than_a_week(
    failures: int, days: int, expected: bool
) -> None:
    """Both must hold; an afternoon of failures kills nobody."""
    since = NOON - timedelta(days=days) if failures else None

    assert expected is is_dead(failures, since, NOON)


def test_dead_hosts_are_asked_weekly() -> None:
    """Dead is a view: it is asked again, and an answer brings it back at once."""
    dead = Standing(failures_count=9, failing_since=NOON - timedelta(days=20))

    still = standing_after(ended(Outcome.DNS_FAILED), dead, wanted_peers=True)
    back = standing_after(ended(Outcome.OK), dead, wanted_peers=False)

    assert_about(167 * HOUR, still)
    assert_about(29 * HOUR, back)
    assert (0, None) == (back.failures_count, back.failing_since)


def test_who_asked_to_stay_out_is_asked_monthly() -> None:
    """Gone is asked once a month whether it still is."""
    after = standing_after(ended(Outcome.OPTED_OUT), ANSWERED, wanted_peers=True)

    assert_about(720 * HOUR, after)


def test_robots_say_no_for_a_week() -> None:
    """Then its robots.txt is read again, and nothing else."""
    after = standing_after(ended(Outcome.ROBOTS_DISALLOWED), ANSWERED, wanted_peers=True)

    assert_about(167 * HOUR, after)


def test_being_sent_away_is_no_failure() -> None:
    """A server that is busy is alive."""
    before = Standing(failures_count=2, failing_since=NOON - HOUR, last_answered_at=NOON - HOUR)

    after = standing_after(ended(Outcome.RATE_LIMITED), before, wanted_peers=True)

    assert (2, NOON - HOUR) == (after.failures_count, after.failing_since)
    assert_about(29 * HOUR, after)


@pytest.mark.parametrize(
    ("asked_hours", "hours"),
    [(0, 29), (1, 29), (100, 100), (24 * 7, 168), (24 * 365, 168), (-5, 29)],
)
def test_retry_after_is_obeyed_for_up_to_a_week(asked_hours: int, hours: int) -> None:
    """It can make us stay away longer, never come sooner, and not for ever."""
    check = ended(Outcome.RATE_LIMITED, retry_after_seconds=asked_hours * 3600)

    after = standing_after(check, ANSWERED, wanted_peers=True)

    assert_about(hours * HOUR, after)


def test_jitter_never_comes_before_what_was_asked() -> None:
    """Who says "come again in three days" is not asked two hours before that."""
    for number in range(50):
        check = Check(
            hostname=Hostname(f"h{number}.example"),
            started_at=NOON,
            seconds=1,
            outcome=Outcome.RATE_LIMITED,
            retry_after_seconds=3 * 24 * 3600,
        )

        after = standing_after(check, ANSWERED, wanted_peers=True)

        assert after.due_at is not None
        assert after.due_at >= NOON + timedelta(days=3)


def test_peers_are_due_with_the_visit_of_next_week() -> None:
    """160 hours later, so that the visit a week on brings them."""
    after = standing_after(ended(Outcome.OK), Standing(), wanted_peers=True)

    assert NOON + 160 * HOUR == after.peers_due_at


def test_a_visit_without_peers_does_not_put_them_off() -> None:
    """The weekly list stays due when it was, whatever happens in between."""
    before = Standing(peers_due_at=NOON + HOUR)

    plain = standing_after(ended(Outcome.OK), before, wanted_peers=False)
    failed = standing_after(ended(Outcome.TIMED_OUT), before, wanted_peers=True)

    assert NOON + HOUR == plain.peers_due_at == failed.peers_due_at


def test_a_list_that_failed_is_asked_again_next_time(made: Any) -> None:
    """Peers that were asked for and did not come stay due."""
    check = ended(Outcome.OK, peer_lists=(made.peers(state=PeerListState.FAILED),))

    after = standing_after(check, Standing(peers_due_at=NOON - HOUR), wanted_peers=True)

    assert after.peers_due_at is None


def test_hosts_asked_together_drift_apart() -> None:
    """A hundred hosts that were asked in one minute are not due in one minute."""
    due = set()
    for number in range(100):
        check = Check(
            hostname=Hostname(f"h{number}.example"),
            started_at=NOON,
            seconds=1,
            outcome=Outcome.OK,
        )
        after = standing_after(check, Standing(), wanted_peers=False)
        assert after.due_at is not None
        due.add(round((after.due_at - NOON) / timedelta(minutes=10)))

    assert len(due) > 15


@given(
    outcome=st.sampled_from(Outcome),
    failures=st.integers(0, 10_000),
    failing_hours=st.integers(0, 100_000),
    answered=st.booleans(),
    retry=st.none() | st.integers(-(10**9), 10**12),
    wanted=st.booleans(),
)
def test_nobody_is_asked_within_the_hour_or_forgotten_for_two_months(
    outcome: Outcome,
    failures: int,
    failing_hours: int,
    answered: bool,
    retry: int | None,
    wanted: bool,
) -> None:
    """Whatever happened, the next visit is between one hour and 31 days away."""
    before = Standing(
        failures_count=failures,
        failing_since=NOON - failing_hours * HOUR if failures else None,
        last_answered_at=NOON - HOUR if answered else None,
    )

    after = standing_after(ended(outcome, retry_after_seconds=retry), before, wanted_peers=wanted)

    assert after.due_at is not None
    assert HOUR <= after.due_at - NOON <= timedelta(days=31)


def test_the_same_check_gives_the_same_standing() -> None:
    """Storing a check again says the same: there is no chance in it."""
    first = standing_after(ended(Outcome.OK), ANSWERED, wanted_peers=True)
    second = standing_after(ended(Outcome.OK), ANSWERED, wanted_peers=True)

    assert first == second
