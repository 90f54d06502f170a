"""The world is the same each time, holds what it should, and is small."""

import numpy as np
import pytest

from crawler.outcome import Outcome
from crawler.records import PeerListState
from crawler.replica import farm
from crawler.replica.expected import Truth
from crawler.replica.neighbours import OUTCOMES, Manner
from crawler.replica.population import COUNTS
from crawler.replica.software import SOFTWARE, Peering
from crawler.replica.world import World


def test_the_same_seed_makes_the_same_world() -> None:
    """Names, servers, bad neighbours and every list are equal when made twice."""
    one, other = World(150, 3), World(150, 3)

    assert one.names == other.names
    assert one.servers == other.servers
    assert one.neighbours == other.neighbours
    assert all(np.array_equal(one.known(server), other.known(server)) for server in one.servers)


def test_another_seed_makes_another_world() -> None:
    """A seed changes who exists."""
    assert World(150, 3).names != World(150, 4).names


@pytest.mark.parametrize("servers", [1, 2, 30])
def test_even_a_tiny_world_can_be_found(servers: int) -> None:
    """Fewer servers than kinds of software make a world too, with a server to begin with."""
    world = World(servers, 1)

    assert servers == len(world.servers)
    assert {server.hostname for server in world.seeds} <= Truth(world).findable


def test_a_world_of_none_is_refused() -> None:
    """There is no world without servers."""
    with pytest.raises(ValueError, match="at least 1"):
        World(0, 1)


def test_every_kind_is_there(world: World) -> None:
    """Every software and every manner has somebody, and nobody has the name of another."""
    softwares = {server.software.name for server in world.servers}
    manners = {neighbour.manner for neighbour in world.neighbours}

    assert {software.name for software in SOFTWARE} == softwares
    assert set(Manner) == manners == set(OUTCOMES)
    assert len(world.names) == len(set(world.names))


def test_honest_servers_do_not_contradict_themselves() -> None:
    """Active in a month ≤ in half a year ≤ all, but where the software itself counts otherwise."""
    loose = ("pixelfed", "wordpress")
    servers = [s for s in World(2000, 1).servers if s.software.name not in loose]

    wrong = [
        server
        for server in servers
        if not server.users_active_month <= server.users_active_halfyear <= server.users_total
    ]

    assert [] == wrong


def test_sizes_have_a_heavy_tail() -> None:
    """Most servers are tiny and a few are large, and so are their lists."""
    world = World(2000, 1)
    users = np.array([server.users_total for server in world.servers])
    lists = np.array(
        [len(world.known(s)) for s in world.servers if s.software.peering is Peering.FLAT]
    )

    assert np.median(users) < 20 < 2_000 < users.max()
    assert 100 < np.median(lists) < 300 < 1_000 < lists.max()


def test_lists_cost_four_bytes_an_edge() -> None:
    """Who names whom in a world of two thousand fits into a few megabytes."""
    lists = World(2000, 1).lists

    assert 300_000 < len(lists.targets)
    assert lists.targets.nbytes + lists.starts.nbytes < 4_000_000


def test_no_server_names_itself_or_a_name_twice(world: World) -> None:
    """Rows are sorted, distinct and without their own server."""
    for server in world.servers:
        row = world.known(server).tolist()

        assert row == sorted(set(row))
        assert server.index not in row


def test_nearly_everybody_can_be_found() -> None:
    """A crawl from the seeds finds all but a few islands that nobody names."""
    world = World(2000, 1)

    found = Truth(world).findable

    islands = [name for name in world.names if name not in found]
    assert 0 < len(islands) < len(world.names) * 0.01


def test_who_refuses_tells_nothing(world: World, truth: Truth) -> None:
    """A server that is closed or asked to be left out has no numbers and no edges in the truth."""
    refusing = [
        expected
        for name in world.names
        if (expected := truth.expected(name)).outcome
        in (Outcome.ROBOTS_DISALLOWED, Outcome.OPTED_OUT)
    ]

    assert refusing
    assert all(not expected.edges for expected in refusing)
    assert all(set(expected.numbers.values()) <= {None} for expected in refusing)


def test_hidden_is_not_empty(world: World, truth: Truth) -> None:
    """A hidden list has a state of its own, and names nobody."""
    states = {
        peers.state: peers.hostnames
        for name in world.names
        for peers in truth.expected(name).lists.values()
        if peers.state is not PeerListState.SERVED
    }

    assert {PeerListState.HIDDEN, PeerListState.DISALLOWED, PeerListState.DUMMY} <= set(states)
    assert {frozenset()} == set(states.values())


def test_withheld_is_not_zero(world: World, truth: Truth) -> None:
    """Numbers that are kept back are `None` in the truth."""
    withheld = [s for s in World(2000, 1).servers if s.is_withheld]

    assert withheld
    assert all(server.numbers == dict.fromkeys(COUNTS) for server in withheld)


def test_the_farm_never_ends() -> None:
    """Siblings name siblings that nobody else names, generation after generation."""
    generation = set(farm.siblings(f"first.{farm.DOMAIN}"))

    children = {child for name in generation for child in farm.siblings(name)}

    assert farm.SIBLINGS**2 == len(children)
    assert all(map(farm.is_of_farm, children))
