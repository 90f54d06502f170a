"""Cached reads, each a line. The first argument names the published file, so a newer one is read anew."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Literal, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from dashboard import asking_desk, network_charts
from dashboard.door import door
from dashboard.urlstate import CODE
from pipeline.read import (
    About,
    Answer,
    GrowthMeasure,
    HeldBack,
    Holder,
    Measure,
    Outage,
    Running,
    Sort,
    ToldGraph,
    Wanted,
    WhyNot,
    Wishes,
)

MOST_CHECKS = 1_000
"""More than four weeks have, however often a server is asked."""

ASKED: dict[str | type[Any], Callable[[Any], str]] = {Wishes: repr, Wanted: repr}
"""What is asked for is told apart by its text; field by field it would take longer than what it finds."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def stamp() -> str:
    """Name of the newest published file."""
    return door().stamp()


def is_release() -> bool:
    """Whether a release is shown, and not what a crawler publishes."""
    return door().is_release


def running() -> Running:
    """How this Herdbook runs now; small files, read each time."""
    return door().running()


def _cached(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Keep what was read, once for all; each reader gets a copy of the outside, which costs next to nothing.

    `st.cache_data` would write and read every table anew for each reader. Tables copy when they are written to; lists
    within them and in dictionaries are everybody's and stay as they are.
    """
    kept = st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=ASKED)(function)

    @wraps(function)
    def read(*told: _P.args, **named: _P.kwargs) -> _T:
        found: _T = _copied(kept(*told, **named))
        return found

    return read


def _copied(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return value.copy(deep=False)
    return value.copy() if isinstance(value, dict | list) else value


@_cached
def about(stamp: str) -> About:
    """What was published."""
    return door().about()


@_cached
def directory(stamp: str, wishes: Wishes, sort: Sort, descending: bool, page: int) -> pd.DataFrame:
    """One page of the servers that fit."""
    return door().directory(wishes, sort=sort, descending=descending, page=page)


@_cached
def totals(stamp: str, wishes: Wishes) -> dict[str, int | None]:
    """How many servers fit."""
    return door().directory_totals(wishes)


@_cached
def facets(stamp: str, wishes: Wishes) -> dict[str, dict[str, int]]:
    """How many servers each option would leave, by facet; names that are no codes cannot be chosen."""
    found = door().facets(wishes)
    counts: dict[str, dict[str, int]] = {}
    rows = zip(found["facet"], found["option"], found["instances_known"], strict=True)
    for facet, option, count in rows:
        if CODE.match(str(option)):
            counts.setdefault(str(facet), {})[str(option)] = int(count)
    return counts


@_cached
def suggestions(stamp: str, now: datetime, wanted: Wanted, rows: int, skip: int) -> pd.DataFrame:
    """Servers for a newcomer; `now` to the hour, so that it can be kept."""
    return door().suggestions(wanted, now=now, rows=rows, skip=skip)


@_cached
def why_not(stamp: str, now: datetime, hostname: str, wanted: Wanted) -> WhyNot | None:
    """What speaks against suggesting one server."""
    return door().why_not(hostname, wanted, now=now)


@_cached
def instance(stamp: str, hostname: str) -> dict[str, Any] | None:
    """Everything about one server."""
    return door().instance(hostname)


@_cached
def alike(stamp: str, hostname: str) -> list[str]:
    """Known names that look like it."""
    return door().alike(hostname)


@_cached
def instance_sources(stamp: str, hostname: str) -> pd.DataFrame:
    """Who has days of it."""
    return door().instance_sources(hostname)


@_cached
def instance_days(stamp: str, hostname: str, source: str) -> pd.DataFrame:
    """Its days."""
    return door().instance_days(hostname, source)


@_cached
def checks(stamp: str, hostname: str) -> pd.DataFrame:
    """All checks of it that are published."""
    return door().checks(hostname, rows=MOST_CHECKS)


@_cached
def aliases(stamp: str, hostname: str) -> pd.DataFrame:
    """Its other names."""
    return door().aliases(hostname)


@_cached
def registration_spans(stamp: str, hostname: str) -> pd.DataFrame:
    """When its sign-up was open."""
    return door().registration_spans(hostname)


@_cached
def language_spans(stamp: str, hostname: str) -> pd.DataFrame:
    """Its languages over time."""
    return door().language_spans(hostname)


@_cached
def reached_days(stamp: str, hostname: str) -> pd.DataFrame:
    """Its days of the last 90."""
    return door().reached_days(hostname)


@_cached
def cut_off_hours(stamp: str) -> int:
    """Hours in which we were cut off ourselves."""
    return door().cut_off_hours()


@_cached
def version_standing(stamp: str, hostname: str) -> pd.DataFrame:
    """Its version beside the current one."""
    return door().version_standing(hostname)


@_cached
def survival_of(stamp: str, hostname: str) -> pd.DataFrame:
    """How long servers like it live."""
    return door().survival_of(hostname)


@_cached
def server_events(stamp: str, hostname: str) -> pd.DataFrame:
    """What happened to it."""
    return door().events(hostname)


@_cached
def may_be_checked(stamp: str, hostname: str) -> dict[str, Any]:
    """Whether it is known, and when it was asked last."""
    row = door().may_be_checked(hostname).iloc[0]
    asked_at = row["checked_at"]
    return {
        "is_known": bool(row["is_known"]),
        "checked_at": asked_at.to_pydatetime() if asked_at == asked_at else None,
    }


@_cached
def sources(stamp: str) -> pd.DataFrame:
    """Who has totals by day."""
    return door().sources()


@_cached
def software_days(
    stamp: str, measure: Measure, source: str, software_count: int = 7
) -> pd.DataFrame:
    """One measure by day and software."""
    return door().software_days(measure, source, software_count=software_count)


@_cached
def captures(stamp: str, source: str) -> pd.DataFrame:
    """Captures of an imported source."""
    return door().captures(source)


@_cached
def crawls(stamp: str) -> pd.DataFrame:
    """The last crawls."""
    return door().crawls()


@_cached
def software(stamp: str) -> pd.DataFrame:
    """What runs now."""
    return door().software()


@_cached
def graph_totals(stamp: str) -> pd.DataFrame:
    """Numbers of the three graphs by day."""
    return door().graph_totals()


@_cached
def network_map(stamp: str) -> pd.DataFrame:
    """The servers on the map."""
    return door().network_map()


@_cached
def communities(stamp: str) -> pd.DataFrame:
    """The communities of the map."""
    return door().communities()


@_cached
def graph_node(stamp: str, hostname: str) -> pd.DataFrame:
    """One server in each graph."""
    return door().graph_node(hostname)


@_cached
def backbone_neighbours(stamp: str, hostname: str) -> pd.DataFrame:
    """Its strongest links."""
    return door().backbone_neighbours(hostname)


@_cached
def outages(stamp: str, kind: Outage) -> pd.DataFrame:
    """Outages that were played through."""
    return door().outages(kind)


@_cached
def backbone_links(stamp: str) -> pd.DataFrame:
    """All links of the backbone, as pairs of hostnames."""
    return door().backbone_links()


@_cached
def map_places(stamp: str) -> str:
    """What the map shows whoever looks, as the JSON that its script reads."""
    return json.dumps(network_charts.map_places(network_map(stamp), backbone_links(stamp)))


@_cached
def hosting(stamp: str, hostname: str) -> dict[str, Any] | None:
    """Where one server is hosted."""
    return door().hosting(hostname)


@_cached
def hosting_totals(stamp: str) -> dict[str, int]:
    """Of how many live servers that is known."""
    return door().hosting_totals()


@_cached
def told_totals(stamp: str) -> pd.DataFrame:
    """How many links each graph has that says more than a name."""
    return door().told_totals()


@_cached
def told_most(stamp: str, graph: ToldGraph, hostname: str | None) -> pd.DataFrame:
    """To whom most links of such a graph lead, from all servers or from one."""
    return door().told_most(graph, hostname)


@_cached
def reach(stamp: str, hostname: str) -> dict[str, Any] | None:
    """How much of the network it can talk to."""
    return door().reach(hostname)


@_cached
def events(stamp: str) -> pd.DataFrame:
    """What happened last."""
    return door().events()


@_cached
def network_totals(stamp: str, source: str) -> pd.DataFrame:
    """Totals by day, as said and audited."""
    return door().totals(source)


@_cached
def growth(stamp: str, measure: GrowthMeasure, source: str) -> pd.DataFrame:
    """Change by day over the same servers."""
    return door().growth(measure, source)


@_cached
def growth_measures(stamp: str) -> pd.DataFrame:
    """Of which sources and measures that is known."""
    return door().growth_measures()


@_cached
def concentration(
    stamp: str,
    measure: Literal["users_total", "users_active_month"],
    holder: Holder,
    source: str,
) -> pd.DataFrame:
    """How one measure is spread, by week."""
    return door().concentration(measure, holder, source)


@_cached
def survival(stamp: str) -> pd.DataFrame:
    """How long servers live."""
    return door().survival()


@_cached
def version_lag(stamp: str) -> pd.DataFrame:
    """Who is on the current version."""
    return door().version_lag()


@_cached
def rules(stamp: str) -> pd.DataFrame:
    """The rules by which numbers are judged."""
    return door().rules()


@_cached
def standings(stamp: str, hostname: str) -> pd.DataFrame:
    """How the numbers of one server are judged."""
    return door().standings(hostname)


@_cached
def verdicts(stamp: str, hostname: str, source: str) -> pd.DataFrame:
    """Numbers of its past that are not taken as said."""
    return door().verdicts(hostname, source)


@_cached
def acceptances(stamp: str) -> pd.DataFrame:
    """Releases that were held back and let through."""
    return door().acceptances()


@_cached
def watched(stamp: str, hostnames: tuple[str, ...]) -> pd.DataFrame:
    """What happened last to the servers of a watch list."""
    found: pd.DataFrame = door().watched(hostnames).to_pandas(date_as_object=False)
    return found


@_cached
def watched_servers(stamp: str, hostnames: tuple[str, ...]) -> pd.DataFrame:
    """What they are now."""
    return door().watched_servers(hostnames)


@_cached
def watched_cohorts(stamp: str, hostnames: tuple[str, ...]) -> pd.DataFrame:
    """Where they stand among servers like them."""
    return door().watched_cohorts(hostnames)


@_cached
def watched_days(stamp: str, hostnames: tuple[str, ...], source: str) -> pd.DataFrame:
    """Their days, audited."""
    return door().watched_days(hostnames, source)


@_cached
def tables(stamp: str) -> pd.DataFrame:
    """The published tables, with what one row of each is."""
    return door().tables()


@_cached
def columns(stamp: str, table: str) -> pd.DataFrame:
    """The columns of one of them."""
    return door().columns(table)


@_cached
def saved_answer(stamp: str, name: str) -> Answer:
    """What a saved query finds: once for each published file, whoever asks."""
    return asking_desk.answer_saved(name)


def held_back() -> HeldBack | None:
    """Why a newer release is held back. Not kept: it changes while the published file does not."""
    try:
        return door().held_back()
    except (KeyError, TypeError, ValueError):
        # being written this moment
        return None


def nothing(*columns: str) -> pd.DataFrame:
    """An empty table, for what an older published file does not have."""
    return pd.DataFrame(columns=list(columns), dtype=str)


def options(counts: dict[str, dict[str, int]], facet: str) -> dict[str, int]:
    """Options of one filter with what each would leave."""
    return dict(counts.get(facet, {}))
