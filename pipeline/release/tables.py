"""The tables of a release: copied out of the published file, sorted, each as Parquet beside one DuckDB file."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from pipeline.dictionary import Relation, comments, relations
from pipeline.exceptions import ReleaseRefused
from pipeline.literal import literal
from pipeline.units import meaning_and_unit, unit_of
from pipeline.warehouse import statement

OWN_SOURCES = ("herdbook", "self")
"""Days that are ours to release: our own checks, and what servers told us of their own past."""

PROVENANCE = {"imports", "rules"}
"""Tables whose `source` says who says so, not whose rows these are."""

DERIVED = {"instance_spans", "peer_links"}
"""What only says again what another table says: in the DuckDB file, not as Parquet."""

NUMBERED = "instance_days"
"""By number in the DuckDB file, behind a view: it is most of the file."""

MEMORY = "2GB"
"""Sorting 12 million days takes less; what does not fit goes to the folder aside."""

STORAGE = "v1.2.0"
"""Storage format of the DuckDB file: the oldest that compresses long texts well."""

BLOCK_BYTES = 65_536
"""Blocks of the DuckDB file: in smaller ones DuckDB leaves 64-bit numbers uncompressed, larger ones stay half empty."""

ROW_GROUP_ROWS = 245_760
"""Rows that are compressed together there: twice the usual is a twentieth smaller; eight times finds a server slower."""

PARQUET = "format parquet, parquet_version v2, compression zstd, compression_level 15"
"""Version 2 writes differences of numbers, a third of the bytes for moments. Every reader of the last years knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column as it is released."""

    name: str
    kind: str
    """Its DuckDB type."""
    meaning: str
    unit: str
    """One of `pipeline.units.UNITS`."""
    is_required: bool
    """Whether it always says something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table as it is released."""

    name: str
    grain: str
    """What one row is."""
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    """Columns that no two rows share, none of them ever empty; none = the table has no such key."""
    rows: int
    rows_left_out: int
    """Rows of imported sources whose licence does not allow their release."""
    path: Path | None
    """Its Parquet file, relative to the release; `None` = in the DuckDB file only."""
    bytes: int = 0
    sha256: str = ""


@contextmanager
def opened(published: Path, aside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the published file read-only, and a new DuckDB file beside what else is written."""
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY,
        "temp_directory": str(aside / ".spill"),
        "autoinstall_known_extensions": False,
    }
    with duckdb.connect(":memory:", config=settings) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {literal(published)} as published (read_only)")
        connection.execute(
            f"attach {literal(aside / 'herdbook.duckdb')} as released "
            f"(storage_version '{STORAGE}', block_size {BLOCK_BYTES}, row_group_size {ROW_GROUP_ROWS})"
        )
        connection.execute("create schema released.marts")
        yield connection
        connection.execute("use memory")
        connection.execute("detach released")


def write(
    connection: duckdb.DuckDBPyConnection, aside: Path, allowed: Iterable[str]
) -> Iterator[Table]:
    """Write every mart without the rows of other people that are not `allowed`, one after the other."""
    (aside / "parquet").mkdir()
    sources = [*OWN_SOURCES, *allowed]
    # a view finds the tables of the new file, never those of the published one
    connection.execute("use released.marts")
    for relation in relations("marts"):
        yield _write(connection, relation, aside, sources)
    connection.execute("checkpoint released")


def _write(
    connection: duckdb.DuckDBPyConnection, relation: Relation, aside: Path, sources: list[str]
) -> Table:
    name = relation.name
    left_out = 0
    if relation.is_view:
        connection.execute(f"create view {name} as {relation.body}")
    elif name == NUMBERED:
        relation = replace(relation, is_view=True)
        left_out = _number(connection, relation, sources)
    else:
        left_out = _copy(connection, relation, sources)
    columns = _columns(connection, relation)
    for comment in comments(relation):
        connection.execute(comment)
    (rows,) = connection.execute(f"select count(*) from {name}").fetchall()[0]
    path = None if name in DERIVED else Path("parquet") / f"{name}.parquet"
    if path is not None:
        ordered = f"select * from {name} {_order(relation) if relation.is_view else ''}"
        connection.execute(f"copy ({ordered}) to {literal(aside / path)} ({PARQUET})")
    required = {column.name for column in columns if column.is_required}
    key = next((key for key in relation.unique if set(key) <= required), ())
    return Table(
        name=name,
        grain=relation.grain,
        columns=columns,
        key=key,
        rows=rows,
        rows_left_out=left_out,
        path=path,
        bytes=(aside / path).stat().st_size if path else 0,
        sha256=sha256(aside / path) if path else "",
    )


def _copy(connection: duckdb.DuckDBPyConnection, relation: Relation, sources: list[str]) -> int:
    """Copy a table; returns how many rows of other people were left out."""
    name, where = relation.name, ""
    if "source" in relation.columns and name not in PROVENANCE:
        where = "where source in (select unnest($sources))"
    bound = {"sources": sources} if where else {}
    connection.execute(
        f"create table {name} as select * from published.marts.{name} {where} {_order(relation)}",
        bound,
    )
    return _left_out(connection, name) if where else 0


def _number(connection: duckdb.DuckDBPyConnection, relation: Relation, sources: list[str]) -> int:
    """Keep days by number, and the table as a view of them; returns how many rows of other people were left out."""
    for statement_text in duckdb.extract_statements(statement("release", "number_days")):
        bound = {"sources": sources} if statement_text.named_parameters else {}
        connection.execute(statement_text, bound)
    told = {"hostname": "hosts.hostname", "until_on": "days.day_on + days.more_days::integer"}
    columns = ", ".join(f"{told.get(name, f'days.{name}')} as {name}" for name in relation.columns)
    connection.execute(
        f"create view {relation.name} as select {columns}"
        " from numbered.days as days join numbered.hosts as hosts using (number)"
    )
    return _left_out(connection, relation.name)


def _left_out(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    ((found, kept),) = connection.execute(
        f"select (select count(*) from published.marts.{name}), (select count(*) from {name})"
    ).fetchall()
    return int(found - kept)


def _order(relation: Relation) -> str:
    """Rows that belong together lie together, and the same data are the same bytes."""
    return f"order by {', '.join(relation.unique[0])}" if relation.unique else "order by all"


def _columns(connection: duckdb.DuckDBPyConnection, relation: Relation) -> tuple[Column, ...]:
    described = connection.execute(f"describe {relation.name}").fetchall()
    if [row[0] for row in described] != list(relation.columns):
        raise ReleaseRefused(
            f"{relation.name} was published by another version, with other columns: "
            "run `herdbook publish` once"
        )
    return tuple(_column(relation, str(name), str(kind)) for name, kind, *_ in described)


def _column(relation: Relation, name: str, kind: str) -> Column:
    text = relation.columns[name]
    unit = unit_of(name, kind, text)
    if unit is None:
        raise ReleaseRefused(
            f"{relation.name}.{name} is a number without a unit: end its line in "
            f"pipeline/sql/marts/{relation.name}.sql with one, such as [count]"
        )
    return Column(
        name=name,
        kind=kind,
        meaning=meaning_and_unit(text)[0],
        unit=unit,
        is_required=name in relation.not_null,
    )


def sha256(path: Path) -> str:
    """Hash a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
