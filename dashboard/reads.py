"""Cached reads, each a line. The first argument names the published file, so a newer one is read anew."""

import json
from datetime import datetime
from typing import Any, Literal

import pandas as pd

from dashboard import asking_desk, network_charts
from dashboard.caching import cached
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


def stamp() -> str:
    """Name of the newest published file."""
    return door().stamp()


def is_release() -> bool:
    """Whether a release is shown, and not what a crawler publishes."""
    return door().is_release


def running() -> Running:
    """How this Herdbook runs now; small files, read each time."""
    return door().running()


@cached
def about(stamp: str) -> About:
    """What was published."""
    return door().about()


@cached
def directory(stamp: str, wishes: Wishes, sort: Sort, descending: bool, page: int) -> pd.DataFrame:
    """One page of the servers that fit."""
    return door().directory(wishes, sort=sort, descending=descending, page=page)


@cached
def totals(stamp: str, wishes: Wishes) -> dict[str, int | None]:
    """How many servers fit."""
    return door().directory_totals(wishes)


@cached
def facets(stamp: str, wishes: Wishes) -> dict[str, dict[str, int]]:
    """How many servers each option would leave, by facet; names that are no codes cannot be chosen."""
    found = door().facets(wishes)
    counts: dict[str, dict[str, int]] = {}
    rows = zip(found["facet"], found["option"], found["instances_known"], strict=True)
    for facet, option, count in rows:
        if CODE.match(str(option)):
            counts.setdefault(str(facet), {})[str(option)] = int(count)
    return counts


@cached
def suggestions(stamp: str, now: datetime, wanted: Wanted, rows: int, skip: int) -> pd.DataFrame:
    """Servers for a newcomer; `now` to the hour, so that it can be kept."""
    return door().suggestions(wanted, now=now, rows=rows, skip=skip)


@cached
def why_not(stamp: str, now: datetime, hostname: str, wanted: Wanted) -> WhyNot | None:
    """What speaks against suggesting one server."""
    return door().why_not(hostname, wanted, now=now)


@cached
def instance(stamp: str, hostname: str) -> dict[str, Any] | None:
    """Everything about one server."""
    return door().instance(hostname)


@cached
def alike(stamp: str, hostname: str) -> list[str]:
    """Known names that look like it."""
    return door().alike(hostname)


@cached
def instance_sources(stamp: str, hostname: str) -> pd.DataFrame:
    """Who has days of it."""
    return door().instance_sources(hostname)


@cached
def instance_days(stamp: str, hostname: str, source: str) -> pd.DataFrame:
    """Its days."""
    return door().instance_days(hostname, source)


@cached
def checks(stamp: str, hostname: str) -> pd.DataFrame:
    """All checks of it that are published."""
    return door().checks(hostname, rows=MOST_CHECKS)


@cached
def aliases(stamp: str, hostname: str) -> pd.DataFrame:
    """Its other names."""
    return door().aliases(hostname)


@cached
def registration_spans(stamp: str, hostname: str) -> pd.DataFrame:
    """When its sign-up was open."""
    return door().registration_spans(hostname)


@cached
def language_spans(stamp: str, hostname: str) -> pd.DataFrame:
    """Its languages over time."""
    return door().language_spans(hostname)


@cached
def reached_days(stamp: str, hostname: str) -> pd.DataFrame:
    """Its days of the last 90."""
    return door().reached_days(hostname)


@cached
def cut_off_hours(stamp: str) -> int:
    """Hours in which we were cut off ourselves."""
    return door().cut_off_hours()


@cached
def version_standing(stamp: str, hostname: str) -> pd.DataFrame:
    """Its version beside the current one."""
    return door().version_standing(hostname)


@cached
def survival_of(stamp: str, hostname: str) -> pd.DataFrame:
    """How long servers like it live."""
    return door().survival_of(hostname)


@cached
def server_events(stamp: str, hostname: str) -> pd.DataFrame:
    """What happened to it."""
    return door().events(hostname)


@cached
def may_be_checked(stamp: str, hostname: str) -> dict[str, Any]:
    """Whether it is known, and when it was asked last."""
    row = door().may_be_checked(hostname).iloc[0]
    asked_at = row["checked_at"]
    return {
        "is_known": bool(row["is_known"]),
        "checked_at": asked_at.to_pydatetime() if asked_at == asked_at else None,
    }


@cached
def sources(stamp: str) -> pd.DataFrame:
    """Who has totals by day."""
    return door().sources()


@cached
def software_days(
    stamp: str, measure: Measure, source: str, software_count: int = 7
) -> pd.DataFrame:
    """One measure by day and software."""
    return door().software_days(measure, source, software_count=software_count)


@cached
def captures(stamp: str, source: str) -> pd.DataFrame:
    """Captures of an imported source."""
    return door().captures(source)


@cached
def crawls(stamp: str) -> pd.DataFrame:
    """The last crawls."""
    return door().crawls()


