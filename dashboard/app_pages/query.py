"""Ask in SQL: a box for a query over the published file, saved ones beside it, the tables, and what was found.

A query that comes with an address is shown and waits for a click, since anybody can send an address; a saved
one is ours and is answered at once.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboard import asking_desk, frame, labels, marks, reads
from dashboard.asking_desk import NoAnswer
from dashboard.choices import Choices
from dashboard.door import who_may_ask
from dashboard.labels import plural
from dashboard.language import N_, Words, _
from dashboard.tables import as_csv
from dashboard.text import html, plain
from dashboard.urlstate import Choice, Text
from dashboard.visitors import is_local, who
from pipeline.exceptions import PipelineError
from pipeline.read import Answer, SavedQuery, saved_queries, saved_query

LONGEST = 6_000
"""Characters of a query that an address holds; the saved ones have a thousand at most."""

FIELDS = (
    Choice("ask", "", tuple(query.name for query in saved_queries())),
    Text("q", longest=LONGEST),
)

FIRST = "select hostname, software_name, users_active_month\nfrom instances\nwhere is_alive\norder by users_active_month desc\nlimit 20"
"""What stands in the box before anything is asked."""

REFUSALS = Words(
    {
        "visitor_spent": N_(
            "That was as much computing as one visitor has in ten minutes. You may ask again at {time}."
        ),
        "busy": N_(
            "Others are asking this moment, and two are answered at once. Please try again in a few seconds."
        ),
    }
)

LEAD = N_(
    "The tables behind these pages, for a query of your own: one statement of {sql} that reads. It has {seconds} seconds; "
    "for more, take the whole file with you."
)

_BOX = "query.box"
_SHOWN = "query.shown"
_ASKED = "query.asked"
_KEPT = "query.kept"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What came of a query."""

    sql: str
    stamp: str
    published_at: datetime
    answer: Answer | NoAnswer | None = None
    problem: str = ""
    place: str = ""


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("Ask in SQL"), anchor=False)
        if who_may_ask() == "off" or (who_may_ask() == "local" and not is_local()):
            st.text(_("Whoever runs this Herdbook does not offer this. The whole file is below."))
            return
        name = html(_("DuckDB’s SQL"))
        sql = f'<a href="https://duckdb.org/docs/stable/sql/introduction">{name}</a>'
        seconds = labels.number(asking_desk.LIMITS.seconds)
        lead = html(_(LEAD), 1_000).format(sql=sql, seconds=seconds)
        st.html(f'<p class="hb hb-lead">{lead}</p>')
        choices = Choices("query", FIELDS)
        with st.container(key="query"):
            with st.container(key="query_form"):
                saved = _form(choices)
            with st.container(key="query_tables"):
                _tables(snapshot)
            with st.container(key="query_found"):
                _found(snapshot, choices, saved)
        choices.settle()


def _form(choices: Choices) -> SavedQuery | None:
    """The choice of a saved query, the box, the button."""
    questions = {query.name: _(query.question) for query in saved_queries()}
    st.selectbox(
        _("Saved queries"),
        ["", *questions],
        **choices.bound("ask"),
        format_func=lambda code: questions.get(code, _("A query of my own")),
    )
    saved = saved_query(choices["ask"])
    if saved:
        choices.change(q="")
    told = saved.sql if saved else choices["q"] or FIRST
    # the address and the saved queries fill the box; what is typed stays until one of them changes
    if st.session_state.get(_SHOWN) != told or _BOX not in st.session_state:
        st.session_state[_BOX] = st.session_state[_SHOWN] = told

    def take() -> None:
        typed = st.session_state[_BOX].strip()[:LONGEST]
        st.session_state[_ASKED] = st.session_state[_SHOWN] = typed
        st.session_state.pop(_KEPT, None)
        if saved is None or typed != saved.sql:
            choices.change(ask="", q=typed)

    with st.form("query", border=False):
        st.text_area("SQL", key=_BOX, height=220, max_chars=LONGEST)
        st.form_submit_button(_("Ask"), type="primary", icon=":material/play_arrow:", on_click=take)
    return saved


