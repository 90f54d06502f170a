"""Which family speaks for which software: found, not listed.

`python -m crawler.registry` writes the table of families into `crawler/software/README.md`.
"""

import importlib
import pkgutil
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Protocol, cast

import crawler.software
from crawler.conversation import Known, Talk


class Family(Protocol):
    """What a module of `crawler.software` offers."""

    __name__: str
    NAMES: tuple[str, ...]
    """Canonical software names it speaks for."""
    QUESTIONS: tuple[str, ...]
    """Paths it may ask."""
    MEANINGFUL: tuple[str, ...]
    """Number fields that mean something for it."""

    @staticmethod
    def talk(known: Known) -> Talk:
        """Hold the conversation."""
        ...


@cache
def families() -> tuple[Family, ...]:
    """Every family, by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(crawler.software.__path__))
    modules = [importlib.import_module(f"crawler.software.{name}") for name in names]
    return tuple(cast(Family, module) for module in modules if hasattr(module, "NAMES"))


@cache
def _by_name() -> dict[str, Family]:
    return {name: family for family in families() for name in family.NAMES}


def family_of(software_name: str | None) -> Family:
    """The family of a software; for an unknown one the generic family, which tries the Mastodon API."""
    by_name = _by_name()
    return by_name.get(software_name or "", by_name["*"])


def table(of: Sequence[Family] | None = None) -> str:
    """The Markdown table of `crawler/software/README.md`: what is asked, and which numbers mean something."""
    rows = ["| Software | What is asked | Numbers that mean something |", "|---|---|---|"]
    for family in of if of is not None else families():
        names = ", ".join("any other" if name == "*" else f"`{name}`" for name in family.NAMES)
        asked = "<br>".join(f"`{question}`" for question in family.QUESTIONS) or "NodeInfo only"
        rows.append(f"| {names} | {asked} | {', '.join(family.MEANINGFUL) or 'none'} |")
    return "\n".join(rows) + "\n"


README = Path(crawler.software.__path__[0]) / "README.md"
BEGIN, END = "<!-- families: begin -->\n", "<!-- families: end -->\n"


def with_table(text: str) -> str:
    """The README's text with the table of today between its two marks."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text(encoding="utf-8")), encoding="utf-8")
