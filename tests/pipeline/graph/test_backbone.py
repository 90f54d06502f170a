"""The backbone keeps what chance does not explain, and its probabilities are exact."""

import math
from fractions import Fraction

import networkx as nx
import numpy as np
import pytest

from pipeline.graph import backbone as module
from pipeline.graph.backbone import backbone, disparity, likelihood, shared_weights, upper_tail
from pipeline.graph.edges import Graph, undirected


def _graph(other: nx.Graph) -> Graph:
    ends = np.array(other.edges(), np.int32).reshape(-1, 2)
    return undirected(len(other), ends[:, 0], ends[:, 1])


def _tail(total: int, ratio: Fraction, least: int) -> float:
    terms = (
        math.comb(total, n) * ratio**n * (1 - ratio) ** (total - n) for n in range(least, total + 1)
    )
    return float(sum(terms))


@pytest.mark.parametrize("total", [1, 2, 7, 30, 200])
@pytest.mark.parametrize("ratio", [Fraction(1, 1000), Fraction(1, 20), Fraction(2, 5)])
def test_upper_tails_are_exact(total: int, ratio: Fraction) -> None:
    """Above the mean they are the sum of the binomial terms."""
    least = np.arange(math.floor(total * ratio) + 1, total + 1)

    found = upper_tail(total, np.full(len(least), float(ratio)), least)

    assert found == pytest.approx([_tail(total, ratio, n) for n in least.tolist()], rel=1e-11)


def test_a_bound_stands_for_what_is_significant_anyway() -> None:
    """Where Chernoff's bound is below the level, nothing more is computed, and it is no less."""
    least = np.array([150, 60])

    found = upper_tail(200, np.full(2, 0.25), least, level=1e-6)

    assert _tail(200, Fraction(1, 4), 150) <= found[0] < 1e-6
    assert found[1] == pytest.approx(_tail(200, Fraction(1, 4), 60), rel=1e-11)


def test_a_link_weighs_itself_and_what_its_ends_share() -> None:
    """The weight is one and the number of common neighbours."""
    other = nx.gnp_random_graph(70, 0.2, seed=1)
    graph = _graph(other)

    found = shared_weights(graph)

    pairs = zip(graph.sources.tolist(), graph.targets.tolist(), strict=True)
    assert [1 + len(list(nx.common_neighbors(other, a, b))) for a, b in pairs] == found.tolist()


def test_both_filters_follow_their_papers() -> None:
    """On a small weighted graph, by hand."""
    graph = undirected(4, np.array([0, 0, 0, 1], np.int32), np.array([1, 2, 3, 2], np.int32))
    weights = np.array([8, 1, 1, 2])

    spread, chance = disparity(graph, weights), likelihood(graph, weights)

    # (0, 1): 8 of the 10 of server 0 over three links, 8 of the 10 of server 1 over two
    assert spread[0] == pytest.approx(min((1 - 8 / 10) ** 2, 1 - 8 / 10))
    assert chance[0] == pytest.approx(_tail(12, Fraction(10 * 10, 2 * 12 * 12), 8))


def test_planted_communities_are_what_is_left() -> None:
    """Of a dense graph with four dense parts, nearly all links of the backbone are within a part."""
    parts = np.repeat(np.arange(4), 50)
    within, between = 0.8, 0.35
    ratios = [[within if a == b else between for b in range(4)] for a in range(4)]
    graph = _graph(nx.stochastic_block_model([50] * 4, ratios, seed=2))

    found = backbone(graph)

    inner = (parts[found.graph.sources] == parts[found.graph.targets]).mean()
    before = (parts[graph.sources] == parts[graph.targets]).mean()
    assert before < 0.5 < 0.9 < inner
    assert found.graph.edges_count <= found.likelihood_count <= graph.edges_count
    assert found.graph.edges_count <= 6 * graph.nodes_count


def test_witnesses_are_drawn_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Common neighbours are then counted among some servers; the same seed draws the same."""
    graph = _graph(nx.gnp_random_graph(300, 0.3, seed=3))

    some = shared_weights(graph, witnesses_count=128, seed=1)

    assert (some <= shared_weights(graph)).all()
    assert (some == shared_weights(graph, witnesses_count=128, seed=1)).all()
    assert module.WITNESSES_COUNT % 64 == 0


def test_nothing_has_no_backbone() -> None:
    """A graph without links is left as it is."""
    found = backbone(undirected(3, np.zeros(0, np.int32), np.zeros(0, np.int32)))

    assert (0, 0, 0) == (found.graph.edges_count, found.disparity_count, found.likelihood_count)
