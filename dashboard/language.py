"""In which language a page speaks: what is offered, what a visitor reads, and the catalogues of messages.

A language holds for one run of a page, or for one answer of a door: a context variable, never something of the
process, whose threads serve many visitors. English is what the source says and has no catalogue.
"""

import io
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, cached_property
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from urllib.parse import urlencode

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

PARAMETER = "ui"
"""What an address calls the language of the page; `lang` is the language that servers speak."""

FOLDER = Path(__file__).with_name("locale")

_CONTEXT = "\x04"
"""Between the context of a message and the message, as gettext keeps them."""


# compared by identity: caches ask for its hash at every message
@dataclass(frozen=True, kw_only=True, eq=False)
class Language:
    """One language in which pages are offered."""

    code: str
    """As in an address and in HTML."""
    name: str
    """In its own words."""
    cldr: str
    """Whose numbers, dates and lists are written (Unicode CLDR)."""
    catalogue: Path | None
    """Its messages (gettext `.po`); `None` = they are those of the source."""
    least_grouped: int = 1_000
    """The smallest number whose thousands are set apart."""

    @cached_property
    def locale(self) -> Locale:
        """What CLDR knows of it."""
        return Locale.parse(self.cldr)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`, as HTML's `dir` says it."""
        return str(self.locale.text_direction)

    @cached_property
    def decimal(self) -> str:
        """What stands before a fraction."""
        return str(get_decimal_symbol(self.locale))

    @cached_property
    def group(self) -> str:
        """What stands between thousands."""
        return str(get_group_symbol(self.locale))

    @cached_property
    def signs(self) -> dict[int, str]:
        """The signs of a number in Python → those of the language."""
        return str.maketrans({",": self.group, ".": self.decimal})

    @cached_property
    def percent(self) -> str:
        """The sign after a share, with the space that belongs before it."""
        if self.catalogue is None:
            return " %"
        pattern = str(self.locale.percent_formats[None].pattern)
        return pattern.rpartition("0")[2]


def _offered(code: str, name: str, cldr: str = "", least_grouped: int = 1_000) -> Language:
    catalogue = FOLDER / code / "LC_MESSAGES" / "herdbook.po"
    return Language(
        code=code,
        name=name,
        cldr=cldr or code,
        catalogue=None if code == "en" else catalogue,
        least_grouped=least_grouped,
    )


LANGUAGES = {
    language.code: language
    for language in (
        # British dates: the day before the month
        _offered("en", "English", "en_GB"),
        _offered("de", "Deutsch"),
        _offered("fr", "Français"),
        # Spanish sets thousands apart only from five digits on
        _offered("es", "Español", least_grouped=10_000),
        _offered("ja", "日本語"),
    )
}
"""What is offered, in the order of the switch."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one page speaks to one visitor."""

    language: Language
    is_chosen: bool = False
    """Whether the address says so; else it is what the browser asks for."""


_speech: ContextVar[Speech] = ContextVar("speech")
_ENGLISH = Speech(language=LANGUAGES["en"])


def speech() -> Speech:
    """What holds here; English where nobody said anything."""
    return _speech.get(_ENGLISH)


def spoken() -> Language:
    """The language that is spoken here."""
    return _speech.get(_ENGLISH).language


def speak(said: Speech) -> None:
    """Speak like that for the rest of this run."""
    _speech.set(said)


@contextmanager
def speaking(said: Speech) -> Iterator[None]:
    """Speak like that while a `with` block lasts."""
    token = _speech.set(said)
    try:
        yield
    finally:
        _speech.reset(token)


def asked(chosen: str | None, accepted: str | None) -> Speech:
    """What to speak. `chosen`: what the address says; `accepted`: the browser's `Accept-Language`."""
    if chosen in LANGUAGES:
        return Speech(language=LANGUAGES[chosen], is_chosen=True)
    return Speech(language=LANGUAGES[_preferred(accepted or "")])


def _preferred(accepted: str) -> str:
    """The offered language that a browser likes most; English where it likes none of them."""
    wishes = []
    for place, part in enumerate(accepted[:400].split(",")):
        tag, _, weight = part.partition(";")
        code = tag.strip().lower().partition("-")[0]
        told = re.fullmatch(r"\s*q\s*=\s*([01](?:\.[0-9]{0,3})?)\s*", weight)
        liked = float(told[1]) if told else 1.0
        if code in LANGUAGES and liked > 0:
            wishes.append((-liked, place, code))
    return min(wishes)[2] if wishes else "en"


@cache
def catalogue(language: Language) -> NullTranslations:
    """The messages of a language, read once."""
    if language.catalogue is None:
        return NullTranslations()
    with language.catalogue.open("rb") as file:
        read = read_po(file, locale=language.cldr)
    compiled = io.BytesIO()
    write_mo(compiled, read)
    compiled.seek(0)
    return GNUTranslations(compiled)


def _(message: str) -> str:
    """A message in the language that is spoken."""
    said = catalogue(spoken()).gettext(message)
    return said.rpartition(_CONTEXT)[2] if _CONTEXT in said else said


def ngettext(one: str, many: str, count: float) -> str:
    """The form of a message that goes with a number."""
    return catalogue(spoken()).ngettext(one, many, int(count) if count == int(count) else 2)


def N_(message: str) -> str:
    """Mark a message that is said later."""
    return message


def C_(context: str, message: str) -> str:
    """Mark a message that is said later, and that another language may need twice."""
    return f"{context}{_CONTEXT}{message}"


class Words(Mapping[str, str]):
    """Words for codes, each said in the language that is spoken when it is looked up."""

    def __init__(self, marked: Mapping[str, str]) -> None:
        self._marked = dict(marked)

    def __getitem__(self, code: str) -> str:
        return _(self._marked[code])

    def __iter__(self) -> Iterator[str]:
        return iter(self._marked)

    def __len__(self) -> int:
        return len(self._marked)

    def __contains__(self, code: object) -> bool:
        return code in self._marked


def kept(query: Mapping[str, str] | None = None) -> dict[str, str]:
    """A query that keeps the language, where the visitor chose it."""
    told = dict(query or {})
    said = speech()
    return told | {PARAMETER: said.language.code} if said.is_chosen else told


def address(path: str) -> str:
    """One of our own addresses that keeps the language, where the visitor chose it."""
    more = urlencode(kept())
    if not more:
        return path
    plain, sign, part = path.partition("#")
    return f"{plain}{'&' if '?' in plain else '?'}{more}{sign}{part}"


def written(value: float, digits: int = 0, *, is_signed: bool = False) -> str:
    """A number as the language that is spoken writes it."""
    language = spoken()
    sign = "+" if is_signed else ""
    if abs(value) < language.least_grouped:
        text = f"{value:{sign}.{digits}f}"
    else:
        text = f"{value:{sign},.{digits}f}"
    if language.catalogue is None:
        return text
    return text.translate(language.signs)
