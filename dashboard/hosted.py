"""Where a server is hosted."""

import streamlit as st

from dashboard import countries, frame, reads, times
from dashboard.language import N_, _
from dashboard.text import plain
from pipeline.exceptions import PublishedOlder

BEHIND = N_("Hosted: origin unknown. {cdn} stands before it and answers for it.")
HOSTED = N_("Hosted: {provider}, {country}. The country is that of the network, not of the people.")
LOOKED_UP = N_("Looked up on {day} in {tables}. Its address is not kept.")


def show(snapshot: frame.Snapshot, hostname: str) -> None:
    """Say in a sentence where one server is hosted; nothing where that is not known."""
    try:
        told = reads.hosting(snapshot.stamp, hostname)
    except PublishedOlder:
        return
    if told is None:
        return
    if told["cdn"] is not None:
        st.text(_(BEHIND).format(cdn=plain(told["cdn"], 60)))
    else:
        provider, code = told["provider"], told["country"]
        st.text(
            _(HOSTED).format(
                provider=_("provider not known") if provider is None else plain(provider, 160),
                country=_("country not known") if code is None else countries.name(code),
            )
        )
    tables = dict.fromkeys(
        name for name in (told["provider_table"], told["country_table"]) if name is not None
    )
    frame.caption(
        _(LOOKED_UP).format(day=times.day(told["seen_on"]), tables=plain(times.listed(tables), 200))
    )
