"""Where a server is hosted, and what countries are called."""

import csv
from functools import cache
from pathlib import Path

import streamlit as st

from dashboard import frame, reads
from dashboard.text import plain
from pipeline.exceptions import PublishedOlder

COUNTRIES = Path(__file__).with_name("countries.csv")
"""Names of ISO 3166 codes, from the time zone database (iso3166.tab, public domain)."""


@cache
def _countries() -> dict[str, str]:
    with COUNTRIES.open(encoding="utf-8", newline="") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def country(code: str) -> str:
    """A country by its name; an unknown code stays as it is."""
    return _countries().get(code, code)


def show(snapshot: frame.Snapshot, hostname: str) -> None:
    """Say in a sentence where one server is hosted; nothing where that is not known."""
    try:
        told = reads.hosting(snapshot.stamp, hostname)
    except PublishedOlder:
        return
    if told is None:
        return
    if told["cdn"] is not None:
        st.text(
            f"Hosted: origin unknown. {plain(told['cdn'], 60)} stands before it and answers for it."
        )
    else:
        parts = [
            plain(told["provider"], 160) if told["provider"] is not None else "provider not known",
            country(told["country"]) if told["country"] is not None else "country not known",
        ]
        st.text(
            f"Hosted: {', '.join(parts)}. The country is that of the network, not of the people."
        )
    tables = dict.fromkeys(
        name for name in (told["provider_table"], told["country_table"]) if name is not None
    )
    st.caption(
        f"Looked up on {told['seen_on']:%-d %b %Y} in {plain(' and '.join(tables), 200)}. Its address is not kept."
    )
