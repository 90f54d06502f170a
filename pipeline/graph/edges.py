"""A graph as arrays of numbers, and its rows as bits.

Servers are numbered from 0. A graph is simple: no server links to itself, no link is there twice. An
undirected link is kept once, its smaller number first. Rows as bits make dense graphs cheap: 30,000
servers take 112 MB, whatever their links.
"""

from dataclasses import dataclass

import igraph
import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Ratios = NDArray[np.float64]
Bits = NDArray[np.uint8]

BYTES_AT_ONCE = 64_000_000
"""Rows of bits that are looked at together: enough to be fast, little beside the rows themselves."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Graph:
    """A simple graph. Made by `directed` or `undirected`, which drop loops and repetitions."""

    nodes_count: int
    """Servers, linked or not."""
    sources: NDArray[np.int32]
    """First end of each link, in order."""
    targets: NDArray[np.int32]
    """Second end of each link."""
    is_directed: bool
    """Whether a link goes one way."""

    @property
    def edges_count(self) -> int:
        """Links; an undirected one counts once."""
        return len(self.sources)

    @property
    def out_degrees(self) -> Numbers:
        """Servers that each one names; of an undirected graph, that it is linked with."""
        counts = np.bincount(self.sources, minlength=self.nodes_count)
        return counts if self.is_directed else counts + self._named()

    @property
    def in_degrees(self) -> Numbers:
        """Servers that name each one; of an undirected graph, that it is linked with."""
        return self._named() if self.is_directed else self.out_degrees

    def _named(self) -> Numbers:
        return np.bincount(self.targets, minlength=self.nodes_count)

    @property
    def keys(self) -> Numbers:
        """Each link as one number, ascending."""
        return self.sources.astype(np.int64) * self.nodes_count + self.targets

    def as_undirected(self) -> "Graph":
        """The same links without their direction."""
        if not self.is_directed:
            return self
        return undirected(self.nodes_count, self.sources, self.targets)

    def as_igraph(self) -> igraph.Graph:
        """The same graph for igraph's algorithms."""
        ends = np.column_stack((self.sources, self.targets)).astype(np.int64)
        return igraph.Graph(self.nodes_count, ends, directed=self.is_directed)

    def only(self, chosen: NDArray[np.bool_]) -> "Graph":
        """The graph of all servers and some of the links."""
        return Graph(
            nodes_count=self.nodes_count,
            sources=self.sources[chosen],
            targets=self.targets[chosen],
            is_directed=self.is_directed,
        )


def directed(nodes_count: int, sources: NDArray[np.int32], targets: NDArray[np.int32]) -> Graph:
    """Links that go one way; loops and repetitions are dropped."""
    return _simple(nodes_count, np.asarray(sources), np.asarray(targets), is_directed=True)


def undirected(nodes_count: int, ends: NDArray[np.int32], others: NDArray[np.int32]) -> Graph:
    """Links without a direction; loops and repetitions, also the other way round, are dropped."""
    low, high = np.minimum(ends, others), np.maximum(ends, others)
    return _simple(nodes_count, low, high, is_directed=False)


def mutual(graph: Graph, is_kept: NDArray[np.bool_]) -> Graph:
    """Links that both ends have, among the servers that are kept."""
    keys = graph.keys
    back = np.sort(graph.targets.astype(np.int64) * graph.nodes_count + graph.sources)
    both = _among(keys, back) & (graph.sources < graph.targets)
    both &= is_kept[graph.sources] & is_kept[graph.targets]
    found = graph.only(both)
    return Graph(
        nodes_count=graph.nodes_count,
        sources=found.sources,
        targets=found.targets,
        is_directed=False,
    )


def reciprocity(graph: Graph) -> float | None:
    """Share of the links whose other end links back; `None` without links."""
    if not graph.edges_count:
        return None
    if not graph.is_directed:
        return 1.0
    back = np.sort(graph.targets.astype(np.int64) * graph.nodes_count + graph.sources)
    return float(_among(graph.keys, back).mean())


def rows_of_bits(graph: Graph) -> Bits:
    """The neighbours of each server as bits of a row, links taken without direction."""
    size = graph.nodes_count
    width = -(-size // 64) * 8  # whole words of 64 bits
    rows = np.zeros((size, width), np.uint8)
    order = np.argsort(graph.targets, kind="stable")
    # the links by either end, in order
    sides = (
        (graph.targets, np.searchsorted(graph.sources, np.arange(size + 1))),
        (graph.sources[order], np.concatenate(([0], np.cumsum(graph._named())))),
    )
    del order
    step = max(1, BYTES_AT_ONCE // max(1, width * 8))
    for first in range(0, size, step):
        last = min(first + step, size)
        block = np.zeros((last - first, width * 8), bool)
        for others, begins in sides:
            lengths = np.diff(begins[first : last + 1])
            places = np.repeat(np.arange(last - first), lengths)
            block[places, others[begins[first] : begins[last]]] = True
        rows[first:last] = np.packbits(block, axis=1)
    return rows


def common_counts(rows: Bits, ends: NDArray[np.int32], others: NDArray[np.int32]) -> Numbers:
    """How many neighbours the two ends of each pair have in common."""
    words = rows.view(np.uint64)
    counts = np.empty(len(ends), np.int64)
    step = max(1, BYTES_AT_ONCE // max(1, rows.shape[1]))
    for first in range(0, len(ends), step):
        chosen = slice(first, first + step)
        shared = words[ends[chosen]]
        shared &= words[others[chosen]]
        counts[chosen] = np.bitwise_count(shared).sum(axis=1, dtype=np.int64)
    return counts


def _simple(
    nodes_count: int, sources: NDArray[np.int32], targets: NDArray[np.int32], *, is_directed: bool
) -> Graph:
    apart = sources != targets
    # sorted by hand: `np.unique` hashes, which is a hundred times slower on millions
    keys = np.sort(sources[apart].astype(np.int64) * nodes_count + targets[apart])
    if len(keys):
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    return Graph(
        nodes_count=nodes_count,
        sources=(keys // max(nodes_count, 1)).astype(np.int32),
        targets=(keys % max(nodes_count, 1)).astype(np.int32),
        is_directed=is_directed,
    )


def _among(keys: Numbers, ordered: Numbers) -> NDArray[np.bool_]:
    """Whether each key is in an ascending array."""
    if not len(ordered):
        return np.zeros(len(keys), bool)
    places = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[places] == keys
    return found
