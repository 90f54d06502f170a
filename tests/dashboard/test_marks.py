"""Small pieces of HTML hold no foreign markup, and links lead only where they say."""

import pytest

from dashboard import marks


@pytest.mark.parametrize(
    ("hostname", "path"),
    [
        ("one.example", "//evil.invalid"),
        ("one.example", "javascript:alert(1)"),
        ("one.example", "/a b"),
        ("one.example", None),
        ("one.example@evil.invalid", "/"),
        ("one.example/..", "/"),
        ("", "/"),
    ],
)
def test_no_link_leads_elsewhere(hostname: str, path: str | None) -> None:
    """What is no hostname or no path gives no link."""
    assert marks.link(hostname, path) is None


def test_a_link_is_https_at_the_server_itself() -> None:
    """Host and path are the server's, the rest is ours."""
    assert "https://one.example/auth/sign_up" == marks.link("one.example", "/auth/sign_up")


def test_foreign_titles_stay_text() -> None:
    """A title that is a script is shown as one."""
    shown = marks.who("one.example", "<script>alert(1)</script>") + marks.badges([("<b>", "open")])

    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "&lt;b&gt;" in shown


def test_ticks_say_in_words_what_they_show() -> None:
    """Who does not see them hears the count."""
    shown = marks.ticks([("then", True), ("now", False)])

    assert 'aria-label="1 of the last 2 checks were answered"' in shown
    assert 1 == shown.count("hb-missed")


def test_a_table_shows_foreign_text_letter_by_letter() -> None:
    """Each cell has the name of its column beside it, for phones."""
    told = marks.table(("Number", "Why"), [("Posts", "<b>a & b</b>")])

    assert '<td data-name="Why" dir="auto">&lt;b&gt;a &amp; b&lt;/b&gt;</td>' in told
