"""The backbone: the few links of a dense graph that chance does not explain.

Peer lists carry no weights, so a link weighs what its ends share: one for the link itself and one for
each neighbour they have in common. Two filters say which weights chance does not explain:

- disparity (Serrano, Boguñá, Vespignani 2009): of one server's strength, spread evenly at random over
  its links, would one link get as much? `(1 - w/s)^(k-1)`, at the end where it is least likely;
- marginal likelihood (Dianati 2016): with as much weight in all, drawn by the strengths of the ends,
  would the pair get as much? The upper tail of Binomial(T, s_a s_b / 2T²).

Of what is left each server keeps its strongest links by association strength, `w / sqrt(s_a s_b)`.
"""

import math
from dataclasses import dataclass

import numpy as np

from pipeline.graph.edges import Bits, Graph, Numbers, Ratios, common_counts, rows_of_bits

LEVEL = 0.01
"""Significance level: one link of a hundred that chance makes passes the filter."""

STRONGEST = 6
"""Links that each server may keep; more of them make a map a hairball (measured on 10,000 servers)."""

WITNESSES_COUNT = 8_192
"""Common neighbours are counted among so many servers at most: a kilobyte of bits for each server."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Backbone:
    """What two filters leave of a graph."""

    graph: Graph
    """The links that are kept."""
    strengths: Ratios
    """Association strength of each."""
    level: float
    """Significance level of both filters."""
    disparity_count: int
    """Links that the disparity filter finds significant."""
    likelihood_count: int
    """Links that the marginal-likelihood filter finds significant; of these the strongest are kept."""


def backbone(
    graph: Graph,
    *,
    level: float = LEVEL,
    strongest: int = STRONGEST,
    rows: Bits | None = None,
    witnesses_count: int = WITNESSES_COUNT,
    seed: int = 0,
) -> Backbone:
    """Keep what chance does not explain of an undirected graph."""
    weights = shared_weights(graph, rows, witnesses_count=witnesses_count, seed=seed)
    strengths = association(graph, weights)
    likely = likelihood(graph, weights, level)
    is_significant = likely < level
    disparity_count = int((disparity(graph, weights) < level).sum())
    places = np.flatnonzero(is_significant)
    significant = graph.only(is_significant)
    kept = strongest_links(significant, strengths[places], strongest)
    return Backbone(
        graph=significant.only(kept),
        strengths=strengths[places][kept],
        level=level,
        disparity_count=disparity_count,
        likelihood_count=len(places),
    )


def shared_weights(
    graph: Graph, rows: Bits | None = None, *, witnesses_count: int = WITNESSES_COUNT, seed: int = 0
) -> Numbers:
    """One for each link and one for each neighbour that its ends share, among some witnesses."""
    rows = rows_of_bits(graph) if rows is None else rows
    groups = rows.shape[1] // 8
    if groups * 64 > witnesses_count:
        # whole words of 64 servers each, drawn without regard to who they are
        chosen = np.random.default_rng(seed).choice(groups, witnesses_count // 64, replace=False)
        rows = np.ascontiguousarray(rows.view(np.uint64)[:, np.sort(chosen)]).view(np.uint8)
    return 1 + common_counts(rows, graph.sources, graph.targets)


def strengths_of(graph: Graph, weights: Numbers) -> Numbers:
    """Weight of all links of each server."""
    ends = np.concatenate((graph.sources, graph.targets))
    total = np.bincount(ends, np.concatenate((weights, weights)), minlength=graph.nodes_count)
    return total.astype(np.int64)


def association(graph: Graph, weights: Numbers) -> Ratios:
    """How strong each link is beside the strengths of its ends."""
    roots = np.sqrt(strengths_of(graph, weights).astype(np.float64))
    found: Ratios = weights / np.maximum(roots[graph.sources] * roots[graph.targets], 1.0)
    return found


def disparity(graph: Graph, weights: Numbers) -> Ratios:
    """How likely chance gives each link its weight, by the disparity filter."""
    strengths = np.maximum(strengths_of(graph, weights), 1)
    degrees = graph.out_degrees

    def at(end: np.ndarray) -> Ratios:
        # the only link of a server says nothing of it
        found: Ratios = (1 - weights / strengths[end]) ** (degrees[end] - 1)
        return np.where(degrees[end] > 1, found, 1.0)

    return np.minimum(at(graph.sources), at(graph.targets))


def likelihood(graph: Graph, weights: Numbers, level: float = 0.0) -> Ratios:
    """How likely chance gives each link its weight, by the marginal-likelihood filter.

    Exact where it is less than 1 and at least `level`; below `level` a bound stands for it.
    """
    strengths = strengths_of(graph, weights)
    total = int(weights.sum())
    if not total:
        return np.ones(0)
    ratios = strengths[graph.sources] * (strengths[graph.targets] / (2.0 * total * total))
    return upper_tail(total, np.minimum(ratios, 1.0), weights, level)


def upper_tail(total: int, ratios: Ratios, least: Numbers, level: float = 0.0) -> Ratios:
    """P(X ≥ least) of Binomial(total, ratio); 1 where `least` is not above the mean.

    Chernoff's bound stands for what is below `level` by that bound already.
    """
    found = np.ones(len(least))
    above = np.flatnonzero(least > total * ratios)
    deviances = _deviance(least[above], total * ratios[above])
    deviances += _deviance(total - least[above], total * (1 - ratios[above]))
    bounds = np.exp(-deviances)
    found[above] = bounds
    exact = bounds >= level
    places = above[exact]
    first = bounds[exact] * _peak(total, least[places])
    found[places] = np.minimum(first * _tail_ratio(total, ratios[places], least[places]), 1.0)
    return found


def _deviance(counts: Numbers, means: Ratios) -> Ratios:
    """Loader's `bd0`: x ln(x/m) + m - x, which is 0 where x is the mean."""
    counts = counts.astype(np.float64)
    differences = counts - means
    with np.errstate(divide="ignore", invalid="ignore"):
        plain = np.where(
            counts > 0, counts * np.log(np.maximum(counts, 1) / means) - differences, means
        )
        small = differences / means
        # near the mean the two terms cancel: x ln(x/m) = x ln(1 + d/m) by its series
        series = means * (
            small**2 / 2
            - small**3 / 6
            + small**4 / 12
            - small**5 / 20
            + small**6 / 30
            - small**7 / 42
        )
    return np.where(np.abs(small) < 1e-2, series, plain)


