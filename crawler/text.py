"""Foreign text made inert: plain, one line, capped. What a server wrote is shown, never obeyed."""

import html
import re
import unicodedata

_TAGS = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
_SPACE = re.compile(r"\s+")

# bidi embeddings, overrides and isolates (CVE-2021-42574), zero-width space, word joiner, soft
# hyphen, BOM, interlinear marks, tag characters. ZWJ and ZWNJ stay: emoji and Persian need them.
_UNSEEN = re.compile(
    "[\u00ad\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)
_MARKS_IN_A_ROW = 4
"""Combining marks kept on one letter: Vietnamese needs two, Hebrew with cantillation up to four."""


def plain(text: object, limit: int) -> str | None:
    """Turn foreign text (HTML or not) into at most `limit` characters of one plain line.

    Returns `None` when it is no text, or nothing is left: then the server said nothing.
    """
    if not isinstance(text, str):
        return None
    # cleaning is linear; the cap before it keeps a 10 MB description from costing 10 MB of it
    text = text[: limit * 20 + 1000]
    if "<" in text:
        text = _TAG.sub("", _TAGS.sub(" ", text))
    if "&" in text:
        text = html.unescape(text)
    text = _UNSEEN.sub("", text)
    text = unicodedata.normalize("NFC", text)
    if not text.isascii() or not text.isprintable():
        text = "".join(_kept(text))
    text = _SPACE.sub(" ", text).strip()
    if len(text) > limit:
        text = text[: limit - 1].rstrip() + "…"
    return text or None


def _kept(text: str) -> list[str]:
    """Drop control characters and marks piled on one another."""
    kept: list[str] = []
    marks = 0
    for character in text:
        if character.isspace():
            marks = 0
            kept.append(" ")
            continue
        category = unicodedata.category(character)
        if category in ("Cc", "Cs", "Co", "Cn"):
            continue
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if marks <= _MARKS_IN_A_ROW:
            kept.append(character)
    return kept
