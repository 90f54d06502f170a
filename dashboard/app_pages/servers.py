"""All servers: search, filters with what each would leave, a table, and the same as a file."""

from collections.abc import Callable
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import directory, frame, labels, reads
from dashboard.choices import Choices
from dashboard.text import html, plain
from pipeline.read import Wishes

COLUMNS = {
    "hostname": "Server",
    "title": "Calls itself",
    "software_name": "Software",
    "language_codes": "Language",
    "registration": "Sign-up",
    "users_active_month": "Active / month",
    "users_active_month_30d_ratio": "30 days",
    "users_total": "Registered",
    "uptime_ratio_90d": "Reachable",
    "checked_at": "Checked",
}
DOUBTED = "~ = not taken as it was said; why is on the server's page"
PHONE_COLUMNS = ("hostname", "users_active_month", "registration")


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title("All servers", anchor=False)
        choices = Choices("servers", directory.FIELDS, rewinds="page")
        _filters(snapshot, choices)
        values = choices.as_dict()
        wishes = directory.wishes(values)
        totals = reads.totals(snapshot.stamp, wishes)
        count = totals["instances_known"] or 0
        pages = max(-(-count // directory.PAGE_SIZE), 1)
        if choices["page"] > pages:
            choices.change(page=pages)
        choices.settle()
        if not count:
            _nothing(snapshot, choices, wishes)
            return
        _caption(snapshot, choices, totals)
        sort, descending = directory.order(values)
        _table(reads.directory(snapshot.stamp, wishes, sort, descending, choices["page"]))
        if pages > 1:
            _pages(choices, pages)


def _pages(choices: Choices, pages: int) -> None:
    # the key names the page: a new one begins there, whoever chose it
    key = f"page {choices['page']} of servers"

    def turn() -> None:
        choices.change(page=st.session_state[key])

    st.pagination(pages, default=choices["page"], key=key, on_change=turn)


def _filters(snapshot: frame.Snapshot, choices: Choices) -> None:
    values = choices.as_dict()
    counts = reads.facets(snapshot.stamp, directory.wishes(values))
    with st.grid(4, min_column_width=150):
        st.text_input(
            "Search",
            **choices.bound("q"),
            placeholder="Name or description",
            icon=":material/search:",
            max_chars=100,
            live=True,
        )
        _many(choices, "sw", "Software", reads.options(counts, "software"), labels.software)
        _many(
            choices, "lang", "Language", reads.options(counts, "language"), labels.language_option
        )
        _many(
            choices, "size", "Active people", reads.options(counts, "size"), labels.SIZE.__getitem__
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        left = reads.options(counts, "registration")
        shown = {
            code: f"{word} {left.get(code, 0):,}" for code, word in labels.REGISTRATION.items()
        }
        st.pills(
            "Sign-up",
            list(labels.REGISTRATION),
            selection_mode="multi",
            format_func=shown.__getitem__,
            **choices.bound("reg", shown.values()),
            wrap=True,
        )
        st.selectbox(
            "Sorted by",
            list(labels.SORT),
            **choices.bound("sort"),
            format_func=labels.SORT.__getitem__,
            width=230,
        )
        st.toggle(
            "Also unreachable ones",
            **choices.bound("all"),
            help="Servers that did not answer within 7 days",
        )


def _many(
    choices: Choices, name: str, label: str, left: dict[str, int], word: Callable[[str], str]
) -> None:
    known = list(labels.SIZE) if name == "size" else list(left)
    codes = [*known, *(code for code in choices[name] if code not in known)]
    shown = {code: f"{word(code)} · {left.get(code, 0):,}" for code in codes}
    st.multiselect(
        label,
        codes,
        format_func=shown.__getitem__,
        placeholder="Any",
        **choices.bound(name, shown.values()),
    )


def _caption(snapshot: frame.Snapshot, choices: Choices, totals: dict[str, int | None]) -> None:
    count = totals["instances_known"] or 0
    query = {k: v for k, v in choices.as_query().items() if k != "page"}
    tail = f"?{urlencode(query)}" if query else ""
    first = directory.PAGE_SIZE * (choices["page"] - 1) + 1
    last = min(first + directory.PAGE_SIZE - 1, count)
    shown = f" Showing {first:,} to {last:,}." if count > directory.PAGE_SIZE else ""
    st.html(
        f'<div class="hb hb-small" role="status"><strong>{html(labels.counted(count, "server", "servers"))}</strong>, '
        f"{html(labels.counted(totals['users_active_month'], 'person', 'people'))} active in a month as "
        f"{totals['instances_reporting'] or 0:,} of them say.{shown} "
        f'<a href="./data/servers.csv{html(tail, 4_000)}" download>Download as CSV</a> · '
        f'<a href="./api/servers.json{html(tail, 4_000)}">JSON</a></div>'
    )


def _table(found: pd.DataFrame) -> None:
    shown = pd.DataFrame(
        {
            "hostname": found["hostname"],
            "title": [plain(title, 80) for title in found["title"]],
            "software_name": [plain(labels.software(name), 40) for name in found["software_name"]],
            "language_codes": [_languages(row) for row in found.to_dict("records")],
            "registration": [
                f"{labels.REGISTRATION_SIGN[code]} {labels.registration(code)}"
                for code in found["registration"]
            ],
            "users_active_month": _judged(found, "users_active_month"),
            "users_active_month_30d_ratio": found["users_active_month_30d_ratio"] * 100,
            "users_total": _judged(found, "users_total"),
            "uptime_ratio_90d": found["uptime_ratio_90d"] * 100,
            "checked_at": found["checked_at"],
        }
    )
    with st.container(key="servers_wide"):
        _grid(shown, "wide", tuple(COLUMNS), height=40 + 35 * min(len(shown), 20))
    with st.container(key="servers_phone"):
        _grid(shown, "phone", PHONE_COLUMNS, height=40 + 35 * min(len(shown), 14))


def _judged(found: pd.DataFrame, measure: str) -> list[str]:
    pairs = zip(found[measure], found[f"{measure}_standing"], strict=True)
    return [labels.judged(value, standing) for value, standing in pairs]


def _languages(row: dict) -> str:  # type: ignore[type-arg]
    words = ", ".join(labels.language(code) for code in row["language_codes"][:3])
    return f"~ {words}" if row["is_language_detected"] else words


def _grid(shown: pd.DataFrame, name: str, columns: tuple[str, ...], height: int) -> None:
    key = f"open {name}"
    configuration = st.column_config
    is_phone = name == "phone"
    st.dataframe(
        shown,
        height=height,
        hide_index=True,
        column_order=columns,
        placeholder="–",
        alt="Servers that fit, with what they say of themselves",
        column_config={
            "hostname": configuration.ButtonColumn(
                COLUMNS["hostname"],
                key=key,
                type="tertiary",
                alignment="left",
                pinned=not is_phone,
                width=178 if is_phone else 205,
            ),
            "title": configuration.TextColumn(COLUMNS["title"], width=136),
            "software_name": configuration.TextColumn(COLUMNS["software_name"], width=98),
            "language_codes": configuration.TextColumn(
                COLUMNS["language_codes"],
                width=110,
                help="~ = found in its description, not said by the server",
            ),
            "registration": configuration.TextColumn(COLUMNS["registration"], width=110),
            "users_active_month": configuration.TextColumn(
                "Active" if is_phone else COLUMNS["users_active_month"],
                alignment="right",
                width=72 if is_phone else None,
                help=f"People who signed in within a month, as the server says. {DOUBTED}",
            ),
            "users_active_month_30d_ratio": configuration.NumberColumn(
                COLUMNS["users_active_month_30d_ratio"],
                format="%+.1f %%",
                help="Change of active people in 30 days",
            ),
            "users_total": configuration.TextColumn(
                COLUMNS["users_total"],
                alignment="right",
                help=f"Registered users, as the server says. {DOUBTED}",
            ),
            "uptime_ratio_90d": configuration.NumberColumn(
                COLUMNS["uptime_ratio_90d"],
                format="%.1f %%",
                help="Share of our checks in 90 days that it answered",
            ),
            "checked_at": configuration.DatetimeColumn(
                COLUMNS["checked_at"], format="distance", width=112
            ),
        },
    )
    clicked = st.session_state.get(key)
    if clicked:
        st.switch_page(frame.SERVER, query_params={"d": shown["hostname"].iloc[clicked["row"]]})


def _nothing(snapshot: frame.Snapshot, choices: Choices, wishes: Wishes) -> None:
    st.header("Nothing matches", anchor=False)
    st.html('<p class="hb">Take one of these away:</p>')
    nothing = {"q": "", "reg": [], "sw": [], "lang": [], "size": []}
    words = {
        "q": "Search",
        "reg": "Sign-up",
        "sw": "Software",
        "lang": "Language",
        "size": "Active people",
    }
    values = choices.as_dict()
    with st.container(horizontal=True):
        for name, empty in nothing.items():
            if choices[name]:
                left = reads.totals(snapshot.stamp, directory.wishes(values | {name: empty}))
                st.button(
                    f"{words[name]}: would leave {left['instances_known']:,}",
                    icon=":material/close:",
                    on_click=choices.change,
                    kwargs={name: empty},
                )
        st.button("All of them", on_click=choices.change, kwargs=nothing)


show()
