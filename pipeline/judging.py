"""The rules by which numbers are judged: CSV files of `pipeline/rules` as tables of the warehouse."""

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from crawler.records import Registration
from pipeline.exceptions import HandKeptError

RULES = Path(__file__).with_name("rules")

FIELDS = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)
"""The numbers that are judged."""
STANDINGS = (
    "reported",
    "withheld",
    "not_said",
    "constant",
    "implausible",
    "contradicted",
    "modelled",
)
"""What a number can be."""
CONDITIONS = (
    "present",
    "absent",
    "equals",
    "above",
    "above_total",
    "above_posts",
    "above_month",
    "below_month",
    "all_equal",
    "all_ones",
    "all_zero",
)
"""What a row of `meaning.csv` can ask of a number."""
KINDS = ("jumps", "leap", "cohort", "mirror", "wildcard", "frozen", "break")
"""What a row of `plausibility.csv` can be about."""

_NUMBERS = frozenset({"value", "least", "factor", "times", "days", "cap"})
_ALLOWED: Mapping[str, Sequence[str]] = {
    "standing": STANDINGS,
    "condition": CONDITIONS,
    "kind": KINDS,
    "field": ("*", *FIELDS),
    "tests": ("*", *FIELDS),
    "said": ("true", "false"),
    "registration": tuple(Registration),
}


def tables() -> dict[str, pa.Table]:
    """Read every file of rules as a table of its name, `place` being the row's place in the file.

    Raises `HandKeptError` at the first cell that cannot be meant: a wrong rule is worse than none.
    """
    return {path.stem: _table(path) for path in sorted(RULES.glob("*.csv"))}


def _table(path: Path) -> pa.Table:
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        names = list(reader.fieldnames or ())
        rows = [
            {name: _cell(path, number, name, row) for name in names}
            for number, row in enumerate(reader, start=2)
        ]
    schema = pa.schema(
        [
            ("place", pa.int32()),
            *((name, pa.float64() if name in _NUMBERS else pa.string()) for name in names),
        ]
    )
    return pa.Table.from_pylist(
        [{"place": place, **row} for place, row in enumerate(rows)], schema=schema
    )


def _cell(path: Path, number: int, name: str, row: Mapping[str, Any]) -> Any:
    text = row[name]
    if text is None or None in row:
        raise HandKeptError(
            f"{path}, line {number}: it has another number of fields than the header"
        )
    if name in _ALLOWED and text not in _ALLOWED[name]:
        raise HandKeptError(
            f"{path}, line {number}: {name} {text!r:.60} is none of {', '.join(_ALLOWED[name])}"
        )
    if name not in _NUMBERS:
        return text or None
    try:
        return float(text) if text else None
    except ValueError:
        raise HandKeptError(f"{path}, line {number}: {name} {text!r:.60} is no number") from None