@cached
def software(stamp: str) -> pd.DataFrame:
    """What runs now."""
    return door().software()


@cached
def graph_totals(stamp: str) -> pd.DataFrame:
    """Numbers of the three graphs by day."""
    return door().graph_totals()


@cached
def network_map(stamp: str) -> pd.DataFrame:
    """The servers on the map."""
    return door().network_map()


@cached
def communities(stamp: str) -> pd.DataFrame:
    """The communities of the map."""
    return door().communities()


@cached
def graph_node(stamp: str, hostname: str) -> pd.DataFrame:
    """One server in each graph."""
    return door().graph_node(hostname)


@cached
def backbone_neighbours(stamp: str, hostname: str) -> pd.DataFrame:
    """Its strongest links."""
    return door().backbone_neighbours(hostname)


@cached
def outages(stamp: str, kind: Outage) -> pd.DataFrame:
    """Outages that were played through."""
    return door().outages(kind)


@cached
def backbone_links(stamp: str) -> pd.DataFrame:
    """All links of the backbone, as pairs of hostnames."""
    return door().backbone_links()


@cached
def map_places(stamp: str) -> str:
    """What the map shows whoever looks, as the JSON that its script reads."""
    return json.dumps(network_charts.map_places(network_map(stamp), backbone_links(stamp)))


@cached
def hosting(stamp: str, hostname: str) -> dict[str, Any] | None:
    """Where one server is hosted."""
    return door().hosting(hostname)


@cached
def hosting_totals(stamp: str) -> dict[str, int]:
    """Of how many live servers that is known."""
    return door().hosting_totals()


@cached
def told_totals(stamp: str) -> pd.DataFrame:
    """How many links each graph has that says more than a name."""
    return door().told_totals()


@cached
def told_most(stamp: str, graph: ToldGraph, hostname: str | None) -> pd.DataFrame:
    """To whom most links of such a graph lead, from all servers or from one."""
    return door().told_most(graph, hostname)


@cached
def reach(stamp: str, hostname: str) -> dict[str, Any] | None:
    """How much of the network it can talk to."""
    return door().reach(hostname)


@cached
def events(stamp: str) -> pd.DataFrame:
    """What happened last."""
    return door().events()


@cached
def network_totals(stamp: str, source: str) -> pd.DataFrame:
    """Totals by day, as said and audited."""
    return door().totals(source)


@cached
def growth(stamp: str, measure: GrowthMeasure, source: str) -> pd.DataFrame:
    """Change by day over the same servers."""
    return door().growth(measure, source)


@cached
def growth_measures(stamp: str) -> pd.DataFrame:
    """Of which sources and measures that is known."""
    return door().growth_measures()


@cached
def concentration(
    stamp: str,
    measure: Literal["users_total", "users_active_month"],
    holder: Holder,
    source: str,
) -> pd.DataFrame:
    """How one measure is spread, by week."""
    return door().concentration(measure, holder, source)


@cached
def survival(stamp: str) -> pd.DataFrame:
    """How long servers live."""
    return door().survival()


@cached
def version_lag(stamp: str) -> pd.DataFrame:
    """Who is on the current version."""
    return door().version_lag()


@cached
def rules(stamp: str) -> pd.DataFrame:
    """The rules by which numbers are judged."""
    return door().rules()


@cached
def standings(stamp: str, hostname: str) -> pd.DataFrame:
    """How the numbers of one server are judged."""
    return door().standings(hostname)


@cached
def verdicts(stamp: str, hostname: str, source: str) -> pd.DataFrame:
    """Numbers of its past that are not taken as said."""
    return door().verdicts(hostname, source)


@cached
def acceptances(stamp: str) -> pd.DataFrame:
    """Releases that were held back and let through."""
    return door().acceptances()


@cached
def watched(stamp: str, hostnames: tuple[str, ...]) -> pd.DataFrame:
    """What happened last to the servers of a watch list."""
    found: pd.DataFrame = door().watched(hostnames).to_pandas(date_as_object=False)
    return found


@cached
def watched_servers(stamp: str, hostnames: tuple[str, ...]) -> pd.DataFrame:
    """What they are now."""
    return door().watched_servers(hostnames)


@cached
def watched_cohorts(stamp: str, hostnames: tuple[str, ...]) -> pd.DataFrame:
    """Where they stand among servers like them."""
    return door().watched_cohorts(hostnames)


@cached
def watched_days(stamp: str, hostnames: tuple[str, ...], source: str) -> pd.DataFrame:
    """Their days, audited."""
    return door().watched_days(hostnames, source)


@cached
def tables(stamp: str) -> pd.DataFrame:
    """The published tables, with what one row of each is."""
    return door().tables()


@cached
def columns(stamp: str, table: str) -> pd.DataFrame:
    """The columns of one of them."""
    return door().columns(table)


@cached
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
