"""Foreign text made inert: what servers say of themselves must neither run, load nor mislead.

`st.text`, `st.code` and tables show text as it is; for them `plain` is enough. Everything else that
Streamlit draws reads Markdown or HTML, and takes only what `markdown` or `html` returns.
"""

import html as _html
import re
import unicodedata

LONGEST = 400
"""Characters of one text; nobody reads more in a list, and a page must not be one server's."""

_BREAKS = re.compile(r"\s+")
_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
_KEPT_FORMAT = {"\u200d", "\ufe0f"}  # joins and presents emoji; nothing is hidden with them


def plain(text: object, longest: int = LONGEST) -> str:
    """One line without control, bidirectional-override or invisible characters; nothing becomes empty."""
    if _is_nothing(text):
        return ""
    told = str(text)[: 4 * longest]
    visible = "".join(sign for sign in told if sign.isspace() or _is_visible(sign))
    kept = _BREAKS.sub(" ", visible).strip()
    return kept if len(kept) <= longest else kept[: longest - 1].rstrip() + "…"


def _is_nothing(text: object) -> bool:
    """`None`, and the NaN that a table has in its place."""
    return text is None or text != text


def _is_visible(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"} or sign in _KEPT_FORMAT


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
