"""Whether there is a network: names only, within a time."""

import threading

import pytest

from pipeline.network import is_reachable


def test_one_name_with_an_address_is_a_network() -> None:
    """The others may fail."""

    def resolve(hostname: str) -> object:
        if hostname == "c.example":
            return ["192.0.2.1"]
        raise OSError(hostname)

    assert is_reachable(["a.example", "b.example", "c.example"], resolve=resolve)


@pytest.mark.parametrize("error", [OSError("no"), UnicodeError("label too long")])
def test_no_name_with_an_address_is_none(error: Exception) -> None:
    """All answers are awaited, and none is good."""

    def resolve(hostname: str) -> object:
        raise error

    assert not is_reachable(["a.example", "b.example"], resolve=resolve)


def test_an_empty_answer_is_none() -> None:
    """A resolver that knows the name and no address has found nobody."""
    assert not is_reachable(["a.example"], resolve=lambda hostname: [])


def test_nobody_to_ask_is_none() -> None:
    """Without names there is nothing to find out."""
    assert not is_reachable([])


def test_a_resolver_that_hangs_is_waited_for_no_longer_than_said() -> None:
    """The answer comes without it, and it does not hold up the end."""
    never = threading.Event()
    others = set(threading.enumerate())

    def resolve(hostname: str) -> object:
        never.wait()
        return []

    try:
        assert not is_reachable(["a.example", "b.example"], seconds=0.05, resolve=resolve)
        assert all(thread.daemon for thread in set(threading.enumerate()) - others)
    finally:
        never.set()


def test_one_that_hangs_does_not_hide_one_that_answers() -> None:
    """Names are asked side by side."""
    never = threading.Event()

    def resolve(hostname: str) -> object:
        if hostname == "slow.example":
            never.wait()
        return ["192.0.2.1"]

    try:
        assert is_reachable(["slow.example", "b.example"], resolve=resolve)
    finally:
        never.set()
