"""What a file says, as text under our field names, before anything is judged."""

import csv
import io
from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from pipeline.exceptions import MappingError, SourceError
from pipeline.sources.file import Form, SourceFile
from pipeline.sources.mapping import FIELDS, Mapping, moment_of_name
from pipeline.warehouse import statement

_GZIP, _PLAIN = "gzip", "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One file's rows as text, in the table `said`: a column per field, `row_number` and `extra`."""

    source: str
    """Whose observations they are."""
    captured_at: datetime | None
    """When all of it was captured; `None` = each row says so."""
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    """Our field → their word in lower case → our word."""
    unused_columns: tuple[str, ...] = ()
    """Columns of the file that nothing was mapped to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A CSV or Parquet file opened as a relation."""

    relation: duckdb.DuckDBPyRelation
    """Its rows."""
    columns: dict[str, duckdb.Expression]
    """Its columns by the names that people know them by."""

    @property
    def names(self) -> str:
        """Its columns, to be named in a message."""
        shown = list(self.columns)[:20]
        return ", ".join(shown) + (", …" if len(self.columns) > len(shown) else "")


def say_table(connection: duckdb.DuckDBPyConnection, file: SourceFile, mapping: Mapping) -> Said:
    """Fill `said` from the mapped columns; raise `SourceError` where one of them is not there."""
    table = open_table(connection, file)
    if mapping.source is None:
        raise MappingError(
            f"{file.path.name}: whose observations are these? Say --source NAME, e.g. --source fedilist"
        )
    if "hostname" not in mapping.columns:
        raise MappingError(
            f"{file.path.name}: which column is the hostname? It has {table.names}: "
            f"say --column hostname={next(iter(table.columns))}"
        )
    used = {ours: _find(theirs, table, file) for ours, theirs in mapping.columns.items()}
    _create_said(connection, table, used, file)
    return Said(
        source=mapping.source,
        captured_at=None if "captured_at" in used else capture_time(file, mapping),
        values=mapping.values,
        unused_columns=tuple(name for name in table.columns if name not in used.values()),
    )


