"""The warehouse: one DuckDB file, one writer, migrated forward when it is opened.

Readers never open it (a held file refuses every other process); they read what `pipeline.publish` wrote.
"""

import csv
import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb
import pyarrow as pa

from crawler.hostname import Hostname
from crawler.records import PeerKind
from pipeline import judging, raw
from pipeline.dictionary import SQL, relations
from pipeline.disk import want_free_space
from pipeline.exceptions import (
    HandKeptError,
    WarehouseDamaged,
    WarehouseLocked,
    WarehouseMissing,
    WarehouseNewer,
    WrongWarehouse,
)
from pipeline.literal import literal

FILE_NAME = "herdbook.duckdb"
"""Name of the warehouse in its data folder."""

OPTOUTS = Path(__file__).parents[1] / "data" / "optouts.csv"
"""Hand-kept, always read from the checkout."""

FREE_BYTES_WANTED = 200_000_000
"""A commit on a full disk fails; 200 MB is room for a batch, a checkpoint and a small publish."""

STORAGE_VERSION = "v1.5.0"
"""Older formats cannot compress long texts with zstd (a third of the size, measured)."""

CONFIGURATION: dict[str, Any] = {
    "storage_compatibility_version": STORAGE_VERSION,
    # what is not in the wheel is never fetched
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    # the youngest rows of every column wait in a block of their own until a checkpoint, so small blocks save
    # memory; but numbers of 64 bits are packed only from 64 KB on, and half of a check are such numbers
    "default_block_size": 65_536,
    # a checkpoint rewrites the youngest rows, which are held uncompressed until then
    "wal_autocheckpoint": "8MB",
    # the crawl beside it has the rest of a small machine; larger work spills into the data folder
    "memory_limit": "192MB",
    # a second one brought nothing (a batch of 300 checks: 0.5 s with either) and holds 30 MB
    "threads": 1,
}

_LOG = logging.getLogger(__name__)
_PID = re.compile(r"\(PID (\d+)\)")


