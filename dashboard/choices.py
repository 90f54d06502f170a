"""Widgets and the address of a page, kept the same: the address fills the widgets, the widgets the address.

What is chosen is kept beside the widgets, not in them. Streamlit's widgets remember the *words* of what is
chosen and forget it when those change, which they do when each option shows how many servers it would leave.
"""

from collections.abc import Iterable, Sequence
from typing import Any
from zlib import crc32

import streamlit as st

from dashboard import urlstate
from dashboard.language import PARAMETER, kept

_UNSET = object()


class Choices:
    """What is chosen on one page."""

    def __init__(self, page: str, fields: Sequence[urlstate.Field], rewinds: str = "") -> None:
        """`rewinds`: the field, a page number, that begins anew whenever another is chosen."""
        self._page = page
        self._fields = fields
        self._rewinds = rewinds
        self._seen = f"address of {page}"
        self._values: dict[str, Any] = st.session_state.setdefault(f"choices of {page}", {})
        query = _asked()
        # an address that is not the one written last was typed, linked or gone back to: it wins
        is_led = st.session_state.get(self._seen) != query
        # a link from a page to itself brings its address to us, but not into the browser's line
        self._must_write = is_led and bool(self._values)
        if not self._values or is_led:
            self._values.update(urlstate.parse(fields, query))
        st.session_state[self._seen] = query

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def as_dict(self) -> dict[str, Any]:
        """Every choice by name."""
        return {field.name: self[field.name] for field in self._fields}

    def bound(self, name: str, words: Iterable[str] = ()) -> dict[str, Any]:
        """What a widget needs to show and take a choice. `words`: its options as shown, where they change."""
        told = "\n".join(words)
        key = f"{self._page}.{name}" + (f".{crc32(told.encode()):x}" if told else "")
        if st.session_state.get(key, _UNSET) != self[name]:
            st.session_state[key] = self[name]
        return {"key": key, "on_change": self._take, "args": (name, key)}

    def _take(self, name: str, key: str) -> None:
        self.change(**{name: st.session_state[key]})

    def change(self, **values: Any) -> None:
        """Choose for the reader; in callbacks, and before the widget is drawn."""
        if self._rewinds and self._rewinds not in values:
            values[self._rewinds] = 1
        self._values.update(values)

    def as_query(self) -> dict[str, str]:
        """The address as it should be."""
        return urlstate.format(self._fields, self.as_dict())

    def settle(self) -> None:
        """Let the address say what is shown."""
        query = self.as_query()
        if self._must_write or _asked() != query:
            st.query_params.from_dict(kept(query))
            self._must_write = False
        st.session_state[self._seen] = query


def _asked() -> dict[str, str]:
    """What the address says of the page; in which language it is said is the frame's."""
    told: dict[str, str] = st.query_params.to_dict()
    told.pop(PARAMETER, None)
    return told
