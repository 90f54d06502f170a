"""The map of the network as a component of our own: a 2D canvas that is drawn by `map/map.js`.

Its script is a file that this site serves, so the content security policy stays as it is: no `eval`, no WebGL,
nobody else's code. What servers say of themselves goes there as data and becomes text, never markup.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from dashboard.language import N_, Words, spoken

FOLDER = Path(__file__).with_name("map")
"""The component: its script, its few elements and its style."""

WORDS = Words(
    {
        "map": N_(
            "Map of {count} servers. Arrow keys move it, + and - zoom, 0 shows all, N and P go from server to server, the most "
            "active first, Enter opens one. The tables below say the same in words."
        ),
        "zoom": N_("Zoom"),
        "closer": N_("Zoom in"),
        "wider": N_("Zoom out"),
        "all": N_("Show all"),
        "legend": N_("Colours"),
        "active": N_("Active people: {count}"),
        "active_unsaid": N_("Active people not reported"),
        "links": N_("Strong links: {count}"),
    }
)
"""What the map says; `{count}` is written there."""

_NAME = "map"


def server_map(data: dict[str, Any], *, key: str, on_choice: Callable[[], None]) -> None:
    """Draw the map of `network_charts.map_data`. A click is `st.session_state[key]["chosen"]` in `on_choice`."""
    told = {"locale": spoken().cldr.replace("_", "-"), "words": dict(WORDS)}
    _component()(data={**data, **told}, key=key, on_chosen_change=on_choice)


@cache
def _component() -> Any:
    # a package that is installed is found by its pyproject.toml; ours may run from a checkout
    get_bidi_component_manager().register_from_manifest(
        ComponentManifest(
            name="herdbook",
            version="1",
            components=[ComponentConfig(name=_NAME, asset_dir=FOLDER.name)],
        ),
        FOLDER.parent,
    )
    return st.components.v2.component(
        f"herdbook.{_NAME}",
        html=(FOLDER / "map.html").read_text(encoding="utf-8"),
        css=(FOLDER / "map.css").read_text(encoding="utf-8"),
        js="map.js",
    )
