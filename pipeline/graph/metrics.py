"""Numbers of a graph: of each server and of the whole.

Exact where that is cheap; else from a sample, with its standard error beside it. An error of 0 means
exact, `None` means that there is nothing to say. Loops and repetitions are gone before (`edges`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

from pipeline.graph.edges import (
    Bits,
    Graph,
    Numbers,
    Ratios,
    common_counts,
    reciprocity,
    rows_of_bits,
)

DAMPING = 0.85
"""How often PageRank's reader follows a link instead of starting anew; the usual number."""

EDGES_WALKED = 200_000_000
"""Links that estimating betweenness may walk along, about a minute on one core."""

SOURCES_LEAST = 16
"""Betweenness from fewer servers than that says nothing, and is left out."""

BATCHES = 64
"""Parts of a sample whose differences tell the error of the whole."""

LINKS_SAMPLED = 200_000
"""Links whose triangles are counted; of more of them a sample is taken."""

WALKS_COUNT = 64
"""Servers from which distances are measured."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class NodeNumbers:
    """What is said of each server, in the order of the servers."""

    in_degrees: Numbers
    out_degrees: Numbers
    pageranks: Ratios
    cores: Numbers
    betweenness: Ratios | None
    """Share of the shortest paths between others that lead through it; `None` = too many links."""
    betweenness_errors: Ratios | None
    """Standard error of that; too small for servers that hardly any path crosses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is said of a graph as a whole. Paths, components and triangles ignore directions."""

    nodes_count: int
    """Servers."""
    linked_nodes_count: int
    """Servers with a link."""
    edges_count: int
    """Links."""
    density_ratio: float | None
    """Links of all that could be."""
    reciprocity_ratio: float | None
    """Links whose other end links back, of all links."""
    degree_assortativity: float | None
    """Correlation of the degrees at both ends; `None` = they do not differ."""
    software_assortativity: float | None
    """The same of software, -1 to 1, among links whose ends both say what they run."""
    clustering_ratio: float | None
    """Closed triads of all triads (transitivity)."""
    clustering_error: float | None
    """Its standard error."""
    path_length: float | None
    """Mean distance within the largest component."""
    path_length_error: float | None
    """Its standard error."""
    diameter_least: int | None
    """The diameter of the largest component is at least this."""
    diameter_most: int | None
    """And at most this."""
    components_count: int
    """Parts without a link between them, servers without any link included."""
    largest_ratio: float | None
    """Servers in the largest part, of all servers."""
    modularity: float | None
    """How much more links lie within communities than chance would put there."""


def node_numbers(graph: Graph, *, seed: int = 0, edges_walked: int = EDGES_WALKED) -> NodeNumbers:
    """Say of each server what the graph says of it."""
    # a dense graph takes gigabytes in igraph: made only where it can be walked
    is_walked = sources_count(graph, edges_walked) > 0
    found = (
        betweenness(graph.as_igraph(), sources_count(graph, edges_walked), seed=seed)
        if is_walked
        else None
    )
    return NodeNumbers(
        in_degrees=graph.in_degrees,
        out_degrees=graph.out_degrees,
        pageranks=pageranks(graph),
        cores=cores(graph.as_undirected()),
        betweenness=None if found is None else found[0],
        betweenness_errors=None if found is None else found[1],
    )


def totals(
    graph: Graph,
    *,
    software: NDArray[np.int64] | None = None,
    communities: NDArray[np.int64] | None = None,
    weights: Ratios | None = None,
    rows: Bits | None = None,
    seed: int = 0,
) -> Totals:
    """Say of the whole graph what can be said; -1 stands for a software or community not known."""
    size, edges = graph.nodes_count, graph.edges_count
    rows = rows_of_bits(graph) if rows is None else rows
    labels = components(rows, size)
    sizes = np.bincount(labels) if size else np.zeros(0, np.int64)
    pairs = size * (size - 1) / (1 if graph.is_directed else 2)
    walk = paths(rows, np.flatnonzero(labels == sizes.argmax()) if size else labels, seed=seed)
    clustered = clustering(graph.as_undirected(), rows, seed=seed)
    return Totals(
        nodes_count=size,
        linked_nodes_count=int(((graph.in_degrees + graph.out_degrees) > 0).sum()),
        edges_count=edges,
        density_ratio=edges / pairs if pairs else None,
        reciprocity_ratio=reciprocity(graph),
        degree_assortativity=degree_assortativity(graph),
        software_assortativity=None if software is None else kind_assortativity(graph, software),
        clustering_ratio=clustered[0],
        clustering_error=clustered[1],
        path_length=walk.length,
        path_length_error=walk.error,
        diameter_least=walk.diameter_least,
        diameter_most=walk.diameter_most,
        components_count=len(sizes),
        largest_ratio=float(sizes.max() / size) if size else None,
        modularity=None
        if communities is None
        else modularity(graph.as_undirected(), communities, weights),
    )


def pageranks(graph: Graph, *, damping: float = DAMPING, precision: float = 1e-13) -> Ratios:
    """PageRank by iteration; a server without links passes its rank on to all."""
    size = graph.nodes_count
    if not size:
        return np.zeros(0)
    sources, targets = graph.sources, graph.targets
    if not graph.is_directed:
        sources = np.concatenate((graph.sources, graph.targets))
        targets = np.concatenate((graph.targets, graph.sources))
    degrees = np.bincount(sources, minlength=size)
    is_end = degrees == 0
    shares = 1 / np.maximum(degrees, 1)
    ranks = np.full(size, 1 / size)
    for _ in range(1_000):
        passed = np.bincount(targets, (ranks * shares)[sources], minlength=size)
        after = (1 - damping) / size + damping * (passed + ranks[is_end].sum() / size)
        moved = np.abs(after - ranks).sum()
        ranks = after
        if moved < precision:
            break
    return ranks


def cores(graph: Graph) -> Numbers:
    """The core number of each server of an undirected graph, by peeling it from outside."""
    size = graph.nodes_count
    ends = np.concatenate((graph.sources, graph.targets))
    neighbours = np.concatenate((graph.targets, graph.sources))[np.argsort(ends, kind="stable")]
    degrees = np.bincount(ends, minlength=size)
    del ends
    begins = np.concatenate(([0], np.cumsum(degrees)))
    found = np.zeros(size, np.int64)
    is_left = np.ones(size, bool)
    core = 0
    while is_left.any():
        core = max(core, int(degrees[is_left].min()))
        while len(front := np.flatnonzero(is_left & (degrees <= core))):
            found[front] = core
            is_left[front] = False
            met = np.concatenate([neighbours[begins[n] : begins[n + 1]] for n in front.tolist()])
            degrees -= np.bincount(met, minlength=size)
    return found


def sources_count(graph: Graph, edges_walked: int = EDGES_WALKED) -> int:
    """From how many servers betweenness is measured; 0 = from too few to say anything."""
    size = graph.nodes_count
    count = min(size, edges_walked // max(1, graph.edges_count + size))
    return count if count >= min(size, SOURCES_LEAST) else 0


def betweenness(graph: igraph.Graph, count: int, *, seed: int = 0) -> tuple[Ratios, Ratios]:
    """Betweenness from some of the servers, as a share of all pairs of others, with its standard error."""
    size = graph.vcount()
    if size < 3:
        return np.zeros(size), np.zeros(size)
    # each pair of an undirected graph is walked once in each direction and counted half
    scale = 1 / ((size - 1) * (size - 2)) * (1 if graph.is_directed() else 2)
    if count == size:
        return np.array(graph.betweenness()) * scale, np.zeros(size)
    drawn = np.random.default_rng(seed).permutation(size)[:count]
    batches = min(count, BATCHES)
    parts = np.array(
        [
            np.array(graph.betweenness(sources=part.tolist())) * (size / len(part))
            for part in np.array_split(drawn, batches)
        ]
    )
    # fewer are left to draw from the more were drawn
    correction = np.sqrt(1 - count / size)
    errors = parts.std(axis=0, ddof=1) / np.sqrt(batches) * correction
    return parts.mean(axis=0) * scale, errors * scale


def degree_assortativity(graph: Graph) -> float | None:
    """Correlation of the source's out-degree with the target's in-degree."""
    ends = graph.out_degrees[graph.sources].astype(np.float64)
    others = graph.in_degrees[graph.targets].astype(np.float64)
    if not graph.is_directed:
        ends, others = np.concatenate((ends, others)), np.concatenate((others, ends))
    if not len(ends) or not ends.std() or not others.std():
        return None
    return float(np.corrcoef(ends, others)[0, 1])


def kind_assortativity(graph: Graph, kinds: NDArray[np.int64]) -> float | None:
    """How much links prefer their own kind (Newman 2003), among links with two known ends."""
    ends, others = kinds[graph.sources], kinds[graph.targets]
    is_known = (ends >= 0) & (others >= 0)
    ends, others = ends[is_known], others[is_known]
    if not len(ends):
        return None
    if not graph.is_directed:
        ends, others = np.concatenate((ends, others)), np.concatenate((others, ends))
    size = int(max(ends.max(), others.max())) + 1
    from_each = np.bincount(ends, minlength=size) / len(ends)
    to_each = np.bincount(others, minlength=size) / len(ends)
    by_chance = float((from_each * to_each).sum())
    return (
        None if by_chance >= 1 else float(((ends == others).mean() - by_chance) / (1 - by_chance))
    )


def clustering(graph: Graph, rows: Bits, *, seed: int = 0) -> tuple[float | None, float | None]:
    """Transitivity: closed triads of all triads, and its standard error."""
    degrees = graph.out_degrees.astype(np.float64)
    triads = float((degrees * (degrees - 1) / 2).sum())
    if not triads:
        return None, None
    chosen, correction = np.arange(graph.edges_count), 0.0
    if graph.edges_count > LINKS_SAMPLED:
        drawn = np.random.default_rng(seed).choice(graph.edges_count, LINKS_SAMPLED, replace=False)
        chosen, correction = np.sort(drawn), np.sqrt(1 - LINKS_SAMPLED / graph.edges_count)
    counts = common_counts(rows, graph.sources[chosen], graph.targets[chosen])
    # each triangle is met at its three links, and closes three triads
    closed = counts.mean() * graph.edges_count / triads
    error = counts.std() / np.sqrt(len(chosen)) * correction * graph.edges_count / triads
    return float(closed), float(error)


def components(rows: Bits, size: int, is_left: NDArray[np.bool_] | None = None) -> Numbers:
    """Number the parts without a link between them; -1 where a server is left out."""
    left = np.ones(size, bool) if is_left is None else is_left
    order = np.flatnonzero(left)
    # whom no walk has met yet
    open_bits = np.packbits(left)
    open_bits = np.concatenate((open_bits, np.zeros(rows.shape[1] - len(open_bits), np.uint8)))
    labels = np.full(size, -1, np.int64)
    number = 0
    lonely: NDArray[np.bool_] = np.logical_not((rows & open_bits).any(axis=1))
    for start in order.tolist():
        if labels[start] >= 0:
            continue
        labels[start] = number
        if not lonely[start]:
            for _, met in walk(rows, size, start, open_bits):
                labels[met] = number
        number += 1
    return labels


def walk(rows: Bits, size: int, start: int, open_bits: Bits) -> Iterator[tuple[int, Numbers]]:
    """Go outwards from a server: (distance, whom it meets). Who was met is not open any more."""
    open_bits[start // 8] &= np.uint8(255 ^ (128 >> start % 8))
    front, distance = np.array([start]), 0
    while len(front):
        met_bits = np.zeros(rows.shape[1], np.uint8)
        for first in range(0, len(front), 4_096):
            met_bits |= np.bitwise_or.reduce(rows[front[first : first + 4_096]], axis=0)
        met_bits &= open_bits
        open_bits &= ~met_bits
        front = np.flatnonzero(np.unpackbits(met_bits, count=size))
        distance += 1
        if len(front):
            yield distance, front


@dataclass(frozen=True, slots=True, kw_only=True)
class Paths:
    """Distances within a component."""

    length: float | None
    error: float | None
    diameter_least: int | None
    diameter_most: int | None


def paths(rows: Bits, members: Numbers, *, seed: int = 0, count: int = WALKS_COUNT) -> Paths:
    """Mean distance within a component, from some of its servers, and bounds of its diameter."""
    if len(members) < 2:
        return Paths(length=None, error=None, diameter_least=None, diameter_most=None)
    drawn = np.random.default_rng(seed).permutation(members)[:count]
    means, farthest = [], []
    for start in drawn.tolist():
        open_bits = np.full(rows.shape[1], 255, np.uint8)
        met = [
            (distance, len(front))
            for distance, front in walk(rows, rows.shape[0], start, open_bits)
        ]
        means.append(sum(distance * number for distance, number in met) / (len(members) - 1))
        farthest.append(met[-1][0])
    correction = np.sqrt(1 - len(drawn) / len(members))
    error = np.std(means, ddof=1) / np.sqrt(len(drawn)) * correction if len(drawn) > 1 else 0.0
    is_exact = len(drawn) == len(members)
    return Paths(
        length=float(np.mean(means)),
        error=float(error),
        diameter_least=max(farthest),
        # nobody is farther from anybody than there and back through the most central one
        diameter_most=max(farthest) if is_exact else 2 * min(farthest),
    )


def modularity(
    graph: Graph, communities: NDArray[np.int64], weights: Ratios | None = None
) -> float | None:
    """Modularity of a partition of an undirected graph; who is in none is a community of its own."""
    if not graph.edges_count:
        return None
    loads = np.ones(graph.edges_count) if weights is None else weights
    own = np.arange(graph.nodes_count) + int(communities.max(initial=-1)) + 1
    parts = np.where(communities >= 0, communities, own)
    total = loads.sum()
    inner = loads[parts[graph.sources] == parts[graph.targets]].sum() / total
    ends = np.concatenate((parts[graph.sources], parts[graph.targets]))
    strengths = np.bincount(ends, np.concatenate((loads, loads)))
    return float(inner - ((strengths / (2 * total)) ** 2).sum())
