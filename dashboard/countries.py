"""What countries are called: by Unicode CLDR, in the language that is spoken."""

import re
from collections.abc import Iterator, Mapping

from babel import Locale

from dashboard import language
from dashboard.language import N_, _

_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Codes of CLDR for unions, regions and tests."""

_NOT_SAID = N_("Not known or not shown")

CODES = (
    *sorted(
        code.lower()
        for code in map(str, Locale("en").territories)
        if re.fullmatch(r"[A-Z]{2}", code) and code not in _NO_COUNTRIES
    ),
    "unsaid",
)
"""Codes of countries as addresses have them, and the one for none."""


def name(code: str) -> str:
    """A country by its name; an unknown code stays as it is."""
    return str(language.spoken().locale.territories.get(code, code))


class _Names(Mapping[str, str]):
    """Codes of addresses → names in the language that is spoken when they are looked up."""

    def __getitem__(self, code: str) -> str:
        return _(_NOT_SAID) if code == "unsaid" else name(code.upper())

    def __iter__(self) -> Iterator[str]:
        # as readers look for them: by name, the one for none at the end
        countries = sorted(CODES[:-1], key=self.__getitem__)
        return iter([*countries, "unsaid"])

    def __len__(self) -> int:
        return len(CODES)


NAMES: Mapping[str, str] = _Names()
