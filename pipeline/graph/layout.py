"""Where the servers stand on the map: near those they are linked with, and near where they stood before.

Fruchterman and Reingold on a grid. Yesterday's places are today's start, with little heat, and what
turned or shrank meanwhile is turned back (Procrustes). Distance is approximate; only closeness means
something.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.graph.communities import seeded
from pipeline.graph.edges import Graph, Ratios

COLD_ROUNDS = 500
WARM_ROUNDS = 50
WARM_HEAT = 1.0
"""Farthest move of the first warm round: a cold start would move the median dot 16 % of the map."""


def layout(graph: Graph, before: Ratios | None = None, *, seed: int = 0) -> Ratios:
    """Place the linked servers, about 0 and within 1; NaN for servers without a link.

    `before` has a row (x, y) per server, NaN where it had no place.
    """
    places = np.full((graph.nodes_count, 2), np.nan)
    members = np.flatnonzero(graph.out_degrees > 0)
    if not len(members):
        return places
    inner = _inner(graph, members)
    had = np.zeros(len(members), bool) if before is None else ~np.isnan(before[members, 0])
    heat: dict[str, object] = {"niter": COLD_ROUNDS}
    start = np.random.default_rng(seed).uniform(-1, 1, (len(members), 2)) * np.sqrt(len(members))
    if had.sum() >= 3 and before is not None:
        start = _start(inner, before[members] * np.sqrt(len(members)), had, start)
        heat = {"niter": WARM_ROUNDS, "start_temp": WARM_HEAT}
    with seeded(seed):
        drawn = inner.as_igraph().layout_fruchterman_reingold(
            seed=start.tolist(), grid=True, **heat
        )
    found = np.array(drawn.coords)
    found -= found.mean(axis=0)
    found /= max(np.percentile(np.abs(found), 99.5), 1e-12)
    if had.sum() >= 3 and before is not None:
        found = found @ turn(found[had], before[members][had])
    places[members] = np.clip(found, -1.5, 1.5)
    return places


def turn(found: Ratios, wanted: Ratios) -> Ratios:
    """The rotation or reflection that brings some places nearest to others."""
    left, _, right = np.linalg.svd((found - found.mean(axis=0)).T @ (wanted - wanted.mean(axis=0)))
    rotation: Ratios = left @ right
    return rotation


def _inner(graph: Graph, members: NDArray[np.int64]) -> Graph:
    numbers = np.full(graph.nodes_count, -1, np.int32)
    numbers[members] = np.arange(len(members))
    return Graph(
        nodes_count=len(members),
        sources=numbers[graph.sources],
        targets=numbers[graph.targets],
        is_directed=False,
    )


def _start(inner: Graph, before: Ratios, had: NDArray[np.bool_], drawn: Ratios) -> Ratios:
    """Old places; who is new begins amid those it is linked with."""
    known = np.where(had[:, None], before, 0.0)
    ends = np.concatenate((inner.sources, inner.targets))
    others = np.concatenate((inner.targets, inner.sources))
    counts = np.bincount(ends, had[others], minlength=len(had))
    sums = [np.bincount(ends, known[others, axis], minlength=len(had)) for axis in (0, 1)]
    amid = np.column_stack(sums) / np.maximum(counts, 1)[:, None]
    # a little apart, or two new ones would stand on one spot
    amid = np.where(counts[:, None] > 0, amid + drawn * 0.01, drawn)
    return np.where(had[:, None], before, amid)
