"""Parts of pages without widgets, drawn once for all who would see the same; afterwards what was sent is sent again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from dashboard import language
from dashboard.caching import ASKED

if TYPE_CHECKING:
    from dashboard.frame import Snapshot

MOST = 512
"""Parts that are kept, at some 20 kB each."""

_P = ParamSpec("_P")
_T = TypeVar("_T")


def kept(
    draw: Callable[Concatenate[Snapshot, _P], None],
    snapshot: Snapshot,
    *told: _P.args,
    **named: _P.kwargs,
) -> None:
    """Draw a part of a page, or send it as it was drawn for somebody else.

    Who sees the same: the same file, language, colours and `told`, which are plain values. So `draw` must be a function
    of a module, may not look at the clock or at the session, and has no widget.
    """
    shared(draw, snapshot, *told, **named)


def shared(
    make: Callable[Concatenate[Snapshot, _P], _T],
    snapshot: Snapshot,
    *told: _P.args,
    **named: _P.kwargs,
) -> _T:
    """What `make` gives, made once for all who would see the same, like `kept`. Nobody may change it."""
    said = language.speech()
    # every page is the module `__main__`
    name = f"{make.__code__.co_filename} {make.__qualname__}"
    seen_by = (snapshot.stamp, said.language.code, said.is_chosen, st.context.theme.type)
    made: _T = _made(name, seen_by, told, named, _make=make, _snapshot=snapshot)
    return made


@st.cache_resource(max_entries=MOST, show_spinner=False, hash_funcs=ASKED)
def _made(
    name: str,
    seen_by: tuple[Any, ...],
    told: tuple[Any, ...],
    named: dict[str, Any],
    _make: Callable[..., Any],
    _snapshot: Snapshot,
) -> Any:
    return _make(_snapshot, *told, **named)
