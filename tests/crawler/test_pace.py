"""Gentle to machines: requests to one address, checks in one network."""

import pytest

from crawler.pace import Crowd, Turns, network_of


def test_a_burst_goes_at_once_and_the_rest_at_its_rate() -> None:
    """CON-04: two a second to one address, whatever names share it."""
    turns = Turns(per_second=2, burst=3)

    waits = [turns.take("192.0.2.1", 100.0) for _ in range(6)]

    assert [0, 0, 0, 0.5, 1.0, 1.5] == waits
    assert 0 == turns.take("192.0.2.2", 100.0)


def test_after_a_rest_there_is_a_burst_again() -> None:
    """CON-04: what was not used is not saved up beyond one burst."""
    turns = Turns(per_second=2, burst=3)
    for _ in range(6):
        turns.take("192.0.2.1", 100.0)

    waits = [turns.take("192.0.2.1", 500.0) for _ in range(4)]

    assert [0, 0, 0, 0.5] == waits


@pytest.mark.parametrize("count", [1000])
def test_no_second_has_more_than_the_rate_and_a_burst(count: int) -> None:
    """CON-04: counted over every window of a second."""
    turns = Turns(per_second=2, burst=6)
    now, at = 0.0, []
    for _ in range(count):
        now += 0.01
        at.append(now + turns.take("192.0.2.1", now))

    most = max(sum(begin <= each < begin + 1 for each in at) for begin in at)

    assert most <= 2 + 6


def test_only_so_many_are_at_one_address() -> None:
    """CON-04: the third waits until one has come out, in order."""
    crowd: Crowd[str] = Crowd(per_address=2, per_network=9, most_waiting=9)

    entered = [crowd.enter("192.0.2.1", name) for name in "abcd"]

    assert [True, True, False, False] == entered
    assert ["c"] == crowd.leave("192.0.2.1")
    assert ["d"] == crowd.leave("192.0.2.1")
    assert [] == crowd.leave("192.0.2.1")
    assert 0 == crowd.waiting_count


def test_only_so_many_are_in_one_network() -> None:
    """CON-04: neighbours' addresses count together; who fits elsewhere does not wait behind them."""
    crowd: Crowd[str] = Crowd(per_address=2, per_network=3, most_waiting=9)

    entered = [crowd.enter(f"192.0.2.{n}", str(n)) for n in range(1, 6)]
    elsewhere = crowd.enter("198.51.100.1", "other")

    assert [True, True, True, False, False] == entered
    assert elsewhere
    assert ["4"] == crowd.leave("192.0.2.2")


def test_who_waits_for_a_full_address_holds_nobody_up() -> None:
    """A neighbour with room goes in before it."""
    crowd: Crowd[str] = Crowd(per_address=1, per_network=2, most_waiting=9)
    for address, name in (
        ("192.0.2.1", "a"),
        ("192.0.2.2", "b"),
        ("192.0.2.1", "c"),
        ("192.0.2.3", "d"),
    ):
        crowd.enter(address, name)

    assert ["d"] == crowd.leave("192.0.2.2")


def test_too_many_are_sent_away() -> None:
    """A network with thousands of names does not fill the crawl with those who wait."""
    crowd: Crowd[str] = Crowd(per_address=1, per_network=1, most_waiting=2)

    entered = [crowd.enter("192.0.2.1", name) for name in "abcd"]

    assert [True, False, False, None] == entered


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2606:4700::1", "2606:4700:0000::/48"),
        ("2606:4700:1:2::1", "2606:4700:0001::/48"),
    ],
)
def test_a_network_is_a_24_or_a_48(address: str, network: str) -> None:
    """What one customer of a hosting company has."""
    assert network == network_of(address)
