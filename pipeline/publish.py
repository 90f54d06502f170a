"""Publishing: the marts, built in a new file aside and swapped in whole.

Readers open the published file only. One that has it open keeps the old file; the next one gets the new
file; nobody waits. The file documents itself: every table and column carries its meaning as a comment.
"""

import logging
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import duckdb

from pipeline import guard, increment
from pipeline.dictionary import (
    PUBLISHED,
    Relation,
    comments,
    failing_checks,
    failing_rows,
    relations,
)
from pipeline.disk import flush, want_free_space
from pipeline.exceptions import PublishedNewer, PublishHeldBack, PublishRefused
from pipeline.literal import literal
from pipeline.reading_rules import read_rules
from pipeline.warehouse import FILE_NAME, Warehouse, statement

SCHEMA_VERSION = 2
"""Version of the published tables; a reader that knows less says so."""

FOLDER = "published"
"""Folder of the published file within the data folder."""

STORAGE = "v1.2.0"
"""Storage format of the published file: the oldest that compresses long texts well."""

BLOCK_BYTES = 65_536
"""Blocks of the published file: in smaller ones DuckDB leaves 64-bit numbers uncompressed, larger ones stay half empty."""

MEMORY_BYTES = 3_200_000_000
"""Memory of a publish that has the machine to itself: 400 days of 30,000 servers fit, and with the rest of the
process it stays below 4 GB (measured)."""

_LOG = logging.getLogger(__name__)


def publish(
    data: Path,
    *,
    published_at: datetime | None = None,
    accepts: str | None = None,
    whole: bool = False,
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
            whole=whole,
        )


def publish_warehouse(
    warehouse: Warehouse,
    *,
    published_at: datetime | None = None,
    checks_promises: bool = False,
    computes_graph: bool = False,
    accepts: str | None = None,
    whole: bool = False,
) -> Path:
    """Publish an open warehouse, also while a crawl writes to it from the same thread.

    The graph takes minutes: without `computes_graph` the one computed last is published again. What has not
    changed since the former file is kept (`pipeline.increment`), unless the `whole` is asked for.
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
        _build(warehouse, aside, at, checks_promises, computes_graph, former, accepts, whole)
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
    whole: bool,
) -> None:
    # a cursor of its own: its search path must not become the crawl's
    with warehouse.connection.cursor() as connection, ExitStack() as attached:
        connection.execute("set timezone = 'UTC'")
        # DuckDB 1.5 reads once what the parts of a union share, but then all of it instead of some days
        connection.execute("set disabled_optimizers = 'common_subplan'")
        attached.callback(connection.execute, "reset disabled_optimizers")
        _name(connection, "published_at", published_at)
        _name(connection, "schema_version", SCHEMA_VERSION)
        _name(connection, "herdbook_version", version("herdbook"))
        _name(connection, "recipe", increment.recipe(warehouse.fact("rules_sha256")))
        _name(connection, "is_checked", checks_promises)
        home = connection.execute("select current_database()").fetchall()[0][0]
        is_whole = _begin_file(connection, attached, path, former, whole)
        _find_schemas(connection, home)
        connection.execute(statement("judging", "macros"))
        _make_everything(connection, published_at, is_whole, computes_graph)
        if checks_promises:
            _check(connection, only_anew=not is_whole and increment.was_checked(connection))
        _guard(connection, published_at, former is not None, accepts)
        connection.execute("checkpoint published")


def _begin_file(
    connection: duckdb.DuckDBPyConnection,
    attached: ExitStack,
    path: Path,
    former: Path | None,
    whole: bool,
) -> bool:
    """Attach the file to be made, empty or a copy of the former one; says whether it is empty."""
    if former is not None:
        _attach(connection, attached, former, "former (read_only)")
        reason = "it was asked for" if whole else increment.reason_for_whole(connection)
        if reason is None:
            _LOG.info("published what has changed")
            shutil.copyfile(former, path)
            _attach(connection, attached, path, "published")
            return False
        _LOG.info("published whole: %s", reason)
    how = f"(storage_version '{STORAGE}', block_size {BLOCK_BYTES})"
    _attach(connection, attached, path, f"published {how}")
    return True


def _find_schemas(connection: duckdb.DuckDBPyConnection, home: str) -> None:
    """Let `marts.x` and `kept.x` be found in the new file, every other schema in the warehouse."""
    for schema in PUBLISHED:
        connection.execute(f"create schema if not exists published.{schema}")
    found_in = [f"published.{schema}" for schema in PUBLISHED]
    found_in += [f"{home}.{name}" for name in ("staging", "raw", "frontier", "rules", "computed")]
    connection.execute(f"set search_path = '{','.join(found_in)}'")


def _make_everything(
    connection: duckdb.DuckDBPyConnection, at: datetime, is_whole: bool, computes_graph: bool
) -> None:
    """Make every table: what was seen, what is made of it once it is judged, what the graph shows."""
    made = relations(*PUBLISHED)
    late = _computed(made)
    seen, judged = increment.apart(
        [relation for relation in made if relation.full_name not in late], "marts.judged_days"
    )
    increment.name_facts(connection, is_whole=is_whole)
    _make_all(connection, seen, is_whole)
    read_rules(connection)
    increment.name_sums(connection, is_whole=is_whole)
    _make_all(connection, judged, is_whole)
    if computes_graph:
        # igraph and its arrays are heavy, and a crawl's own publishes never compute the graph
        from pipeline.graph.step import compute

        compute(connection, at)
    _make_all(connection, [relation for relation in made if relation.full_name in late], is_whole)


def _check(connection: duckdb.DuckDBPyConnection, *, only_anew: bool) -> None:
    """Raise where a table breaks a promise."""
    # a view has no rows of its own, and counting those of a large one costs what it saved
    tables = [relation for relation in relations(*PUBLISHED) if not relation.is_view]
    broken = [
        line
        for relation in tables
        for line in failing_rows(connection, relation, only_anew=only_anew)
    ]
    broken += failing_checks(connection)
    if broken:
        raise PublishRefused(broken)


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


def _make_all(connection: duckdb.DuckDBPyConnection, marts: list[Relation], is_whole: bool) -> None:
    for relation in marts:
        for statement_text in _whole(relation) if is_whole else _changed(relation):
            # a transaction each: what is committed need not stay in memory, and DuckDB 1.5 loses sight of
            # rows that are added to a table made in the same transaction
            _commit(connection, statement_text)
    # words alone: one transaction for all of them
    _commit(connection, "; ".join(line for relation in marts for line in comments(relation)))


def _commit(connection: duckdb.DuckDBPyConnection, statement_text: str) -> None:
    connection.begin()
    connection.execute(statement_text)
    connection.commit()


def _whole(relation: Relation) -> Iterator[str]:
    """What makes a relation: itself, then the rows that come after."""
    kind = "view" if relation.is_view else "table"
    first, *more = relation.statements
    yield f"create {kind} {relation.full_name} as {first}"
    # `marts.x` is found in the new file by name only where it is read
    yield from (f"insert into published.{relation.full_name} by name {rows}" for rows in more)


def _changed(relation: Relation) -> Iterator[str]:
    """What makes a relation of the former file's copy what it is now."""
    table = f"published.{relation.full_name}"
    if relation.is_view:
        return  # of the same statement: it says what its tables say
    if not relation.anew:
        yield f"drop table {table}"
        yield from _whole(relation)
        return
    yield from (f"delete from {table} where {condition}" for condition in relation.anew)
    for rows in relation.statements:
        yield f"insert into {table} by name select * from ({rows}) where {increment.any_of(relation.anew)}"


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
