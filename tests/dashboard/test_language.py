"""Languages: every message is in every catalogue, and a page speaks as its visitor asked."""

import ast
import re
import string
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from dashboard import chart_words, labels, language, messages, reasons, times
from dashboard.language import LANGUAGES, Speech, _, asked, speaking

OTHERS = [code for code in LANGUAGES if code != "en"]
NOW = datetime(2026, 3, 5, 12, tzinfo=UTC)


def _placeholders(text: str) -> set[str]:
    return {
        name for _text, name, _format, _how in string.Formatter().parse(text) if name is not None
    }


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_is_in_every_catalogue(code: str) -> None:
    """None is missing, left over or unsure; placeholders are the source's own; each form of a plural is there."""
    offered = LANGUAGES[code]
    catalogue = messages.read(offered)

    told = [message for message in catalogue if message.id]
    assert set(messages.found()) == {message.id for message in told}
    assert [] == [message.id for message in told if message.fuzzy]
    assert {} == catalogue.obsolete
    for message in told:
        is_one = isinstance(message.id, str)
        source = _placeholders(message.id if is_one else message.id[1])
        forms = messages.forms(message)
        assert (1 if is_one else catalogue.num_plurals) == len(forms), message.id
        for form in forms:
            assert form.strip() == form != "", message.id
            # one of something may be said without its number
            assert source - _placeholders(form) <= (set() if is_one else {"count"}), message.id
            assert _placeholders(form) <= source, message.id
            assert not re.search(r"[<>$`]|:\w+\[|!\[", form), message.id


@pytest.mark.parametrize("code", OTHERS)
def test_columns_of_a_table_have_names_of_their_own(code: str) -> None:
    """Two names that are one word in another language would be one column."""
    catalogue = messages.read(LANGUAGES[code])
    for path in messages.SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for table in (node for node in ast.walk(tree) if isinstance(node, ast.Dict)):
            names = [
                str(catalogue[key.args[0].value].string)
                for key in table.keys
                if isinstance(key, ast.Call)
                and isinstance(key.func, ast.Name)
                and key.func.id == "_"
                and isinstance(key.args[0], ast.Constant)
            ]

            assert len(names) == len(set(names)), (path.name, table.lineno)


def test_catalogues_are_brought_up_to_the_source(tmp_path: Path) -> None:
    """A new message comes without a translation, one that is gone goes, the others keep theirs; f-strings are read."""
    (tmp_path / "page.py").write_text(
        'title = f"{_(\'Growth\')}"\nplural("{count} new", "{count} new ones", 2)\nother("No")\n',
        encoding="utf-8",
    )

    new = messages.brought_up(messages.read(LANGUAGES["de"]), messages.said_in(tmp_path))
    text = messages.written(new, LANGUAGES["de"])

    assert ["Wachstum"] == messages.forms(new["Growth"])
    assert ["", ""] == messages.forms(new["{count} new"])
    assert 2 == len(new)
    assert 'msgid_plural "{count} new ones"' in text
    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in text


@pytest.mark.parametrize(
    ("chosen", "accepted", "code", "is_chosen"),
    [
        ("fr", "de", "fr", True),
        (None, "de-AT,de;q=0.9,en;q=0.8", "de", False),
        (None, "nl, en;q=0.5, ja;q=0.7", "ja", False),
        (None, "es;q=0, fr;q=x, pt", "fr", False),
        ("xx", "pt-BR", "en", False),
        (None, None, "en", False),
    ],
)
def test_a_page_speaks_as_its_visitor_asked(
    chosen: str | None, accepted: str | None, code: str, is_chosen: bool
) -> None:
    """The address first, then what the browser likes best of what is offered, then English."""
    said = asked(chosen, accepted)

    assert (code, is_chosen) == (said.language.code, said.is_chosen)


def test_threads_speak_their_own_language() -> None:
    """Visitors are served by threads of one process; none of them changes another's language."""
    heard: dict[str, str] = {}

    def visit(code: str) -> None:
        language.speak(asked(code, None))
        heard[code] = labels.REGISTRATION["open"]

    threads = [Thread(target=visit, args=(code,)) for code in LANGUAGES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(LANGUAGES) == len(set(heard.values()))
    assert "Open" == heard["en"] == labels.REGISTRATION["open"]


def test_numbers_and_days_are_those_of_the_language() -> None:
    """Thousands, fractions, shares, days, lists and very large numbers, each as its readers write them."""
    told = {}
    for code in LANGUAGES:
        with speaking(asked(code, None)):
            told[code] = (
                labels.number(1_234_567),
                labels.number(1_234),
                labels.change(0.042),
                times.day(NOW),
                labels.short(1_204_000),
                times.listed(["a", "b", "c"]),
            )

    assert {
        "en": ("1,234,567", "1,234", "+4.2 %", "5 Mar 2026", "1.2M", "a, b and c"),
        "de": ("1.234.567", "1.234", "+4,2\xa0%", "5. März 2026", "1,2\xa0Mio.", "a, b und c"),
        "fr": ("1\u202f234\u202f567", "1\u202f234", "+4,2\xa0%", "5 mars 2026", "1,2\xa0M", "a, b et c"),
        "es": ("1.234.567", "1234", "+4,2\xa0%", "5 mar 2026", "1,2\xa0M", "a, b y c"),
        "ja": ("1,234,567", "1,234", "+4.2%", "2026年3月5日", "120.4万", "a、b、c"),
    } == told  # fmt: skip


def test_charts_know_the_names_of_months() -> None:
    """Plotly has no language but English; what it needs of another comes with the figure."""
    with speaking(asked("de", None)):
        config = chart_words.spoken_in({"responsive": True})
        day = chart_words.day()

    assert "%-d. %b %Y" == day
    assert ("de", True) == (config["locale"], config["responsive"])
    assert "März" == config["locales"]["de"]["format"]["months"][2]
    assert {"a": 1} == chart_words.spoken_in({"a": 1})


def test_one_and_many_have_their_forms() -> None:
    """One person, two people; a language without plurals has one form."""
    told = {}
    for code in ("de", "ja"):
        with speaking(asked(code, None)):
            told[code] = [reasons.why_not("a.example", _other_size(number))[0] for number in (1, 2)]

    assert "1 aktive Person," in told["de"][0]
    assert "2 aktive Personen," in told["de"][1]
    assert told["ja"][0].replace("1", "2") == told["ja"][1]


def _other_size(active: int) -> Any:
    facts: dict[str, Any] = {"users_active_month": active, "users_total": None}
    return reasons.WhyNot(facts=facts, against=("is_other_size",))


def test_an_address_keeps_what_was_chosen_only() -> None:
    """What a browser merely asks for is not said: whoever gets the address has a language of their own."""
    with speaking(Speech(language=LANGUAGES["de"], is_chosen=True)):
        chosen = [language.address("./method#leave"), language.address("./server?d=a.example")]
    with speaking(Speech(language=LANGUAGES["de"])):
        asked_for = language.address("./method#leave")

    assert ["./method?ui=de#leave", "./server?d=a.example&ui=de"] == chosen
    assert "./method#leave" == asked_for


def test_a_message_that_nobody_translated_is_english() -> None:
    """A gap in a catalogue is a sentence in English, not an error."""
    with speaking(asked("de", None)):
        assert "no such message" == _("no such message")
