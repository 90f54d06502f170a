"""Every published column has a unit, or says that it has none."""

import duckdb
import pytest

from pipeline.dictionary import relations
from pipeline.exceptions import HeaderError
from pipeline.units import CONVENTIONS, UNITS, meaning_and_unit, unit_of


def test_every_published_column_has_a_unit(filled: duckdb.DuckDBPyConnection) -> None:
    """In its header, its name or its type; who adds a number without one is told here."""
    kinds = {
        (table, column): kind
        for table, column, kind in filled.execute(
            "select table_name, column_name, data_type from duckdb_columns() where schema_name = 'marts'"
        ).fetchall()
    }

    without = [
        f"{relation.name}.{name} ({kinds[relation.name, name]})"
        for relation in relations("marts")
        for name, text in relation.columns.items()
        if unit_of(name, kinds[relation.name, name], text) not in UNITS
    ]

    assert [] == without


@pytest.mark.parametrize(
    ("name", "kind", "text", "unit"),
    [
        ("diameter_most", "BIGINT", "and at most this [count]", "count"),
        ("uptime_ratio_90d", "DOUBLE", "answered of checks", "ratio"),
        ("users_total", "BIGINT", "registered users", "count"),
        ("day_on", "DATE", "the day", "day, UTC"),
        ("checked_at", "TIMESTAMP WITH TIME ZONE", "when", "time, UTC"),
        ("languages", "VARCHAR[]", "codes [BCP 47]", "none"),
        ("x", "DOUBLE", "place on the map", None),
    ],
)
def test_a_unit_comes_from_header_name_or_type(
    name: str, kind: str, text: str, unit: str | None
) -> None:
    """What the header says counts most; a bare number of a name that says nothing has none."""
    assert unit == unit_of(name, kind, text)


def test_a_unit_that_there_is_not_is_refused() -> None:
    """A misspelt unit is an error, not a part of the meaning."""
    with pytest.raises(HeaderError):
        meaning_and_unit("how large [furlongs]")


def test_conventions_name_units_that_there_are() -> None:
    """The table of names and the table of units agree."""
    assert {unit for _, unit in CONVENTIONS} <= set(UNITS)