def _peak(total: int, counts: Numbers) -> Ratios:
    """Probability of `counts` where they are the mean: Loader's form of the binomial coefficient."""
    rest = total - counts
    corrections = _stirling(np.array([total])) - _stirling(counts) - _stirling(rest)
    with np.errstate(divide="ignore"):
        root = np.sqrt(total / (2 * np.pi * counts * np.maximum(rest, 1).astype(np.float64)))
    return np.where(rest > 0, root * np.exp(corrections), 1.0)


_SMALL_STIRLING = np.array(
    [0.0]
    + [math.lgamma(n + 1) - (n + 0.5) * math.log(n) + n - 0.5 * math.log(2 * math.pi) for n in range(1, 16)]
)  # fmt: skip


def _stirling(counts: Numbers) -> Ratios:
    """How much ln n! is more than Stirling's formula."""
    n = np.maximum(counts, 1).astype(np.float64)
    series = (1 / 12 - (1 / 360 - (1 / 1260 - 1 / (1680 * n * n)) / (n * n)) / (n * n)) / n
    return np.where(counts < 16, _SMALL_STIRLING[np.minimum(counts, 15)], series)


def _tail_ratio(total: int, ratios: Ratios, least: Numbers) -> Ratios:
    """P(X ≥ least) over P(X = least): each further count is a falling share of the one before."""
    sums = np.ones(len(least))
    places = np.arange(len(least))
    terms = np.ones(len(least))
    odds = ratios / (1 - np.minimum(ratios, 1 - 1e-16))
    counts = least.astype(np.float64)
    while len(places):
        terms = terms * (total - counts) / (counts + 1) * odds
        sums[places] += terms
        counts = counts + 1
        going = terms > 1e-17 * sums[places]
        places, terms, odds, counts = places[going], terms[going], odds[going], counts[going]
    return sums


def strongest_links(graph: Graph, strengths: Ratios, count: int) -> np.ndarray:
    """Whether each link is among the strongest of one of its ends; equal ones go by their numbers."""
    ends = np.concatenate((graph.sources, graph.targets))
    links = np.tile(np.arange(graph.edges_count), 2)
    order = np.lexsort((links, -np.tile(strengths, 2), ends))
    ordered = ends[order]
    begins = np.searchsorted(ordered, ordered)
    kept = np.zeros(graph.edges_count, bool)
    kept[links[order][np.arange(len(ordered)) - begins < count]] = True
    return kept
