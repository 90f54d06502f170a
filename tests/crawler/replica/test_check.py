"""The crawler's check against the replica, over TLS on loopback: every software, every bad neighbour, the farm."""

from collections.abc import Callable

import pytest

from crawler.outcome import Outcome
from crawler.records import Check
from crawler.registry import family_of
from crawler.replica import farm
from crawler.replica.expected import Expected, Truth
from crawler.replica.neighbours import OUTCOMES, RETRY_AFTER_SECONDS, Manner
from crawler.replica.software import SOFTWARE
from crawler.replica.world import World

Checked = Callable[..., list[Check]]
AsRecorded = Callable[[Check, Expected], Expected]


@pytest.mark.parametrize("software", [software.name for software in SOFTWARE])
def test_each_software_is_recorded_as_it_is(
    software: str, world: World, truth: Truth, checked: Checked, as_recorded: AsRecorded
) -> None:
    """Outcome, numbers, registration and every edge of all servers of a kind are what the truth says."""
    if "*" in family_of(software).NAMES:
        pytest.skip(f"the crawler does not speak {software} yet")
    names = [s.hostname for s in world.servers if s.software.name == software]
    expected = [truth.expected(name) for name in names]

    done = checked(*names)

    assert names
    assert expected == [as_recorded(*pair) for pair in zip(done, expected, strict=True)]


@pytest.mark.parametrize("manner", list(Manner))
def test_each_bad_neighbour_ends_as_intended(
    manner: Manner, world: World, truth: Truth, checked: Checked, as_recorded: AsRecorded
) -> None:
    """A check of a bad neighbour ends in its intended outcome and brings nothing else."""
    name = next(n.hostname for n in world.neighbours if n.manner is manner)
    expected = truth.expected(name)

    (done,) = checked(name)

    assert OUTCOMES[manner] == done.outcome
    assert expected == as_recorded(done, expected)


def test_who_asks_to_wait_is_heard(world: World, checked: Checked) -> None:
    """A rate-limited server says how long it wants to be left alone."""
    name = next(n.hostname for n in world.neighbours if n.manner is Manner.RATE_LIMITED)

    (done,) = checked(name)

    assert RETRY_AFTER_SECONDS == done.retry_after_seconds


def test_the_farm_answers_for_every_name_below_it(
    truth: Truth, checked: Checked, as_recorded: AsRecorded
) -> None:
    """A name that nobody has ever heard of answers as its siblings do, and names sixty more."""
    name = f"never-heard-of-it.{farm.DOMAIN}"
    expected = truth.expected(name)

    (done,) = checked(name)

    assert expected == as_recorded(done, expected)
    assert farm.SIBLINGS <= len(expected.edges)


def test_a_name_of_nobody_is_refused(checked: Checked) -> None:
    """The connection for a name outside the world is closed before TLS."""
    (done,) = checked("nobody-lives-here.example")

    assert Outcome.REFUSED == done.outcome


def test_nothing_personal_is_kept(world: World, checked: Checked) -> None:
    """Every server names its keeper somewhere; no document of a check does."""
    names = {server.software.name: server.hostname for server in world.servers}

    done = checked(*names.values())

    kept = [exchange.document for check in done for exchange in check.exchanges]
    assert [] == [document for document in kept if document and b"keeper" in document.lower()]
