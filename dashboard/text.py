"""Foreign text made inert: what servers say of themselves must neither run, load nor mislead.

`st.text`, `st.code` and tables show text as it is; for them `plain` is enough. Everything else that
Streamlit draws reads Markdown or HTML, and takes only what `markdown` or `html` returns.
"""

import html as _html
import re
import unicodedata

from dashboard.language import spoken

LONGEST = 400
"""Characters of one text; nobody reads more in a list, and a page must not be one server's."""

_BREAKS = re.compile(r"\s+")
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_ISOLATED = re.compile("(\u2068[A-Za-z0-9._:/-]{1,300}\u2069)")
"""A name that `isolated` set apart: closed, and of letters that go one way, so it can turn nothing around."""
_ITEM = re.compile(r"^([ \t]*)(\d{1,9}(?=[.)])|)(?=[.)+*-](?:[ \t]|$))", re.MULTILINE)
"""The place before the sign that makes a list of a line in Markdown: after a number, or at the beginning."""
_KEPT_FORMAT = {"\u200d", "\ufe0f"}  # joins and presents emoji; nothing is hidden with them


def plain(text: object, longest: int = LONGEST) -> str:
    """One line without control, bidirectional-override or invisible characters; nothing becomes empty."""
    if _is_nothing(text):
        return ""
    told = str(text)[: 4 * longest]
    visible = "".join(
        part if place % 2 else _without_invisible(part)
        for place, part in enumerate(_ISOLATED.split(told))
    )
    kept = _BREAKS.sub(" ", visible).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


def _is_nothing(text: object) -> bool:
    """`None`, and the NaN that a table has in its place."""
    return text is None or text != text


def _without_invisible(told: str) -> str:
    return "".join(sign for sign in told if sign.isspace() or _is_visible(sign))


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or sign in _KEPT_FORMAT


def isolated(hostname: object, longest: int = 253) -> str:
    """A hostname, or an address, as a part of a sentence: set apart (U+2068, U+2069) where the sentence runs from right to left.

    Its dots and the sentence's own would otherwise change places there.
    """
    name = plain(hostname, longest)
    return f"\u2068{name}\u2069" if name and spoken().direction == "rtl" else name


def prose(words: str) -> str:
    """Sentences for Streamlit's Markdown that begin no list: `17. Okt.` is a day, not the seventeenth item."""
    return _ITEM.sub(r"\1\2\\", words)


def lines(text: object, longest: int = 2_000) -> str:
    """Several lines of `plain`; empty ones are dropped."""
    told = "" if _is_nothing(text) else str(text)[:longest]
    return "\n".join(line for line in (plain(line, longest) for line in told.splitlines()) if line)


def markdown(text: object, longest: int = LONGEST) -> str:
    """Text that Streamlit's Markdown shows letter by letter."""
    return _MARKDOWN.sub(r"\\\1", plain(text, longest))


def html(text: object, longest: int = LONGEST) -> str:
    """Text that HTML shows letter by letter, also inside a quoted attribute."""
    return _html.escape(plain(text, longest), quote=True)


def cell(text: object) -> str:
    """Text that a spreadsheet does not take for a formula."""
    told = "" if _is_nothing(text) else str(text)
    return f"'{told}" if told.startswith(_FORMULA) else told
