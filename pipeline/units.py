"""The unit of every published column: said in the header of its SQL file, or in its name.

    -- diameter_most | and at most this [count]

What a name says need not be said again: `_count`, `_ratio`, `_seconds`, `users_…`, `instances_…` and so on
(`CONVENTIONS`). Words, flags and lists of words have no unit. A number whose name says nothing and whose
header says nothing is a mistake, which the tests find.
"""

import re

from pipeline.exceptions import HeaderError

UNITS = {
    "count": "how many of what the meaning names",
    "ratio": "a share or a change relative to 1, so 0.25 is 25 %",
    "seconds": "seconds",
    "hours": "hours",
    "days": "days of 24 hours",
    "years": "years",
    "bytes": "bytes",
    "characters": "characters, as the software counts them",
    "nats": "natural units of information",
    "of the measure": "the unit of the number that the row names",
    "day, UTC": "a day of the calendar in UTC",
    "time, UTC": "a moment, in UTC",
    "none": "no unit: a word, a flag, a key, or a number that only compares with others of its column",
}
"""Every unit there is, with its meaning."""

CONVENTIONS = (
    (re.compile(r"_ratio(_|\Z)"), "ratio"),
    (re.compile(r"(\A|_)seconds\Z"), "seconds"),
    (re.compile(r"(\A|_)bytes\Z"), "bytes"),
    (re.compile(r"_every_hours(_|\Z)"), "hours"),
    (re.compile(r"\A(age_)?days\Z"), "days"),
    (re.compile(r"(\A|_)id\Z"), "none"),
    (re.compile(r"_count\Z"), "count"),
    (
        re.compile(r"\A(users|active|instances|servers|names|named|rows|local|open|value)(_|\Z)"),
        "count",
    ),
    (re.compile(r"\A(checks|answered)_\d+d\Z"), "count"),
)
"""What the name of a number says of its unit; the first that fits counts."""

_SAID = re.compile(r"(.*?) ?\[([a-z ]+(?:, UTC)?)\]\Z", re.DOTALL)
_TYPES = {"DATE": "day, UTC", "TIMESTAMP WITH TIME ZONE": "time, UTC"}
_WORDS = ("VARCHAR", "BOOLEAN", "UUID", "JSON", "BLOB", "ENUM")


def meaning_and_unit(text: str) -> tuple[str, str | None]:
    """Part a column's text into its meaning and the unit that it says; `None` = it says none."""
    match = _SAID.match(text)
    if match is None:
        return text, None
    if match[2] not in UNITS:
        raise HeaderError(f"[{match[2]}] is no unit; there are {', '.join(UNITS)}")
    return match[1], match[2]


def unit_of(name: str, kind: str, text: str = "") -> str | None:
    """Say the unit of a column of one DuckDB type; `None` = neither header nor name nor type says it."""
    _, said = meaning_and_unit(text)
    if said is not None:
        return said
    if kind in _TYPES:
        return _TYPES[kind]
    if kind.startswith(_WORDS):
        return "none"
    return next((unit for shape, unit in CONVENTIONS if shape.search(name)), None)
