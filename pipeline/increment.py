"""What a publish need not make anew: the days that are as they were when the former file was made.

A publish begins with a copy of the former file. Its tables that say `-- anew where …` lose the rows of which that
holds and get them again; all others are made again whole. What comes out is what making everything anew would give.
The copy is given up where too much has changed, where deleted bytes must not stay in the file, and once a week,
because rows that are added day by day lie scattered.
"""

import hashlib
from collections.abc import Iterable, Sequence
from importlib.metadata import version

import duckdb

from pipeline.dictionary import SQL, Relation
from pipeline.warehouse import statement

MOST_DAYS = 7
"""Days after which everything is made anew."""

MOST_CHANGED_DAYS = 60
"""Days that may be made anew by themselves; of more, everything together is hardly more work."""

_FOLDERS = ("increment", "judging", "kept", "marts", "migrations", "staging")


def recipe(rules_sha256: str | None) -> str:
    """Digest of whatever decides what the tables are made of, apart from the facts."""
    digest = hashlib.sha256(f"{version('herdbook')} {rules_sha256}".encode())
    for folder in _FOLDERS:
        for path in sorted((SQL / folder).glob("*.sql")):
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()


def reason_for_whole(connection: duckdb.DuckDBPyConnection) -> str | None:
    """Say why everything must be made anew in spite of the attached `former` file; `None` = it need not."""
    ((is_kept,),) = connection.execute(statement("increment", "is_kept")).fetchall()
    if not is_kept:
        return "the former file is of an earlier version"
    connection.execute(statement("increment", "anew_from"))
    limits = {"most_days": MOST_DAYS, "most_changed_days": MOST_CHANGED_DAYS}
    ((reason,),) = connection.execute(statement("increment", "reason"), limits).fetchall()
    return None if reason is None else str(reason)


def was_checked(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the promises of the `former` file were looked at when it was made."""
    ((found,),) = connection.execute("select is_checked from former.kept.publishes").fetchall()
    return bool(found)


def name_facts(connection: duckdb.DuckDBPyConnection, *, is_whole: bool) -> None:
    """Name the days and hosts of which the tables of facts are made anew."""
    connection.execute(statement("increment", "whole" if is_whole else "hosts"))


def name_sums(connection: duckdb.DuckDBPyConnection, *, is_whole: bool) -> None:
    """Name whose days are judged anew, and from which day on sums are; needs `marts.suspicions`."""
    connection.execute(statement("increment", "whole_sums" if is_whole else "sums"))


def apart(relations: Sequence[Relation], name: str) -> tuple[list[Relation], list[Relation]]:
    """Part relations in order into those that do not need the named one, and it with those that do."""
    late = {name}
    for relation in relations:
        if relation.needs & late:
            late.add(relation.full_name)
    return (
        [relation for relation in relations if relation.full_name not in late],
        [relation for relation in relations if relation.full_name in late],
    )


def any_of(conditions: Iterable[str]) -> str:
    """Join conditions of which one must hold."""
    return " or ".join(f"({condition})" for condition in conditions)
