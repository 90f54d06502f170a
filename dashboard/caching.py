"""What was read or made once is kept for everybody: how it is told apart, and how readers get it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import pandas as pd
import streamlit as st

from pipeline.read import Wanted, Wishes

ASKED: dict[str | type[Any], Callable[[Any], str]] = {Wishes: repr, Wanted: repr}
"""What is asked for is told apart by its text; field by field it would take longer than what it finds."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def cached(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Keep what was read, once for all; each reader gets a copy of the outside, which costs next to nothing.

    `st.cache_data` would write and read every table anew for each reader. Tables copy when they are written to; lists
    within them and in dictionaries are everybody's and stay as they are.
    """
    kept = st.cache_resource(max_entries=256, show_spinner=False, hash_funcs=ASKED)(function)

    @wraps(function)
    def read(*told: _P.args, **named: _P.kwargs) -> _T:
        found: _T = _copied(kept(*told, **named))
        return found

    return read


def _copied(value: Any) -> Any:
    if isinstance(value, pd.DataFrame):
        return value.copy(deep=False)
    return value.copy() if isinstance(value, dict | list) else value
