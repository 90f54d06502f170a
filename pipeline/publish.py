"""Publishing: the marts, built in a new file aside and swapped in whole.

Readers open the published file only. One that has it open keeps the old file; the next one gets the new
file; nobody waits. The file documents itself: every table and column carries its meaning as a comment.
"""

import logging
import os
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipeline.dictionary import Relation, comments, failing_checks, failing_rows, relations
from pipeline.exceptions import PublishedNewer, PublishRefused
from pipeline.warehouse import FILE_NAME, Warehouse, statement, want_free_space

SCHEMA_VERSION = 1
"""Version of the published tables; a reader that knows less says so."""

FOLDER = "published"
"""Folder of the published file within the data folder."""

STORAGE = "v1.2.0"
"""Storage format of the published file: the oldest that compresses long texts well."""

_LOG = logging.getLogger(__name__)


def publish(data: Path, *, published_at: datetime | None = None) -> Path:
    """Publish the warehouse of a data folder that nobody else holds; its promises are checked first."""
    with Warehouse.open(data, creates=False) as warehouse:
        return publish_warehouse(warehouse, published_at=published_at, checks_promises=True)


def publish_warehouse(
    warehouse: Warehouse, *, published_at: datetime | None = None, checks_promises: bool = False
) -> Path:
    """Publish an open warehouse, also while a crawl writes to it from the same thread."""
    folder = warehouse.path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / FILE_NAME
    _refuse_older(path)
    for leftover in folder.glob(".herdbook-*"):
        leftover.unlink()  # of a process that died: only one can hold the warehouse
    size = path.stat().st_size if path.exists() else 0
    want_free_space(folder, 2 * size + 50_000_000)
    aside = folder / f".herdbook-{os.getpid()}.duckdb"
    try:
        _build(warehouse, aside, published_at or datetime.now(UTC), checks_promises)
        _flush(aside)
        os.replace(aside, path)
        _flush(folder)
    finally:
        for leftover in folder.glob(f"{aside.name}*"):
            leftover.unlink()
    return path


def _build(warehouse: Warehouse, path: Path, published_at: datetime, checks_promises: bool) -> None:
    # a cursor of its own: its search path must not become the crawl's
    with warehouse.connection.cursor() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{_escaped(path)}' as published (storage_version '{STORAGE}')")
        try:
            _name(connection, "published_at", published_at)
            _name(connection, "schema_version", SCHEMA_VERSION)
            _name(connection, "herdbook_version", version("herdbook"))
            connection.execute("create schema published.marts")
            home = connection.execute("select current_database()").fetchall()[0][0]
            # `marts.x` is found in the new file, every other schema in the warehouse
            schemas = ("staging", "raw", "frontier", "rules")
            found_in = ",".join(["published.marts", *(f"{home}.{name}" for name in schemas)])
            connection.execute(f"set search_path = '{found_in}'")
            connection.execute(statement("judging", "macros"))
            marts = relations("marts")
            connection.begin()
            for relation in marts:
                _make(connection, relation)
            connection.commit()
            if checks_promises:
                # a view has no rows of its own, and counting those of a large one costs what it saved
                kept = [relation for relation in marts if not relation.is_view]
                broken = [line for relation in kept for line in failing_rows(connection, relation)]
                broken += failing_checks(connection)
                if broken:
                    raise PublishRefused(broken)
            connection.execute("checkpoint published")
        finally:
            with suppress(duckdb.Error):
                connection.rollback()
            connection.execute("reset search_path")
            connection.execute("detach published")


def _make(connection: duckdb.DuckDBPyConnection, relation: Relation) -> None:
    kind = "view" if relation.is_view else "table"
    connection.execute(f"create {kind} {relation.full_name} as {relation.body}")
    for comment in comments(relation):
        connection.execute(comment)


def _name(connection: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    connection.execute(f"set variable {name} = $value", {"value": value})


def _refuse_older(path: Path) -> None:
    """Raise where the published file is of a newer version than this program."""
    found = published_version(path)
    if found is not None and found > SCHEMA_VERSION:
        raise PublishedNewer(path, found, SCHEMA_VERSION)


def published_version(path: Path) -> int | None:
    """Read the version of a published file; `None` = there is none that can be read."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(path, read_only=True) as connection:
            rows = connection.execute("select schema_version from marts.about").fetchall()
    except duckdb.Error as error:
        _LOG.warning("%s cannot be read and is replaced: %.200s", path, error)
        return None
    return int(rows[0][0]) if rows else None


def _flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _escaped(path: Path) -> str:
    return str(path).replace("'", "''")
