"""Queries of people we do not know: what they may say, and what holds the process that answers them."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.asking import QueryLimits, ask
from pipeline.exceptions import PublishedDamaged, QueryRefused
from pipeline.read import Published
from pipeline.saved import saved_queries
from pipeline.statement import want_published_only

SAMPLE = Path(__file__).parents[2] / "data" / "sample" / "herdbook.duckdb"

EYE = QueryLimits(seconds=20, rows=3, cell_characters=5, answer_bytes=100_000, threads=1)
"""What an answer for the eye is held to here."""


@pytest.fixture(scope="module")
def locked() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that sees nothing but itself."""
    with duckdb.connect(":memory:") as connection:
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield connection


@pytest.mark.parametrize(
    "sql",
    [
        "select hostname from instances",
        "from range(3)",
        "with a as (select unnest([1, 2]) as x) select x from a",
        "select * from duckdb_columns() where schema_name = 'marts'",
        "from information_schema.tables",
        "describe instances",
        "summarize instances",
        "show tables",
        "explain select 1",
        "EXPLAIN ANALYZE select 1",
        "pivot instances on registration in ('open', 'closed') using count(*)",
        "-- a word before\nselect 1;",
    ],
)
def test_what_reads_published_tables_may_be_asked(
    sql: str, locked: duckdb.DuckDBPyConnection
) -> None:
    """Reading statements as people write them, and what tells them of the tables."""
    want_published_only(locked, sql)


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select 1; select 2", "one statement"),
        ("", "one statement"),
        ("insert into instances values (1)", "one statement"),
        ("copy instances to '/tmp/x'", "one statement"),
        ("attach '/tmp/x' as x", "one statement"),
        ("install httpfs", "one statement"),
        ("set threads = 8", "one statement"),
        ("call enable_logging()", "one statement"),
        ("prepare x as select 1", "one statement"),
        ("execute x", "one statement"),
        ("pivot instances on registration using count(*)", "name its values"),
        ("pragma database_list", "pragmas"),
        ("from read_text('/etc/hostname')", "read_text cannot"),
        ("select (select count(*) from glob('/*'))", "glob cannot"),
        ("select 1 limit (select 1 from read_csv('x'))", "read_csv cannot"),
        ("with a as (from query('select 1')) from a", "query cannot"),
        ("from query_table('instances')", "query_table cannot"),
        ("from json_execute_serialized_sql('{}')", "serialized_sql cannot"),
        ("from enable_logging(storage = 'file', storage_path = '/tmp/x')", "enable_logging cannot"),
        ("from arrow_scan(1, 2, 3)", "arrow_scan cannot"),
        ("from main.SNIFF_CSV('x')", "sniff_csv cannot"),
        ("from duckdb_settings()", "duckdb_settings cannot"),
        ("from duckdb_databases", "duckdb_databases cannot"),
        ("summarize pragma_database_list", "pragma_database_list cannot"),
        ("select Current_Setting('allowed_paths')", "current_setting cannot"),
        ("explain select * from glob('*')", "glob cannot"),
        ("explain analyze copy (select 1) to '/tmp/x'", "one statement"),
        ("/* first */ explain select * from glob('*')", "first word"),
        ("select " + "[" * 600 + "]" * 600, "nested too deeply"),
    ],
)
def test_what_reaches_beyond_published_tables_is_refused(
    sql: str, reason: str, locked: duckdb.DuckDBPyConnection
) -> None:
    """Files, the network, settings, the session, other statements: wherever in the statement they hide."""
    with pytest.raises(QueryRefused, match=reason):
        want_published_only(locked, sql)


def test_no_file_is_opened_to_see_what_a_statement_is(
    tmp_path: Path, locked: duckdb.DuckDBPyConnection
) -> None:
    """DuckDB reads the files of `import database` while it takes the statement apart."""
    (tmp_path / "schema.sql").write_text("a secret")

    with pytest.raises(duckdb.PermissionException):
        want_published_only(locked, f"import database '{tmp_path}'")


