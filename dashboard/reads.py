"""Cached reads, each a line. The first argument names the published file, so a newer one is read anew."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from dashboard.door import door
from dashboard.urlstate import CODE
from pipeline.read import About, Measure, Sort, Wishes

_P = ParamSpec("_P")
_T = TypeVar("_T")


def stamp() -> str:
    """Name of the newest published file."""
    return door().stamp()


def _cached(function: Callable[_P, _T]) -> Callable[_P, _T]:
    return st.cache_data(max_entries=256, show_spinner=False)(function)


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
def facets(stamp: str, wishes: Wishes) -> pd.DataFrame:
    """How many servers each option would leave."""
    return door().facets(wishes)


@_cached
def suggestions(stamp: str, now: datetime, **wishes: Any) -> pd.DataFrame:
    """Servers for a newcomer; `now` to the hour, so that it can be kept."""
    return door().suggestions(now=now, **wishes)


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
    """Its last checks."""
    return door().checks(hostname)


@_cached
def sources(stamp: str) -> pd.DataFrame:
    """Who has totals by day."""
    return door().sources()


@_cached
def network_days(stamp: str, source: str, since: date = date.min) -> pd.DataFrame:
    """Totals by day."""
    return door().network_days(source, since)


@_cached
def software_days(stamp: str, measure: Measure, source: str) -> pd.DataFrame:
    """One measure by day and software."""
    return door().software_days(measure, source)


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


def options(counts: pd.DataFrame, facet: str) -> dict[str, int]:
    """Options of one filter with what each would leave; names that are no codes cannot be chosen."""
    rows = counts[counts["facet"] == facet]
    pairs = zip(rows["option"], rows["instances_known"], strict=True)
    return {str(o): int(n) for o, n in pairs if CODE.match(str(o))}