def open_table(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> Table:
    """Open a CSV or Parquet file; raise `SourceError` where it is neither."""
    try:
        if file.form is Form.CSV:
            return _csv(connection, file, is_strict=True)
        relation = connection.sql(statement("sources", "parquet"), params={"path": str(file.path)})
    except duckdb.Error as error:
        raise _unreadable(file, error) from error
    columns = {name: duckdb.ColumnExpression(f'"{name}"') for name in relation.columns}
    return Table(relation=relation, columns=columns)


def say_objects(connection: duckdb.DuckDBPyConnection, file: SourceFile, name: str) -> None:
    """Fill `said` from a JSON array of objects, by the SQL file that knows this kind of object."""
    parameters: dict[str, object] = {
        "path": str(file.path),
        "compression": _GZIP if file.is_gzip else "uncompressed",
    }
    is_wrapped = file.first_bytes.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    if is_wrapped:
        # the whole answer is one object, and the reader wants to know before how large it is
        parameters["largest_bytes"] = min(file.size_bytes + 1024, 2**31)
    try:
        connection.execute(
            statement("sources", "objects_wrapped" if is_wrapped else "objects"), parameters
        )
        connection.execute(statement("sources", name))
    except duckdb.Error as error:
        raise _unreadable(file, error) from error


def capture_time(file: SourceFile, mapping: Mapping) -> datetime:
    """When a file that is one capture was captured: as told, else as its name says."""
    captured_at = mapping.captured_at or moment_of_name(file.path.name)
    if captured_at is None:
        raise MappingError(
            f"{file.path.name}: when was it captured? Neither a column nor its name says so: "
            "say --captured-at 2022-11-20T23:42:15Z"
            + ("" if file.form is Form.JSON else " or --column captured_at=THEIRS")
        )
    return captured_at


def _create_said(
    connection: duckdb.DuckDBPyConnection, table: Table, used: dict[str, str], file: SourceFile
) -> None:
    expressions = _expressions({ours: table.columns[theirs] for ours, theirs in used.items()})
    connection.execute("drop table if exists said")
    try:
        table.relation.project(*expressions).create("said")
    except duckdb.Error as error:
        if file.form is not Form.CSV or "state machine" not in str(error):
            raise _unreadable(file, error) from error
        # line ends of two kinds in one file: read on, with the parser's lenient rules
        lenient = _csv(connection, file, is_strict=False)
        lenient.relation.project(*expressions).create("said")
    if file.form is Form.CSV:
        _reject_lines(connection, file)


def _csv(connection: duckdb.DuckDBPyConnection, file: SourceFile, *, is_strict: bool) -> Table:
    header = file.first_bytes.decode("utf-8-sig", "replace").splitlines()[0]
    delimiter = max(",;\t|", key=header.count)
    names = [name.strip() for name in next(csv.reader(io.StringIO(header), delimiter=delimiter))]
    # never sniffed: the sniffer would rather give up quoting than report one broken line
    places = {f"c{number}": name for number, name in enumerate(names)}
    for table in ("reject_errors", "reject_scans"):
        connection.execute(f"drop table if exists {table}")
    relation = connection.sql(
        statement("sources", "csv"),
        params={
            "path": str(file.path),
            "columns": dict.fromkeys(places, "VARCHAR"),
            "delimiter": delimiter,
            "compression": _GZIP if file.is_gzip else _PLAIN,
            "is_strict": is_strict,
        },
    )
    columns = {name: duckdb.ColumnExpression(place) for place, name in places.items()}
    if len(columns) < len(names):
        raise SourceError(f"{file.path} has two columns of one name ({header:.200}): rename one")
    return Table(relation=relation, columns=columns)


def _reject_lines(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> None:
    """Count the lines that are no rows; refuse a file whose end is missing."""
    connection.execute(statement("sources", "rejected_lines"))
    for line, reason, text in connection.execute("from rejected_lines order by line").fetchall():
        is_open = "unquoted" in reason and ("\n" in text or text.endswith(file.last_line))
        if is_open or "maximum" in reason:
            raise SourceError(
                f"{file.path}: the quote opened in line {line} is never closed, so the file is cut off "
                "or broken there; nothing was stored: fetch it again or mend the line"
            )
        if file.last_line and "missing" in reason and text.strip() == file.last_line.strip():
            raise SourceError(
                f"{file.path} ends in the middle of line {line}, after {text[-30:]!r}; "
                "nothing was stored: fetch it again"
            )


def _expressions(columns: dict[str, duckdb.Expression]) -> list[duckdb.Expression]:
    nothing = duckdb.ConstantExpression(None)
    found = [duckdb.SQLExpression("row_number() over ()").alias("row_number")]
    for ours in FIELDS:
        found.append(columns.get(ours, nothing).cast("VARCHAR").alias(ours))
    extras: list[duckdb.Expression] = []
    for ours, expression in columns.items():
        if ours.startswith("extra."):
            extras += [duckdb.ConstantExpression(ours.removeprefix("extra.")), expression]
    extra = duckdb.FunctionExpression("json_object", *extras) if extras else nothing
    return [*found, extra.cast("VARCHAR").alias("extra")]


def _find(theirs: str, table: Table, file: SourceFile) -> str:
    if theirs in table.columns:
        return theirs
    alike = [name for name in table.columns if name.strip().lower() == theirs.strip().lower()]
    if len(alike) == 1:
        return alike[0]
    raise SourceError(
        f"{file.path} has no column {theirs!r}; it has {table.names}. "
        "Say which column is which with --column OUR=THEIRS"
    )


def _unreadable(file: SourceFile, error: duckdb.Error) -> SourceError:
    reason = str(error).strip().splitlines()[0].replace(str(file.path), "the file")
    return SourceError(
        f"{file.path} cannot be read as {file.form} ({reason:.200}); nothing was stored: fetch it again"
    )
