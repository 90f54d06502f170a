"""Whose rows may be released: the licence of each imported source, and of the release itself."""

import csv
import tomllib
from dataclasses import dataclass, fields
from pathlib import Path

from pipeline.exceptions import HandKeptError
from pipeline.settings import CHECKOUT

SOURCES_FILE = "licences.csv"
"""Licences of imported sources: hand-kept with the code; an operator's own list in the data folder wins."""

TERMS_FILE = "release.toml"
"""Who releases under which licence: with the code; an operator's own in the data folder wins."""

_HEADER = ("imported", "licence", "is_released", "source", "added_on")


@dataclass(frozen=True, slots=True, kw_only=True)
class Licence:
    """What one imported source allows."""

    imported: str
    """The source, or the part of its name before `/`."""
    licence: str
    """SPDX identifier; empty = nobody found one."""
    is_released: bool
    """Whether it allows that its rows are given on."""
    source: str
    """Where it says so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """Who releases, and under which licence."""

    title: str
    creator: str
    homepage: str
    """Page of whoever releases; empty = none."""
    licence: str
    """SPDX identifier."""
    licence_title: str
    licence_url: str


def read_licences(data: Path) -> dict[str, Licence]:
    """Read what is known of sources. Raises `HandKeptError`."""
    known: dict[str, Licence] = {}
    for path in dict.fromkeys((CHECKOUT / "data" / SOURCES_FILE, data / SOURCES_FILE)):
        if path.exists():
            known |= _licences(path)
    return known


def licence_of(source: str, known: dict[str, Licence]) -> Licence | None:
    """Find what is known of one source, or of the family of sources before its `/`."""
    return known.get(source) or known.get(source.partition("/")[0])


def read_terms(data: Path) -> Terms:
    """Read under which terms a release is made. Raises `HandKeptError`."""
    path = data / TERMS_FILE
    if not path.exists():
        path = CHECKOUT / "data" / TERMS_FILE
    names = {field.name for field in fields(Terms)}
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise HandKeptError(f"{path}: {error}") from None
    if set(told) != names or not all(isinstance(value, str) for value in told.values()):
        raise HandKeptError(f"{path} says exactly these, each as text: {', '.join(sorted(names))}")
    return Terms(**told)


def _licences(path: Path) -> dict[str, Licence]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file)
        if tuple(rows.fieldnames or ()) != _HEADER:
            raise HandKeptError(f"{path}: the header is {','.join(_HEADER)}")
        found = {}
        for row in rows:
            if row["is_released"] not in ("true", "false"):
                raise HandKeptError(f"{path}: is_released of {row['imported']} is true or false")
            if row["is_released"] == "true" and not row["licence"]:
                raise HandKeptError(f"{path}: {row['imported']} is released under no licence")
            found[row["imported"]] = Licence(
                imported=row["imported"],
                licence=row["licence"],
                is_released=row["is_released"] == "true",
                source=row["source"],
            )
    return found