class Warehouse:
    """An open warehouse. Built by `Warehouse.open`; a context manager that closes it."""

    def __init__(self, path: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        """The file."""
        self.connection = connection
        """Its only connection."""
        self._stores_count = 0

    @classmethod
    def open(cls, data: Path, *, is_replica: bool | None = None, creates: bool = True) -> Self:
        """Open the warehouse of a data folder, made or migrated forward as needed.

        `is_replica` says which kind of data the caller brings; `None` takes it as it is (a new one is
        then live). Raises a `WarehouseError` that says what to do.
        """
        path = data / FILE_NAME
        if not creates and not path.exists():
            raise WarehouseMissing(path)
        data.mkdir(parents=True, exist_ok=True)
        want_free_space(data, FREE_BYTES_WANTED)
        warehouse = cls(path, _connect(path))
        try:
            warehouse._prepare(is_replica)
        except BaseException:
            warehouse.connection.close()
            raise
        return warehouse

    @property
    def is_replica(self) -> bool:
        """Whether it holds data of the replica."""
        return self.fact("is_replica") == "true"

    def fact(self, key: str) -> str | None:
        """Read one fact about the warehouse itself."""
        rows = self.connection.execute("select value from raw.meta where key = ?", [key]).fetchall()
        return rows[0][0] if rows else None

    def remember(self, key: str, value: str) -> None:
        """Write one fact about the warehouse itself."""
        self.connection.execute("delete from raw.meta where key = ?", [key])
        self.connection.execute("insert into raw.meta values (?, ?)", [key, value])

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """All or nothing: commit at the end, roll back when anything is raised."""
        self.connection.begin()
        try:
            yield self.connection
        except BaseException:
            self.connection.rollback()
            raise
        self.connection.commit()

    @contextmanager
    def storing(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A transaction whose acknowledgement is also noted beside the file.

        A damaged log can lose commits silently when the file is opened again; the note tells.
        """
        with self.transaction() as connection:
            yield connection
            self.remember("stores_count", str(self._stores_count + 1))
        self._stores_count += 1
        self._note_path.write_text(str(self._stores_count), encoding="ascii")

    @contextmanager
    def registered(self, **tables: pa.Table) -> Iterator[Self]:
        """Let statements read some Arrow tables by name."""
        for name, table in tables.items():
            self.connection.register(name, _Stream(table))
        try:
            yield self
        finally:
            for name in tables:
                self.connection.unregister(name)

    def run(self, folder: str, name: str, parameters: dict[str, Any] | None = None) -> Any:
        """Run the statement of one SQL file with bound parameters."""
        return self.connection.execute(statement(folder, name), parameters or {})

    def close(self) -> None:
        """Write the log into the file and let go of it."""
        self.connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def _note_path(self) -> Path:
        return self.path.with_name(f"{self.path.name}.stores")

    def _prepare(self, is_replica: bool | None) -> None:
        _settle(self.connection, self.path.parent)
        is_changed = self._migrate()
        with self.transaction() as connection:
            kept = self.fact("is_replica")
            if kept is None:
                self.remember("is_replica", "true" if is_replica else "false")
            elif is_replica is not None and (kept == "true") != is_replica:
                raise WrongWarehouse(self.path, kept == "true")
            is_changed |= raw.ensure_all(connection)
            _name_peer_kinds(connection)
            is_changed |= self._refresh_rules()
            is_changed |= self._refresh_views()
        self.refresh_optouts(
            [name for listed in optout_lists(self.path.parent) for name in read_optouts(listed)]
        )
        if is_changed:
            # the open bugs of log replay are in DDL (SECURITY DUR-11): keep none of it in the log
            self.connection.execute("checkpoint")
        self._compare_note()

    def refresh_optouts(self, hostnames: list[str]) -> None:
        """Make the table of opt-outs what the hand-kept list says now."""
        kept = self.connection.execute("select hostname from raw.optouts order by all").fetchall()
        if [hostname for (hostname,) in kept] == sorted(set(hostnames)):
            return
        with self.transaction() as connection:
            connection.execute("delete from raw.optouts")
            for hostname in sorted(set(hostnames)):
                connection.execute("insert into raw.optouts values (?)", [hostname])

    def _migrate(self) -> bool:
        version = _version(self.connection)
        steps = [
            (int(path.name.partition("_")[0]), path) for path in (SQL / "migrations").glob("*.sql")
        ]
        newest = max(number for number, _ in steps)
        if version > newest:
            raise WarehouseNewer(self.path, f"schema {version}", f"schema {newest}")
        for number, path in sorted(steps):
            if number > version:
                with self.transaction() as connection:
                    connection.execute(path.read_text(encoding="utf-8"))
                    self.remember("schema_version", str(number))
        return version < newest

    def _refresh_views(self) -> bool:
        views = relations("staging")
        state = hashlib.sha256("\n".join(view.body for view in views).encode()).hexdigest()
        if self.fact("staging_sha256") == state:
            return False
        for view in views:
            self.connection.execute(f"create or replace view {view.full_name} as {view.body}")
        self.remember("staging_sha256", state)
        return True

    def _refresh_rules(self) -> bool:
        """Make the schema `rules` what the hand-kept files say now."""
        tables = judging.tables()
        state = hashlib.sha256(
            repr([(n, t.to_pylist()) for n, t in tables.items()]).encode()
        ).hexdigest()
        if self.fact("rules_sha256") == state:
            return False
        self.connection.execute("create schema if not exists rules")
        for name, table in tables.items():
            with self.registered(rules_incoming=table):
                self.connection.execute(
                    f"create or replace table rules.{name} as from rules_incoming"
                )
        self.remember("rules_sha256", state)
        return True

    def _compare_note(self) -> None:
        self._stores_count = int(self.fact("stores_count") or 0)
        try:
            noted = int(self._note_path.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return
        if noted > self._stores_count:
            _LOG.error(
                "%s has lost %d acknowledged batches: its log was damaged. What they held is asked again",
                self.path,
                noted - self._stores_count,
            )


class _Stream:
    """An Arrow table as nothing but a stream, which DuckDB can read without Arrow's datasets."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        """A fresh stream for each look at it."""
        return self._table.__arrow_c_stream__(requested_schema)


@cache
def statement(folder: str, name: str) -> str:
    """Read one statement of `pipeline/sql`."""
    return (SQL / folder / f"{name}.sql").read_text(encoding="utf-8")


def optout_lists(data: Path) -> list[Path]:
    """Name the lists of hosts that stay out: the hand-kept one, and the operator's in the data folder."""
    own = data / OPTOUTS.name
    is_other = own.exists() and not (OPTOUTS.exists() and own.samefile(OPTOUTS))
    return [OPTOUTS, *([own] if is_other else [])]


def read_optouts(path: Path) -> list[str]:
    """Read the hand-kept list of hosts that stay out; a line that is no hostname stops everything."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for number, row in enumerate(rows, start=2):
        try:
            Hostname.parse(row.get("hostname"))
        except ValueError as error:
            raise HandKeptError(f"{path}, line {number}: {error}. Mend the line first") from error
    return [Hostname.parse(row["hostname"]) for row in rows]


def _connect(path: Path) -> duckdb.DuckDBPyConnection:
    try:
        return duckdb.connect(path, config=CONFIGURATION)
    except duckdb.Error as error:
        text = str(error)
        if "Conflicting lock" in text or "Could not set lock" in text:
            found = _PID.search(text)
            raise WarehouseLocked(path, int(found[1]) if found else None) from error
        if "newer version" in text or "newer DuckDB version" in text:
            raise WarehouseNewer(path, "of DuckDB", f"DuckDB {duckdb.__version__}") from error
        return _connect_without_log(path, error)


def _connect_without_log(path: Path, error: duckdb.Error) -> duckdb.DuckDBPyConnection:
    """Move a log that prevents opening aside, loudly: better without its tail than never again."""
    logs = [log for log in path.parent.glob(f"{path.name}*wal*") if "damaged" not in log.name]
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    aside = {log: log.with_name(f"{log.name}.damaged-{stamp}") for log in logs}
    for log, place in aside.items():
        log.rename(place)
    try:
        connection = duckdb.connect(path, config=CONFIGURATION) if aside else None
    except duckdb.Error:
        connection = None
    if connection is None:
        for log, place in aside.items():
            place.rename(log)
        raise WarehouseDamaged(path, str(error)) from error
    _LOG.error(
        "the log of %s is damaged (%.300s). It was moved to %s; what only it held is asked again",
        path,
        error,
        ", ".join(str(place) for place in aside.values()),
    )
    return connection


def _settle(connection: duckdb.DuckDBPyConnection, data: Path) -> None:
    connection.execute("set timezone = 'UTC'")
    connection.execute(f"set temp_directory = {literal(data / '.spill')}")


def _version(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'raw' and table_name = 'meta'"
    ).fetchall()
    if not found[0][0]:
        return 0
    rows = connection.execute("select value from raw.meta where key = 'schema_version'").fetchall()
    return int(rows[0][0]) if rows else 0


def _name_peer_kinds(connection: duckdb.DuckDBPyConnection) -> None:
    """Number the kinds of edge; a new kind gets the next number, no number ever moves."""
    rows = connection.execute("select kind, id from raw.peer_kinds").fetchall()
    known = dict(rows)
    for kind in PeerKind:
        if kind.value not in known:
            known[kind.value] = len(known)
            connection.execute(
                "insert into raw.peer_kinds values (?, ?)", [known[kind], kind.value]
            )
