"""What an outage would take away: whom it strands, and what is left of each graph."""

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard import countries, frame, labels, network_charts, reads
from dashboard.choices import Choices
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.parts import kept
from dashboard.text import plain
from pipeline.exceptions import PublishedOlder
from pipeline.read import Outage

OUT = Words(
    {
        "largest": N_("The largest"),
        "server": N_("One server"),
        "software": N_("A software"),
        "domain": N_("A domain"),
        "provider": N_("A provider"),
        "country": N_("A country"),
        "cdn": N_("A CDN"),
    }
)
"""What can be gone."""

HOSTING = ("provider", "country", "cdn")
"""Kinds of outage that need to know where servers are."""

CONCENTRATION = N_(
    "Concentration is the sum of squared shares of the active people, 1 = all on one server; now {now}."
)
HOSTING_KNOWN = N_(
    "Where they are is looked up by address: the provider is known of {provider} of {servers} live servers, the country of "
    "its network of {country}; {cdn} are behind a CDN, so their origin is unknown, and they are gone with the CDN only."
)
HOSTING_NOT_KNOWN = N_(
    "Not known: no table of networks was given when servers were asked (HERDBOOK_GEOIP), or it knows none of them."
)


def outages(snapshot: frame.Snapshot, choices: Choices, graphs: Mapping[str, str]) -> None:
    """What would be lost without some servers. `choices` has `out` and `key`; `graphs` the words for each graph."""
    st.header(_("What if these were gone?"), anchor=False)
    st.segmented_control(
        _("Gone"), list(OUT), **choices.bound("out"), format_func=OUT.__getitem__, required=True
    )
    found = reads.outages(snapshot.stamp, choices["out"])
    keys = _ordered(found, choices["out"])["key"].astype(str).tolist()
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
    kept(_gone, snapshot, choices["out"], choices["key"], dict(graphs))


def _gone(snapshot: frame.Snapshot, out: Outage, key: str, graphs: Mapping[str, str]) -> None:
    """What one outage would take away."""
    found = reads.outages(snapshot.stamp, out)
    row = found[found["key"] == key].iloc[0]
    with st.grid(4, min_column_width=170, gap="small"):
        st.metric(_("Active people stranded"), labels.short(row["active_stranded"]), border=True)
        st.metric(_("Of all"), labels.percent(row["active_ratio"]), border=True)
        st.metric(_("Servers gone"), labels.number(row["removed_count"]), border=True)
        st.metric(_("Concentration after"), _index(row["concentration_after"]), border=True)
    _what_is_left(row, graphs)
    _largest_and_any(snapshot)
    frame.caption(
        " ".join(
            [
                plural(
                    "People as the servers say; {unknown} of {count} that goes says nothing and counts nobody.",
                    "People as the servers say; {unknown} of {count} that go say nothing and count nobody.",
                    row["removed_count"],
                    unknown=labels.number(row["unknown_count"]),
                ),
                _(CONCENTRATION).format(now=_index(row["concentration_before"])),
                *_hosting_known(snapshot, out),
                _("The raw graph is so dense that it proves little: look at the backbone."),
                _("{coverage}.").format(coverage=snapshot.coverage),
            ]
        )
    )


def _what_is_left(row: "pd.Series[Any]", graphs: Mapping[str, str]) -> None:
    cuts = pd.DataFrame(
        {
            _("Graph"): list(graphs.values()),
            _("Parts"): [row[f"{graph}_components_count"] for graph in graphs],
            _("In the largest, %"): [
                round(100 * row[f"{graph}_largest_ratio"], 1) for graph in graphs
            ],
            _("Cut off"): [row[f"{graph}_cut_off_count"] for graph in graphs],
        }
    )
    st.dataframe(
        cuts, hide_index=True, placeholder=labels.not_said(), alt=_("What is left of each graph")
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
        alt=_("What is left when the largest servers go, and when any servers go"),
    )
    with st.expander(_("The same as a table")):
        st.dataframe(
            _curve_table(aimed, chance), hide_index=True, alt=_("The numbers of the chart above")
        )


def _ordered(found: pd.DataFrame, kind: str) -> pd.DataFrame:
    if kind == "largest":
        return found.sort_values("removed_count")
    return found.sort_values("active_stranded", ascending=False, kind="stable")


def _named(kind: str, key: str) -> str:
    if kind == "largest":
        if not key.isdigit():
            return key
        return plural("the {count} largest", "the {count} largest", int(key))
    if kind == "country":
        return countries.name(key)
    return plain(labels.software(key) if kind == "software" else key, 120)


def _nothing(kind: str) -> str:
    if kind not in HOSTING:
        return _("Nothing of that kind was played through.")
    return _(HOSTING_NOT_KNOWN)


def _hosting_known(snapshot: frame.Snapshot, kind: str) -> list[str]:
    """Of how many servers it is known, where an outage is about where they are; nothing elsewhere."""
    if kind not in HOSTING:
        return []
    try:
        known = reads.hosting_totals(snapshot.stamp)
    except PublishedOlder:
        return []
    return [
        _(HOSTING_KNOWN).format(
            servers=labels.number(known["servers_count"]),
            provider=labels.number(known["provider_count"]),
            country=labels.number(known["country_count"]),
            cdn=labels.number(known["cdn_count"]),
        )
    ]


def _index(value: float | None) -> str:
    return labels.number(value, 3)


def _curve_table(aimed: pd.DataFrame, chance: pd.DataFrame) -> pd.DataFrame:
    both = aimed.merge(chance, on="removed_count", suffixes=("", "_any"))
    return pd.DataFrame(
        {
            _("Servers gone"): both["removed_count"],
            _("Stranded, largest, %"): (100 * both["active_ratio"]).round(1),
            _("Stranded, any, %"): (100 * both["active_ratio_any"]).round(1),
            _("Backbone in one part, largest, %"): (100 * both["backbone_largest_ratio"]).round(1),
            _("Backbone in one part, any, %"): (100 * both["backbone_largest_ratio_any"]).round(1),
        }
    )
