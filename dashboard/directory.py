"""What the directory can be asked for, the same for the page, the downloads and the JSON."""

from collections.abc import Mapping
from math import inf
from typing import Any, cast, get_args

from dashboard import wish_words
from dashboard.doors.shapes import SERVERS
from dashboard.filters import FILTERS, Filter
from dashboard.urlstate import RANGE, Choice, Choices, Field, Number, Range
from pipeline.read import Sort, Span, Wishes

PAGE_SIZE = 100
"""Servers of one page: more than anybody reads, and a few hundred kilobytes at most."""

SORTS: tuple[Sort, ...] = get_args(Sort)
"""What servers can be sorted by."""

COLUMNS = (
    "hostname",
    "title",
    "software_name",
    "language_codes",
    "registration",
    "users_active_month",
    "users_active_month_30d_ratio",
    "users_total",
    "uptime_ratio_90d",
    "checked_at",
)
"""What the page shows of each server when nobody chose."""

FIELDS: tuple[Field, ...] = (
    *(filter.field for filter in FILTERS),
    Choice("sort", "users_active_month", SORTS),
    Choice("order", "", ("asc", "desc")),
    Choices("fields", SERVERS.names, COLUMNS, most=len(SERVERS.names)),
    Number("page"),
)


def wishes(values: Mapping[str, Any]) -> Wishes:
    """What was chosen, as the readers' door takes it."""
    return Wishes(**{filter.wish: _wish(filter, values[filter.name]) for filter in FILTERS})


def _wish(filter: Filter, value: Any) -> Any:
    if filter.wish == "software_for":
        made_for = (software for code in value for software in wish_words.PURPOSE[code][1])
        return tuple(dict.fromkeys(made_for))
    if filter.wish == "countries":
        return tuple(code if code == "unsaid" else code.upper() for code in value)
    if isinstance(filter.field, Range):
        return span(value, filter.per)
    return tuple(value) if isinstance(value, list | tuple) else value


def span(text: str, per: int = 1) -> Span | None:
    """A range of an address as numbers; `None` = anything. `per`: how many of its units make one."""
    found = RANGE.match(text)
    if not found:
        return None
    if text == "unsaid":
        return Span(least=inf, most=-inf, takes_unsaid=True)
    least, most = found["least"], found["most"]
    return Span(
        least=float(least) / per if least else -inf,
        most=float(most) / per if most else inf,
        takes_unsaid=found["too"] is not None,
    )


def order(values: Mapping[str, Any]) -> tuple[Sort, bool]:
    """What to sort by, and whether the largest come first."""
    sort = cast("Sort", values["sort"])
    return sort, is_descending(sort) if not values["order"] else values["order"] == "desc"


def is_descending(sort: str) -> bool:
    """Whether the largest come first when nobody says an order: names A to Z, numbers from the largest."""
    return sort not in wish_words.ASCENDING
