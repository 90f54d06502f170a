"""Typed readers: whatever stands there, each returns a value or nothing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import ExtractError
from crawler.fields import (
    at,
    boolean,
    count,
    decode,
    document,
    flag,
    https_url,
    is_wall,
    languages,
    mapping,
    sequence,
    unread,
    words,
)
from crawler.outcome import Outcome

ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)


@pytest.mark.parametrize("value", [b"[]", b"{}", b"1", b"[[[[[[[[1]]]]]]]]"])
def test_a_document_of_too_many_values_is_not_read(value: bytes) -> None:
    """RES-02: two bytes on the wire would be sixty in memory; a list of 60,000 names is read."""
    too_many = b"[" + b",".join([value] * 600_000) + b"]"
    names = b"[" + b",".join(b'"name%d.example"' % n for n in range(60_000)) + b"]"

    with pytest.raises(ExtractError) as refused:
        decode(too_many)

    assert Outcome.TOO_LARGE == refused.value.outcome
    assert 60_000 == len(sequence(decode(names)))


@pytest.mark.parametrize(
    "page",
    [
        b"<title>Just a moment...</title>",
        b"<TITLE>JUST A MOMENT...</TITLE>",
        b"<title>Making sure you&#39;re not a bot!</title>",
        b'<link href="/.within.website/x/xess/xess.min.css">',
        b'<form id="challenge-form" class="cf-browser-verification">',
        b"<title>DDoS-Guard</title>",
    ],
)
def test_a_challenge_page_is_a_wall(page: bytes) -> None:
    """A wall is a state of its own: not death, and not a broken document."""
    assert is_wall(page)
    with pytest.raises(ExtractError) as caught:
        decode(page)
    assert Outcome.BOT_WALL == caught.value.outcome


@pytest.mark.parametrize(
    "page", [b"<title>Welcome</title>", b"", b"Not Found", b"<html>404</html>"]
)
def test_another_page_is_no_wall(page: bytes) -> None:
    """An ordinary page in place of a document is no JSON."""
    with pytest.raises(ExtractError) as caught:
        decode(page)
    assert Outcome.NOT_JSON == caught.value.outcome


@pytest.mark.parametrize("body", [b"[]", b'"x"', b"true", b"null", b"1.5"])
def test_a_value_that_is_no_object_has_the_wrong_shape(body: bytes) -> None:
    """It is JSON, and not what was asked for."""
    with pytest.raises(ExtractError) as caught:
        document(body)
    assert Outcome.WRONG_SHAPE == caught.value.outcome


@pytest.mark.parametrize("value", [True, 1, "1", "true", "True"])
def test_a_flag_has_five_spellings(value: object) -> None:
    """Software sends truth values, integers and texts for the same wish."""
    assert flag(value)


@pytest.mark.parametrize("value", [False, 0, 2, 1.5, "0", "", "no", None, [], {}, [True]])
def test_nothing_else_sets_a_flag(value: object) -> None:
    """A wish to be left out is never guessed."""
    assert not flag(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (["en"], ("en",)),
        ("de", ("de",)),
        (["EN", "en"], ("en",)),
        (["en_US", "pt-BR", "zh-Hant-TW"], ("en-US", "pt-BR", "zh-Hant-TW")),
        (["en-gb"], ("en-gb",)),
        (["en_US.UTF-8"], ("en-US",)),
        (["ast", "nan-Latn"], ("ast", "nan-Latn")),
        (["english", "Deutsch", "x", "", "日本語", "1en", None, 5, ["fr"]], ()),
        (None, ()),
        (7, ()),
        ({}, ()),
    ],
)
def test_languages_are_codes(value: object, expected: tuple[str, ...]) -> None:
    """Names of languages are no codes; the language is lower case, and the rest is as written."""
    assert expected == languages(value)


def test_lists_are_capped() -> None:
    """A list without end costs what its first entries cost."""
    assert 50 == len(words([f"w{number}" for number in range(10_000)]))
    assert 20 == len(languages([a + b for a in "abcdefghij" for b in "abcdefghij"]))
    assert 40 == len(unread({f"k{number}": 1 for number in range(10_000)}, ()))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://one.example/x.png", "https://one.example/x.png"),
        ("http://one.example/x.png", None),
        ("javascript:alert(1)", None),
        ("https://one.example/\n", None),
        ("https://one.example/" + "x" * 500, None),
        (None, None),
        (5, None),
    ],
)
def test_a_picture_has_an_https_address(value: object, expected: str | None) -> None:
    """It is kept as text and never fetched."""
    assert expected == https_url(value)


@given(ANYTHING)
def test_every_reader_is_total(value: object) -> None:
    """No value makes a reader fail, and each keeps its promise."""
    number = count(value)

    assert number is None or (type(number) is int and 0 <= number <= 2**53)
    assert boolean(value) in (True, False, None)
    assert isinstance(flag(value), bool)
    assert all(len(word) <= 64 for word in words(value))
    assert all(code.isascii() for code in languages(value))
    assert isinstance(mapping(value), dict)
    assert isinstance(sequence(value), list)
    assert https_url(value) is None or str(value).startswith("https://")
    assert at(value, "a", "b") is None or isinstance(value, dict)


@given(st.floats())
def test_a_float_is_a_count_only_where_it_is_whole(value: float) -> None:
    """Infinity, not-a-number, fractions and negative values are no counts."""
    expected = not math.isnan(value) and 0 <= value <= 2**53 and value == int(value)

    assert expected == (count(value) is not None)
