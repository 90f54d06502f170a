"""Tables on their way out of the house: the one CSV writer, and rows as JSON has them."""

import csv
import io
import math
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd

from dashboard.text import cell

_CHUNK_ROWS = 1_000


def as_csv(frame: pd.DataFrame) -> Iterator[str]:
    """A table as CSV, a thousand rows at a time; no cell is a formula to a spreadsheet."""
    columns = [str(name) for name in frame.columns]
    yield _csv([columns])
    for start in range(0, len(frame), _CHUNK_ROWS):
        chunk = rows(frame.iloc[start : start + _CHUNK_ROWS])
        yield _csv([[csv_cell(row[name]) for name in columns] for row in chunk])


def _csv(lines: list[list[Any]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue()


def csv_cell(value: Any) -> Any:
    """A plain value as a cell: lists with ` | ` between, nothing said empty, and no formula."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    if isinstance(value, list):
        return cell(" | ".join(str(held) for held in value))
    return cell(value)


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """A table as plain rows: whole numbers whole, moments as ISO 8601, `None` for what is not said."""
    return [
        {str(name): plain(str(name), value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def plain(name: str, value: Any) -> Any:
    """One value of a published table, as JSON has it."""
    if hasattr(value, "tolist") and not isinstance(value, pd.Timestamp):
        value = value.tolist()
    if isinstance(value, list):
        return [plain(name, held) for held in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        # pandas keeps counts with gaps as floats
        return (
            int(value)
            if value.is_integer() and "ratio" not in name and name != "seconds"
            else value
        )
    return value
