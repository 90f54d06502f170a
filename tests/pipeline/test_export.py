"""Tables for other programs."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.export import csv_text, json_text


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "＝1"])
def test_text_that_begins_like_a_formula_is_no_formula(text: str) -> None:
    """A spreadsheet shows such a cell as text."""
    (_, row) = csv.reader(io.StringIO(csv_text(["title"], [[text]]), newline=""))

    assert ["'" + text.replace("\r", "\n")] == row


def test_numbers_are_untouched_and_what_is_not_said_is_empty() -> None:
    """A negative number stays a number; None and NaN are empty, not zero."""
    rows = [[-5, 0, None, float("nan"), True, ["de", "en"]]]

    assert "-5,0,,,true,de; en\n" == csv_text(list("abcdef"), rows).partition("\n")[2]


@given(
    st.lists(st.text(alphabet=st.characters(codec="utf-8"), max_size=30), min_size=1, max_size=5)
)
def test_any_text_comes_back_from_the_csv(texts: list[str]) -> None:
    """Quotes, commas and line ends within a cell survive, and no cell begins like a formula."""
    read = list(csv.reader(io.StringIO(csv_text(texts, [texts]), newline="")))

    ends = [text.replace("\r\n", "\n").replace("\r", "\n") for text in texts]
    assert [end.lstrip("'") for end in ends] == [cell.lstrip("'") for cell in read[1]]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in read for cell in row)


def test_json_is_exact() -> None:
    """Large integers keep their digits, times are UTC, and not said is null."""
    rows = [
        {"n": 2**53, "sum": Decimal(12), "at": datetime(2026, 1, 1, tzinfo=UTC), "none": None},
        {"n": 0, "sum": Decimal("0.5"), "at": None, "none": None},
    ]

    assert [
        {"n": 2**53, "sum": 12, "at": "2026-01-01T00:00:00Z", "none": None},
        {"n": 0, "sum": 0.5, "at": None, "none": None},
    ] == orjson.loads(json_text(rows))
    assert [] == orjson.loads(json_text([]))
