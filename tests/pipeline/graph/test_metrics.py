"""Metrics are those of NetworkX on small graphs, and estimates tell their error."""

import networkx as nx
import numpy as np
import pytest
from networkx.algorithms.link_analysis.pagerank_alg import _pagerank_python

from pipeline.graph import metrics
from pipeline.graph.edges import Graph, directed, rows_of_bits, undirected

EXACT = 1e-9


def _real(name: str) -> nx.Graph:
    made = {"karate": nx.karate_club_graph, "davis": nx.davis_southern_women_graph}
    made |= {"florentine": nx.florentine_families_graph, "miserables": nx.les_miserables_graph}
    return nx.convert_node_labels_to_integers(nx.Graph(made[name]().edges()))


GRAPHS: dict[str, nx.Graph] = {
    **{name: _real(name) for name in ("karate", "davis", "florentine", "miserables")},
    "sparse": nx.gnp_random_graph(60, 0.03, seed=1),
    "dense": nx.gnp_random_graph(40, 0.6, seed=2),
    "scale-free": nx.barabasi_albert_graph(80, 2, seed=3),
    "directed": nx.gnp_random_graph(40, 0.1, seed=4, directed=True),
    "directed, dense": nx.gnp_random_graph(30, 0.5, seed=5, directed=True),
    "directed, scale-free": nx.DiGraph(nx.scale_free_graph(50, seed=6)),
}


@pytest.fixture(params=GRAPHS, ids=list(GRAPHS))
def pair(request: pytest.FixtureRequest) -> tuple[Graph, nx.Graph]:
    """A graph of ours and the same graph of NetworkX."""
    other = GRAPHS[request.param].copy()
    ends = np.array(other.edges(), np.int32).reshape(-1, 2)
    make = directed if other.is_directed() else undirected
    other.remove_edges_from(list(nx.selfloop_edges(other)))
    return make(len(other), ends[:, 0], ends[:, 1]), other


def test_each_server_has_the_numbers_of_networkx(pair: tuple[Graph, nx.Graph]) -> None:
    """Degrees and cores exactly, PageRank and betweenness to 1e-9."""
    graph, other = pair

    found = metrics.node_numbers(graph)

    nodes = range(len(other))
    ins, outs = (
        (other.in_degree, other.out_degree) if graph.is_directed else (other.degree, other.degree)
    )
    assert [ins[n] for n in nodes] == found.in_degrees.tolist()
    assert [outs[n] for n in nodes] == found.out_degrees.tolist()
    cores = nx.core_number(nx.Graph(other))
    assert [cores[n] for n in nodes] == found.cores.tolist()
    # the plain one: the other needs scipy
    ranks = _pagerank_python(other, tol=1e-15, max_iter=1000, weight=None)
    assert found.pageranks == pytest.approx([ranks[n] for n in nodes], abs=EXACT)
    between = nx.betweenness_centrality(other)
    assert found.betweenness == pytest.approx([between[n] for n in nodes], abs=EXACT)
    assert found.betweenness_errors is not None
    assert 0 == found.betweenness_errors.max()


