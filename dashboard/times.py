"""Days, months, lists and very large numbers as the language that is spoken writes them (CLDR)."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.numbers import format_compact_decimal

from dashboard.language import spoken, written

_DAY, _MONTH = "yMMMd", "yMMMM"


def day(on: date) -> str:
    """A day: `5 Mar 2026`, `5. März 2026`, `2026年3月5日`."""
    return _written(_DAY, on.year, on.month, on.day, spoken().cldr)


def month(on: date) -> str:
    """A month with its year."""
    return _written(_MONTH, on.year, on.month, 1, spoken().cldr)


@lru_cache(maxsize=4_096)
def _written(skeleton: str, year: int, month_: int, day_: int, cldr: str) -> str:
    return format_skeleton(skeleton, date(year, month_, day_), locale=Locale.parse(cldr))


def compact(value: float) -> str:
    """A number with the words that a language has for thousands and millions."""
    text = format_compact_decimal(value, locale=spoken().locale, fraction_digits=1)
    # some languages have no short word for thousands
    return written(value) if text.isdecimal() else text


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them: `a, b and c`."""
    return format_list(list(words), locale=spoken().locale)
