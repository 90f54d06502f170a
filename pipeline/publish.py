"""Publishing: the marts, built in a new file aside and swapped in whole.

Readers open the published file only. One that has it open keeps the old file; the next one gets the new
file; nobody waits. The file documents itself: every table and column carries its meaning as a comment.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipeline import guard
from pipeline.dictionary import Relation, comments, failing_checks, failing_rows, relations
from pipeline.disk import flush, want_free_space
from pipeline.exceptions import PublishedNewer, PublishHeldBack, PublishRefused
from pipeline.literal import literal
from pipeline.warehouse import FILE_NAME, Warehouse, statement

SCHEMA_VERSION = 2
"""Version of the published tables; a reader that knows less says so."""

FOLDER = "published"
"""Folder of the published file within the data folder."""

STORAGE = "v1.2.0"
"""Storage format of the published file: the oldest that compresses long texts well."""

MEMORY_BYTES = 3_200_000_000
"""Memory of a publish that has the machine to itself: 400 days of 30,000 servers fit, and with the rest of the
process it stays below 4 GB (measured)."""

_LOG = logging.getLogger(__name__)


def publish(
    data: Path, *, published_at: datetime | None = None, accepts: str | None = None
) -> Path:
    """Publish the warehouse of a data folder that nobody else holds; its promises are checked first.

    Raises `PublishHeldBack` where the release is not what is expected of it, unless a note `accepts` it.
    """
    with Warehouse.open(data, creates=False) as warehouse:
        take_room(warehouse)
        return publish_warehouse(
            warehouse,
            published_at=published_at,
            checks_promises=True,
            computes_graph=True,
            accepts=accepts,
        )


def publish_warehouse(
    warehouse: Warehouse,
    *,
    published_at: datetime | None = None,
    checks_promises: bool = False,
    computes_graph: bool = False,
    accepts: str | None = None,
) -> Path:
    """Publish an open warehouse, also while a crawl writes to it from the same thread.

    The graph takes minutes: without `computes_graph` the one computed last is published again.
    """
    folder = warehouse.path.parent / FOLDER
    folder.mkdir(exist_ok=True)
    path = folder / FILE_NAME
    found = _refuse_older(path)
    for leftover in folder.glob(".herdbook-*"):
        leftover.unlink()  # of a process that died: only one can hold the warehouse
    size = path.stat().st_size if path.exists() else 0
    want_free_space(folder, 2 * size + 50_000_000)
    aside = folder / f".herdbook-{os.getpid()}.duckdb"
    at = published_at or datetime.now(UTC)
    former = path if found == SCHEMA_VERSION else None
    try:
        _build(warehouse, aside, at, checks_promises, computes_graph, former, accepts)
        flush(aside)
        os.replace(aside, path)
        guard.let_go(folder)
        flush(folder)
    except PublishHeldBack as error:
        guard.hold_back(folder, at, error.reasons)
        raise
    finally:
        for leftover in folder.glob(f"{aside.name}*"):
            leftover.unlink()
    return path


def _build(
    warehouse: Warehouse,
    path: Path,
    published_at: datetime,
    checks_promises: bool,
    computes_graph: bool,
    former: Path | None,
    accepts: str | None,
) -> None:
    # a cursor of its own: its search path must not become the crawl's
    with warehouse.connection.cursor() as connection, ExitStack() as attached:
        connection.execute("set timezone = 'UTC'")
        _attach(connection, attached, path, f"published (storage_version '{STORAGE}')")
        if former is not None:
            _attach(connection, attached, former, "former (read_only)")
        _name(connection, "published_at", published_at)
        _name(connection, "schema_version", SCHEMA_VERSION)
        _name(connection, "herdbook_version", version("herdbook"))
        connection.execute("create schema published.marts")
        home = connection.execute("select current_database()").fetchall()[0][0]
        # `marts.x` is found in the new file, every other schema in the warehouse
        schemas = ("staging", "raw", "frontier", "rules", "computed")
        found_in = ",".join(["published.marts", *(f"{home}.{name}" for name in schemas)])
        connection.execute(f"set search_path = '{found_in}'")
        connection.execute(statement("judging", "macros"))
        marts = relations("marts")
        late = _computed(marts)
        _make_all(connection, [mart for mart in marts if mart.full_name not in late])
        if computes_graph:
            # igraph and its arrays are heavy, and a crawl's own publishes never compute the graph
            from pipeline.graph.step import compute

            compute(connection, published_at)
        _make_all(connection, [mart for mart in marts if mart.full_name in late])
        if checks_promises:
            # a view has no rows of its own, and counting those of a large one costs what it saved
            kept = [relation for relation in marts if not relation.is_view]
            broken = [line for relation in kept for line in failing_rows(connection, relation)]
            broken += failing_checks(connection)
            if broken:
                raise PublishRefused(broken)
        _guard(connection, published_at, former is not None, accepts)
        connection.execute("checkpoint published")


def _guard(
    connection: duckdb.DuckDBPyConnection, at: datetime, has_former: bool, accepts: str | None
) -> None:
    """Raise where the release is not what is expected of it, unless somebody accepts it with a note."""
    expected = guard.read_expectations(guard.EXPECTATIONS)
    reasons, warnings = guard.weigh(connection, expected, has_former=has_former)
    for warning in warnings:
        _LOG.warning("published all the same: %s", warning)
    if not reasons:
        return
    if accepts is None:
        raise PublishHeldBack(reasons)
    told = {"at": at, "note": accepts.strip(), "reasons": reasons}
    for table in ("raw.acceptances", "published.marts.acceptances"):
        connection.execute(f"insert into {table} values ($at, $note, $reasons)", told)


def _attach(
    connection: duckdb.DuckDBPyConnection, attached: ExitStack, path: Path, how: str
) -> None:
    connection.execute(f"attach {literal(path)} as {how}")
    attached.callback(_let_go, connection, how.partition(" ")[0])


def _let_go(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    with suppress(duckdb.Error):
        connection.rollback()
    connection.execute("reset search_path")
    connection.execute(f"detach {name}")


def take_room(warehouse: Warehouse) -> None:
    """Let a publish that has the machine to itself use it: half its memory at most, all its processors."""
    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    megabytes = min(MEMORY_BYTES, half) // 1_000_000
    warehouse.connection.execute(f"set memory_limit = '{megabytes}MB'")
    warehouse.connection.execute(f"set threads = {os.cpu_count() or 1}")


def _computed(marts: Iterable[Relation]) -> set[str]:
    """Those that read what Python computes from the others, themselves or through one another."""
    late: set[str] = set()
    for relation in marts:
        if "computed." in relation.body or relation.needs & late:
            late.add(relation.full_name)
    return late


def _make_all(connection: duckdb.DuckDBPyConnection, marts: list[Relation]) -> None:
    for relation in marts:
        for statement_text in _statements(relation):
            # a transaction each: what is committed need not stay in memory, and DuckDB 1.5 loses sight of
            # rows that are added to a table made in the same transaction
            _commit(connection, statement_text)
    # words alone: one transaction for all of them
    _commit(connection, "; ".join(line for relation in marts for line in comments(relation)))


def _commit(connection: duckdb.DuckDBPyConnection, statement_text: str) -> None:
    connection.begin()
    connection.execute(statement_text)
    connection.commit()


def _statements(relation: Relation) -> Iterator[str]:
    """What makes a mart: itself, then the rows that come after."""
    kind = "view" if relation.is_view else "table"
    first, *more = relation.statements
    yield f"create {kind} {relation.full_name} as {first}"
    # `marts.x` is found in the new file by name only where it is read
    yield from (f"insert into published.{relation.full_name} by name {rows}" for rows in more)


def _name(connection: duckdb.DuckDBPyConnection, name: str, value: object) -> None:
    connection.execute(f"set variable {name} = $value", {"value": value})


def _refuse_older(path: Path) -> int | None:
    """Read the version of the published file; raise where it is newer than this program."""
    found = published_version(path)
    if found is not None and found > SCHEMA_VERSION:
        raise PublishedNewer(path, found, SCHEMA_VERSION)
    return found


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
