"""Logs: no server writes lines of its own into them."""

import logging
import re

import pytest

from crawler.log import LONGEST_ARGUMENT, Inert, inert

HOSTILE = [
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "one\nERROR crawler: two",
    "one\rERROR crawler: two",
    "\x9b31m",
    "a\u2028b",
    "\u202egnp.exe",
    "\x00",
    "\ud800",
    "\x08\x08\x08",
]


def line_of(message: str, *arguments: object, exc_info: object = None) -> str:
    """What a log shows of a message."""
    record = logging.LogRecord("crawler", logging.ERROR, "", 1, message, arguments, exc_info)  # type: ignore[arg-type]
    return Inert("%(levelname)s %(name)s: %(message)s").format(record)


@pytest.mark.parametrize("said", HOSTILE)
def test_nothing_that_a_terminal_obeys_is_in_a_line(said: str) -> None:
    """OUT-06: escapes, line ends, directions and surrogates are spelled out, wherever they stand."""
    for shown in (line_of("it said %s", said), line_of(f"it said {said}"), line_of("%r", said)):
        assert re.fullmatch("[^\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]+", shown)
        assert shown.startswith("ERROR crawler: ")


def test_foreign_text_is_capped() -> None:
    """OUT-06: 200 characters of a text, whatever its kind; numbers are numbers."""
    shown = line_of("%s, %d, %s", "x" * 10_000, 7, ValueError("y" * 10_000))

    assert len(shown) < 3 * LONGEST_ARGUMENT
    assert ", 7, " in shown
    assert shown.endswith("…")


def test_lines_of_a_traceback_are_inert_one_by_one() -> None:
    """OUT-06: the message of an exception may hold what a server said."""
    try:
        raise ValueError("bad \x1b[31m\nERROR fake: line")
    except ValueError as error:
        shown = line_of("it failed", exc_info=(ValueError, error, error.__traceback__))

    assert "\x1b" not in shown
    assert "Traceback" in shown
    assert "\\u001b[31m" in shown


def test_ordinary_text_stays_as_it_is() -> None:
    """OUT-02: languages, emoji and joiners are no control characters."""
    text = "Ünïcode 日本語 فارسی\u200cها 👩\u200d🚀 R&D <3"

    assert text == inert(text)
