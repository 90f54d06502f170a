"""Days pass in the replica: the same ones each time, a little of everything, and with its truth."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from crawler.outcome import Outcome
from crawler.records import Check
from crawler.replica.expected import Expected, Truth
from crawler.replica.liars import Lie, Oddity
from crawler.replica.server import Replica
from crawler.replica.world import World

Checked = Callable[..., list[Check]]
AsRecorded = Callable[[Check, Expected], Expected]


@pytest.fixture(scope="module")
def young() -> World:
    """A world of two thousand on its first day."""
    return World(2000, 1, liars=0.03)


@pytest.fixture(scope="module")
def old(young: World) -> World:
    """The same ten days later."""
    return young.on(10)


def test_a_day_is_the_same_however_it_is_come_to(young: World) -> None:
    """A world made on a day equals one that was moved there, lists included."""
    made, moved = World(2000, 1, 4, 0.03), young.on(7).on(4)

    assert made.names == moved.names
    assert made.servers == moved.servers
    assert made.silent == moved.silent
    assert np.array_equal(made.lists.targets, moved.lists.targets)


def test_nobody_from_before_is_forgotten(young: World, old: World) -> None:
    """Names keep their places; the young come after them."""
    assert young.names == old.names[: len(young.names)]
    assert len(old.names) == len(set(old.names))
    assert 20 < len(old.names) - len(young.names) < 60


def test_ten_days_bring_a_little_of_everything(young: World, old: World) -> None:
    """People, doors, versions and hidden lists change for some; some fail, and some end."""
    pairs = list(zip(young.servers, old.servers, strict=False))
    lives = [Truth(old).life(server.hostname) for server in old.servers]

    assert 0.9 < sum(a.local_posts < b.local_posts for a, b in pairs) / len(pairs)
    assert 10 < sum(a.registration is not b.registration for a, b in pairs) < 100
    assert 50 < sum(a.version != b.version for a, b in pairs) < 600
    assert 3 < sum(a.is_list_hidden is not b.is_list_hidden for a, b in pairs) < 60
    assert 8 < sum(life.died_on is not None for life in lives) < 40
    assert 8 < sum(not life.is_up and life.died_on is None for life in lives) < 80
    assert any(server.is_rushing and server.users_total > 2_000 for server in old.servers)


def test_a_hundredth_of_each_list_changes_in_a_day(young: World) -> None:
    """About half of it is dropped and half is new; whom somebody meets again stays."""
    before, after = young.on(4), young.on(5)
    rows = [(set(before.known(s).tolist()), set(after.known(s).tolist())) for s in young.servers]
    size = sum(len(row) for row, _ in rows)

    dropped = sum(len(one - other) for one, other in rows) / size
    added = sum(len(other - one) for one, other in rows) / size

    assert 0.003 < dropped < 0.006
    assert 0.003 < added < 0.010


def test_each_kind_of_liar_and_oddity_is_there(old: World) -> None:
    """Three in a hundred lie, as many of each kind, and the well-connected are honest."""
    parts = [old.part(server) for server in old.servers]

    counts = {lie: sum(part.lie is lie for part in parts) for lie in Lie}
    assert all(7 <= counts[lie] <= 8 for lie in Lie if lie is not Lie.RELAY)
    assert set(Oddity) <= {part.oddity for part in parts}
    assert all(old.part(server).lie is None for server in old.hubs)


def test_too_many_liars_are_refused() -> None:
    """A world in which most lie has no truth to compare with."""
    with pytest.raises(ValueError, match=r"0 to 0\.2"):
        World(100, 1, liars=0.5)


@pytest.mark.parametrize("lie", list(Lie))
def test_a_liar_is_recorded_as_it_shows_itself(
    lie: Lie, living: World, replica: Replica, checked: Checked, as_recorded: AsRecorded
) -> None:
    """Over TLS and through the real parsers each kind arrives whole: numbers, words and lists."""
    truth = Truth(living)
    names = [
        s.hostname
        for s in living.servers
        if living.part(s).lie is lie and s.index not in living.silent
    ]
    expected = [truth.expected(name) for name in names]

    done = checked(*names)

    assert names
    assert expected == [as_recorded(*pair) for pair in zip(done, expected, strict=True)]


def test_who_fails_today_ends_as_intended(living: World, checked: Checked) -> None:
    """A server that is out answers as its failure does."""
    truth = Truth(living)
    names = [living.names[index] for index in living.silent]

    done = checked(*names)

    assert names
    assert [truth.expected(name).outcome for name in names] == [check.outcome for check in done]
    assert all(check.outcome is not Outcome.OK for check in done)


@pytest.fixture
def living(world: World, replica: Replica) -> Iterator[World]:
    """The running replica is another world for a while, on its fifth day."""
    other = World(300, 2, 5, 0.05)
    replica.turn(other)
    yield other
    replica.turn(world)


def test_a_signal_lets_a_day_pass(data: Path) -> None:
    """SIGHUP begins the next day while it runs; the rig says which."""
    command = [sys.executable, "-m", "crawler", "replica", "--servers", "80", "--day", "3"]
    command += ["--liars", "0.1"]
    environment = {**os.environ, "HERDBOOK_DATA": str(data)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "Ctrl-C" not in process.stdout.readline():
            pass
        process.send_signal(signal.SIGHUP)
        line = process.stdout.readline()
        told = json.loads((data / "replica" / "rig" / "rig.json").read_text())
        process.terminate()

    assert "Day 4.\n" == line
    assert (4, 0.1) == (told["day"], told["liars"])
