"""Communities and places are found again: the same seed, the same map; and from publish to publish."""

import networkx as nx
import numpy as np
import pytest

from pipeline.graph.communities import kept_labels, leiden
from pipeline.graph.edges import Graph, undirected
from pipeline.graph.layout import layout, turn

PARTS = np.repeat(np.arange(4), 30)


def _graph(seed: int) -> Graph:
    ratios = [[0.3 if a == b else 0.01 for b in range(4)] for a in range(4)]
    other = nx.stochastic_block_model([30] * 4, ratios, seed=seed)
    ends = np.array(other.edges(), np.int32)
    return undirected(121, ends[:, 0], ends[:, 1])


@pytest.fixture
def graph() -> Graph:
    """Four planted communities of 30, and a server without a link."""
    return _graph(1)


def test_planted_communities_are_found(graph: Graph) -> None:
    """Each is one label, and who has no link has none."""
    found = leiden(graph, np.ones(graph.edges_count))

    assert -1 == found[120]
    assert 4 == len({(part, label) for part, label in zip(PARTS, found[:120], strict=True)})


def test_the_same_seed_finds_the_same(graph: Graph) -> None:
    """Communities and places are drawn alike each time."""
    weights = np.ones(graph.edges_count)

    assert (leiden(graph, weights, seed=5) == leiden(graph, weights, seed=5)).all()
    np.testing.assert_array_equal(layout(graph, seed=5), layout(graph, seed=5))


def test_labels_stay_with_most_of_their_servers() -> None:
    """A community keeps its label while it changes a little; a new one gets a number never used."""
    before = np.array([7, 7, 7, 7, 3, 3, 3, -1, -1, -1])
    found = np.array([1, 1, 1, 0, 0, 0, 0, 2, 2, -1])

    kept = kept_labels(found, before, first_new=9)

    assert [7, 7, 7, 3, 3, 3, 3, 9, 9, -1] == kept.tolist()


def test_a_community_that_splits_leaves_its_label_to_the_larger_part() -> None:
    """A label never names two communities."""
    kept = kept_labels(np.array([0, 0, 0, 1, 1]), np.array([4, 4, 4, 4, 4]), first_new=5)

    assert [4, 4, 4, 5, 5] == kept.tolist()


def test_without_a_past_labels_are_new() -> None:
    """The first publish numbers them from the first new one."""
    kept = kept_labels(np.array([0, 1, -1]), np.full(3, -1), first_new=0)

    assert [0, 1, -1] == kept.tolist()


def test_who_has_no_link_has_no_place(graph: Graph) -> None:
    """Everybody else has one within the frame."""
    places = layout(graph)

    assert np.isnan(places[120]).all()
    assert np.abs(places[:120]).max() <= 1.5


def test_a_warm_start_moves_less_than_a_fresh_one(graph: Graph) -> None:
    """With a few other links, yesterday's map is nearer from yesterday's places."""
    before = layout(graph, seed=1)
    kept = np.arange(graph.edges_count) % 33 > 0
    after = graph.only(kept)

    warm, fresh = layout(after, before, seed=2), layout(after, seed=2)

    def moved(places: np.ndarray) -> float:
        return float(np.nanmedian(np.linalg.norm(places - before, axis=1)))

    assert moved(warm) < 0.5 * moved(fresh)


def test_a_new_server_begins_amid_its_neighbours(graph: Graph) -> None:
    """Who was not on the old map stands near those it is linked with."""
    before = layout(graph, seed=1)
    before[0] = np.nan

    places = layout(graph, before, seed=2)

    own = places[:30].mean(axis=0)
    others = [places[first : first + 30].mean(axis=0) for first in (30, 60, 90)]
    assert all(
        np.linalg.norm(places[0] - own) < np.linalg.norm(places[0] - other) for other in others
    )


def test_a_turned_map_is_turned_back() -> None:
    """Rotation and reflection are undone."""
    wanted = np.random.default_rng(1).normal(size=(20, 2))
    turned = wanted @ np.array([[0.0, 1.0], [1.0, 0.0]])

    found = turned @ turn(turned, wanted)

    np.testing.assert_allclose(found - found.mean(axis=0), wanted - wanted.mean(axis=0), atol=1e-12)
