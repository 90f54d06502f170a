"""Communities of the backbone, and labels for them that stay from one publish to the next."""

import random

import igraph
import numpy as np
from numpy.typing import NDArray

from pipeline.graph.edges import Graph, Numbers, Ratios

ROUNDS = 10
"""Leiden goes over its partition so often; it changes nothing any more after a few."""


def leiden(graph: Graph, weights: Ratios, *, seed: int = 0) -> Numbers:
    """Find communities by modularity; -1 for a server without a link. The same seed finds the same."""
    found = np.full(graph.nodes_count, -1, np.int64)
    if not graph.edges_count:
        return found
    with _seeded(seed):
        partition = graph.as_igraph().community_leiden(
            objective_function="modularity", weights=weights.tolist(), n_iterations=ROUNDS
        )
    is_linked = graph.out_degrees > 0
    labels = np.array(partition.membership, np.int64)
    found[is_linked] = _largest_first(labels[is_linked])
    return found


def kept_labels(found: NDArray[np.int64], before: NDArray[np.int64], first_new: int) -> Numbers:
    """Give communities the labels of those before that they share most servers with.

    `before` has the old label of each server, -1 where it had none. The largest overlap is served
    first; a label goes to one community only; the others get new numbers from `first_new` on.
    """
    both = (found >= 0) & (before >= 0)
    pairs, overlaps = np.unique(
        np.column_stack((found[both], before[both])), axis=0, return_counts=True
    )
    labels: dict[int, int] = {}
    taken: set[int] = set()
    for place in np.lexsort((pairs[:, 1], pairs[:, 0], -overlaps)):
        new, old = (int(number) for number in pairs[place])
        if new not in labels and old not in taken:
            labels[new] = old
            taken.add(old)
    for new in range(int(found.max(initial=-1)) + 1):
        if new not in labels:
            labels[new] = first_new
            first_new += 1
    # the last place answers for -1
    table = np.array([labels[new] for new in range(len(labels))] + [-1], np.int64)
    return table[found]


def _largest_first(labels: NDArray[np.int64]) -> Numbers:
    _, numbers, sizes = np.unique(labels, return_inverse=True, return_counts=True)
    ranks = np.empty(len(sizes), np.int64)
    ranks[np.argsort(-sizes, kind="stable")] = np.arange(len(sizes))
    return ranks[numbers]


class _seeded:
    """igraph draws from a generator of its own while this lasts, then from Python's again."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def __enter__(self) -> None:
        igraph.set_random_number_generator(random.Random(self._seed))

    def __exit__(self, *told: object) -> None:
        igraph.set_random_number_generator(random)


seeded = _seeded
"""Let igraph draw the same numbers each time."""
