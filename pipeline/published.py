"""The published file, opened read-only and locked down: what `pipeline.read` reads through.

Every call reads one published file whole: a newer one that is swapped in meanwhile is seen by the next
call. The file is attached to a database in memory because DuckDB keeps one instance per path and process:
opening the same path again would go on showing the file that was replaced.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from pipeline.asking import Answer, QueryLimits, ask
from pipeline.exceptions import (
    PublishedDamaged,
    PublishedMissing,
    PublishedNewer,
    PublishedOlder,
    QueryRefused,
)
from pipeline.literal import literal
from pipeline.statement import want_one_reading

SCHEMA_VERSION = 2
"""The newest published tables that this door understands."""

SQL = Path(__file__).with_name("sql") / "reads"

QUERY_ROWS = 10_000
"""Most rows of an arbitrary query: a table that a person can still look at."""

QUERY_SECONDS = 20.0
"""Longest an arbitrary query may run: ten times what a scan of all days takes."""

_CONFIGURATION: dict[str, str | bool | int | float | list[str]] = {
    # half a small machine; a reader's query ends with an error instead of taking the rest
    "memory_limit": "512MB",
    "threads": 2,
    "temp_directory": "",
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "python_enable_replacements": False,
}


class PublishedFile:
    """The published file of one data folder, whichever is the newest."""

    def __init__(self, folder: Path | str) -> None:
        folder = Path(folder)
        self.is_release = (folder / "datapackage.json").exists()
        """Whether this is a release, dated and never changed, and not what a crawler publishes again and again."""
        # the folder of a release is opened the same way
        self.path = (folder if self.is_release else folder / "published") / "herdbook.duckdb"
        self._lock = threading.Lock()
        self._stamp: str | None = None
        self._connection: duckdb.DuckDBPyConnection | None = None

    def stamp(self) -> str:
        """Name the file that the next call reads; another name means other data.

        Raises `PublishedMissing` while nothing was published.
        """
        try:
            facts = self.path.stat()
        except FileNotFoundError:
            raise PublishedMissing(self.path) from None
        return f"{facts.st_ino}-{facts.st_mtime_ns}-{facts.st_size}"

    def query(
        self, sql: str, *, rows: int = QUERY_ROWS, seconds: float = QUERY_SECONDS
    ) -> pd.DataFrame:
        """Run one reading statement of the caller's own, as a pandas table. As `query_table`."""
        return _frame(self.query_table(sql, rows=rows, seconds=seconds))

    def query_table(
        self, sql: str, *, rows: int = QUERY_ROWS, seconds: float = QUERY_SECONDS
    ) -> pa.Table:
        """Run one reading statement of the caller's own, as an Arrow table with DuckDB's own types.

        It runs in this process, beside all other reads: what strangers ask goes through `ask`.

        Raises `QueryRefused` for anything that is not one statement that reads, that fails, or that
        takes too long. At most `rows` rows come back.
        """
        with self._cursor() as cursor:
            _refuse_writing(cursor, sql)
            # a person writes `marts.x` or `x`; our own reads name the file, and live beside it in memory
            cursor.execute("use published.marts")
            timer = threading.Timer(seconds, cursor.interrupt)
            timer.start()
            try:
                return cursor.sql(sql).limit(rows).to_arrow_table()
            except duckdb.InterruptException:
                raise QueryRefused(
                    f"the query took longer than {seconds:g} seconds and was ended; "
                    "ask for fewer rows or days"
                ) from None
            except duckdb.Error as error:
                raise QueryRefused(f"{error}") from None
            finally:
                timer.cancel()

    def ask(self, sql: str, limits: QueryLimits) -> Answer:
        """Run one reading statement of somebody we do not know, in a process of its own. As `pipeline.asking.ask`.

        Raises `QueryRefused`, `PublishedMissing`, `PublishedDamaged`.
        """
        self.stamp()
        return ask(self.path, sql, limits)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
            self._connection, self._stamp = None, None

    def _read(self, name: str, **parameters: Any) -> pd.DataFrame:
        return _frame(self._table(name, **parameters))

    def _table(self, name: str, **parameters: Any) -> pa.Table:
        with self._cursor() as cursor:
            try:
                return cursor.execute(_sql(name), parameters).to_arrow_table()
            except (duckdb.CatalogException, duckdb.BinderException) as error:
                raise PublishedOlder(self.path, str(error)) from error

    def _reader(
        self, cursor: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, Any], rows: int
    ) -> pa.RecordBatchReader:
        """Read a long answer in batches; the cursor is lent for as long as it is read."""
        try:
            return cursor.execute(_sql(name), parameters).to_arrow_reader(rows)
        except (duckdb.CatalogException, duckdb.BinderException) as error:
            raise PublishedOlder(self.path, str(error)) from error

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor of the newest file: a connection shared by threads mixes up their results."""
        stamp = self.stamp()
        with self._lock:
            if self._connection is None or stamp != self._stamp:
                # cursors of others keep the replaced file alive until they are done
                self._connection, self._stamp = _open(self.path), stamp
            cursor = self._connection.cursor()
        try:
            yield cursor
        finally:
            cursor.close()


def _open(path: Path) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(":memory:", config=_CONFIGURATION)
    try:
        connection.execute("set global timezone = 'UTC'")
        # the path is the operator's, and `attach` takes no parameters
        connection.execute(f"attach {literal(path)} as published (read_only)")
        _refuse_newer(connection, path)
        _share(connection, path)
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        raise PublishedDamaged(path, str(error)) from error
    except (PublishedNewer, PublishedOlder):
        connection.close()
        raise
    return connection


def _share(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Make what the reads share; raise `PublishedOlder` where the file lacks what they read."""
    try:
        connection.execute(_sql("session"))
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise PublishedOlder(path, str(error)) from error


def _refuse_newer(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    rows = connection.execute("select schema_version from published.marts.about").fetchall()
    found = int(rows[0][0])
    if found > SCHEMA_VERSION:
        raise PublishedNewer(path, found, SCHEMA_VERSION)


def _refuse_writing(cursor: duckdb.DuckDBPyConnection, sql: str) -> None:
    try:
        want_one_reading(cursor, sql)
    except duckdb.Error as error:
        raise QueryRefused(f"{error}") from None


def _frame(table: pa.Table) -> pd.DataFrame:
    """As pandas has it; DuckDB's own way there warns with pandas 3.1, and warnings are errors."""
    found: pd.DataFrame = table.to_pandas(date_as_object=False)
    return found


@cache
def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")
