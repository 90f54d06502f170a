"""The promises of the SQL files: grain, columns, and what must hold, read from their headers.

    -- One row per instance.
    -- hostname | the instance's key
    -- users_total | registered users, self-reported, count
    -- unique hostname
    -- not_null hostname
    -- check users_total >= 0
    select …

The header is the documentation: it becomes the comments inside the published file, the data dictionary,
and the tests. Lines before the first `|` are the grain sentence; a line indented after `--` continues.
`python -m pipeline.dictionary` writes the dictionary of what is published as Markdown.
"""

import re
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import duckdb

from pipeline.exceptions import HeaderError
from pipeline.literal import literal

SQL = Path(__file__).with_name("sql")

PUBLISHED = ("kept", "marts")
"""Schemas of the published file: `marts` is for readers, `kept` for the next publish."""

_COLUMN = re.compile(r"([a-z][a-z0-9_]*) \| (.+)\Z")
_PROMISE = re.compile(r"(unique|not_null|check|anew where) (.+)\Z")
_VIEW = "kept as a view"


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """One SQL file: a relation, what it promises, and the statement that makes it."""

    schema: str
    """Name of its folder."""
    name: str
    """Name of its file."""
    grain: str
    """What one row is."""
    columns: dict[str, str]
    """Column → meaning and unit, in order."""
    unique: tuple[tuple[str, ...], ...]
    """Sets of columns that no two rows share."""
    not_null: tuple[str, ...]
    """Columns that always say something."""
    checks: tuple[str, ...]
    """Expressions that no row may make false."""
    is_view: bool
    """Whether the published file keeps it as a view of its other tables (`-- kept as a view`)."""
    anew: tuple[str, ...]
    """Conditions (`-- anew where …`) of the rows that every publish makes anew while it keeps the others of the
    former file; none = all of them are made anew. No condition is ever null."""
    body: str
    """The statement below the header; a line `;` parts it from others that add rows."""

    @property
    def full_name(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"

    @property
    def statements(self) -> list[str]:
        """What makes the relation, then what adds rows to it."""
        return self.body.split("\n;\n")

    @property
    def needs(self) -> set[str]:
        """Full names of the relations made beside it that the statement reads."""
        together = PUBLISHED if self.schema in PUBLISHED else (self.schema,)
        found = re.findall(rf"(?<![\w.])((?:{'|'.join(together)})\.[a-z_0-9]+)", self.body)
        return set(found) - {self.full_name}


@cache
def relations(*schemas: str) -> tuple[Relation, ...]:
    """Read every file of these schemas, each after those it reads."""
    found = {
        relation.full_name: relation
        for schema in schemas
        for relation in map(read_relation, sorted((SQL / schema).glob("*.sql")))
    }
    order = TopologicalSorter(
        {name: sorted(relation.needs & set(found)) for name, relation in found.items()}
    )
    return tuple(found[name] for name in order.static_order())


def read_relation(path: Path) -> Relation:
    """Read one file's header and statement; raise `HeaderError` where the header is no promise."""
    lines = path.read_text(encoding="utf-8").splitlines()
    length = next((n for n, line in enumerate(lines) if not line.startswith("--")), len(lines))
    grain: list[str] = []
    columns: dict[str, str] = {}
    promises: list[tuple[str, str]] = []
    is_view = False
    for line in _joined(lines[:length]):
        if match := _COLUMN.match(line):
            columns[match[1]] = match[2]
        elif line == _VIEW:
            is_view = True
        elif columns and (match := _PROMISE.match(line)):
            promises.append((match[1], match[2]))
        elif columns:
            raise HeaderError(f"{path.name}: {line!r} is neither a column nor a promise")
        else:
            grain.append(line)
    if not grain or not columns:
        raise HeaderError(f"{path.name}: a header says what one row is, then one line per column")
    return Relation(
        schema=path.parent.name,
        name=path.stem,
        grain=" ".join(grain),
        columns=columns,
        unique=tuple(_names(text) for kind, text in promises if kind == "unique"),
        not_null=tuple(
            name for kind, text in promises if kind == "not_null" for name in _names(text)
        ),
        checks=tuple(text for kind, text in promises if kind == "check"),
        is_view=is_view,
        anew=tuple(text for kind, text in promises if kind == "anew where"),
        body="\n".join(lines[length:]).strip().removesuffix(";"),
    )


def failing_rows(
    connection: duckdb.DuckDBPyConnection, relation: Relation, *, only_anew: bool = False
) -> list[str]:
    """Say which promises of a relation its rows break: one sentence each, none when all is well.

    With `only_anew` the rows that were kept are taken as they are: they were looked at when they were made.
    """
    described = connection.execute(f"describe {relation.full_name}").fetchall()
    actual = [row[0] for row in described]
    broken = []
    if actual != list(relation.columns):
        broken.append(f"{relation.full_name}: columns are {actual}, not {list(relation.columns)}")
    rows = _rows_anew(relation) if only_anew and relation.anew else relation.full_name
    return broken + [
        f"{relation.full_name}: {promise} fails for {count} rows"
        for promise, count in _failures(connection, relation, rows).items()
        if count
    ]


def _rows_anew(relation: Relation) -> str:
    """The rows of any condition, each once: by one condition at a time a table need not be read whole."""
    parts = [
        " ".join(
            [
                f"from {relation.full_name} where ({condition})",
                *(f"and not ({former})" for former in relation.anew[:place]),
            ]
        )
        for place, condition in enumerate(relation.anew)
    ]
    return f"({' union all '.join(parts)})"


def failing_checks(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Say which data tests of `sql/checks` find rows that are wrong."""
    broken = []
    for path in sorted((SQL / "checks").glob("*.sql")):
        rows = connection.execute(path.read_text(encoding="utf-8")).fetchmany(3)
        if rows:
            broken.append(f"{path.stem}: {rows}")
    return broken


def _failures(
    connection: duckdb.DuckDBPyConnection, relation: Relation, rows: str
) -> dict[str, int]:
    """Promise → rows that break it; what can be told from a row alone is counted in one walk."""
    counts: dict[str, int] = {}
    for key in relation.unique:
        names = ", ".join(key)
        query = f"select count(*) from (select 1 from {rows} group by {names} having count(*) > 1)"
        ((counts[f"unique {names}"],),) = connection.execute(query).fetchall()
    rules = [f"{name} is not null" for name in relation.not_null] + list(relation.checks)
    if rules:
        counted = ", ".join(f"count(*) filter (where not ({rule}))" for rule in rules)
        (found,) = connection.execute(f"select {counted} from {rows}").fetchall()
        counts |= zip(rules, found, strict=True)
    return counts


def comments(relation: Relation) -> Iterable[str]:
    """Statements that put the documentation into a database, for its people and its tools."""
    kind = "view" if relation.is_view else "table"
    yield f"comment on {kind} {relation.full_name} is {literal(relation.grain)}"
    for name, meaning in relation.columns.items():
        yield f"comment on column {relation.full_name}.{name} is {literal(meaning)}"


def markdown(found: Iterable[Relation]) -> str:
    """Write the data dictionary of some relations as Markdown."""
    parts = []
    for relation in found:
        rows = "\n".join(f"| `{name}` | {text} |" for name, text in relation.columns.items())
        parts.append(
            f"## {relation.full_name}\n\n{relation.grain}\n\n| Column | Meaning |\n|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def _joined(lines: list[str]) -> list[str]:
    """Put a continued line (three spaces after the dashes) back to the line it continues."""
    joined: list[str] = []
    for line in lines:
        text = line.removeprefix("--")
        if text.startswith("   ") and joined:
            joined[-1] += " " + text.strip()
        elif text.strip():
            joined.append(text.strip())
    return joined


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(","))


if __name__ == "__main__":
    sys.stdout.write(markdown(relations("marts")))
