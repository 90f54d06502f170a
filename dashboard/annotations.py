"""Known events of the years: dated, with a source each, hand-kept in `annotations.csv`. None explains a number."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from dashboard import times
from dashboard.language import _
from dashboard.text import html

EVENTS = Path(__file__).with_name("annotations.csv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to many people on one day."""

    day_on: date
    """The day."""
    words: str
    """What happened, in a few words."""
    source: str
    """Where it is told: an address of the web, or of this site."""


@cache
def events() -> tuple[Event, ...]:
    """All of them, the oldest first."""
    with EVENTS.open(encoding="utf-8", newline="") as lines:
        found = [
            Event(
                day_on=date.fromisoformat(row["day_on"]), words=row["words"], source=row["source"]
            )
            for row in csv.DictReader(lines)
        ]
    return tuple(sorted(found, key=lambda event: event.day_on))


def within(first: date, last: date) -> list[Event]:
    """Those of some days, both ends included."""
    return [event for event in events() if first <= event.day_on <= last]


def listed(shown: Sequence[Event]) -> str:
    """The list under a chart, numbered as the marks in it."""
    items = "".join(
        f'<li>{times.day(event.day_on)}: <a href="{html(event.source)}" rel="noreferrer">{html(_(event.words))}</a></li>'
        for event in shown
    )
    return f'<ol class="hb hb-small hb-events">{items}</ol>'
