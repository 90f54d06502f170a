"""How often what runs unattended runs, read from `cadence.toml`, where each number has its reason."""

import re
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from pipeline.exceptions import HandKeptError

CADENCE = Path(__file__).with_name("cadence.toml")
"""The one file; another can be named on the command line."""

_DURATION = re.compile(r"([1-9]\d{0,6})([smhd])")
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a job runs."""

    every_seconds: int
    """From one start to the next."""
    at_most_seconds: int
    """How long one run may take; then it is ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """When a job that failed runs again."""

    after_seconds: int
    """After the first failure; doubled with each further one."""
    at_most_seconds: int
    """Never later than this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keep:
    """What retention and backup leave."""

    backups: int
    """How many backups."""
    conversations_days: int
    """Age up to which the exchanges of a check are kept."""
    documents_days: int
    """Age up to which documents as received are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cadence:
    """The whole file."""

    census: Rhythm
    """Crawls of what is due."""
    liveness: Rhythm
    """Whether watched servers answer, between the visits of the census."""
    publish: Rhythm
    """Publishing beside the crawls' own."""
    optouts: Rhythm
    """Deleting what is held of those who left since."""
    alerts: Rhythm
    """Telling watchers what was published."""
    retention: Rhythm
    """Thinning of old checks."""
    backup: Rhythm
    """Copies of the warehouse."""
    again: Again
    """Jobs that failed."""
    keep: Keep
    """What is left."""

    @property
    def rhythms(self) -> dict[str, Rhythm]:
        """Every job by name."""
        named = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: told for name, told in named.items() if isinstance(told, Rhythm)}


def read_cadence(path: Path = CADENCE) -> Cadence:
    """Read the file whole. Raises `HandKeptError`, which names the line that is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise HandKeptError(f"{path} cannot be read: {error}") from error
    parts: dict[str, Any] = {}
    for field in fields(Cadence):
        part: Any = field.type
        parts[field.name] = part(**_part(path, field.name, part, told.pop(field.name, {})))
    if told:
        raise HandKeptError(f"{path}: [{next(iter(told))}] is not known; take it out")
    return Cadence(**parts)


def _part(path: Path, name: str, kind: Any, told: dict[str, Any]) -> dict[str, int]:
    known = {field.name.removesuffix("_seconds"): field.name for field in fields(kind)}
    if set(told) != set(known):
        raise HandKeptError(f"{path}: [{name}] must say {', '.join(known)} and nothing else")
    return {known[key]: _number(f"{path}: [{name}] {key}", key, told[key], known) for key in known}


def _number(place: str, key: str, value: Any, known: dict[str, str]) -> int:
    if not known[key].endswith("_seconds"):
        if type(value) is int and value > 0:
            return value
        raise HandKeptError(f"{place} = {value!r:.40} is not a count above zero")
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise HandKeptError(f"{place} = {value!r:.40} is no duration: write 30s, 5m, 2h or 1d")
    return int(match[1]) * _UNIT_SECONDS[match[2]]
