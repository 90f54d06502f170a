"""Words for codes and numbers."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.outcome import Outcome
from dashboard import labels

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_every_outcome_has_its_words() -> None:
    """An admin reads a sentence, never a code."""
    assert {outcome.value for outcome in Outcome} == set(labels.OUTCOME)


@pytest.mark.parametrize(
    ("gone", "words", "tone"),
    [
        (timedelta(minutes=59), "just now", "plain"),
        (timedelta(hours=1), "1 h ago", "plain"),
        (timedelta(hours=48), "48 h ago", "plain"),
        (timedelta(days=3), "3 days ago", "plain"),
        (timedelta(days=4), "4 days ago", "amber"),
        (timedelta(days=15), "on 10 Nov 2026", "grey"),
        (timedelta(hours=-1), "just now", "plain"),
    ],
)
def test_ages_are_said_as_coarsely_as_they_matter(gone: timedelta, words: str, tone: str) -> None:
    """Hours, then days, then the date."""
    assert labels.Age(words=words, tone=tone) == labels.age(NOW - gone, NOW)


def test_never_is_not_an_age() -> None:
    """Nobody who was not asked was asked long ago."""
    assert "not yet asked" == labels.age(None, NOW).words


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0, "0"),
        (9_999, "9,999"),
        (24_123, "24.1K"),
        (394_000, "394K"),
        (1_204_000, "1.2M"),
    ],
)
def test_cards_have_short_numbers_and_zero_is_not_nothing(
    number: float | None, expected: str
) -> None:
    """Three figures are enough; nothing said is a dash."""
    assert expected == labels.short(number)


def test_only_all_is_a_hundred_percent() -> None:
    """A server that missed one check of ten thousand was not always there."""
    assert ["100.0 %", "99.9 %", "0.0 %", "not reported"] == [
        labels.percent(ratio) for ratio in (1.0, 0.9999, 0.0, None)
    ]


def test_a_snapshot_is_late_after_a_day_and_a_half() -> None:
    """One crawl a day and some time to spare."""
    assert labels.late(NOW - timedelta(hours=36), NOW) is None
    assert "These data are 37 hours old: the crawler is late." == labels.late(
        NOW - timedelta(hours=37), NOW
    )
    assert "These data are 3 days old: the crawler is late." == labels.late(
        NOW - timedelta(days=3), NOW
    )


def test_nouns_follow_their_numbers() -> None:
    """One server, two servers."""
    assert ["1 server", "2,000 servers"] == [
        labels.plural("{count} server", "{count} servers", number) for number in (1, 2_000)
    ]


@pytest.mark.parametrize(
    ("value", "standing", "shown"),
    [
        (1126, "reported", "1,126"),
        (1126, "implausible", "~ 1,126"),
        (1, "constant", "~ 1"),
        (None, "not_said", "–"),
        (float("nan"), "withheld", "–"),
    ],
)
def test_a_number_that_is_not_taken_as_said_is_marked(
    value: float | None, standing: str, shown: str
) -> None:
    """It is shown all the same; nothing said stays nothing."""
    assert shown == labels.judged(value, standing)


def test_every_standing_has_its_words() -> None:
    """The seven of them, and no code reaches a reader."""
    assert set(labels.STANDING) == set(labels.STANDING_SENTENCE)
    assert "counts something else" == labels.standing("modelled")


def test_why_a_release_is_held_back_is_told_in_one_sentence() -> None:
    """Two reasons are enough; the data's own date is beside them."""
    told = labels.held_back(("one", "two", "three"), NOW)

    assert told.startswith(
        "A newer release is held back: one; two (and 1 more). These are the data"
    )
