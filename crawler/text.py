"""Foreign text made inert: plain, one line, capped. What a server wrote is shown, never obeyed."""

import html
import re
import unicodedata

_TAGS = re.compile(r"<(?:br|/p|/div|/li|/h[1-6])\b[^<>]{0,200}>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,2000}>|<!--[^<>]{0,2000}-->")
_SPACE = re.compile(r"\s+")
_AMPERSANDS = re.compile(r"&(?:amp;|#0{0,7}38;|#x0{0,7}26;)+", re.IGNORECASE)
"""An ampersand escaped many times over, which would cost one round of cleaning each."""

# bidi embeddings, overrides and isolates (CVE-2021-42574), zero-width space, word joiner, soft
# hyphen, BOM, grapheme joiner, interlinear marks, tag characters. ZWJ and ZWNJ stay where they join
# something: emoji and Persian need them.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064"
    "\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
    "|(?<![^\\s\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\\s\u200c\u200d])"
    "|(?<=[\u200c\u200d])[\u200c\u200d]+"
)
_BLANKS = str.maketrans({"\u2800": " "})
"""Characters that are seen as nothing and count as letters: the empty Braille pattern."""
_AT = r"(?:@|＠|&#0{0,7}64;|&#x0{0,7}40;|&commat;|%40)"
_SIGN = re.compile(_AT, re.IGNORECASE)
_DOMAIN = r"[^\s@＠<>\"'(),;:!?]{1,253}\.[^\s@＠<>\"'(),;:!?.]{2,}"
_ADDRESS = re.compile(r"[^\s@＠<>\"()]{1,64}" + _AT + _DOMAIN, re.IGNORECASE)
_MAIL = re.compile(r"(?<![^\s<>\"'(),;:])[^\s@＠<>\"(),;:]{1,64}[@＠]" + _DOMAIN)
"""An e-mail address in prose. `@name@host` is none: some servers are called by their one account."""
_MARKS_IN_A_ROW = 4
"""Combining marks kept on one letter: Vietnamese needs two, Hebrew with cantillation up to four."""
_MOST_ROUNDS = 6
"""Rounds of cleaning: honest text is clean after two (markup inside of escaped markup)."""


def plain(text: object, limit: int) -> str | None:
    """Turn foreign text (HTML or not) into at most `limit` characters of one plain line.

    Returns `None` when it is no text, or nothing is left: then the server said nothing. What comes out
    is left as it is by a second call. E-mail addresses do not come out (SECURITY CON-07).
    """
    if not isinstance(text, str):
        return None
    if len(text) <= limit and _is_clean(text):
        return text
    # cleaning is linear; the cap before it keeps a 10 MB description from costing 10 MB of it
    cleaned = _clean(text[: limit * 20 + 1000])
    if len(cleaned) > limit:
        cleaned = _clean(cleaned[: limit - 1]) + "…"
    return cleaned if any(map(_is_seen, cleaned)) else None


def _is_clean(text: str) -> bool:
    """Whether cleaning would leave it as it is: no markup, escape or address, no gap, nothing beyond ASCII."""
    return (
        text.isascii()
        and text.isprintable()
        and "<" not in text
        and "&" not in text
        and "@" not in text
        and "  " not in text
        and text[:1] not in ("", " ")
        and text[-1] != " "
    )


def without_addresses(text: str) -> str:
    """The text with every e-mail address and account in it replaced by one character, escaped ones too."""
    if _SIGN.search(text) is None:
        return text
    found = 1
    while found:
        # of `a@b@c.example` the second half is found first
        text, found = _ADDRESS.subn("…", text)
    return text


def _clean(text: str) -> str:
    """Clean until another round changes nothing: one layer of escapes may hide the next."""
    for _ in range(_MOST_ROUNDS):
        cleaned = _once(text)
        if cleaned == text:
            return text
        text = cleaned
    # nobody escapes six times over in good faith; without these three nothing is left to hide in
    text = re.sub("[<>&]", " ", text)
    while (cleaned := _once(text)) != text:
        text = cleaned
    return text


def _once(text: str) -> str:
    if "<" in text:
        text = _TAG.sub("", _TAGS.sub(" ", text))
    if "&" in text:
        text = html.unescape(_AMPERSANDS.sub("&", text))
    if "@" in text or "＠" in text:
        text = _MAIL.sub("…", text)
    if not text.isascii() or not text.isprintable():
        text = unicodedata.normalize("NFC", text).translate(_BLANKS)
        text = _UNSEEN.sub("", "".join(_kept(text)))
    return _SPACE.sub(" ", text).strip()


def _is_seen(character: str) -> bool:
    return character.isascii() or unicodedata.category(character) not in ("Mn", "Me", "Cf", "Zs")


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
