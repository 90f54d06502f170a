"""The promises of the SQL files hold on a warehouse that saw some days."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from pipeline.dictionary import (
    Relation,
    comments,
    failing_checks,
    failing_rows,
    markdown,
    read_relation,
    relations,
)
from pipeline.exceptions import HeaderError
from pipeline.warehouse import Warehouse

STAGING = relations("staging")
MARTS = relations("marts")
FILLED_BY_A_NETWORK = {
    "backbone_edges", "communities", "peer_details", "peer_edges", "peer_edges_past", "peer_links",
    "told_links",
}  # fmt: skip
"""Marts that need more than a few servers; the tests of `pipeline.graph` try them."""

HEADER = """-- One row per thing,
--    whatever it is.
-- name | what it is called
-- size | how large, metres
-- unique name
-- not_null name, size
-- check size >= 0
select name, size from made.things;
"""


@pytest.fixture(scope="module")
def staged(filled_data: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The filled warehouse itself."""
    with Warehouse.open(filled_data) as warehouse:
        # opening made the table what the hand-kept list says
        warehouse.connection.execute("insert into raw.optouts values ('gone-private.example')")
        yield warehouse.connection


@pytest.mark.parametrize("relation", STAGING, ids=lambda relation: relation.full_name)
def test_staging_keeps_its_promises(relation: Relation, staged: duckdb.DuckDBPyConnection) -> None:
    """Columns, uniqueness, presence and checks of a staging view hold on made-up days."""
    broken = failing_rows(staged, relation)

    assert [] == broken


@pytest.mark.parametrize("relation", STAGING, ids=lambda relation: relation.full_name)
def test_staging_has_something_to_promise_about(
    relation: Relation, staged: duckdb.DuckDBPyConnection
) -> None:
    """The made-up days fill every staging view, so that its promises are really tried."""
    (count,) = staged.execute(f"select count(*) from {relation.full_name}").fetchall()[0]

    assert count > 0


@pytest.mark.parametrize("relation", MARTS, ids=lambda relation: relation.full_name)
def test_marts_keep_their_promises(relation: Relation, filled: duckdb.DuckDBPyConnection) -> None:
    """Columns, uniqueness, presence and checks of a published table hold on made-up days."""
    broken = failing_rows(filled, relation)

    assert [] == broken


@pytest.mark.parametrize("relation", MARTS, ids=lambda relation: relation.full_name)
def test_marts_keep_their_promises_in_eventful_days(
    relation: Relation, judged: duckdb.DuckDBPyConnection
) -> None:
    """The same where numbers jump, break and are withheld, and where the crawler itself was cut off."""
    broken = failing_rows(judged, relation)

    assert [] == broken


@pytest.mark.parametrize(
    "relation",
    [relation for relation in MARTS if relation.name not in FILLED_BY_A_NETWORK],
    ids=lambda relation: relation.full_name,
)
def test_marts_have_something_to_promise_about(
    relation: Relation, filled: duckdb.DuckDBPyConnection, judged: duckdb.DuckDBPyConnection
) -> None:
    """The made-up days fill every published table, the quiet ones or the eventful ones."""
    counts = [
        connection.execute(f"select count(*) from {relation.full_name}").fetchall()[0][0]
        for connection in (filled, judged)
    ]

    assert max(counts) > 0


@pytest.mark.parametrize("relation", STAGING + MARTS, ids=lambda relation: relation.full_name)
def test_promises_name_columns_that_there_are(relation: Relation) -> None:
    """A promise about a column that does not exist would be a typing error that nobody sees."""
    named = {name for key in relation.unique for name in key} | set(relation.not_null)

    assert set() == named - set(relation.columns)


@pytest.mark.parametrize("relation", STAGING + MARTS, ids=lambda relation: relation.full_name)
def test_header_lines_survive_a_formatter(relation: Relation) -> None:
    """sqlfmt wraps comments at 88 columns, which would make two promises of one."""
    path = Path(__file__).parents[2] / "pipeline" / "sql" / relation.schema / f"{relation.name}.sql"
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line[:2] == "--"]

    assert [] == [line for line in lines if len(line) > 120]


def test_a_header_is_read_whole(tmp_path: Path) -> None:
    """Grain, columns, promises and the statement are told apart."""
    path = tmp_path / "things.sql"
    path.write_text(HEADER, encoding="utf-8")

    relation = read_relation(path)

    assert "One row per thing, whatever it is." == relation.grain
    assert {"name": "what it is called", "size": "how large, metres"} == relation.columns
    assert (("name",),) == relation.unique
    assert ("name", "size") == relation.not_null
    assert ("size >= 0",) == relation.checks
    assert "select name, size from made.things" == relation.body


