"""What the directory can be asked for, the same for the page, the download and the JSON."""

from typing import Any, cast

from dashboard import labels
from dashboard.urlstate import Choice, Choices, Field, Flag, Number, Text
from pipeline.read import Sort, Wishes

PAGE_SIZE = 100
"""Servers of one page: more than anybody reads, and a few hundred kilobytes at most."""

FIELDS: tuple[Field, ...] = (
    Text("q"),
    Choices("reg", tuple(labels.REGISTRATION)),
    Choices("sw"),
    Choices("lang"),
    Choices("size", tuple(labels.SIZE)),
    Flag("all"),
    Choice("sort", "users_active_month", tuple(labels.SORT)),
    Number("page"),
)


def wishes(values: dict[str, Any]) -> Wishes:
    """What was chosen, as the readers' door takes it."""
    return Wishes(
        search=values["q"],
        registrations=tuple(values["reg"]),
        software=tuple(values["sw"]),
        languages=tuple(values["lang"]),
        sizes=tuple(values["size"]),
        includes_unreachable=bool(values["all"]),
    )


def order(values: dict[str, Any]) -> tuple[Sort, bool]:
    """What to sort by, and whether the largest come first."""
    return cast("Sort", values["sort"]), values["sort"] not in labels.ASCENDING
