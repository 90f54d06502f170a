"""Tables for other programs: CSV that no spreadsheet takes for formulas, and JSON that is exact."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What makes a spreadsheet run a cell, full-width forms included (OWASP, CSV injection)."""


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A CSV with a header. Text that begins like a formula gets an apostrophe; numbers are untouched."""
    lines = io.StringIO()
    writer = csv.writer(lines, lineterminator="\n")
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return lines.getvalue()


def json_text(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A JSON array of objects, one to a line. Times are ISO 8601 in UTC; not said is null."""
    return b"[" + b",\n ".join(_lines(rows)) + b"]\n"


def _lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    options = orjson.OPT_UTC_Z | orjson.OPT_NON_STR_KEYS | orjson.OPT_SERIALIZE_NUMPY
    for row in rows:
        yield orjson.dumps(dict(row), default=_plain, option=options)


def _plain(value: Any) -> Any:
    """What JSON has no word for. A number beyond its range keeps its digits as text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, (int, float, Decimal, date, UUID)):
        return value
    if isinstance(value, (list, tuple)):
        return _text("; ".join(str(item) for item in value))
    return _text(str(value))


def _text(text: str) -> str:
    safe = f"'{text}" if text.startswith(_FORMULA) else text
    # a lone carriage return would end the line for some readers, and is not quoted by the writer
    return safe.replace("\r\n", "\n").replace("\r", "\n")
