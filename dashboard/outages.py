"""What an outage would take away: whom it strands, and what is left of each graph."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import frame, hosted, labels, network_charts, reads
from dashboard.choices import Choices
from dashboard.text import plain
from pipeline.exceptions import PublishedOlder

OUT = {
    "largest": "The largest",
    "server": "One server",
    "software": "A software",
    "domain": "A domain",
    "provider": "A provider",
    "country": "A country",
    "cdn": "A CDN",
}
"""What can be gone."""

HOSTING = ("provider", "country", "cdn")
"""Kinds of outage that need to know where servers are."""


def outages(snapshot: frame.Snapshot, choices: Choices, graphs: Mapping[str, str]) -> None:
    """What would be lost without some servers. `choices` has `out` and `key`; `graphs` the words for each graph."""
    st.header("What if these were gone?", anchor=False)
    st.segmented_control(
        "Gone", list(OUT), **choices.bound("out"), format_func=OUT.__getitem__, required=True
    )
    found = reads.outages(snapshot.stamp, choices["out"])
    keys = [str(key) for key in _ordered(found, choices["out"])["key"]]
    if not keys:
        st.text(_nothing(choices["out"]))
        return
    if choices["key"] not in keys:
        choices.change(key=keys[min(3, len(keys) - 1)] if choices["out"] == "largest" else keys[0])
    st.selectbox(
        OUT[choices["out"]],
        keys,
        **choices.bound("key"),
        format_func=lambda key: _named(choices["out"], key),
        width=300,
    )
    row = found[found["key"] == choices["key"]].iloc[0]
    with st.grid(4, min_column_width=170, gap="small"):
        st.metric("Active people stranded", labels.short(row["active_stranded"]), border=True)
        st.metric("Of all", labels.percent(row["active_ratio"]), border=True)
        st.metric("Servers gone", labels.number(row["removed_count"]), border=True)
        st.metric("Concentration after", _index(row["concentration_after"]), border=True)
    _what_is_left(row, graphs)
    _largest_and_any(snapshot)
    st.caption(
        f"People as the servers say; {row['unknown_count']:,} of {row['removed_count']:,} that go say nothing and count nobody. "
        f"Concentration is the sum of squared shares of the active people, 1 = all on one server; now {_index(row['concentration_before'])}. "
        f"{_hosting_known(snapshot, choices['out'])}The raw graph is so dense that it proves little: look at the backbone. {snapshot.coverage}."
    )


def _what_is_left(row: "pd.Series[Any]", graphs: Mapping[str, str]) -> None:
    cuts = pd.DataFrame(
        {
            "Graph": list(graphs.values()),
            "Parts": [row[f"{graph}_components_count"] for graph in graphs],
            "In the largest, %": [
                round(100 * row[f"{graph}_largest_ratio"], 1) for graph in graphs
            ],
            "Cut off": [row[f"{graph}_cut_off_count"] for graph in graphs],
        }
    )
    st.dataframe(
        cuts, hide_index=True, placeholder=labels.NOT_SAID, alt="What is left of each graph"
    )


def _largest_and_any(snapshot: frame.Snapshot) -> None:
    aimed, chance = (
        reads.outages(snapshot.stamp, "largest"),
        reads.outages(snapshot.stamp, "random"),
    )
    if aimed.empty:
        return
    frame.chart(
        network_charts.curves(aimed, chance, theme=frame.colors()),
        key="curves",
        alt="What is left when the largest servers go, and when any servers go",
    )
    with st.expander("The same as a table"):
        st.dataframe(
            _curve_table(aimed, chance), hide_index=True, alt="The numbers of the chart above"
        )


def _ordered(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    if kind == "largest":
        return found.sort_values("removed_count")
    return found.sort_values("active_stranded", ascending=False, kind="stable")


def _named(kind: str, key: str) -> str:
    if kind == "largest":
        return f"the {int(key):,} largest" if key.isdigit() else key
    if kind == "country":
        return hosted.country(key)
    return plain(labels.software(key) if kind == "software" else key, 120)


def _nothing(kind: str) -> str:
    if kind not in HOSTING:
        return "Nothing of that kind was played through."
    return "Not known: no table of networks was given when servers were asked (HERDBOOK_GEOIP), or it knows none of them."


def _hosting_known(snapshot: frame.Snapshot, kind: str) -> str:
    """Of how many servers it is known, where an outage is about where they are."""
    if kind not in HOSTING:
        return ""
    try:
        known = reads.hosting_totals(snapshot.stamp)
    except PublishedOlder:
        return ""
    return (
        f"Where they are is looked up by address: the provider is known of {known['provider_count']:,} of {known['servers_count']:,} "
        f"live servers, the country of its network of {known['country_count']:,}; {known['cdn_count']:,} are behind a CDN, so their "
        "origin is unknown, and they are gone with the CDN only. "
    )


def _index(value: float | None) -> str:
    return labels.NOT_SAID if value is None or value != value else f"{value:.3f}"


def _curve_table(aimed: pd.DataFrame, chance: pd.DataFrame) -> pd.DataFrame:
    both = aimed.merge(chance, on="removed_count", suffixes=("", "_any"))
    return pd.DataFrame(
        {
            "Servers gone": both["removed_count"],
            "Stranded, largest, %": (100 * both["active_ratio"]).round(1),
            "Stranded, any, %": (100 * both["active_ratio_any"]).round(1),
            "Backbone in one part, largest, %": (100 * both["backbone_largest_ratio"]).round(1),
            "Backbone in one part, any, %": (100 * both["backbone_largest_ratio_any"]).round(1),
        }
    )
