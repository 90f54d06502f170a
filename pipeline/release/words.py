"""What a release says to people: its README, dictionary, sources, licence and changes of columns."""

from datetime import date
from pathlib import Path
from string import Template
from typing import Any

from pipeline.release.metadata import cite_as, figures
from pipeline.release.telling import Release, Source, questions
from pipeline.settings import CHECKOUT
from pipeline.units import UNITS

_README = Path(__file__).with_name("readme.md")

_WORDS = {
    "published_at": "the data were published, UTC",
    "is_replica": "whether these are data of the replica, not of the live fediverse",
    "first_on": "first day of our own checks",
    "last_on": "last day of our own checks",
    "instances_known": "servers known by name or by seed",
    "instances_checked_7d": "of these, checked within 7 days",
    "instances_alive": "of these, that answered validly within 7 days",
    "coverage_ratio": "share of the known that answered",
    "instances_refusing": "servers that ask not to be counted",
    "instances_opted_out": "servers whose own answer asks to stay out",
    "edges_known": "peer edges that hold",
    "edges_shown": "of these, released; edges of very small servers are left out",
    "instances_reporting": "servers with a number of registered users on the last day",
    "instances_audited": "of these, with a number that is taken as said",
    "users_total": "registered users on the last day, as said (naive)",
    "users_total_audited": "registered users on the last day, audited",
    "users_active_month": "active in a month, as said (naive)",
    "users_active_month_audited": "active in a month, audited",
    "servers_judged": "servers whose number of registered users is not taken as said",
}


def readme(release: Release) -> str:
    """Write the README: what this is, how to open it, and ten questions with the SQL that answers them."""
    asked = [
        f"### {number}. {question}\n\n```sql\n{sql}\n```\n"
        for number, (question, sql) in enumerate(questions(), 1)
    ]
    told = figures(release)
    return Template(_README.read_text(encoding="utf-8")).substitute(
        title=f"{release.terms.title}, {release.on}",
        description=release.description,
        figures="\n".join(
            f"| `{name}` | {_shown(told[name])} | {words} |" for name, words in _WORDS.items()
        ),
        tables="\n".join(
            f"| `{table.name}` | {table.rows:,} | {_first_sentence(table.grain)} |"
            for table in release.tables
        ),
        questions="\n".join(asked),
        licence=f"[{release.terms.licence_title}]({release.terms.licence_url})",
        cite_as=cite_as(release),
    )


def dictionary(release: Release) -> str:
    """Write the data dictionary: every column with its type, unit and meaning."""
    parts = [
        "# Dictionary\n\nEvery table and column of this release. `datapackage.json` and `croissant.json` say the "
        "same to machines, and the DuckDB file has it as comments.\n\n| Unit | Means |\n|---|---|\n"
        + "\n".join(f"| {unit} | {meaning} |" for unit, meaning in UNITS.items())
        + "\n"
    ]
    for table in release.tables:
        rows = "\n".join(
            f"| `{column.name}` | {column.kind} | {column.unit} | {_cell(column.meaning)} |"
            for column in table.columns
        )
        place = f"`{table.path}`" if table.path else "in `herdbook.duckdb` only"
        key = f" Key: {', '.join(f'`{name}`' for name in table.key)}." if table.key else ""
        parts.append(
            f"## {table.name}\n\n{table.grain}\n\n{table.rows:,} rows, {place}.{key}\n\n"
            f"| Column | Type | Unit | Meaning |\n|---|---|---|---|\n{rows}\n"
        )
    return "\n".join(parts)


def sources(release: Release) -> str:
    """Write whose history was imported, under which licence, and what was left out."""
    if not release.sources:
        return (
            "# Sources\n\nNo history of others was imported: every row rests on our own checks.\n"
        )
    left_out = sum(table.rows_left_out for table in release.tables)
    rows = "\n".join(map(_source_row, release.sources))
    return (
        "# Sources\n\nHistory of others that was imported. Rows of a source are released only where its licence "
        f"allows it; {left_out:,} rows are left out of this release, with the sums over them. Our own rows have the "
        "source `herdbook`, and `self` for what a server told of its own past.\n\n"
        "| Source | From | To | Rows imported | Licence | Said by | Released |\n|---|---|---|--:|---|---|---|\n"
        f"{rows}\n"
    )


def licence(release: Release) -> str:
    """Write the licence of the data."""
    terms = release.terms
    text = (CHECKOUT / "data" / "LICENSE.md").read_text(encoding="utf-8")
    # the terms are said here; what they do not cover is the same for every release
    _, _, rest = text.partition("What the licence covers:")
    return (
        f"# Licence of these data\n\nReleased by {terms.creator} under {terms.licence_title} ({terms.licence}):\n"
        f"{terms.licence_url}\n\nPlease cite: {cite_as(release)}\n\nWhat the licence covers:{rest}"
    ).replace("([`licences.csv`](licences.csv))", "")


def changes(release: Release, former: dict[str, Any] | None, before: str) -> str:
    """Write what became of columns since the former release, above what was written then."""
    head = "# Changes of columns\n\n"
    if former is None:
        return f"{head}## {release.on}\n\nThe first release here: there is none to compare with.\n"
    old, new = _shape_of_package(former), _shape(release)
    lines = [f"- table `{name}` is new" for name in new if name not in old]
    lines += [f"- table `{name}` is gone" for name in old if name not in new]
    for name, columns in new.items():
        lines += _changed(name, old.get(name, columns), columns)
    since = former.get("version", "the former release")
    said = "\n".join(lines) or "Nothing changed."
    return f"{head}## {release.on}\n\nSince {since}:\n\n{said}\n\n{before.removeprefix(head)}"


_Shape = dict[str, dict[str, tuple[str, str, str]]]


def _shape(release: Release) -> _Shape:
    return {
        table.name: {c.name: (c.kind, c.unit, c.meaning) for c in table.columns}
        for table in release.tables
        if table.path
    }


def _shape_of_package(package: dict[str, Any]) -> _Shape:
    return {
        resource["name"]: {
            field["name"]: (field["duckdbType"], field["unit"], field["description"])
            for field in resource["schema"]["fields"]
        }
        for resource in package["resources"]
    }


def _changed(
    table: str, old: dict[str, tuple[str, str, str]], new: dict[str, tuple[str, str, str]]
) -> list[str]:
    lines = [f"- column `{table}.{name}` is new" for name in new if name not in old]
    lines += [f"- column `{table}.{name}` is gone" for name in old if name not in new]
    for name in new:
        if name in old and old[name] != new[name]:
            pairs = zip(("type", "unit", "meaning"), old[name], new[name], strict=True)
            said = "; ".join(f"{what} was: {a}, is: {b}" for what, a, b in pairs if a != b)
            lines.append(f"- column `{table}.{name}`: {said}")
    return lines


def _source_row(source: Source) -> str:
    cells = (
        f"`{source.name}`",
        _shown(source.first_on),
        _shown(source.last_on),
        f"{source.rows:,}",
        source.licence or "not known",
        _cell(source.said_by),
        "yes" if source.is_released else "no",
    )
    return f"| {' | '.join(cells)} |"


def _shown(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:.3f}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _first_sentence(text: str) -> str:
    return _cell(text.partition(". ")[0].rstrip("."))


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