def test_the_whole_has_the_numbers_of_networkx(pair: tuple[Graph, nx.Graph]) -> None:
    """Density, reciprocity, assortativity, clustering, components, paths, diameter and modularity."""
    graph, other = pair
    software = np.arange(graph.nodes_count) % 3
    parts = np.arange(graph.nodes_count) // 10
    plain = nx.Graph(other)
    core = plain.subgraph(max(nx.connected_components(plain), key=len))
    nx.set_node_attributes(other, {n: int(software[n]) for n in other}, "software")

    found = metrics.totals(graph, software=software, communities=parts)

    assert other.number_of_edges() == found.edges_count
    assert found.density_ratio == pytest.approx(nx.density(other), abs=EXACT)
    if graph.is_directed:
        assert found.reciprocity_ratio == pytest.approx(nx.overall_reciprocity(other), abs=EXACT)
    degrees = nx.degree_assortativity_coefficient(other)
    assert found.degree_assortativity == pytest.approx(degrees, abs=EXACT)
    kinds = nx.attribute_assortativity_coefficient(other, "software")
    assert found.software_assortativity == pytest.approx(kinds, abs=EXACT)
    assert found.clustering_ratio == pytest.approx(nx.transitivity(plain), abs=EXACT)
    assert 0 == found.clustering_error
    assert nx.number_connected_components(plain) == found.components_count
    assert found.largest_ratio == pytest.approx(len(core) / len(other), abs=EXACT)
    exact = metrics.paths(rows_of_bits(graph), np.array(sorted(core)), count=10**6)
    assert exact.length == pytest.approx(nx.average_shortest_path_length(core), abs=EXACT)
    assert (nx.diameter(core), nx.diameter(core)) == (exact.diameter_least, exact.diameter_most)
    assert found.diameter_least is not None
    assert found.diameter_most is not None
    assert found.diameter_least <= nx.diameter(core) <= found.diameter_most
    groups = [set(np.flatnonzero(parts == part).tolist()) for part in np.unique(parts)]
    assert found.modularity == pytest.approx(nx.community.modularity(plain, groups), abs=EXACT)


def test_loops_and_repetitions_are_dropped() -> None:
    """A server that names itself or somebody twice says no more than once, and nothing of itself."""
    ends, others = np.array([0, 0, 0, 1, 2], np.int32), np.array([0, 1, 1, 0, 2], np.int32)

    one_way, no_way = directed(3, ends, others), undirected(3, ends, others)

    assert [(0, 1), (1, 0)] == list(zip(one_way.sources, one_way.targets, strict=True))
    assert [(0, 1)] == list(zip(no_way.sources, no_way.targets, strict=True))


def test_a_graph_of_nobody_has_no_numbers() -> None:
    """Nothing is divided by nothing, and nothing is said of it."""
    graph = directed(0, np.zeros(0, np.int32), np.zeros(0, np.int32))

    found = metrics.totals(graph, software=np.zeros(0, np.int64), communities=np.zeros(0, np.int64))

    assert (0, 0, 0, None, None) == (
        found.nodes_count,
        found.edges_count,
        found.components_count,
        found.density_ratio,
        found.modularity,
    )


def test_estimated_betweenness_tells_its_error() -> None:
    """The errors told are as large as the errors made: most central servers are off by less than three."""
    other = nx.barabasi_albert_graph(300, 3, seed=7)
    ends = np.array(other.edges(), np.int32)
    graph = undirected(300, ends[:, 0], ends[:, 1])

    found = metrics.node_numbers(graph, edges_walked=100 * (graph.edges_count + 300))

    true = nx.betweenness_centrality(other)
    assert found.betweenness is not None
    assert found.betweenness_errors is not None
    away = np.abs(found.betweenness - [true[n] for n in range(300)])
    assert found.betweenness_errors.max() > 0
    size = np.sqrt(np.mean(found.betweenness_errors**2))
    assert 0.5 < np.sqrt(np.mean(away**2)) / size < 2
    central = np.argsort(found.betweenness)[-60:]
    assert np.mean((away <= 3 * found.betweenness_errors)[central]) > 0.8


def test_betweenness_of_too_many_links_is_not_said() -> None:
    """From a handful of servers nothing can be said of the others."""
    graph = undirected(100, np.arange(99, dtype=np.int32), np.arange(1, 100, dtype=np.int32))

    found = metrics.node_numbers(graph, edges_walked=500)

    assert found.betweenness is None


def test_sampled_clustering_is_within_its_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample of the links tells the transitivity and how far off it may be."""
    other = nx.gnp_random_graph(120, 0.2, seed=8)
    ends = np.array(other.edges(), np.int32)
    graph = undirected(120, ends[:, 0], ends[:, 1])
    monkeypatch.setattr(metrics, "LINKS_SAMPLED", 400)

    ratio, error = metrics.clustering(graph, rows_of_bits(graph))

    assert ratio is not None
    assert error is not None
    assert abs(ratio - nx.transitivity(other)) < 4 * error < 0.1
