"""Foreign text is inert wherever it is shown."""

import ast
import html as standard
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard import messages, text, times
from dashboard.language import LANGUAGES, Language, Speech, speaking

HOSTILE = [
    "<script>alert(1)</script>",
    "![x](http://evil.invalid/x.png)",
    "[click](javascript:alert(1))",
    "$x^2$ :red[red] :material/home:",
    "'\"><img src=x onerror=alert(1)>",
    "a\u202etxt.exe\u202c\u200b\x1b[31m",
]

BEGINNINGS = [
    "1. Okt.",
    "17) x",
    "- a",
    "+ b",
    "* c",
    "+5.0 %",
    "2026年3月5日",
    "3.",
    "  4. Mai",
    "a 1. b",
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


@given(
    st.sampled_from(sorted(LANGUAGES)),
    st.dates(),
    st.lists(st.sampled_from(BEGINNINGS), max_size=3),
)
def test_a_sentence_that_begins_with_a_day_is_no_list(
    code: str, day: date, others: list[str]
) -> None:
    """In whichever language, on any line; and nothing but the backslash is added."""
    with speaking(Speech(language=LANGUAGES[code])):
        told = "  \n".join([f"{times.day(day)} bis {times.day(day)}", *others])

    shown = text.prose(told)

    assert not re.search(r"^[ \t]*(?:\d{1,9}[.)]|[-+*])(?=[ \t]|$)", shown, re.MULTILINE)
    assert told == shown.replace("\\", "")


def test_markdown_is_drawn_in_one_place() -> None:
    """What a page says in small words goes through `frame.caption`, so no sentence of it can become a list."""
    direct = [
        (path.name, call.lineno)
        for path, call in _calls()
        if ast.unparse(call.func)
        in ("st.caption", "st.markdown", "st.info", "st.warning", "st.write")
        and path.name != "frame.py"
    ]

    assert [] == direct


def test_a_hostname_in_a_sentence_is_set_apart_where_it_runs_from_right_to_left() -> None:
    """Its dots stay its own, also after it was made plain, HTML or Markdown; nothing foreign can turn a line around."""
    arabic = Language(code="ar", name="ar", cldr="ar", catalogue=None)
    with speaking(Speech(language=arabic)):
        name = text.isolated("a.example")
        foreign = text.isolated("\u2067a\u2068.example")

    assert "\u2068a.example\u2069" == name == text.plain(name) == text.html(name)
    assert "\u2068a\\.example\u2069" == text.markdown(name)
    assert "\u2068a.example\u2069" == foreign
    assert "a b" == text.plain("\u2068a b\u2069")
    assert "a.example" == text.isolated("a.example")


def test_every_sentence_sets_the_hostnames_in_it_apart() -> None:
    """Each hostname that is put into a message goes through `isolated`, but for what is copied: commands, addresses."""
    copied = {("leaving.py", "hostname"), ("yours.py", "told['hostname']")}
    put = [
        (path.name, ast.unparse(keyword.value))
        for path, call in _calls()
        if getattr(call.func, "attr", getattr(call.func, "id", "")) in ("format", "plural")
        for keyword in call.keywords
        if keyword.arg in ("hostname", "server", "place")
        or re.search(r"hostname|focus", ast.unparse(keyword.value))
    ]
    names = [(file, value) for file, value in put if "labels.number" not in value]

    assert len(names) > 12
    assert copied == {(file, value) for file, value in names if "isolated(" not in value}


def _calls() -> Iterator[tuple[Path, ast.Call]]:
    for path in sorted(messages.SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node
