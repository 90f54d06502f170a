"""All servers: search, filters with what each would leave, a table, and the same as a file."""

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

import pyarrow as pa
import streamlit as st

from dashboard import directory, frame, labels, more_filters, reads, server_table, wish_words
from dashboard.choices import Choices
from dashboard.filters import FILTERS
from dashboard.labels import plural
from dashboard.language import _
from dashboard.parts import kept, shared
from dashboard.presets import PRESETS
from dashboard.text import html
from pipeline.read import Sort, Wishes

PHONE_COLUMNS = ("hostname", "users_active_month", "registration")
"""What a phone shows of each server when nobody chose."""

ROW_PIXELS = 35


def show() -> None:
    """Draw the page."""
    with frame.page() as snapshot:
        st.title(_("All servers"), anchor=False)
        kept(_presets, snapshot)
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
        asked = (wishes, sort, descending, choices["page"])
        _table(
            lambda columns: shared(_rows, snapshot, *asked, columns),
            len(reads.directory(snapshot.stamp, *asked)),
            choices,
        )
        if pages > 1:
            _pages(choices, pages)


def _presets(snapshot: frame.Snapshot) -> None:
    with st.container(key="presets", horizontal=True, gap="xsmall", vertical_alignment="center"):
        look = html(_("Worth a look:"))
        st.html(f'<span class="hb hb-small hb-muted">{look}</span>', width="content")
        for words, query in PRESETS:
            frame.page_link(frame.SERVERS, _(words), query=query)


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
            _("Search"),
            **choices.bound("q"),
            placeholder=_("Name or description"),
            icon=":material/search:",
            max_chars=100,
            live=True,
        )
        _many(choices, "sw", _("Software"), reads.options(counts, "software"), labels.software)
        _many(
            choices,
            "lang",
            _("Language"),
            reads.options(counts, "language"),
            labels.language_option,
        )
        _many(
            choices,
            "size",
            _("Active people"),
            reads.options(counts, "size"),
            wish_words.SIZE.__getitem__,
        )
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        left = reads.options(counts, "registration")
        shown = {
            code: f"{word} {labels.number(left.get(code, 0))}"
            for code, word in labels.REGISTRATION.items()
        }
        st.pills(
            _("Sign-up"),
            list(labels.REGISTRATION),
            selection_mode="multi",
            format_func=shown.__getitem__,
            **choices.bound("reg", shown.values()),
            wrap=True,
        )
        st.toggle(
            _("Also unreachable ones"),
            **choices.bound("all"),
            help=_("Servers that did not answer within 7 days"),
        )
    more_filters.draw(choices)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        _order(choices)
        is_choosing = _columns(choices)
    if is_choosing:
        _choose_columns(choices)


def _order(choices: Choices) -> None:
    st.selectbox(
        _("Sorted by"),
        [*wish_words.SORT, *(code for code in directory.SORTS if code not in wish_words.SORT)],
        **choices.bound("sort") | {"on_change": _sort_from, "args": (choices, "servers.sort")},
        format_func=lambda code: wish_words.SORT.get(code) or _(server_table.COLUMNS[code].label),
        width=280,
    )
    natural = directory.is_descending(choices["sort"])
    _sort, descending = directory.order(choices.as_dict())
    key = f"servers.order.{choices['sort']}"
    if st.session_state.get(key) != (descending != natural):
        st.session_state[key] = descending != natural
    st.toggle(
        _("The other way round"),
        key=key,
        on_change=lambda: choices.change(
            order=_order_code(natural != st.session_state[key], natural)
        ),
    )


def _order_code(descending: bool, natural: bool) -> str:
    return "" if descending == natural else "desc" if descending else "asc"


def _sort_from(choices: Choices, key: str) -> None:
    choices.change(sort=st.session_state[key], order="")


def _columns(choices: Choices) -> bool:
    """Whether columns are chosen by the reader: at the reader's wish, and wherever the address says so."""
    key = "servers.columns"
    is_own = tuple(choices["fields"]) != directory.COLUMNS
    if is_own and not st.session_state.get(key):
        st.session_state[key] = True

    def leave() -> None:
        if not st.session_state[key]:
            choices.change(fields=list(directory.COLUMNS))

    return st.toggle(_("Choose columns"), key=key, on_change=leave)


def _choose_columns(choices: Choices) -> None:
    st.multiselect(
        _("Columns, in this order"),
        list(server_table.COLUMNS),
        **choices.bound("fields") | {"on_change": _take_columns, "args": (choices,)},
        format_func=lambda name: _(server_table.COLUMNS[name].label),
        placeholder=_("As usual"),
    )


def _take_columns(choices: Choices) -> None:
    names = st.session_state["servers.fields"] or list(directory.COLUMNS)
    # the name is the way to a server's page
    choices.change(fields=names if "hostname" in names else ["hostname", *names])


def _many(
    choices: Choices, name: str, label: str, left: dict[str, int], word: Callable[[str], str]
) -> None:
    known = list(wish_words.SIZE) if name == "size" else list(left)
    codes = [*known, *(code for code in choices[name] if code not in known)]
    shown = {code: f"{word(code)} · {labels.number(left.get(code, 0))}" for code in codes}
    st.multiselect(
        label,
        codes,
        format_func=shown.__getitem__,
        placeholder=_("Any"),
        **choices.bound(name, shown.values()),
    )


