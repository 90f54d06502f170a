"""One list of filters serves the page, the API and the downloads."""

from dataclasses import fields
from math import inf
from typing import Any

import pytest
from starlette.datastructures import QueryParams

from dashboard import directory, server_table, urlstate
from dashboard.doors import parameters
from dashboard.doors.answers import Problem
from dashboard.doors.filtering import PARAMETERS, selected
from dashboard.doors.shapes import SERVERS
from dashboard.filters import FILTERS
from dashboard.presets import PRESETS
from pipeline.read import Span, Wishes


def test_whatever_can_be_wished_has_one_filter() -> None:
    """And each filter has a name of its own in addresses."""
    wishes, names = [f.wish for f in FILTERS], [f.name for f in directory.FIELDS]

    assert sorted(field.name for field in fields(Wishes)) == sorted(wishes)
    assert sorted(set(names)) == sorted(names)


def test_each_column_has_a_head_of_its_own() -> None:
    """Readers can choose whatever the doors have."""
    heads = [column.label for column in server_table.COLUMNS.values()]

    assert list(SERVERS.names) == [name for name in SERVERS.names if name in server_table.COLUMNS]
    assert sorted(set(heads)) == sorted(heads)


@pytest.mark.parametrize("query", [query for _, query in PRESETS])
def test_a_preset_is_an_address_that_page_and_programs_read_alike(query: dict[str, str]) -> None:
    """Nothing of it is ignored by the page, and nothing refused by the doors."""
    page = urlstate.parse(directory.FIELDS, query)

    asked = parameters.read(PARAMETERS, QueryParams(query))

    assert query == urlstate.format(directory.FIELDS, page)
    assert directory.wishes(page) == selected(asked).wishes
    assert Wishes() != selected(asked).wishes


@pytest.mark.parametrize(
    ("text", "per", "expected"),
    [
        ("20..200", 1, Span(least=20, most=200)),
        ("99.5..", 100, Span(least=0.995)),
        ("..-5,unsaid", 100, Span(most=-0.05, takes_unsaid=True)),
        ("..", 1, Span()),
        ("unsaid", 1, Span(least=inf, most=-inf, takes_unsaid=True)),
        ("", 1, None),
        ("20", 1, None),
        ("1e9..", 1, None),
        ("..٣", 1, None),
    ],
)
def test_a_range_is_read_as_it_is_written(text: str, per: int, expected: Any) -> None:
    """A page ignores what is none; a program is told."""
    strict = parameters.Numbers("age", "least age")

    found = directory.span(urlstate.Range("age").parse(text), per)

    assert expected == found
    if text and expected is None:
        with pytest.raises(Problem):
            strict.read([text])
    else:
        assert text == strict.read([text])
