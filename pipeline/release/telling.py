"""What a release tells of itself: facts of the day, whose history was imported, what it is made of."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.release.licences import Licence, Terms, licence_of
from pipeline.release.tables import Table
from pipeline.saved import IN_RELEASES, saved_queries

SQL = Path(__file__).parents[1] / "sql" / "release"

Say = Callable[[str], None]
"""Told one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One imported source, and what becomes of its rows."""

    name: str
    first_on: date | None
    """Day of its first capture, UTC; `None` = it does not say."""
    last_on: date | None
    """Day of its last capture, UTC."""
    rows: int
    """Rows of it that were imported and kept."""
    licence: str
    """SPDX identifier; empty = none was found."""
    said_by: str
    """Where the licence is said, or that none was found."""
    is_released: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Everything that the documents of a release are written from."""

    on: date
    """The day of the data, which names the release."""
    terms: Terms
    tables: tuple[Table, ...]
    sources: tuple[Source, ...]
    figures: dict[str, Any]
    """Coverage and audit of the day (`sql/release/figures.sql`)."""

    @property
    def made_at(self) -> datetime:
        """When the data were published: the same data make the same release whenever it is made."""
        at: datetime = self.figures["published_at"]
        return at

    @property
    def description(self) -> str:
        """One paragraph about the data."""
        what = (
            "a replica of the fediverse, not the live one,"
            if self.figures["is_replica"]
            else "the fediverse"
        )
        return (
            f"The servers of {what} on {self.on}: who is there, what software they run, whether they let people "
            "in, how many people they count and how far these numbers can be believed, how they grow, and who "
            "knows whom. Numbers are self-reported by servers; each has a standing that says whether it is taken."
        )


def read_sources(
    connection: duckdb.DuckDBPyConnection, known: dict[str, Licence]
) -> tuple[Source, ...]:
    """Read whose history was imported into the published file."""
    rows = connection.execute(_sql("sources")).fetchall()
    return tuple(_source(row, licence_of(row[0], known)) for row in rows)


def _source(row: Sequence[Any], licence: Licence | None) -> Source:
    name, first_on, last_on, count = row
    return Source(
        name=name,
        first_on=first_on,
        last_on=last_on,
        rows=count,
        licence=licence.licence if licence else "",
        said_by=licence.source if licence else "nobody has looked for its licence",
        is_released=licence is not None and licence.is_released,
    )


def read_figures(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Read what the release covers, once its tables are there."""
    found = connection.execute(_sql("figures"))
    names = [column[0] for column in found.description or ()]
    return dict(zip(names, found.fetchall()[0], strict=True))


def questions() -> list[tuple[str, str]]:
    """Read the ten questions of the README, each with the SQL that answers it."""
    return [(query.question, query.sql) for query in saved_queries()[:IN_RELEASES]]


def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