def test_an_answer_for_the_eye_is_cut_to_size() -> None:
    """Rows and texts are cut, which is said; numbers stay numbers, names of columns are distinct."""
    answer = ask(
        SAMPLE,
        "select i as a, 'long text' as a, null as b, [i] as c, i / 2 as d, i > 1 as e from range(10) t (i)",
        EYE,
    )

    assert ["a", "a_2", "b", "c", "d", "e"] == answer.table.column_names
    assert [0, "long …", None, "[0]", 0.0, False] == list(answer.table.to_pylist()[0].values())
    assert (3, True) == (answer.table.num_rows, answer.is_more)


def test_what_is_wrong_is_said_with_its_place() -> None:
    """The database's words, the line and the character, and the line itself with a mark; no path."""
    with pytest.raises(QueryRefused) as caught:
        ask(SAMPLE, "select hostname,\n  'ü' || nowhere\nfrom instances", EYE)

    assert 'column "nowhere" not found' in str(caught.value)
    assert "(line 2, character 10)" in str(caught.value)
    assert "  'ü' || nowhere\n         ^" == caught.value.place


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select levenshtein(repeat('a', 300000), repeat('b', 300000))", "longer than 1 seconds"),
        ("select repeat(repeat('x', 100000000), 30)", "more memory|longer than 1 seconds"),
        ("select \0", "not text"),
    ],
)
def test_a_query_that_takes_too_much_is_ended(sql: str, reason: str) -> None:
    """Also while the database computes what it cannot be interrupted in."""
    with pytest.raises(QueryRefused, match=reason):
        ask(SAMPLE, sql, QueryLimits(seconds=1))


def test_what_is_no_published_file_is_damaged(tmp_path: Path) -> None:
    """It is not the reader's fault, and said so."""
    (tmp_path / "herdbook.duckdb").write_bytes(b"\0" * 5000)

    with pytest.raises(PublishedDamaged):
        ask(tmp_path / "herdbook.duckdb", "select 1", EYE)


def test_the_process_that_answers_can_open_and_write_nothing(tmp_path: Path) -> None:
    """Were the database to be led astray, the kernel still refuses."""
    script = f"""
import os, socket, resource
from pipeline import answering
held = os.open({str(tmp_path / "held")!r}, os.O_CREAT | os.O_WRONLY)
answering._give_up_everything_else({{"seconds": 5, "threads": 1, "memory_bytes": 10**8}})
for reach in (lambda: open("/etc/hostname"), socket.socket, lambda: bytearray(10**9),
              lambda: os.write(held, b"x"), lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (9, 9))):
    try:
        reach()
    except (OSError, MemoryError, ValueError):
        continue
    os._exit(1)
os._exit(0)
"""

    done = subprocess.run([sys.executable, "-P", "-c", script], check=False)

    assert 0 == done.returncode


def test_no_secret_reaches_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """It gets of the environment what Python needs to start."""
    from pipeline.asking import _environment

    assert {"PATH": "/bin", "LC_ALL": "C"} == _environment(
        {"PATH": "/bin", "LC_ALL": "C", "HERDBOOK_SECRET": "whsec_x", "HOME": "/home/x"}
    )


def test_every_saved_query_has_a_name_a_question_and_an_answer() -> None:
    """They are asked of the sample as anybody's queries are held to be: nothing that they could not say."""
    with duckdb.connect(":memory:") as connection:
        connection.execute(f"attach '{SAMPLE}' as published (read_only)")
        connection.execute("use published.marts")
        connection.execute("set enable_external_access = false")
        found = {}
        for query in saved_queries():
            want_published_only(connection, query.sql)
            found[query.name] = len(connection.sql(query.sql).fetchall())

    assert 18 == len(found)
    assert all(query.question[-1] in "?.)" for query in saved_queries())
    assert [] == [name for name, count in found.items() if not count]


def test_the_door_asks_the_newest_file(tmp_path: Path) -> None:
    """A release is asked like a published file."""
    answer = Published(SAMPLE.parent).ask("select count(*) as n from about", QueryLimits())

    assert [{"n": 1}] == answer.table.to_pylist()
