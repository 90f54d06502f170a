"""What an outage would take away: people, and links between those who are left.

People of a server that is gone are stranded. Users are what servers say; who says nothing counts
nobody, and is counted (`unknown_count`). Links are looked at without direction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.graph.edges import Bits, Numbers, Ratios
from pipeline.graph.metrics import components


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Servers:
    """The servers of the graphs, in their order."""

    users: Ratios
    """Registered users; NaN = not said."""
    active: Ratios
    """Active in a month; NaN = not said."""
    software: Sequence[str | None]
    """What each runs."""
    domains: Sequence[str]
    """Registrable domain of each."""
    providers: Sequence[str | None] = ()
    """Who runs the network of each; `None` = not known."""
    countries: Sequence[str | None] = ()
    """Country of that network; `None` = not known."""
    cdns: Sequence[str | None] = ()
    """The CDN before each; `None` = none that is known."""

    @property
    def count(self) -> int:
        """Servers."""
        return len(self.users)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cut:
    """One graph without the servers that are gone."""

    components_count: int
    """Parts it falls into, servers without any link included."""
    largest_ratio: float | None
    """Servers in the largest part, of all that are left."""
    cut_off_count: int
    """Servers that are left and were in the largest part, and are not any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """What some servers take with them."""

    removed_count: int
    """Servers that are gone."""
    unknown_count: int
    """Of these, servers that do not say how many people they have."""
    users_stranded: int
    """Registered users of the servers that are gone."""
    users_ratio: float | None
    """Of all registered users."""
    active_stranded: int
    """People active in a month on them."""
    active_ratio: float | None
    """Of all."""
    concentration_before: float | None
    """Sum of the squared shares of the active people (Herfindahl): 1 = all on one server."""
    concentration_after: float | None
    """The same among those who are left."""
    cuts: Mapping[str, Cut]
    """Each graph by its name."""


def outage(
    servers: Servers,
    rows: Mapping[str, Bits],
    removed: NDArray[np.bool_] | NDArray[np.int64] | Sequence[int],
) -> Outage:
    """Take some servers away, by a mask or by their numbers."""
    gone = np.zeros(servers.count, bool)
    gone[np.asarray(removed)] = True
    users, active = np.nan_to_num(servers.users), np.nan_to_num(servers.active)
    return Outage(
        removed_count=int(gone.sum()),
        unknown_count=int(np.isnan(servers.active[gone]).sum()),
        users_stranded=int(users[gone].sum()),
        users_ratio=_ratio(users[gone].sum(), users.sum()),
        active_stranded=int(active[gone].sum()),
        active_ratio=_ratio(active[gone].sum(), active.sum()),
        concentration_before=concentration(active),
        concentration_after=concentration(active[~gone]),
        cuts={name: cut(bits, servers.count, gone) for name, bits in rows.items()},
    )


def cut(rows: Bits, size: int, gone: NDArray[np.bool_]) -> Cut:
    """Say how a graph hangs together without some servers."""
    before = components(rows, size)
    after = components(rows, size, ~gone)
    left = after >= 0
    if not left.any():
        return Cut(components_count=0, largest_ratio=None, cut_off_count=0)
    was_largest = before == np.bincount(before).argmax()
    sizes = np.bincount(after[left])
    # the part that holds most of what the largest was
    inside = after[left & was_largest]
    held = int(np.bincount(inside).max()) if len(inside) else 0
    return Cut(
        components_count=len(sizes),
        largest_ratio=float(sizes.max() / left.sum()),
        cut_off_count=len(inside) - held,
    )


def concentration(people: Ratios) -> float | None:
    """Herfindahl's index: the sum of squared shares; `None` without people."""
    total = people.sum()
    return float(((people / total) ** 2).sum()) if total else None


def largest(servers: Servers, count: int) -> Numbers:
    """The servers with most active people; equal ones in their order."""
    return np.argsort(-np.nan_to_num(servers.active), kind="stable")[:count]


def of_software(servers: Servers, name: str) -> Numbers:
    """All servers that run it."""
    return np.flatnonzero(np.array([software == name for software in servers.software], bool))


def of_domain(servers: Servers, domain: str) -> Numbers:
    """All servers below one registrable domain."""
    return np.flatnonzero(np.array([found == domain for found in servers.domains], bool))


def curve(
    servers: Servers,
    rows: Mapping[str, Bits],
    order: NDArray[np.int64],
    counts: Sequence[int],
) -> list[Outage]:
    """Take away the first of an order, more and more of them."""
    return [outage(servers, rows, order[:count]) for count in counts]


def at_random(servers: Servers, *, seed: int = 0) -> Numbers:
    """An order that knows nothing of the servers."""
    return np.random.default_rng(seed).permutation(servers.count)


def _ratio(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None
