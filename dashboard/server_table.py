"""The table of the directory: any of its columns, each as readers read it, sorted by the whole list."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboard import countries, directory, labels, wish_words
from dashboard.doors.shapes import SERVERS
from dashboard.language import N_, _, spoken
from dashboard.text import plain

LONGEST_CELL = 80
"""Characters of one cell that are worth a table's width."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column that readers can have."""

    label: str
    """Its head: a message."""
    kind: str = "text"
    """How a value is shown: text, code, answer, number, judged, percent, change, moment or list."""
    width: int | None = None
    """Pixels; `None` = as wide as it needs."""
    help: str = ""
    """What it means, where the dictionary's words are not a reader's; empty = those."""


COLUMNS = {
    "hostname": Column(label=N_("Server"), width=205),
    "title": Column(label=N_("Calls itself"), width=118),
    "description": Column(label=N_("Says of itself"), width=320),
    "software_name": Column(label=N_("Software"), width=98),
    "software_version": Column(label=N_("Version"), width=90),
    "is_current": Column(label=N_("Current version"), kind="answer"),
    "registration": Column(label=N_("Sign-up"), width=110),
    "registration_path": Column(label=N_("Sign-up page")),
    "minimum_age": Column(label=N_("Minimum age"), kind="number"),
    "is_reason_required": Column(label=N_("Needs a reason"), kind="answer"),
    "is_email_required": Column(label=N_("Confirms e-mail"), kind="answer"),
    "has_captcha": Column(label=N_("Captcha"), kind="answer"),
    "languages": Column(label=N_("Languages, said"), kind="list"),
    "languages_detected": Column(label=N_("Languages, detected"), kind="list"),
    "language_codes": Column(label=N_("Language"), width=110, help=N_("~ = found in its description, not said by the server")),
    "is_language_detected": Column(label=N_("Language is detected"), kind="answer"),
    "topics": Column(label=N_("Topics"), kind="list"),
    "rules_count": Column(label=N_("Rules"), kind="number"),
    "rules_language_codes": Column(label=N_("Rules in"), help=N_("Languages of its rules: those it translates them into, and the one that their text reads as")),
    "users_total": Column(label=N_("Registered"), kind="judged", help=N_("Registered users, as the server says. ~ = not taken as it was said; why is on the server\'s page")),
    "users_total_standing": Column(label=N_("Registered are"), kind="standing"),
    "users_total_30d_ratio": Column(label=N_("Registered, 30 days"), kind="change", help=N_("Change of registered users in 30 days")),
    "users_active_month": Column(label=N_("Active / month"), kind="judged", help=N_("People who signed in within a month, as the server says. ~ = not taken as it was said; why is on the server\'s page")),
    "users_active_month_standing": Column(label=N_("Active are"), kind="standing"),
    "users_active_month_30d_ratio": Column(label=N_("30 days"), kind="change", help=N_("Change of active people in 30 days")),
    "users_active_halfyear": Column(label=N_("Active / half a year"), kind="number"),
    "local_posts": Column(label=N_("Posts"), kind="judged", help=N_("Posts, as the server says. ~ = not taken as it was said; why is on the server\'s page")),
    "local_posts_standing": Column(label=N_("Posts are"), kind="standing"),
    "local_comments": Column(label=N_("Comments"), kind="number"),
    "numbers_source": Column(label=N_("Numbers from")),
    "size": Column(label=N_("Size")),
    "domains_known": Column(label=N_("Knows servers"), kind="number"),
    "max_characters": Column(label=N_("Longest post"), kind="number"),
    "peers_count": Column(label=N_("Lists servers"), kind="number"),
    "peers_state": Column(label=N_("Its list")),
    "named_by_count": Column(label=N_("Named by"), kind="number"),
    "reach_ratio": Column(label=N_("Reach"), kind="percent"),
    "is_list_published": Column(label=N_("Publishes blocks"), kind="answer"),
    "country": Column(label=N_("Country of its network"), width=130, help=N_("Not the country of its people. Not shown of servers with ten people or fewer")),
    "provider": Column(label=N_("Provider of its network"), width=180, help=N_("Who runs the network it is in. Not shown of servers with ten people or fewer")),
    "cdn": Column(label=N_("Behind a CDN"), help=N_("A network for delivery that stands before it, so where it is hosted is unknown")),
    "is_alive": Column(label=N_("Answers"), kind="answer"),
    "last_outcome": Column(label=N_("Last check"), width=220),
    "uptime_ratio_90d": Column(label=N_("Reachable"), kind="percent", help=N_("Share of our checks in 90 days that it answered")),
    "uptime_low_ratio_90d": Column(label=N_("Reachable, at least"), kind="percent"),
    "uptime_high_ratio_90d": Column(label=N_("Reachable, at most"), kind="percent"),
    "checks_90d": Column(label=N_("Checks, 90 days"), kind="number"),
    "first_seen_at": Column(label=N_("Known to us"), kind="moment", width=112),
    "checked_at": Column(label=N_("Checked"), kind="moment", width=112),
    "answered_at": Column(label=N_("Answered"), kind="moment", width=112),
}  # fmt: skip
"""Every column that the doors have, with a head for people."""