def _tables(snapshot: frame.Snapshot) -> None:
    """Tables and columns, from the dictionary inside the published file."""
    tables = reads.tables(snapshot.stamp)
    meanings = dict(zip(tables["name"], tables["one_row_is"], strict=True))
    usual = list(meanings).index("instances") if "instances" in meanings else 0
    chosen = st.selectbox(_("Tables and their columns"), list(meanings), index=usual)
    if chosen is None:
        return
    columns = reads.columns(snapshot.stamp, chosen)
    facts = marks.facts(
        (row["column_name"], _told(row["data_type"], row["comment"]))
        for row in columns.to_dict("records")
    )
    # a region that scrolls must be reached by the keyboard too
    name = html(_("Columns of {table}").format(table=chosen))
    st.html(
        f'<div class="hb hb-columns" tabindex="0" role="region" aria-label="{name}">'
        f"<p>{html(meanings[chosen])}</p>{facts}</div>"
    )


def _told(kind: str, comment: Any) -> str:
    return f"{kind.lower()} · {comment}" if isinstance(comment, str) else kind.lower()


def _found(snapshot: frame.Snapshot, choices: Choices, saved: SavedQuery | None) -> None:
    """What was found; a query from an address waits for its click."""
    sql = saved.sql if saved else choices["q"]
    if not sql:
        return
    if saved is None and st.session_state.get(_ASKED) != sql:
        st.text(_("This query came with the address. Read it; it runs when you press Ask."))
        return
    found: Found | None = st.session_state.get(_KEPT)
    if found is None or found.sql != sql or (saved and found.stamp != snapshot.stamp):
        with st.spinner(_("Asking …")):
            found = _ask(snapshot, sql, saved)
        st.session_state[_KEPT] = found
    if found.problem:
        st.text(found.problem, width="stretch")
        if found.place:
            st.code(found.place, language=None)
    elif isinstance(found.answer, NoAnswer):
        sentence = REFUSALS[found.answer.reason]
        st.text(sentence.format(time=labels.moment(found.answer.again_at)), width="stretch")
    elif found.answer is not None:
        _answer(found, found.answer, saved.name if saved else "query")
        if found.stamp != snapshot.stamp:
            st.text(_("Newer data were published since; ask again for those."))


def _ask(snapshot: frame.Snapshot, sql: str, saved: SavedQuery | None) -> Found:
    of: dict[str, Any] = {
        "sql": sql,
        "stamp": snapshot.stamp,
        "published_at": snapshot.about.published_at,
    }
    try:
        answer = (
            reads.saved_answer(snapshot.stamp, saved.name)
            if saved
            else asking_desk.desk().ask(sql, who(), datetime.now(UTC))
        )
    except PipelineError as error:
        place = getattr(error, "place", "")
        told = str(error)[:1].upper() + str(error)[1:]
        return Found(**of, problem=plain(told, 500) + ".", place=place)
    return Found(**of, answer=answer)


def _answer(found: Found, answer: Answer, file_name: str) -> None:
    table = answer.table
    told = (
        plural(
            "The first {count} row; there are more",
            "The first {count} rows; there are more",
            table.num_rows,
        )
        if answer.is_more
        else plural("{count} row", "{count} rows", table.num_rows)
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        st.text(
            f"{told} · {labels.number(answer.seconds, 2)} s · {labels.moment(found.published_at)}"
        )
        st.download_button(
            "CSV",
            lambda: "".join(as_csv(table.to_pandas(integer_object_nulls=True))),
            file_name=f"herdbook-{file_name}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    if table.num_rows:
        st.dataframe(table, hide_index=True, placeholder="–", alt=_("What the query found"))


show()
