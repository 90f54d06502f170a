"""Which of Streamlit's scripts a page will need: its HTML names them, so that they come before they are missed.

Streamlit loads the script of an element when the first such element arrives, and what that script imports after it.
"""

import re
from functools import cache
from pathlib import Path

import streamlit

_ROOT = Path(streamlit.__file__).with_name("static")
_FOLDER = _ROOT / "static" / "js"

_ALWAYS = ("Html", "PageLink")

ELEMENTS = {
    "/": ("Multiselect", "ButtonGroup", "LinkButton", "Button", "TextInput"),
    "/servers": ("DataFrame", "TextInput", "Multiselect", "ButtonGroup"),
    "/growth": ("Metric", "ButtonGroup", "DateInput"),
    "/network": ("BidiComponent", "ButtonGroup", "TextInput"),
    "/server": ("Metric", "ButtonGroup", "LinkButton"),
    "/operators": ("TextInput",),
    "/query": ("Selectbox", "TextArea"),
    "/method": ("Metric", "Selectbox", "DataFrame"),
}
"""Page → elements that it begins with, named as Streamlit names their scripts. Large scripts of what stands further
below would only take the line from these."""

_IMPORT = re.compile(r"""\bimport\s*(?:[^"'()]*?from\s*)?["']\./([\w.-]+\.js)["']""")
_HEAD_BYTES = 20_000
"""Imports stand at the beginning of a script."""


def links(page: str) -> str:
    """Links for the head of a page; nothing where the installed Streamlit has no such scripts."""
    return "".join(
        f'\n    <link rel="modulepreload" fetchpriority="low" crossorigin href="./static/js/{name}">'
        for name in needed(page)
    )


@cache
def needed(page: str) -> tuple[str, ...]:
    """Names of scripts that a page needs beyond those that every page loads."""
    index = (_ROOT / "index.html").read_text(encoding="utf-8")
    known = set(re.findall(r"\./static/js/([\w.-]+\.js)", index))
    found: dict[str, None] = {}
    for element in (*_ALWAYS, *ELEMENTS.get(page, ())):
        for path in sorted(_FOLDER.glob(f"{element}.*.js")):
            _follow(path.name, known, found)
    return tuple(found)


def _follow(name: str, known: set[str], found: dict[str, None]) -> None:
    """Take up a script and what it imports."""
    if name in known or name in found:
        return
    found[name] = None
    with (_FOLDER / name).open("rb") as script:
        head = script.read(_HEAD_BYTES).decode("utf-8", "replace")
    for imported in _IMPORT.findall(head):
        _follow(imported, known, found)
