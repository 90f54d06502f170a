"""What the rows of answers hold, as JSON Schema: meanings from the head of each table, types from the names.

Names say the unit (`_at` a moment in UTC, `_on` a day, `_ratio` a share, `is_` yes or no); a column whose name
says nothing of its type is named here.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from dashboard import labels, wish_words
from pipeline.listing import meanings

_LISTS = {
    "languages", "languages_detected", "language_codes", "rules", "rules_languages", "rules_language_codes", "topics",
}  # fmt: skip

_WHOLE = re.compile(
    r"(users|local|instances|checks|answered|value|edges)(_|\Z)"
    r"|.*_(count|known|characters|age|month|total)\Z|(b25|b50|b75|b90|days|logins|statuses|registrations)\Z"
    r"|open_registrations\Z"
)
_NUMBER = re.compile(
    r".*_ratio(_|\Z)|.*(hours|seconds)(_|\Z)|index_chained|hhi|shannon|simpson|gini|top\d+_ratio"
)

_ENUMS = {
    "registration": labels.REGISTRATION,
    "size": wish_words.SIZE,
    "standing": labels.STANDING,
}

_MORE = {
    "language_codes": "its languages as primary subtags: said ones, else detected ones",
    "is_language_detected": "whether these were detected in its description",
    "rules_count": "how many rules it publishes",
    "rules_language_codes": "languages of its rules as primary subtags: those it translates them into, and the one that their text reads as",
    "country": "country of its network, not of its people, ISO 3166; null = not known, not shown (ten people or fewer), or behind a CDN",
    "provider": "who runs the network it is in, with the AS number; null = as country",
    "cdn": "the network for delivery (CDN) that stands before it, so where it is hosted is unknown; null = none that we know",
    "is_current": "whether no version of its software that at least three servers run is newer",
    "reach_ratio": "share of the people on other live servers that it can talk with, as far as published blocks tell",
    "is_list_published": "whether it publishes whom it blocks",
    "size": "class of its active people (registered users where those are not said)",
    "reason": "why the rule decides so, in words",
    "rule_source": "who says so",
    "days_count": "days with data",
    "first_on": "first of them",
    "last_on": "last of them",
    "instances_count": "servers that the rule decides about now",
    "current_version": "the newest version that at least three servers run",
    "instances_current": "alive servers on it",
    "users_active_month_current": "audited MAU on it",
    "users_active_month_known": "audited MAU of servers whose version can be compared",
    "users_total_current": "registered users on it, audited",
    "users_total_known": "registered users of servers whose version can be compared, audited",
}
"""Columns that a read adds to its table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The rows of one answer."""

    mart: str
    """The published table they come from."""
    names: tuple[str, ...] = ()
    """Their columns; empty = all of the table."""
    more: tuple[str, ...] = ()
    """Columns beside these."""
    instead: Mapping[str, str] = field(default_factory=dict)
    """Meanings that differ from the table's."""

    def columns(self) -> dict[str, str]:
        """Name → meaning and unit."""
        told = {**_MORE, **meanings(self.mart), **self.instead}
        return {name: told[name] for name in (*(self.names or meanings(self.mart)), *self.more)}

    def row(self) -> dict[str, Any]:
        """One row, as JSON Schema."""
        return {
            "type": "object",
            "properties": {name: column(name, text) for name, text in self.columns().items()},
        }

    def schema(self) -> dict[str, Any]:
        """A list of rows, as JSON Schema."""
        return {"type": "array", "items": self.row()}


def column(name: str, meaning: str) -> dict[str, Any]:
    """One value; null = not said, which is never zero."""
    return {**_type(name), "description": meaning}


def _type(name: str) -> dict[str, Any]:
    if name in _LISTS:
        return {"type": ["array", "null"], "items": {"type": "string"}}
    if name.startswith(("is_", "has_")):
        return {"type": ["boolean", "null"]}
    if name.endswith(("_at", "_on")):
        form = "date-time" if name.endswith("_at") else "date"
        return {"type": ["string", "null"], "format": form}
    if kinds := _ENUMS.get("standing" if name.endswith("_standing") else name):
        return {"type": ["string", "null"], "enum": [*kinds, None]}
    if _NUMBER.match(name):
        return {"type": ["number", "null"]}
    if _WHOLE.match(name):
        return {"type": ["integer", "null"]}
    return {"type": ["string", "null"]}
