"""How servers are suggested to newcomers: gates, weights and sizes, read from `ranking.toml`.

The order is a pure function of the published rows, what was wished, and the day: the same for everybody who wishes
the same on one day. `sql/reads/session.sql` has it as `candidates`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

from pipeline.exceptions import HandKeptError, QueryRefused

RANKING = Path(__file__).with_name("ranking.toml")

GATES = frozenset(
    {
        "least_active",
        "least_uptime_ratio",
        "giant_ratio",
        "giant_least_active",
        "least_named_by",
        "most_per_software",
    }
)
WEIGHTS = frozenset({"reach", "activity", "rules", "age", "current", "turn"})

Size = Literal["any", "small", "mid", "large", "giant"]
"""What size of a server is wished; `giant` = any, the giants among them."""

EVERY_SIZE = (0, 1_000_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The numbers by which servers are suggested."""

    gates: Mapping[str, float]
    """Gate → its bound."""
    weights: Mapping[str, float]
    """What is weighed → its share of the score; together 1."""
    sizes: Mapping[str, tuple[int, int]]
    """Size → least and most people active in a month."""

    def bounds(self, size: str) -> dict[str, int | bool]:
        """What a wished size means; raise `QueryRefused` for one that there is not."""
        if size not in get_args(Size):
            raise QueryRefused(f"no server has the size {size!r:.60}")
        least, most = self.sizes.get(size, EVERY_SIZE)
        return {
            "least": least,
            "most": most,
            "is_size_wished": size in self.sizes,
            "takes_giants": size == "giant",
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a newcomer wishes of a server. Empty = anything."""

    registrations: tuple[str, ...] = ("open",)
    """Any of open, approval."""
    languages: tuple[str, ...] = ()
    """Any of these, as primary subtags (`de`)."""
    software: tuple[str, ...] = ()
    """Any of these `software_name`."""
    size: Size = "any"
    """`any` = all but the giants."""

    def parameters(self, now: datetime) -> dict[str, Any]:
        """As the reads bind them; the turn of equals is that of a day and of these wishes."""
        return {
            "now": now,
            "turn_of": f"{now.date().isoformat()} {self}",
            "wished": {
                "registrations": list(self.registrations),
                "languages": list(self.languages),
                "software": list(self.software),
                **ranking().bounds(self.size),
            },
            "gates": dict(ranking().gates),
            "weights": dict(ranking().weights),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyNot:
    """What speaks against suggesting a server, or its place among those that are."""

    facts: dict[str, Any]
    """What is published of it."""
    against: tuple[str, ...] = ()
    """Names of what speaks against it (`candidates` in `sql/reads/session.sql`), in order; none = it fits."""
    place: int | None = None
    """Its place today, from 1, where it fits."""
    fitting_count: int | None = None
    """How many fit, where it does."""


@cache
def ranking() -> Ranking:
    """The ranking as it is shipped."""
    return read_ranking(RANKING)


def read_ranking(path: Path) -> Ranking:
    """Read the hand-kept file; raise `HandKeptError` at the first thing that cannot be meant."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise HandKeptError(f"{path}: {error}") from None
    gates = _numbers(path, told, "gates", GATES)
    weights = _numbers(path, told, "weights", WEIGHTS)
    if abs(sum(weights.values()) - 1) > 1e-9:
        raise HandKeptError(f"{path}: the weights are {sum(weights.values()):g} together, not 1")
    sizes = {}
    for name, span in told.get("sizes", {}).items():
        if name not in get_args(Size) or len(span) != 2 or span[0] > span[1]:
            raise HandKeptError(f"{path}: sizes, {name} = {span!r:.60} is no size from and to")
        sizes[name] = (int(span[0]), int(span[1]))
    return Ranking(gates=gates, weights=weights, sizes=sizes)


def _numbers(
    path: Path, told: Mapping[str, Any], part: str, names: frozenset[str]
) -> dict[str, float]:
    found = told.get(part, {})
    if set(found) != names:
        wrong = ", ".join(sorted(set(found) ^ names))
        raise HandKeptError(f"{path}: [{part}] must have each of its names once; look at {wrong}")
    for name, value in found.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise HandKeptError(f"{path}: [{part}] {name} = {value!r:.60} is no number from 0 on")
    return {name: float(value) for name, value in found.items()}
