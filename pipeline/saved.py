"""Saved queries: questions that many ask, each an SQL file with the question on its first line.

The first ten are those of a release's README; all of them can be asked by name, in a terminal and on the page.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

SQL = Path(__file__).with_name("sql") / "saved"

IN_RELEASES = 10
"""How many of them a release's README asks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedQuery:
    """One of them."""

    name: str
    """What it is asked by, for the command line and addresses."""
    question: str
    """One sentence."""
    sql: str


@cache
def saved_queries() -> tuple[SavedQuery, ...]:
    """All of them, in the order of their files."""
    return tuple(_read(path) for path in sorted(SQL.glob("*.sql")))


def saved_query(name: str) -> SavedQuery | None:
    """The one of this name; `None` = there is none."""
    return next((query for query in saved_queries() if query.name == name), None)


def _read(path: Path) -> SavedQuery:
    question, _, sql = path.read_text(encoding="utf-8").partition("\n")
    _, _, name = path.stem.partition("_")
    return SavedQuery(name=name, question=question.removeprefix("-- "), sql=sql.strip())
