"""Who names whom: rows of integers, thousands of lists in a few megabytes."""

from collections.abc import Iterable
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

    def part(self, first: int, end: int) -> Keys:
        """The edges of some sources, each as one number, `source * size + target`."""
        size = len(self.starts) - 1
        counts = np.diff(self.starts[first : end + 1])
        sources = np.repeat(np.arange(first, end, dtype=np.int64), counts)
        keys: Keys = sources * size + self.targets[self.starts[first] : self.starts[end]]
        return keys

    @classmethod
    def of(cls, keys: Keys, size: int) -> "Lists":
        """Build rows from edges, in any order, with duplicates; an edge to oneself is dropped."""
        return cls.of_parts([keys], size)

    @classmethod
    def of_parts(cls, parts: Iterable[Keys], size: int) -> "Lists":
        """The same from parts, each with the edges of later sources than the one before.

        Only one part is laid out as keys at a time: millions of edges cost four bytes each.
        """
        starts = np.zeros(size + 1, dtype=np.int64)
        rows: list[Ints] = []
        for keys in parts:
            sources, targets = np.divmod(np.unique(keys), size)
            kept = sources != targets
            starts[1:] += np.bincount(sources[kept], minlength=size)
            rows.append(targets[kept].astype(np.int32))
        np.cumsum(starts, out=starts)
        return cls(starts=starts, targets=np.concatenate(rows))

    def turned(self) -> "Lists":
        """The same edges the other way round."""
        size = len(self.starts) - 1
        sources, targets = np.divmod(self.part(0, size), size)
        return Lists.of(targets * size + sources, size)


def attach(
    sources: NDArray[np.int64],
    degrees: NDArray[np.int64],
    popularity: NDArray[np.float64],
    rng: np.random.Generator,
) -> Keys:
    """Draw edges: each source so many, to others by their popularity (preferential attachment).

    A popular name drawn twice by one server counts once, so hubs' rows come out a little shorter.
    """
    size = len(popularity)
    repeated = np.repeat(sources, degrees)
    return repeated * size + draw(len(repeated), popularity, rng)


def draw(count: int, popularity: NDArray[np.float64], rng: np.random.Generator) -> Keys:
    """Draw so many servers by their popularity, each independently."""
    edge = np.cumsum(popularity)
    found = np.searchsorted(edge, rng.random(count) * edge[-1], side="right")
    drawn: Keys = np.minimum(found, len(popularity) - 1).astype(np.int64)
    return drawn
