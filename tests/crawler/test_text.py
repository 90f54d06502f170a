"""Text: what others wrote, made inert without being spoilt."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.text import plain, without_addresses


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<script>alert(1)</script>", "alert(1)"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("a<br>b<BR/>c", "a b c"),
        ('x <img src="https://evil.example/pixel.png" onerror=alert(1)> y', "x y"),
        ("<a href='https://evil.example'>click</a>", "click"),
        ("<!-- hidden -->seen", "seen"),
        ("&lt;b&gt;bold&lt;/b&gt;", "bold"),
        ("&amp;lt;script&amp;gt;x", "x"),
        ("<\u200bscript>x</script>", "x"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("\u2066left\u2069\u200fright\u061c", "leftright"),
        ("zero\u200bwidth\u2060\ufeff\u00ad", "zerowidth"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("nul\x00bell\x07", "nulbell"),
        ("\x1b[31mred\x1b[0m", "[31mred[0m"),
        ("\x9b31mred", "31mred"),
        ("line\none\r\ntwo\ttab\u2028three", "line one two tab three"),
        ("private\ue000use", "privateuse"),
        ("write to keeper@one.example today", "write to … today"),
        ("mail:keeper@one.example", "mail:…"),
        ("keeper&#64;one.example", "…"),
        ("@me@micro.example", "@me@micro.example"),
    ],
)
def test_out_01_text_that_would_act_is_inert(text: str, expected: str) -> None:
    """Markup, bidi controls, zero widths, controls and e-mail addresses go; the words stay."""
    assert expected == plain(text, 500)


def test_out_01_marks_piled_on_one_letter_are_taken_down() -> None:
    """Zalgo text keeps four marks a letter."""
    text = plain("Z" + "\u0301\u0316\u0323\u0330" * 40 + "x", 500)

    assert text is not None
    assert len(text) <= 6
    assert text[-1] == "x"


@pytest.mark.parametrize(
    "text",
    [
        "👩‍👩‍👧 family",
        "❤️ hearts",
        "🏳️‍🌈",
        "می‌خواهم",
        "مرحبا بالعالم",
        "שָׁלוֹם",
        "日本語のサーバー",
        "中文，伺服器。",
        "Tiếng Việt ở đây",
        "हिन्दी सर्वर",
        "R&D <3",
        "a < b > c",
        "AT&T",
        "1 < 2 && 3 > 2",
        "$\\LaTeX$ :red[x]",
        "C++ / C#",
        "…",
        "O’Hara",
    ],
)
def test_out_02_honest_text_survives(text: str) -> None:
    """Joined emoji, Persian, right-to-left, Chinese, variation selectors and signs come out as they went in."""
    assert unicodedata.normalize("NFC", text) == plain(text, 500)


@pytest.mark.parametrize(
    "value",
    [None, 5, True, [], {}, b"x", "", "   ", "<p></p>", "\u200b", "\u200d\u200d", "\u2800", "\ufe0f", "&nbsp;"],
)  # fmt: skip
def test_what_shows_nothing_says_nothing(value: object) -> None:
    """No text, and text of which nothing is seen, is not said."""
    assert plain(value, 500) is None


@pytest.mark.parametrize("limit", [64, 128, 200, 2000])
def test_out_07_text_is_capped_and_says_so(limit: int) -> None:
    """The cap is in characters, and a cut text ends in an ellipsis."""
    assert "x" * limit == plain("x" * limit, limit)
    assert "x" * (limit - 1) + "…" == plain("x" * (limit + 1), limit)


def test_out_06_no_control_character_comes_out() -> None:
    """Nothing of C0 and C1 reaches a log or a terminal."""
    everything = "".join(map(chr, range(0x100)))

    text = plain(everything, 2000)

    assert text is not None
    assert all(unicodedata.category(character) != "Cc" for character in text)


@given(
    st.text(max_size=200)
    | st.text(alphabet="<>&;#x26ampltgquo/ab \u200b\u200d\u0301\ufe0f@.é", max_size=60),
    st.integers(2, 80),
)
@example("&amp;amp;amp;amp;amp;amp;amp;lt;b&gt;", 50)
@example("<<b>b>x", 50)
@example("&" * 30 + "amp;" * 30, 80)
@example("a @b\u200d @c.dd", 50)
def test_cleaning_twice_changes_nothing(text: str, limit: int) -> None:
    """What is plain stays as it is, is one line, and is within its limit."""
    once = plain(text, limit)

    assert once == plain(once, limit)
    if once is not None:
        assert len(once) <= limit
        assert once == once.strip()
        assert once.isprintable() or "\u200c" in once or "\u200d" in once or not once.isascii()
        assert "<script" not in once.lower()


@pytest.mark.parametrize(
    "text",
    [
        "<" * 3_000_000,
        "&amp;" * 600_000,
        "&lt;" * 600_000,
        "a\u0301" * 1_000_000,
        "<a" * 1_000_000,
        "&" * 1_000_000,
        "<b" + "&amp;" * 100_000 + ">",
        "a@" * 1_000_000,
    ],
)
def test_vast_text_is_cut_before_it_is_cleaned(text: str) -> None:
    """A description of megabytes costs what its first thousands of characters cost."""
    cleaned = plain(text, 2000)

    assert len(cleaned or "") <= 2000


@given(st.emails())
def test_no_address_is_left(address: str) -> None:
    """Whatever form an address has, its two halves do not stay joined."""
    assert address not in without_addresses(f"write to {address} now")