def _caption(snapshot: frame.Snapshot, choices: Choices, totals: dict[str, int | None]) -> None:
    count = totals["instances_known"] or 0
    first = directory.PAGE_SIZE * (choices["page"] - 1) + 1
    last = min(first + directory.PAGE_SIZE - 1, count)
    told = [
        plural(
            "{strong}{count} server{end}, {people}.",
            "{strong}{count} servers{end}, {people}.",
            count,
            people=html(_people(totals)),
            strong="<strong>",
            end="</strong>",
        )
    ]
    if count > directory.PAGE_SIZE:
        range_ = _("Showing {first} to {last}.")
        told.append(range_.format(first=labels.number(first), last=labels.number(last)))
    st.html(
        f'<div class="hb hb-small" role="status">{" ".join(told)}</div>'
        f'<div class="hb hb-small">{_files(choices)}</div>'
    )


def _people(totals: dict[str, int | None]) -> str:
    active = totals["users_active_month"]
    if active is None:
        return _("active people not reported")
    return plural(
        "{count} person active in a month as {telling} of them say",
        "{count} people active in a month as {telling} of them say",
        active,
        telling=labels.number(totals["instances_reporting"] or 0),
    )


def _files(choices: Choices) -> str:
    """Links to the same servers as files: as shown, and with all that is known."""
    query = {name: text for name, text in choices.as_query().items() if name != "page"}
    whole = {name: text for name, text in query.items() if name != "fields"}
    everything = (
        f"{_link('data/servers.csv', whole, 'CSV')} · {_link('data/servers.parquet', whole, 'Parquet')} · "
        f"{_link('api/v1/servers', query, 'JSON')}"
    )
    if "fields" not in query:
        return html(_("Download all of them, with all columns: {files}")).format(files=everything)
    chosen = f"{_link('data/servers.csv', query, 'CSV')} · {_link('data/servers.parquet', query, 'Parquet')}"
    both = _("Download all of them, with these columns: {chosen}; with all columns: {files}")
    return html(both).format(chosen=chosen, files=everything)


def _link(path: str, query: dict[str, str], words: str) -> str:
    address = f"./{path}?{urlencode(query, safe=',')}" if query else f"./{path}"
    return f'<a href="{html(address, 4_000)}" download>{words}</a>'


def _table(rows: Callable[[tuple[str, ...]], pa.Table], count: int, choices: Choices) -> None:
    # an address may leave the name out; a row of a page without it leads nowhere
    chosen = list(dict.fromkeys(["hostname", *choices["fields"]]))
    if len(chosen) == 1:
        chosen = list(directory.COLUMNS)
    is_usual = tuple(choices["fields"]) == directory.COLUMNS
    with st.container(key="servers_wide"):
        _grid(rows, count, "wide", chosen, 20, choices)
    with st.container(key="servers_phone"):
        _grid(rows, count, "phone", PHONE_COLUMNS if is_usual else chosen, 14, choices)


def _rows(
    snapshot: frame.Snapshot,
    wishes: Wishes,
    sort: Sort,
    descending: bool,
    page: int,
    columns: tuple[str, ...],
) -> pa.Table:
    """One page of the table, in words."""
    found = reads.directory(snapshot.stamp, wishes, sort, descending, page)
    return server_table.shown(found, columns)


def _grid(
    rows: Callable[[tuple[str, ...]], pa.Table],
    count: int,
    name: str,
    columns: Sequence[str],
    most: int,
    choices: Choices,
) -> None:
    sort, descending = directory.order(choices.as_dict())

    def turn(column: str) -> None:
        natural = directory.is_descending(column)
        wished = not descending if column == sort else natural
        choices.change(sort=column, order=_order_code(wished, natural))

    clicked = server_table.draw(
        rows(tuple(columns)),
        name=name,
        height=40 + ROW_PIXELS * min(count, most),
        sort=sort,
        is_descending=descending,
        on_sort=turn,
    )
    if clicked:
        frame.go(frame.SERVER, {"d": clicked})


def _nothing(snapshot: frame.Snapshot, choices: Choices, wishes: Wishes) -> None:
    st.header(_("Nothing matches"), anchor=False)
    away = html(_("Take one of these away:"))
    st.html(f'<p class="hb">{away}</p>')
    nothing = {
        filter.name: type(choices[filter.name])() for filter in FILTERS if choices[filter.name]
    }
    nothing.pop("all", None)
    words = {filter.name: _(filter.label) for filter in FILTERS}
    values = choices.as_dict()
    with st.container(horizontal=True):
        for name, empty in nothing.items():
            left = reads.totals(snapshot.stamp, directory.wishes(values | {name: empty}))
            st.button(
                _("{filter}: would leave {count}").format(
                    filter=words[name], count=labels.number(left["instances_known"])
                ),
                icon=":material/close:",
                on_click=choices.change,
                kwargs={name: empty},
            )
        st.button(_("All of them"), on_click=choices.change, kwargs=nothing)


show()
