"""In which language rules are written: a verdict on their text, found when they are published.

The crawler keeps the text and the languages into which a server says it translates it. What the text itself reads
as is judged here, once for each text, and again when the detector is another one. Where there is doubt there is no
language: too few letters, two languages one after the other, a list of names.
"""

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

import duckdb

from crawler.language import guessed
from pipeline.warehouse import statement

READER = f"py3langid {version('py3langid')}, whole and halves"
"""Who reads, and how: texts that another one read are read again."""

_SURE = 0.6
"""A half that is less sure of its language does not contradict the whole."""


def language_of(rules: Sequence[str]) -> tuple[str, float] | None:
    """The language that rules read as, and its probability; `None` = too little to tell, or two languages.

    Rules in one language and then in another read as one of them: then their halves disagree.
    """
    text = " ".join(rules)
    whole = guessed(text)
    if whole is None:
        return None
    middle = len(text) // 2
    halves = [half for part in (text[:middle], text[middle:]) if (half := guessed(part))]
    is_mixed = any(code != whole[0] and sure >= _SURE for code, sure in halves)
    return None if is_mixed else whole


def read_rules(connection: duckdb.DuckDBPyConnection) -> None:
    """Read the rules in `kept.last_checks` that nobody read, and forget those that nobody shows any more."""
    told: dict[str, Any] = {"reader": READER}
    unread = connection.execute(statement("reading_rules", "unread"), told).fetchall()
    found = {digest: language_of(rules) or (None, None) for digest, rules in unread}
    connection.execute(statement("reading_rules", "forget"), told)
    if found:
        languages, ratios = zip(*found.values(), strict=True)
        told |= {"digests": list(found), "languages": list(languages), "ratios": list(ratios)}
        connection.execute(statement("reading_rules", "keep"), told)
