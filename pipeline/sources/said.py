"""What a file says, as text under our field names, before anything is judged."""

from dataclasses import dataclass, field
from datetime import datetime

import duckdb

from pipeline.exceptions import MappingError, SourceError
from pipeline.sources import csv_lines
from pipeline.sources.file import Form, SourceFile
from pipeline.sources.mapping import OBSERVATIONS, REQUIRED, SHAPES, Mapping, moment_of_name
from pipeline.warehouse import statement

_NAME_CHARACTERS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One file's rows as text, in the table `said`: a column per field, `row_number` and `extra`."""

    source: str
    """Whose observations they are."""
    shape: str = OBSERVATIONS
    """What a row is."""
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

    def find(self, name: str) -> str | None:
        """Look a column up by its name, if need be in other letter case."""
        if name in self.columns:
            return name
        alike = [known for known in self.columns if known.strip().lower() == name.strip().lower()]
        return alike[0] if len(alike) == 1 else None

    @property
    def names(self) -> str:
        """Its columns, to be named in a message."""
        shown = [name[:_NAME_CHARACTERS] for name in list(self.columns)[:20]]
        return ", ".join(shown) + (", …" if len(self.columns) > len(shown) else "")


def say_table(
    connection: duckdb.DuckDBPyConnection, table: Table, file: SourceFile, mapping: Mapping
) -> Said:
    """Fill `said` from the mapped columns; raise `SourceError` where one of them is not there."""
    if mapping.source is None:
        raise MappingError(
            f"{file.path.name}: whose observations are these? Say --source NAME, e.g. --source fedilist"
        )
    _refuse_foreign_fields(mapping)
    required = REQUIRED[mapping.shape]
    if required not in mapping.columns:
        raise MappingError(
            f"{file.path.name}: which column is the {required}? It has {table.names}: "
            f"say --column {required}={next(iter(table.columns))}"
        )
    used = {ours: _find(theirs, table, file) for ours, theirs in mapping.columns.items()}
    columns = {ours: table.columns[theirs] for ours, theirs in used.items()}
    constants = {ours: duckdb.ConstantExpression(told) for ours, told in mapping.constants.items()}
    _create_said(connection, table, constants | columns, mapping.shape, file)
    return Said(
        source=mapping.source,
        shape=mapping.shape,
        captured_at=None if "captured_at" in used else capture_time(file, mapping),
        values=mapping.values,
        unused_columns=tuple(name for name in table.columns if name not in used.values()),
    )


def open_table(connection: duckdb.DuckDBPyConnection, file: SourceFile) -> Table:
    """Open a CSV or Parquet file; raise `SourceError` where it is neither."""
    if file.form is Form.CSV:
        places = csv_lines.load(connection, file)
        return Table(
            relation=connection.table("lines"),
            # an empty cell says nothing
            columns={
                name: duckdb.FunctionExpression(
                    "nullif", _column(place), duckdb.ConstantExpression("")
                )
                for name, place in places.items()
            },
        )
    try:
        relation = connection.sql(statement("sources", "parquet"), params={"path": str(file.path)})
    except duckdb.Error as error:
        raise _unreadable(file, error) from error
    return Table(relation=relation, columns={name: _column(name) for name in relation.columns})


def say_dump(
    connection: duckdb.DuckDBPyConnection, file: SourceFile, told: Mapping, name: str, key: str
) -> Said:
    """Fill `said` from a JSON dump of one capture; raise `SourceError` where nothing in it has the key."""
    _say_objects(connection, file, name)
    counted = connection.execute("select count(*), count(hostname) from said").fetchall()
    rows_count, names_count = counted[0]
    if not names_count:
        raise SourceError(
            f"{file.path} is JSON, but not of this kind: none of its {rows_count} elements "
            f"has a `{key}`; nothing was stored"
        )
    return Said(source=str(told.source), captured_at=capture_time(file, told), values=told.values)


def _say_objects(connection: duckdb.DuckDBPyConnection, file: SourceFile, name: str) -> None:
    """Fill `said` from a JSON array of objects, by the SQL file that knows this kind of object."""
    parameters: dict[str, object] = {
        "path": str(file.path),
        "compression": "gzip" if file.is_gzip else "uncompressed",
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


def _refuse_foreign_fields(mapping: Mapping) -> None:
    """A field that rows of this shape do not have must not be lost without a word."""
    for ours in (*mapping.columns, *mapping.constants):
        is_extra = ours.startswith("extra.") and mapping.shape == OBSERVATIONS
        if ours not in SHAPES[mapping.shape] and not is_extra:
            raise MappingError(
                f"{ours!r} is no field of {mapping.shape}: one of {', '.join(SHAPES[mapping.shape])}"
            )


def _create_said(
    connection: duckdb.DuckDBPyConnection,
    table: Table,
    columns: dict[str, duckdb.Expression],
    shape: str,
    file: SourceFile,
) -> None:
    expressions = _expressions(columns, SHAPES[shape])
    connection.execute("drop table if exists said")
    try:
        table.relation.project(*expressions).create("said")
    except duckdb.Error as error:
        raise _unreadable(file, error) from error
    if file.form is Form.CSV:
        connection.execute("drop table lines")


def _column(name: str) -> duckdb.Expression:
    # a ColumnExpression would take a name apart at its dots and quotes
    return duckdb.SQLExpression('"' + name.replace('"', '""') + '"')


def _expressions(
    columns: dict[str, duckdb.Expression], fields: tuple[str, ...]
) -> list[duckdb.Expression]:
    nothing = duckdb.ConstantExpression(None)
    found = [duckdb.SQLExpression("row_number() over ()").alias("row_number")]
    for ours in fields:
        found.append(columns.get(ours, nothing).cast("VARCHAR").alias(ours))
    extras: list[duckdb.Expression] = []
    for ours, expression in columns.items():
        if ours.startswith("extra."):
            extras += [duckdb.ConstantExpression(ours.removeprefix("extra.")), expression]
    extra = duckdb.FunctionExpression("json_object", *extras) if extras else nothing
    return [*found, extra.cast("VARCHAR").alias("extra")]


def _find(theirs: str | tuple[str, ...], table: Table, file: SourceFile) -> str:
    wanted = theirs if isinstance(theirs, tuple) else (theirs,)
    found = next(filter(None, (table.find(name) for name in wanted)), None)
    if found is not None:
        return found
    raise SourceError(
        f"{file.path} has no column {wanted[0]!r}; it has {table.names}. "
        "Say which column is which with --column OUR=THEIRS"
    )


def _unreadable(file: SourceFile, error: duckdb.Error) -> SourceError:
    reason = str(error).strip().splitlines()[0].replace(str(file.path), "the file")
    return SourceError(
        f"{file.path} cannot be read as {file.form} ({reason:.200}); nothing was stored: fetch it again"
    )
