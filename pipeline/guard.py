"""The publish guard: what a release must be like (`data/expectations.toml`), before readers see it."""

import json
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.exceptions import HandKeptError
from pipeline.warehouse import statement

EXPECTATIONS = Path(__file__).parents[1] / "data" / "expectations.toml"
"""Hand-kept, always read from the checkout."""

HELD_BACK = "held_back.json"
"""Beside the published file while a newer release is held back: when, and why."""

FIGURES = (
    "instances_known",
    "instances_alive",
    "reporting_ratio",
    "audited_ratio",
    "users_total_audited",
    "users_active_month_audited",
)
"""What something can be expected of (sql/guard/figures.sql)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What one figure must be like. `None` = anything will do."""

    min: float | None = None
    """Less is held back."""
    max: float | None = None
    """More is published with a warning."""
    collapse: float | None = None
    """A smaller share of what the same servers said before is held back."""
    jump: float | None = None
    """A larger share of what the same servers said before is held back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectations:
    """What a release must be like."""

    least_instances: int
    """Nothing is asked of a release with fewer servers alive."""
    figures: Mapping[str, Expectation]
    """Figure → what it must be like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A release that is not shown, because it is not what is expected of one."""

    held_back_at: datetime
    reasons: tuple[str, ...]


def read_expectations(path: Path) -> Expectations:
    """Read the hand-kept file; raise `HandKeptError` at the first thing that cannot be meant."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HandKeptError(f"{path} cannot be read: {error}. Mend it first") from error
    least = told.pop("least_instances", 0)
    if not isinstance(least, int):
        raise HandKeptError(f"{path}: least_instances is {least!r:.60}, no whole number")
    return Expectations(
        least_instances=least,
        figures={name: _expectation(path, name, value) for name, value in told.items()},
    )


def weigh(
    connection: duckdb.DuckDBPyConnection, expected: Expectations, *, has_former: bool
) -> tuple[list[str], list[str]]:
    """Say why a built release is to be held back, and what is only worth a warning.

    `published` is the release, `former` the one that readers have, where there is one to compare with.
    """
    rows = connection.execute(statement("guard", "figures")).fetchall()
    held, warnings = [], []
    for name, value, instances in rows:
        asked = expected.figures.get(name)
        if asked is None or instances < expected.least_instances:
            continue
        if asked.min is not None and value < asked.min:
            held.append(f"{name} is {value:,.6g}, below the floor of {asked.min:,g}")
        if asked.max is not None and value > asked.max:
            warnings.append(f"{name} is {value:,.6g}, above the ceiling of {asked.max:,g}")
    if has_former:
        held += _changes(connection, expected)
    return held, warnings


def hold_back(folder: Path, at: datetime, reasons: list[str]) -> None:
    """Leave word beside the published file, for whoever shows it."""
    told = {"held_back_at": at.astimezone(UTC).isoformat(), "reasons": reasons}
    aside = folder / f".{HELD_BACK}"
    aside.write_text(json.dumps(told, indent=1), encoding="utf-8")
    os.replace(aside, folder / HELD_BACK)


def read_held_back(folder: Path) -> HeldBack | None:
    """Read the word that was left beside the published file; `None` = nothing is held back."""
    try:
        told = json.loads((folder / HELD_BACK).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return HeldBack(
        held_back_at=datetime.fromisoformat(told["held_back_at"]),
        reasons=tuple(told["reasons"]),
    )


def let_go(folder: Path) -> None:
    """Nothing is held back any more."""
    (folder / HELD_BACK).unlink(missing_ok=True)


def _changes(connection: duckdb.DuckDBPyConnection, expected: Expectations) -> Iterator[str]:
    rows = connection.execute(statement("guard", "changes")).fetchall()
    alive = next((before for name, before, _ in rows if name == "instances_alive"), 0)
    if alive < expected.least_instances:
        return
    for name, before, after in rows:
        asked = expected.figures.get(name)
        if asked is None or not before:
            continue
        told = f"{name} of the same servers went from {before:,.0f} to {after:,.0f}"
        if asked.collapse is not None and after < asked.collapse * before:
            yield f"{told}: less than {asked.collapse:g} of it"
        if asked.jump is not None and after > asked.jump * before:
            yield f"{told}: more than {asked.jump:g} times it"


def _expectation(path: Path, name: str, told: Any) -> Expectation:
    known = [field.name for field in fields(Expectation)]
    if name not in FIGURES:
        raise HandKeptError(f"{path}: {name!r:.60} is none of {_listed(FIGURES)}")
    if not isinstance(told, dict) or set(told) - set(known):
        raise HandKeptError(f"{path}: of {name} may be said {_listed(known)}")
    wrong = [key for key, value in told.items() if not isinstance(value, (int, float))]
    if wrong:
        raise HandKeptError(f"{path}: {wrong[0]} of {name} is no number")
    return Expectation(**told)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
