"""What a list of servers can be asked for at doors: the filters of the page, an order, and columns, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dashboard import directory, urlstate
from dashboard.doors.parameters import Code, Codes, Numbers, Parameter, Words, Yes
from dashboard.doors.shapes import SERVERS
from dashboard.filters import FILTERS, Filter
from pipeline.read import Wishes


def _parameter(filter: Filter) -> Parameter:
    match filter.field:
        case urlstate.Choices(name, options):
            return Codes(name, filter.meaning, tuple(options))
        case urlstate.Flag(name):
            return Yes(name, filter.meaning)
        case urlstate.Range(name):
            return Numbers(name, filter.meaning)
        case urlstate.Text(name, longest):
            return Words(name, filter.meaning, longest)
        case other:
            raise TypeError(f"no parameter is known for {other!r}; add one in dashboard.doors")


PARAMETERS: tuple[Parameter, ...] = (
    *map(_parameter, FILTERS),
    Code("sort", "what to sort by", "users_active_month", directory.SORTS),
    Code("order", "asc or desc; else names A to Z and numbers from the largest down", "", ("asc", "desc")),
    Codes("fields", "which columns, in this order", SERVERS.names, most=len(SERVERS.names)),
)  # fmt: skip
"""Of each list of servers; a page's number is none: lists for programs go on by cursor, and files are whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Servers that were asked for."""

    wishes: Wishes
    """Which."""
    sort: str
    """In which order."""
    is_descending: bool
    """Whether the largest come first."""
    fields: tuple[str, ...]
    """Which columns; empty = nobody said."""


def selected(values: Mapping[str, Any]) -> Selection:
    """What the parameters say."""
    sort, is_descending = directory.order(values)
    return Selection(
        wishes=directory.wishes(values),
        sort=sort,
        is_descending=is_descending,
        fields=tuple(values["fields"]),
    )
