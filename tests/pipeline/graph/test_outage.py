"""An outage strands people and cuts links, and says of how many it knows nothing."""

import networkx as nx
import numpy as np
import pytest

from pipeline.graph.edges import rows_of_bits, undirected
from pipeline.graph.metrics import components
from pipeline.graph.outage import (
    Servers,
    at_random,
    curve,
    largest,
    of_domain,
    of_software,
    outage,
)

STAR = undirected(5, np.zeros(4, np.int32), np.arange(1, 5, dtype=np.int32))


@pytest.fixture
def servers() -> Servers:
    """Five servers; the last does not say how many people it has."""
    return Servers(
        users=np.array([100.0, 50, 30, 20, np.nan]),
        active=np.array([60.0, 20, 15, 5, np.nan]),
        software=["mastodon", "mastodon", "lemmy", None, "lemmy"],
        domains=["a.example", "b.example", "b.example", "c.example", "d.example"],
    )


def test_the_middle_of_a_star_cuts_it(servers: Servers) -> None:
    """Its people are stranded, and each of the others is alone."""
    found = outage(servers, {"knows": rows_of_bits(STAR)}, [0])

    assert (1, 0, 100, 60) == (
        found.removed_count,
        found.unknown_count,
        found.users_stranded,
        found.active_stranded,
    )
    assert (0.5, 0.6) == (found.users_ratio, found.active_ratio)
    assert found.concentration_before == pytest.approx(0.6**2 + 0.2**2 + 0.15**2 + 0.05**2)
    assert found.concentration_after == pytest.approx(0.5**2 + 0.375**2 + 0.125**2)
    knows = found.cuts["knows"]
    assert (4, 0.25, 3) == (knows.components_count, knows.largest_ratio, knows.cut_off_count)


def test_a_leaf_of_a_star_cuts_nobody_off(servers: Servers) -> None:
    """What is not said is counted, not taken for nobody."""
    found = outage(servers, {"knows": rows_of_bits(STAR)}, [4])

    assert (1, 0) == (found.unknown_count, found.users_stranded)
    knows = found.cuts["knows"]
    assert (1, 1.0, 0) == (knows.components_count, knows.largest_ratio, knows.cut_off_count)


def test_everybody_can_go(servers: Servers) -> None:
    """Nothing is left, and nothing is said of it."""
    found = outage(servers, {"knows": rows_of_bits(STAR)}, np.ones(5, bool))

    assert found.concentration_after is None
    assert found.cuts["knows"].largest_ratio is None


def test_servers_are_chosen_by_what_they_are(servers: Servers) -> None:
    """By size, by software and by registrable domain."""
    assert [0, 1, 2] == largest(servers, 3).tolist()
    assert [2, 4] == of_software(servers, "lemmy").tolist()
    assert [1, 2] == of_domain(servers, "b.example").tolist()


def test_a_curve_takes_more_and_more(servers: Servers) -> None:
    """The largest first strand more people than chance."""
    rows = {"knows": rows_of_bits(STAR)}

    aimed = curve(servers, rows, largest(servers, 5), [0, 1, 3])
    chance = curve(servers, rows, at_random(servers, seed=2), [0, 1, 3])

    assert [0, 60, 95] == [found.active_stranded for found in aimed]
    assert sum(found.active_stranded for found in chance) < 155


@pytest.mark.parametrize("seed", range(5))
def test_components_are_those_of_networkx(seed: int) -> None:
    """With and without some servers, on random sparse graphs."""
    other = nx.gnp_random_graph(150, 0.012, seed=seed)
    ends = np.array(other.edges(), np.int32)
    rows = rows_of_bits(undirected(150, ends[:, 0], ends[:, 1]))
    left = np.random.default_rng(seed).random(150) > 0.2

    for is_left in (np.ones(150, bool), left):
        found = components(rows, 150, is_left)

        wanted = nx.connected_components(other.subgraph(np.flatnonzero(is_left).tolist()))
        parts = {
            frozenset(np.flatnonzero(found == label).tolist()) for label in range(found.max() + 1)
        }
        assert {frozenset(part) for part in wanted} == parts
