"""Foreign text is inert wherever it is shown."""

import html as standard
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import text

HOSTILE = [
    "<script>alert(1)</script>",
    "![x](http://evil.invalid/x.png)",
    "[click](javascript:alert(1))",
    "$x^2$ :red[red] :material/home:",
    "'\"><img src=x onerror=alert(1)>",
    "a\u202etxt.exe\u202c\u200b\x1b[31m",
]


@given(st.text() | st.sampled_from(HOSTILE))
def test_html_text_has_no_markup_and_reads_back_as_it_was(foreign: str) -> None:
    """No tag, attribute or entity of its own survives, and every visible character does."""
    shown = text.html(foreign)

    assert not re.search(r"[<>\"']", shown)
    assert text.plain(foreign) == standard.unescape(shown)


@given(st.text() | st.sampled_from(HOSTILE))
def test_every_mark_of_markdown_is_escaped(foreign: str) -> None:
    """Whatever is punctuation has a backslash before it."""
    shown = text.markdown(foreign)

    assert text.plain(foreign) == re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", shown)
    assert not re.search(r"(?<!\\)[!\[<$:*_`]", re.sub(r"\\\\", "", shown))


@given(st.text())
def test_plain_text_is_one_line_of_visible_characters(foreign: str) -> None:
    """Controls, overrides and surrogates are gone; cleaning twice changes nothing."""
    shown = text.plain(foreign, 80)

    assert len(shown) <= 80
    assert text.plain(shown, 80) == shown
    assert {unicodedata.category(sign) for sign in shown} & {"Cc", "Cs", "Co", "Cn"} == set()
    assert not {"\u202e", "\u200b", "\u2066"} & set(shown)


@pytest.mark.parametrize("nothing", [None, float("nan"), ""])
def test_nothing_said_is_shown_as_nothing(nothing: object) -> None:
    """What a table has for `None` never becomes the word nan."""
    assert text.plain(nothing) == ""


@given(st.text())
def test_no_cell_begins_like_a_formula(foreign: str) -> None:
    """A spreadsheet that opens a download runs nothing from it."""
    shown = text.cell(foreign)

    assert not shown.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert foreign == shown.removeprefix("'") or foreign == shown
