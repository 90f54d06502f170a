"""Columns are derived from records, and a record survives the database and back."""

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, get_type_hints

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check, Instance, NodeInfo, Registration
from pipeline import raw
from pipeline.columns import batch, columns_of
from pipeline.raw import RawTable

text = st.text(max_size=40) | st.sampled_from(
    ["", "'", "\0", "\ud800", "🐘", "null", "NaN", "\n", "é"]
)
count = st.none() | st.integers(0, 2**63 - 1) | st.just(0)
flag = st.none() | st.booleans()
texts = st.lists(text, max_size=3).map(tuple)
hostname = st.sampled_from([Hostname("a.example"), Hostname("xn--bcher-kva.example")])

BY_TYPE: dict[Any, st.SearchStrategy[Any]] = {
    str: text,
    str | None: st.none() | text,
    int | None: count,
    bool | None: flag,
    bool: st.booleans(),
    tuple[str, ...]: texts,
    Hostname | None: st.none() | hostname,
    Registration: st.sampled_from(Registration),
}


def made_of(record: type) -> st.SearchStrategy[Any]:
    """Any record of a class whose fields are all plain."""
    hints = get_type_hints(record)
    return st.builds(record, **{field.name: BY_TYPE[hints[field.name]] for field in fields(record)})


checks = st.builds(
    Check,
    hostname=hostname,
    started_at=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),
    seconds=st.floats(0, 1e6),
    outcome=st.sampled_from(Outcome),
    detail=text,
    is_counting_refused=st.booleans(),
    moved_to=st.none() | hostname,
    retry_after_seconds=count,
    nodeinfo=st.none() | made_of(NodeInfo),
    instance=st.none() | made_of(Instance),
    notes=texts,
)


def said(value: Any) -> Any:
    """What the database gives back for a value of a record."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, tuple):
        return [said(item) for item in value]
    return value


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the table of checks."""
    with duckdb.connect(config={"storage_compatibility_version": "v1.5.0"}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute("create schema raw")
        raw.CHECKS.ensure(connection)
        yield connection


@given(check=checks)
@settings(deadline=None, max_examples=60)
def test_a_check_survives_the_database(check: Check, database: duckdb.DuckDBPyConnection) -> None:
    """Every field comes back as it was said: hostile text, None beside 0, absent beside silent."""
    database.execute("delete from raw.checks")
    database.register("batch_checks", raw.CHECKS.batch([("c1", check)]))

    database.execute("insert into raw.checks by name from batch_checks")
    found = database.execute("from raw.checks")
    (row,) = [
        dict(zip([name for name, *_ in found.description], r, strict=True))
        for r in found.fetchall()
    ]

    for prefix, record in (
        ("", check),
        ("nodeinfo_", check.nodeinfo),
        ("instance_", check.instance),
    ):
        for name, kind in _plain_fields(
            NodeInfo if prefix == "nodeinfo_" else Instance if prefix else Check
        ):
            expected = None if record is None else said(getattr(record, name))
            assert expected == row[prefix + name], (prefix + name, kind)
    assert (check.nodeinfo is not None) is row["has_nodeinfo"]
    assert (check.instance is not None) is row["has_instance"]


def _plain_fields(record: type) -> list[tuple[str, Any]]:
    names = {column.name for column in columns_of(record)} - {"address"}  # looked up, not kept
    return [(f.name, f.type) for f in fields(record) if f.name in names]


@pytest.mark.parametrize("table", raw.TABLES, ids=lambda table: table.name)
def test_every_table_has_each_column_once(table: RawTable) -> None:
    """No field of a nested record hides another."""
    names = [column.name for column in table.columns]

    assert len(names) == len(set(names))


@pytest.mark.parametrize("table", raw.TABLES, ids=lambda table: table.name)
def test_every_table_takes_an_empty_batch(table: RawTable) -> None:
    """Nothing to say is a table without rows, with all its columns."""
    empty = table.batch([])

    assert 0 == empty.num_rows
    assert [column.name for column in table.columns] == empty.column_names


def test_every_scalar_field_of_a_check_has_its_column() -> None:
    """A field that a record gains is a column without a second list; lists of records have tables."""
    names = {column.name for column in raw.CHECKS.columns}
    lists = {"aliases", "peer_lists", "activity"}

    assert "address" not in names
    for field in fields(Check):
        if field.name == "address":
            continue  # looked up when it is stored, and let go
        is_nested = field.name in ("nodeinfo", "instance")
        assert field.name in lists or (f"has_{field.name}" if is_nested else field.name) in names
    for prefix, record in (("nodeinfo_", NodeInfo), ("instance_", Instance)):
        assert {prefix + field.name for field in fields(record)} <= names


def test_a_number_beyond_the_database_is_not_said() -> None:
    """One impossible number costs neither its batch nor its neighbours."""
    told = NodeInfo(schema_version="2.0", software_name="x", users_total=10**30, local_posts=5)

    table = batch(
        columns_of(NodeInfo),
        [told, NodeInfo(schema_version=None, software_name=None, users_total=7)],
    )

    assert [None, 7] == table["users_total"].to_pylist()
    assert [5, None] == table["local_posts"].to_pylist()


class Colour(StrEnum):
    """Colours."""

    RED = "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Young:
    """A record before it grew."""

    name: str
    born_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grown:
    """The same record with a field more."""

    name: str
    colour: Colour | None = None
    born_on: date | None = None


def test_a_table_grows_with_its_record() -> None:
    """The new column is added, old rows say nothing in it, new rows fit by name."""
    young = RawTable(name="raw.things", columns=columns_of(Young))
    grown = RawTable(name="raw.things", columns=columns_of(Grown))
    with duckdb.connect() as connection:
        connection.execute("create schema raw")
        changes = [young.ensure(connection), young.ensure(connection)]
        connection.register("rows", young.batch([Young(name="a", born_on=date(2026, 1, 1))]))
        connection.execute("insert into raw.things by name from rows")

        changes += [grown.ensure(connection), grown.ensure(connection)]
        connection.register("rows", grown.batch([Grown(name="b", colour=Colour.RED)]))
        connection.execute("insert into raw.things by name from rows")

        rows = connection.execute("select name, colour, born_on from raw.things order by name")
        assert [("a", None, date(2026, 1, 1)), ("b", "red", None)] == rows.fetchall()
    assert [True, False, True, False] == changes


def test_a_type_nobody_thought_of_is_an_error_that_says_where() -> None:
    """A field that has no column is never left out silently."""

    @dataclass
    class Odd:
        """A record with a field that no column can hold."""

        shape: complex

    assert is_dataclass(Odd)
    with pytest.raises(TypeError, match=r"Odd\.shape"):
        columns_of(Odd)


def test_documents_are_named_by_their_content() -> None:
    """The same bytes have the same name, other bytes another."""
    assert raw.document_hash(b"{}") == raw.document_hash(b"{}")
    assert raw.document_hash(b"{}") != raw.document_hash(b"{ }")
