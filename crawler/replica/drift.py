"""How lists change from day to day: a hundredth of each, old names dropped and others met. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crawler.replica.graph import Ints, Keys, Lists, draw

DROPPED_A_DAY = 0.005
"""Of a list's names; as many come."""
_MET_DAYS = 3
"""After so many days a young server is named by as many as an old one with its people."""
_AT_ONCE = 512

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Newcomer:
    """A young server as others come to know it."""

    index: int
    """Its place among the names."""
    age: int
    """Days since it was born."""
    fame: float
    """As popularity of graph.attach."""
    godparent: int
    """Index of a well-connected server that names it at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """What lists of day 0 become."""

    base: Lists
    """The lists of day 0."""
    popularity: Floats
    """Of each name of day 0."""
    is_open: NDArray[np.bool_]
    """Whose lists may take new names; the others only lose some."""
    seed: tuple[int, ...]
    """What made the world."""

    def on_day(self, day: int, newcomers: Sequence[Newcomer], size: int) -> Lists:
        """The lists of a day, for `size` names of which the last are newcomers."""
        return Lists.of_parts(self._parts(day, newcomers, size), size)

    def _parts(self, day: int, newcomers: Sequence[Newcomer], size: int) -> Iterator[Keys]:
        known = len(self.base.starts) - 1
        room = float(self.popularity.sum())
        for start in range(0, known, _AT_ONCE):
            end = min(start + _AT_ONCE, known)
            sources, targets = np.divmod(self.base.part(start, end), known)
            degrees = np.diff(self.base.starts[start : end + 1]) * self.is_open[start:end]
            stays = lives_days(sources, targets, 0) > day
            keys = [sources[stays] * size + targets[stays]]
            keys += [self._met(start, degrees, each, day, size) for each in range(1, day + 1)]
            keys += [_greeted(start, degrees / room, each, size) for each in newcomers]
            yield np.concatenate(keys)

    def _met(self, start: int, degrees: NDArray[np.int64], met: int, day: int, size: int) -> Keys:
        """Names that came into some lists on one day and are still there."""
        rng = np.random.default_rng([*self.seed, met, start])
        counts = rng.poisson(degrees * DROPPED_A_DAY)
        own = np.arange(start, start + len(degrees), dtype=np.int64)
        sources: Keys = np.repeat(own, counts)
        targets = draw(len(sources), self.popularity, rng)
        stays = lives_days(sources, targets, met) > day - met
        keys: Keys = sources[stays] * size + targets[stays]
        return keys


def _greeted(start: int, shares: Floats, newcomer: Newcomer, size: int) -> Keys:
    """The edges to one newcomer: whoever has met its people stays in touch."""
    sources = np.arange(start, start + len(shares), dtype=np.int64)
    ripeness = min(1.0, newcomer.age / _MET_DAYS)
    has_met = _luck(sources, newcomer.index, 1) < -np.expm1(-shares * newcomer.fame * ripeness)
    has_met |= sources == newcomer.godparent
    keys: Keys = sources[has_met] * size + newcomer.index
    return keys


def lives_days(sources: Keys | Ints, targets: Keys | Ints, met: int) -> Floats:
    """How many days an edge lasts, by its own luck."""
    lives: Floats = np.ceil(np.log1p(-_luck(sources, targets, met)) / np.log1p(-DROPPED_A_DAY))
    return lives


def _luck(sources: Keys | Ints, targets: Keys | Ints | int, purpose: int) -> Floats:
    """A number from 0 to 1 for each edge, always the same."""
    mixed = np.asarray(sources).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    mixed = mixed ^ (np.asarray(targets).astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F))
    mixed = mixed ^ np.uint64(purpose * 0x165667B19E3779F9 & 0xFFFFFFFFFFFFFFFF)
    for shift in (30, 27, 31):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(0xBF58476D1CE4E5B9)
    return (mixed >> np.uint64(11)) / np.float64(2**53)
