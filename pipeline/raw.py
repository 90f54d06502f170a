"""The raw tables: as the crawler and the importers wrote it, columns derived from their records.

A check is one wide row: its NodeInfo and its instance document lie beside it under `nodeinfo_…` and
`instance_…`, because every reader of a number wants the time and the outcome of its check too, and a
column that says nothing costs nothing.
"""

import hashlib
from collections.abc import Sequence, Set
from dataclasses import dataclass, fields
from datetime import datetime
from operator import itemgetter
from typing import Any

import duckdb
import orjson
import pyarrow as pa

from crawler.records import ActivityPoint, Alias, Check, Exchange, PeerDetail, PeerList
from pipeline.columns import Column, batch, column, columns_of
from pipeline.hosting import Hosting
from pipeline.observation import (
    BlockEvent,
    Import,
    ImportedEdge,
    ImportedTotal,
    Observation,
    RejectedRow,
)

Row = tuple[Any, ...]
"""What fills a row: (crawl_id, check) and, for its parts, (crawl_id, check, part)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """A table of the schema `raw` that follows its record."""

    name: str
    """Name with its schema."""
    columns: tuple[Column, ...]
    """In the order of the record."""

    def ensure(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Create the table, or add the columns that its record has gained. Says whether it changed."""
        return self._follow(connection, _columns_there(connection).get(self.name, frozenset()))

    def _follow(self, connection: duckdb.DuckDBPyConnection, names: Set[str]) -> bool:
        if not names:
            definitions = ", ".join(column.definition for column in self.columns)
            connection.execute(f"create table {self.name} ({definitions})")
            return True
        missing = [column for column in self.columns if column.name not in names]
        for added in missing:
            connection.execute(
                f'alter table {self.name} add column "{added.name}" {added.sql_type}'
            )
        return bool(missing)

    def batch(self, rows: Sequence[Any]) -> pa.Table:
        """Lay out what fills the table's rows as one Arrow table."""
        return batch(self.columns, rows)


def document_hash(document: bytes) -> str:
    """Name a document by its content, spelled as the UUID whose 16 bytes it fills."""
    name = hashlib.blake2b(document, digest_size=16).hexdigest()
    return f"{name[:8]}-{name[8:12]}-{name[12:16]}-{name[16:20]}-{name[20:]}"


_EXCHANGE_FIELDS = tuple(field.name for field in fields(Exchange) if field.name != "document")


def _exchange(exchange: Exchange) -> dict[str, Any]:
    told = {name: getattr(exchange, name) for name in _EXCHANGE_FIELDS}
    told["seconds"] = round(exchange.seconds, 3)
    if exchange.document is not None:
        told["document_hash"] = document_hash(exchange.document)
    return told


def _exchanges(row: Row) -> str:
    try:
        return orjson.dumps([_exchange(exchange) for exchange in row[1].exchanges]).decode()
    except orjson.JSONEncodeError:
        # a lone surrogate in a path or a detail: kept, marked as U+FFFD
        told = [{k: _encodable(v) for k, v in _exchange(e).items()} for e in row[1].exchanges]
        return orjson.dumps(told).decode()


def _encodable(value: Any) -> Any:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


_crawl_id = column("crawl_id", str, itemgetter(0))
_hostname = column("hostname", str, lambda row: row[1].hostname)
_part = itemgetter(2)


def _checked_at(name: str) -> Column:
    return column(name, datetime, lambda row: row[1].started_at)


CHECKS = RawTable(
    name="raw.checks",
    columns=(
        _crawl_id,
        *(
            found
            for found in columns_of(Check, inside=itemgetter(1))
            if found.name != "address"  # looked up and let go: `pipeline.hosting`
        ),
        column("requests_count", int, lambda row: len(row[1].exchanges)),
        column("body_bytes", int, lambda row: sum(e.body_bytes for e in row[1].exchanges)),
        column("exchanges", str, _exchanges),
    ),
)
PEER_LISTS = RawTable(
    name="raw.peer_lists",
    columns=(
        _crawl_id,
        _hostname,
        _checked_at("checked_at"),
        *(
            found
            for found in columns_of(PeerList, inside=_part)
            if found.name not in ("hostnames", "details")  # they become edges
        ),
        column("hostnames_count", int, lambda row: len(row[2].hostnames)),
    ),
)
ACTIVITY = RawTable(
    name="raw.activity",
    columns=(
        _crawl_id,
        _hostname,
        _checked_at("seen_at"),
        *columns_of(ActivityPoint, inside=_part),
    ),
)
ALIASES = RawTable(
    name="raw.aliases",
    columns=(
        _crawl_id,
        _hostname,
        _checked_at("seen_at"),
        *columns_of(Alias, inside=_part, prefix="alias_"),
    ),
)
PEER_DETAILS = RawTable(
    name="raw.peer_details",
    columns=(
        column("source_id", int, itemgetter(0)),
        column("kind_id", int, itemgetter(1)),
        column("target_id", int, itemgetter(2)),
        column("seen_at", datetime, itemgetter(3)),
        *columns_of(PeerDetail, inside=itemgetter(4)),
    ),
)
OBSERVATIONS = RawTable(name="raw.observations", columns=columns_of(Observation))
BLOCK_EVENTS = RawTable(name="raw.block_events", columns=columns_of(BlockEvent))
IMPORTED_EDGES = RawTable(name="raw.imported_edges", columns=columns_of(ImportedEdge))
IMPORTED_TOTALS = RawTable(name="raw.imported_totals", columns=columns_of(ImportedTotal))
IMPORTS = RawTable(name="raw.imports", columns=columns_of(Import))
REJECTED_ROWS = RawTable(name="raw.rejected_rows", columns=columns_of(RejectedRow))

HOSTING = RawTable(name="raw.hosting", columns=columns_of(Hosting))

TABLES = (
    CHECKS,
    HOSTING,
    PEER_LISTS,
    ACTIVITY,
    ALIASES,
    PEER_DETAILS,
    OBSERVATIONS,
    BLOCK_EVENTS,
    IMPORTED_EDGES,
    IMPORTED_TOTALS,
    IMPORTS,
    REJECTED_ROWS,
)


def ensure_all(connection: duckdb.DuckDBPyConnection) -> bool:
    """Create every table or add what its record has gained. Says whether anything changed."""
    # asking DuckDB for its columns costs more than all the rest, so it is asked once
    there = _columns_there(connection)
    changes = [table._follow(connection, there.get(table.name, frozenset())) for table in TABLES]
    return any(changes)


def _columns_there(connection: duckdb.DuckDBPyConnection) -> dict[str, Set[str]]:
    found = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns()"
        " where schema_name = 'raw' group by all"
    ).fetchall()
    return {name: frozenset(columns) for name, columns in found}