PHONE_LABELS = {"users_active_month": N_("Active")}
"""Shorter heads where there is little room."""

_CODES: dict[str, Callable[[Any], str | None]] = {
    "software_name": lambda name: plain(labels.software(name), 40),
    "registration": lambda code: f"{labels.REGISTRATION_SIGN[code]} {labels.registration(code)}",
    "numbers_source": lambda code: wish_words.NUMBERS_SOURCE.get(code or "unsaid", str(code)),
    "size": lambda code: wish_words.SIZE.get(code, str(code)),
    "peers_state": lambda code: wish_words.PEERS_STATE.get(code or "unsaid", str(code)),
    "last_outcome": labels.outcome,
    "country": lambda code: None if code is None else countries.name(code),
}
"""Columns of codes → their words."""


def shown(found: pd.DataFrame, names: Sequence[str]) -> pa.Table:
    """The chosen columns as readers see them, as the grid takes them; foreign text is plain."""
    columns = pd.DataFrame({name: _column(found, name) for name in names})
    return pa.Table.from_pandas(columns, preserve_index=False)


def _column(found: pd.DataFrame, name: str) -> Any:
    values = found[name]
    if name == "language_codes":
        return [_languages(row) for row in found.to_dict("records")]
    if name == "rules_language_codes":
        return [", ".join(labels.language(code) for code in _list(held)[:3]) for held in values]
    if name in _CODES:
        return [_CODES[name](value if _is_said(value) else None) for value in values]
    match COLUMNS[name].kind:
        case "judged":
            pairs = zip(values, found[f"{name}_standing"], strict=True)
            return [labels.judged(value, standing) for value, standing in pairs]
        case "answer":
            return [wish_words.SAID["yes" if v else "no"] if _is_said(v) else None for v in values]
        case "standing":
            return [labels.standing(value if _is_said(value) else None) for value in values]
        case "percent" | "change":
            return values.astype(float) * 100
        case "list":
            return [", ".join(plain(word, 40) for word in _list(held)[:8]) for held in values]
        case "number" | "moment":
            return values
    return [plain(value, LONGEST_CELL) for value in values]


def _is_said(value: Any) -> bool:
    return value is not None and value == value


def _list(held: Any) -> list[str]:
    return [] if held is None else list(held)


def _languages(row: dict) -> str:  # type: ignore[type-arg]
    words = ", ".join(labels.language(code) for code in row["language_codes"][:3])
    return f"~ {words}" if row["is_language_detected"] else words


def draw(
    table: pa.Table,
    *,
    name: str,
    height: int,
    sort: str,
    is_descending: bool,
    on_sort: Callable[[str], None],
) -> str | None:
    """Draw `shown` as a grid; a click on a head calls `on_sort`. Returns the server that was clicked."""
    clicked, heads = f"open {name}", f"heads of {name} by {sort} {is_descending}"
    is_phone = name == "phone"

    def take() -> None:
        chosen = st.session_state[heads].selection.columns
        if chosen and chosen[0] in directory.SORTS:
            on_sort(chosen[0])

    arrow = " ↓" if is_descending else " ↑"
    st.dataframe(
        table,
        key=heads,
        height=height,
        hide_index=True,
        placeholder="–",
        alt=_("Servers that fit, with what they say of themselves"),
        # the grid itself would sort the rows of this page only; a chosen head sorts the whole list
        selection_mode="single-column",
        on_select=take,
        column_config={
            column: _configuration(column, arrow if column == sort else "", clicked, is_phone)
            for column in table.column_names
        },
    )
    row = st.session_state.get(clicked)
    return str(table["hostname"][row["row"]]) if row else None


def _configuration(name: str, arrow: str, clicked: str, is_phone: bool) -> Any:
    column, of = COLUMNS[name], st.column_config
    label = _(PHONE_LABELS.get(name, column.label) if is_phone else column.label) + arrow
    told: dict[str, Any] = {
        "label": label,
        "help": _(column.help) if column.help else _meaning(name),
    }
    if column.width:
        told["width"] = column.width
    elif is_phone:
        told["width"] = 82
    if name == "hostname":
        width = 178 if is_phone else 205
        return of.ButtonColumn(
            label, key=clicked, type="tertiary", alignment="left", pinned=not is_phone, width=width
        )
    match column.kind:
        case "judged":
            return of.TextColumn(**told, alignment="right")
        case "number":
            return of.NumberColumn(**told, format="localized")
        case "percent":
            return of.NumberColumn(**told, format="%.1f %%")
        case "change":
            return of.NumberColumn(**told, format="%+.1f %%")
        case "moment":
            # the words of a distance are Streamlit's, which has English ones only
            is_english = spoken().catalogue is None
            return of.DatetimeColumn(
                **told, format="distance" if is_english else "YYYY-MM-DD HH:mm", timezone="UTC"
            )
    return of.TextColumn(**told)


def _meaning(name: str) -> str | None:
    """What the dictionary says, which speaks English."""
    if spoken().catalogue is not None:
        return None
    told = SERVERS.columns()[name]
    return told[0].upper() + told[1:]
