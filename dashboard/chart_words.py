"""How charts write days and numbers in the language that is spoken: what Plotly is told of it. No Streamlit."""

import re
from functools import cache
from typing import Any

from babel.dates import get_day_names, get_month_names

from dashboard.language import Language, spoken

_SIGNS = {"y": "%Y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%-m", "d": "%-d", "dd": "%d"}
"""Letters of CLDR's patterns → those of Plotly's."""


def day() -> str:
    """Plotly's pattern of a day."""
    return _pattern(spoken(), "yMMMd")


def day_of_year() -> str:
    """Plotly's pattern of a day whose year is seen elsewhere."""
    return _pattern(spoken(), "MMMd")


def spoken_in(config: dict[str, Any]) -> dict[str, Any]:
    """Plotly's configuration, with the names and signs of the language that is spoken."""
    language = spoken()
    if language.catalogue is None:
        return config
    told = {"format": _format(language), "dictionary": {}}
    return {**config, "locale": language.code, "locales": {language.code: told}}


@cache
def _format(language: Language) -> dict[str, Any]:
    there = language.locale
    return {
        "days": _week(get_day_names("wide", locale=there)),
        "shortDays": _week(get_day_names("abbreviated", locale=there)),
        "months": _year(get_month_names("wide", locale=there)),
        "shortMonths": _year(get_month_names("abbreviated", locale=there)),
        "decimal": language.decimal,
        "thousands": language.group,
        "grouping": [3],
        "year": "%Y",
        "month": _pattern(language, "yMMM"),
        "dayMonth": _pattern(language, "MMMd"),
        "dayMonthYear": _pattern(language, "yMMMd"),
        "date": "%Y-%m-%d",
    }


def _year(names: Any) -> list[str]:
    return [str(names[month]) for month in range(1, 13)]


def _week(names: Any) -> list[str]:
    # Plotly's week begins on Sunday, Babel's on Monday
    return [str(names[day]) for day in (6, 0, 1, 2, 3, 4, 5)]


@cache
def _pattern(language: Language, skeleton: str) -> str:
    """A pattern of CLDR as Plotly writes it."""
    found = language.locale.datetime_skeletons.get(skeleton)
    told = str(found.pattern) if found is not None else "d MMM y"
    parts = re.split(r"'([^']*)'", told)
    for place in range(0, len(parts), 2):
        parts[place] = re.sub(
            r"y+|M+|d+",
            lambda sign: _SIGNS.get(sign[0][:1] if sign[0][0] == "y" else sign[0], sign[0]),
            parts[place],
        )
    return "".join(parts)
