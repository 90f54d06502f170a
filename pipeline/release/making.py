"""Making a release: written in a folder aside, renamed whole. Killed at any moment, it is there whole or not at all."""

import os
import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import orjson

from pipeline import optouts
from pipeline.disk import flush, want_free_space
from pipeline.exceptions import PublishedMissing, ReleaseExists, ReleaseRefused
from pipeline.publish import FOLDER, SCHEMA_VERSION, published_version
from pipeline.release import metadata, words
from pipeline.release.licences import read_licences, read_terms
from pipeline.release.tables import Table, opened, sha256, write
from pipeline.release.telling import Release, Say, read_figures, read_sources
from pipeline.warehouse import FILE_NAME

_ASIDE = ".release-"
_FORMER = ".former-"


def release(
    data: Path, *, into: Path | None = None, replaces: bool = False, say: Say = lambda _: None
) -> Path:
    """Make the release of what is published; returns its folder, `published/<day of the data>` or `into`.

    Raises `ReleaseExists` unless it `replaces` one of the same day, `ReleaseRefused`, `PublishedMissing`.
    """
    published = data / FOLDER / FILE_NAME
    on = _day_of(data, published)
    folder = into or published.parent / on.isoformat()
    folder.parent.mkdir(parents=True, exist_ok=True)
    _clean(folder.parent)
    if folder.exists() and not replaces:
        raise ReleaseExists(folder)
    want_free_space(folder.parent, 3 * published.stat().st_size + 50_000_000)
    aside = folder.parent / f"{_ASIDE}{os.getpid()}"
    aside.mkdir()
    try:
        made = _write_tables(data, published, aside, on, say)
        _write_words(made, aside, _former(folder))
        _seal(aside)
        _swap(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def releases(data: Path) -> list[Path]:
    """Every release of a data folder, the oldest first."""
    found = []
    for path in sorted((data / FOLDER).glob(f"*/{metadata.PACKAGE}")):
        with suppress(ValueError):
            date.fromisoformat(path.parent.name)
            found.append(path.parent)
    return found


def withdraw(data: Path, hostnames: list[str]) -> list[Path]:
    """Remove the releases that name somebody who has opted out since; says which."""
    gone = [folder for folder in releases(data) if _names(folder / FILE_NAME, hostnames)]
    for folder in gone:
        shutil.rmtree(folder)
    return gone


def _day_of(data: Path, published: Path) -> date:
    """Read of which day the published data are; raise where no release should be made of them."""
    version = published_version(published)
    if version is None:
        raise PublishedMissing(published)
    if version != SCHEMA_VERSION:
        raise ReleaseRefused(
            f"{published} was published by another version (schema {version}, not {SCHEMA_VERSION}): "
            "run `herdbook publish` once"
        )
    if _names(published, optouts.names(data)):
        raise ReleaseRefused(
            "somebody who opted out is still in the published file: run `herdbook optout apply` first"
        )
    with duckdb.connect(published, read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        ((on,),) = connection.execute("select published_at::date from marts.about").fetchall()
    return date.fromisoformat(str(on))


def _write_tables(data: Path, published: Path, aside: Path, on: date, say: Say) -> Release:
    terms, known = read_terms(data), read_licences(data)
    tables: list[Table] = []
    with opened(published, aside) as connection:
        sources = read_sources(connection, known)
        allowed = [source.name for source in sources if source.is_released]
        for table in write(connection, aside, allowed):
            say(f"{table.name}: {table.rows:,} rows, {table.bytes / 1e6:,.1f} MB")
            tables.append(table)
        figures = read_figures(connection)
    shutil.rmtree(aside / ".spill", ignore_errors=True)
    return Release(
        on=on,
        terms=terms,
        tables=tuple(sorted(tables, key=lambda table: table.name)),
        sources=sources,
        figures=figures,
    )


def _write_words(made: Release, aside: Path, former: Path | None) -> None:
    package: dict[str, Any] | None = None
    before = ""
    if former is not None:
        package = orjson.loads((former / metadata.PACKAGE).read_bytes())
        before = (former / "COLUMNS.md").read_text(encoding="utf-8")
    (aside / metadata.PACKAGE).write_bytes(metadata.datapackage(made))
    (aside / metadata.CROISSANT).write_bytes(metadata.croissant(made))
    for name, text in (
        (metadata.CITATION, metadata.citation(made)),
        ("README.md", words.readme(made)),
        ("DICTIONARY.md", words.dictionary(made)),
        ("SOURCES.md", words.sources(made)),
        ("LICENSE.md", words.licence(made)),
        ("COLUMNS.md", words.changes(made, package, before)),
    ):
        (aside / name).write_text(text, encoding="utf-8")


def _former(folder: Path) -> Path | None:
    """The newest release before this one, beside it."""
    older = [
        path.parent
        for path in folder.parent.glob(f"*/{metadata.PACKAGE}")
        if path.parent.name < folder.name and (path.parent / "COLUMNS.md").exists()
    ]
    return max(older, default=None)


def _seal(aside: Path) -> None:
    """Write the checksums, let nobody write any more, and put everything on the disk."""
    files = sorted(path for path in aside.rglob("*") if path.is_file())
    lines = [f"{sha256(path)}  {path.relative_to(aside)}\n" for path in files]
    sums = aside / "SHA256SUMS"
    sums.write_text("".join(lines), encoding="utf-8")
    for path in (*files, sums):
        path.chmod(0o444)
        flush(path)
    for place in (aside / "parquet", aside):
        flush(place)


def _swap(aside: Path, folder: Path) -> None:
    """Put a finished release in its place; a former one of the same day steps aside first."""
    former = folder.with_name(f"{_FORMER}{folder.name}")
    if folder.exists():
        os.rename(folder, former)
    os.rename(aside, folder)
    flush(folder.parent)
    shutil.rmtree(former, ignore_errors=True)


def _clean(place: Path) -> None:
    """Remove what a process that died left, and put back what it had moved aside and not yet replaced."""
    for former in place.glob(f"{_FORMER}*"):
        folder = former.with_name(former.name.removeprefix(_FORMER))
        if folder.exists():
            shutil.rmtree(former)
        else:
            os.rename(former, folder)
    for leftover in place.glob(f"{_ASIDE}*"):
        shutil.rmtree(leftover)


def _names(file: Path, hostnames: list[str]) -> bool:
    """Whether a file names one of some hosts, or one below them, in any column of hostnames."""
    if not hostnames:
        return False
    with duckdb.connect(file, read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name from duckdb_columns() where schema_name = 'marts' "
            "and column_name like '%hostname' and table_name not like 'peer_edges'"
        ).fetchall()
        return any(_is_in(connection, table, column, hostnames) for table, column in columns)


def _is_in(
    connection: duckdb.DuckDBPyConnection, table: str, column: str, hostnames: list[str]
) -> bool:
    found = connection.execute(
        f"select 1 from (select distinct {column} as name from marts.{table}) "
        "where exists (from (select unnest($names) as out) where name = out or name like '%.' || out) limit 1",
        {"names": hostnames},
    ).fetchall()
    return bool(found)
