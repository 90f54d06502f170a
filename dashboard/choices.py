"""Widgets and the address of a page, kept the same: the address fills the widgets, the widgets the address."""

from collections.abc import Sequence
from typing import Any

import streamlit as st

from dashboard import urlstate


class Choices:
    """What is chosen on one page. Widgets take `key(name)`; `settle` writes the address."""

    def __init__(self, page: str, fields: Sequence[urlstate.Field]) -> None:
        self._page = page
        self._fields = fields
        self._seen = f"address of {page}"
        query = st.query_params.to_dict()
        # an address that is not the one written last was typed, linked or gone back to: it wins
        is_new = st.session_state.get(self._seen) != query
        for name, value in urlstate.parse(fields, query).items():
            if is_new or self.key(name) not in st.session_state:
                st.session_state[self.key(name)] = value
        st.session_state[self._seen] = query

    def key(self, name: str) -> str:
        """Key of the widget of a field."""
        return f"{self._page}.{name}"

    def __getitem__(self, name: str) -> Any:
        return st.session_state[self.key(name)]

    def change(self, **values: Any) -> None:
        """Choose for the reader; only in callbacks and before the widget is drawn."""
        for name, value in values.items():
            st.session_state[self.key(name)] = value

    def as_query(self) -> dict[str, str]:
        """The address as it should be."""
        return urlstate.format(self._fields, {f.name: self[f.name] for f in self._fields})

    def settle(self) -> None:
        """Let the address say what is shown."""
        query = self.as_query()
        if st.query_params.to_dict() != query:
            st.query_params.from_dict(query)
        st.session_state[self._seen] = query
