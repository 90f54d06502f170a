"""Who names whom: rows of integers, thousands of lists in a few megabytes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int32]
Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lists:
    """One row of names, as indices, for each server; each row sorted and distinct."""

    starts: NDArray[np.int64]
    """Where each row begins in `targets`; one more than there are rows."""
    targets: Ints
    """All rows, one after another."""

    def row(self, source: int) -> Ints:
        """The names in one server's list."""
        return self.targets[self.starts[source] : self.starts[source + 1]]

    def keys(self, size: int) -> Keys:
        """Each edge as one number, `source * size + target`."""
        counts = np.diff(self.starts)
        sources = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
        return sources * size + self.targets

    @classmethod
    def of(cls, keys: Keys, size: int) -> "Lists":
        """Build rows from edges, in any order, with duplicates; an edge to oneself is dropped."""
        distinct = np.unique(keys)
        sources, targets = np.divmod(distinct, size)
        kept = sources != targets
        sources, targets = sources[kept], targets[kept]
        starts = np.zeros(size + 1, dtype=np.int64)
        np.cumsum(np.bincount(sources, minlength=size), out=starts[1:])
        return cls(starts=starts, targets=targets.astype(np.int32))

    def turned(self, size: int) -> "Lists":
        """The same edges the other way round."""
        sources, targets = np.divmod(self.keys(size), size)
        return Lists.of(targets * size + sources, size)


def attach(
    degrees: NDArray[np.int64],
    popularity: NDArray[np.float64],
    rng: np.random.Generator,
) -> Keys:
    """Draw edges: each server so many, to others by their popularity (preferential attachment).

    A popular name drawn twice by one server counts once, so hubs' rows come out a little shorter.
    """
    size = len(popularity)
    sources = np.repeat(np.arange(size, dtype=np.int64), degrees)
    return sources * size + draw(len(sources), popularity, rng)


def draw(count: int, popularity: NDArray[np.float64], rng: np.random.Generator) -> Keys:
    """Draw so many servers by their popularity, each independently."""
    edge = np.cumsum(popularity)
    found = np.searchsorted(edge, rng.random(count) * edge[-1], side="right")
    drawn: Keys = np.minimum(found, len(popularity) - 1).astype(np.int64)
    return drawn


def shifted(
    lists: Lists, popularity: NDArray[np.float64], ratio: float, rng: np.random.Generator
) -> Lists:
    """The lists a day later: this share of the edges has gone, as many new ones have come."""
    size = len(popularity)
    keys = lists.keys(size)
    going = rng.random(len(keys)) < ratio
    sources = keys[going] // size
    keys[going] = sources * size + draw(len(sources), popularity, rng)
    return Lists.of(keys, size)
