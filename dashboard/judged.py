"""How the numbers of one server are judged: figures with their standing, and the table of whys."""

from typing import Any

import pandas as pd
import streamlit as st

from dashboard import labels, marks, times
from dashboard.labels import plural
from dashboard.language import N_, Words, _, address
from dashboard.text import html, plain

SHOWN = ("users_active_month", "users_total", "local_posts")
"""Numbers that stand on a server's page as figures."""

ABOUT_A_STANDING = N_(
    "A standing is about a number, not about the people who run the server. Every rule, with its source, is on {method}."
)

HELP = Words(
    {
        "users_active_month": N_("People who signed in within a month, as the server says"),
        "users_total": N_("Accounts, as the server says"),
        "local_posts": N_("Local posts, as the server says"),
    }
)


def figures(told: dict[str, Any]) -> None:
    """The numbers of a server; one that is not taken as it was said is muted, with its standing beside it."""
    for field in SHOWN:
        standing = told[f"{field}_standing"]
        is_plain = standing == "reported"
        change = labels.change(told.get(f"{field}_30d_ratio"))
        beside = (
            _("{change} in 30 days").format(change=change)
            if change
            else labels.STANDING["reported"]
        )
        with st.container(
            key=f"figure_{field}" if is_plain else f"muted_{field}", height="stretch"
        ):
            st.metric(
                labels.FIELD[field],
                labels.short(told[field]),
                beside if is_plain else labels.standing(standing),
                delta_color="normal" if is_plain and change else "off",
                delta_arrow="auto" if is_plain and change else "off",
                border=True,
                height="stretch",
                help=HELP[field],
            )


def caption(told: dict[str, Any]) -> str:
    """A sentence about numbers that are in no audited total; empty = all are taken as said."""
    doubted = [
        labels.FIELD[field]
        for field in SHOWN
        if told[field] is not None and not labels.is_taken(told[f"{field}_standing"])
    ]
    if not doubted:
        return ""
    return _("In no audited total: {numbers}; why is told below.").format(
        numbers=times.listed(doubted)
    )


def table(found: pd.DataFrame) -> str:
    """Each number with what it is, why, and who says so, as HTML."""
    rows = [
        (
            labels.FIELD.get(row["field"], row["field"]),
            "–" if row["value"] != row["value"] else labels.number(row["value"]),
            labels.standing(row["standing"]),
            _why(row),
            plain(row["rule_source"], 200) or _("the server itself"),
            plain(row["rule_id"], 80) or "–",
        )
        for row in found.to_dict("records")
    ]
    return marks.table(
        (_("Number"), _("Value"), _("Standing"), _("Why"), _("Who says so"), _("Rule")), rows
    )


def _why(row: dict[Any, Any]) -> str:
    if row["standing"] == "reported":
        return plain(row["reason"]) or _("No rule speaks against it")
    reason, evidence = plain(row["reason"]), plain(row["evidence"])
    return f"{reason}: {evidence}" if evidence else reason


def show(found: pd.DataFrame) -> None:
    """The table, behind one line."""
    if found.empty:
        return
    with st.expander(_("How these numbers are judged")):
        page = html(_("the method page"))
        method = f'<a href="{html(address("./method#rules"))}">{page}</a>'
        told = html(_(ABOUT_A_STANDING)).format(method=method)
        st.html(f'{table(found)}<p class="hb hb-small hb-muted">{told}</p>')


def past(verdicts: pd.DataFrame, measure: str) -> str:
    """A sentence about days on which one number is not taken as it was said; empty = there are none."""
    days = verdicts[verdicts["field"] == measure]
    if days.empty:
        return ""
    last = days.iloc[-1]
    return plural(
        "On {count} day it is in no audited total ({standing}: {reason}).",
        "On {count} days it is in no audited total ({standing}: {reason}).",
        len(days),
        standing=labels.standing(last["standing"]),
        reason=plain(last["reason"], 160),
    )


def show_past(verdicts: pd.DataFrame) -> None:
    """Days that are in no audited total, each stretch with its rule, behind one line."""
    if verdicts.empty:
        return
    grouped = verdicts.groupby(["field", "standing", "rule_id", "reason"], dropna=False)["day_on"]
    stretches = grouped.agg(["min", "max", "count"]).reset_index().sort_values("min")
    with st.expander(_("Days that are in no audited total, and why")):
        st.html(
            marks.table(
                (_("Number"), _("From"), _("To"), _("Days"), _("Standing"), _("Why"), _("Rule")),
                [
                    (
                        labels.FIELD.get(row["field"], row["field"]),
                        times.day(row["min"]),
                        times.day(row["max"]),
                        labels.number(row["count"]),
                        labels.standing(row["standing"]),
                        plain(row["reason"], 200),
                        plain(row["rule_id"], 80),
                    )
                    for row in stretches.to_dict("records")
                ],
            )
        )