@pytest.mark.parametrize(
    "header",
    [
        "select 1",
        "-- One row per thing.\nselect 1",
        "-- name | without a grain\nselect 1",
        "-- One row.\n-- name | a column\n-- uniq name\nselect 1",
    ],
)
def test_a_header_that_is_no_promise_is_refused(header: str, tmp_path: Path) -> None:
    """A misspelt promise is an error, never a comment that promises nothing."""
    path = tmp_path / "things.sql"
    path.write_text(header, encoding="utf-8")

    with pytest.raises(HeaderError):
        read_relation(path)


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ("('a', 1), ('a', 2)", "unique name"),
        ("('a', null)", "size is not null"),
        ("('a', -1)", "size >= 0"),
    ],
)
def test_a_broken_promise_is_named(rows: str, word: str, tmp_path: Path) -> None:
    """The sentence about a broken promise says which one."""
    path = tmp_path / "made" / "things.sql"
    path.parent.mkdir()
    path.write_text(HEADER, encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("create schema made")
        connection.execute("create table made.things (name varchar, size integer)")
        connection.execute(f"insert into made.things values {rows}")

        broken = failing_rows(connection, read_relation(path))

    assert 1 == len(broken)
    assert word in broken[0]


def test_a_check_that_cannot_be_told_holds(tmp_path: Path) -> None:
    """`check size >= 0` says nothing of rows without a size, as in SQL's own constraints."""
    path = tmp_path / "made" / "things.sql"
    path.parent.mkdir()
    path.write_text(HEADER.replace("-- not_null name, size\n", ""), encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("create schema made")
        connection.execute("create table made.things as select 'a' as name, null::int as size")

        broken = failing_rows(connection, read_relation(path))

    assert [] == broken


def test_columns_in_another_order_are_a_broken_promise(tmp_path: Path) -> None:
    """Order is part of the promise: people read `select *` by position."""
    path = tmp_path / "made" / "things.sql"
    path.parent.mkdir()
    path.write_text(HEADER, encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("create schema made")
        connection.execute("create table made.things (size integer, name varchar)")

        broken = failing_rows(connection, read_relation(path))

    assert ["made.things: columns are ['size', 'name'], not ['name', 'size']"] == broken


def test_relations_come_after_what_they_read() -> None:
    """The order of building is the order of reading."""
    seen: set[str] = set()
    for relation in MARTS:
        assert set() == (relation.needs & {r.full_name for r in MARTS}) - seen
        seen.add(relation.full_name)


def test_comments_quote_what_people_write(tmp_path: Path) -> None:
    """An apostrophe in a header is a letter, not the end of a text."""
    path = tmp_path / "made" / "things.sql"
    path.parent.mkdir()
    path.write_text(HEADER.replace("what it is called", "what it's called"), encoding="utf-8")
    with duckdb.connect() as connection:
        connection.execute("create schema made")
        connection.execute("create table made.things (name varchar, size integer)")

        for comment in comments(read_relation(path)):
            connection.execute(comment)

        told = connection.execute(
            "select comment from duckdb_columns() where schema_name = 'made' and column_name = 'name'"
        ).fetchall()

    assert [("what it's called",)] == told


def test_the_dictionary_names_every_column() -> None:
    """The Markdown dictionary has a row for each column of each relation."""
    text = markdown(MARTS)

    for relation in MARTS:
        assert f"## {relation.full_name}" in text
        for name in relation.columns:
            assert f"| `{name}` |" in text


def test_data_tests_find_nothing_wrong(filled_data: Path) -> None:
    """The checks of sql/checks come back empty on made-up days."""
    with Warehouse.open(filled_data) as warehouse:
        connection = warehouse.connection
        connection.execute("insert into raw.optouts values ('gone-private.example')")
        path = filled_data / "published" / "herdbook.duckdb"
        connection.execute(f"attach '{path}' as published (read_only)")
        connection.execute("set search_path = 'published.marts,herdbook.staging,herdbook.raw'")

        broken = failing_checks(connection)

    assert [] == broken


def test_the_published_file_knows_its_time(filled: duckdb.DuckDBPyConnection) -> None:
    """`about` says when it was published, by the clock of the crawl."""
    rows = filled.execute("select published_at, is_replica from marts.about").fetchall()

    assert [(datetime(2026, 3, 20, 12, 20, tzinfo=UTC), True)] == [
        (at.astimezone(UTC), is_replica) for at, is_replica in rows
    ]
