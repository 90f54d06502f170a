"""What is believed of what a file says: typed values, and every row or value left out, counted."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import duckdb
import pyarrow as pa

from crawler.hostname import parse_claim_or_reason
from crawler.text import plain
from pipeline.sources.mapping import OBSERVATIONS
from pipeline.sources.said import Said
from pipeline.warehouse import statement

Progress = Callable[[str, int, int | None], None]
"""Told what is being done, how far it is and, where it is known, how far it goes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How often something was left out for one reason."""

    is_row: bool
    """Whole rows; otherwise single values of rows that were kept."""
    count: int
    """How many."""
    example: str | None
    """The first of them, as it was said, ≤ 200 characters."""


_TITLE_CHARACTERS = 200
_DESCRIPTION_CHARACTERS = 2_000
_NAMES_A_STEP = 20_000
_LINK = re.compile(r"""\]\((https?://[^)\s]+)\)|href=["']?(https?://[^"'\s>]+)""")
"""A name written as a link, in Markdown or HTML: the address is the name."""
_NAMES: dict[str, tuple[str, ...]] = {
    OBSERVATIONS: ("hostname",),
    "block_events": ("target",),
    "imported_edges": ("source_hostname", "target"),
    "imported_totals": (),
}
"""The columns of each shape that are names of hosts."""
_NO_HOSTNAME = "no hostname"


def judge(
    connection: duckdb.DuckDBPyConnection, said: Said, now: datetime, progress: Progress
) -> None:
    """Make `heard` of the table `said`: one row each, typed, with the reason to leave it out."""
    _run(connection, "macros")
    _register(connection, "translations", _translations(said.values))
    _register(connection, "names", _names(connection, _NAMES[said.shape], progress))
    progress("judging rows", 0, None)
    _run(connection, "moments", {"now": now})
    if said.shape != OBSERVATIONS:
        _run(connection, f"{said.shape}/heard", {"captured_at": said.captured_at})
        return
    _run(connection, "worded" if said.values else "unworded")
    _register(connection, "texts", _texts(connection))
    _run(connection, "typed", {"captured_at": said.captured_at})
    _run(connection, "faults")
    connection.execute("drop view worded")
    connection.execute("drop table said")
    _run(connection, "repeated")
    _run(connection, "heard")


def _run(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any] | None = None
) -> None:
    connection.execute(statement("sources", name), parameters or {})


def reasons(connection: duckdb.DuckDBPyConnection) -> dict[str, Reason]:
    """Count what `heard` leaves out or sets aside, by reason, rows first, the most frequent first."""
    rows = connection.execute(statement("sources", "reasons")).fetchall()
    return {
        reason: Reason(is_row=is_row, count=count, example=example)
        for reason, is_row, count, example in rows
    }


def _register(connection: duckdb.DuckDBPyConnection, name: str, table: pa.Table) -> None:
    connection.register("incoming", table)
    connection.execute(f"create or replace temp table {name} as from incoming")
    connection.unregister("incoming")


def _translations(values: dict[str, dict[str, str]]) -> pa.Table:
    rows = [(ours, word, mine) for ours, words in values.items() for word, mine in words.items()]
    return _texts_table(rows, "field", "theirs", "ours")


def _names(
    connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...], progress: Progress
) -> pa.Table:
    """Parse each distinct name once: a year of daily captures names the same few thousand hosts."""
    found = {
        row[0]: row
        for column in columns
        for row in connection.execute(
            f"select distinct {column} from said where {column} is not null"
        ).fetchall()
    }
    rows = list(found.values())
    parsed: list[tuple[str, str | None, str | None]] = []
    for number, (name,) in enumerate(rows):
        if number % _NAMES_A_STEP == 0:
            progress("reading hostnames", number, len(rows))
        hostname, reason = parse_claim_or_reason(_address(name))
        parsed.append((name, hostname, _why(reason)))
    return _texts_table(parsed, "said", "hostname", "reason")


def _address(name: str) -> str:
    link = _LINK.search(name)
    return (link[1] or link[2]) if link else name


def _why(reason: str) -> str | None:
    if reason == "empty":
        return _NO_HOSTNAME
    return f"hostname: {reason}" if reason else None


def _texts(connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """Make each distinct title and description plain once."""
    found: list[tuple[str, str | None, bool]] = []
    for name, limit in (("title", _TITLE_CHARACTERS), ("description", _DESCRIPTION_CHARACTERS)):
        query = f"select distinct {name} from said where {name} is not null"
        for (text,) in connection.execute(query).fetchall():
            found.append((text, plain(text, limit), name == "title"))
    table = _texts_table([row[:2] for row in found], "said", "plain")
    return table.append_column("is_title", pa.array([row[2] for row in found], pa.bool_()))


def _texts_table(rows: Iterable[tuple[str | None, ...]], *names: str) -> pa.Table:
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table(
        {name: pa.array(column, pa.string()) for name, column in zip(names, columns, strict=True)}
    )
