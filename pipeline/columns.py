"""Columns derived from records: one definition for the record, its table and its batch.

A scalar field is a column of its name. A nested record that may be absent is flattened under its
field's name, with `has_<field>` beside it, so that "no NodeInfo" and "a NodeInfo that said nothing"
stay two things. A list of records has a table of its own and makes no column here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import pyarrow as pa

_INT64 = (-(2**63), 2**63 - 1)

_TYPES: dict[type, tuple[str, pa.DataType]] = {
    str: ("VARCHAR", pa.string()),
    bool: ("BOOLEAN", pa.bool_()),
    int: ("BIGINT", pa.int64()),
    float: ("DOUBLE", pa.float64()),
    bytes: ("BLOB", pa.binary()),
    datetime: ("TIMESTAMPTZ", pa.timestamp("us", tz="UTC")),
    date: ("DATE", pa.date32()),
}
_LIST = ("VARCHAR[]", pa.list_(pa.string()))
_COUNTS = ("MAP(VARCHAR, BIGINT)", pa.map_(pa.string(), pa.int64()))

# Compressed by DuckDB per some thousands of neighbours: a third of what zlib makes of each alone.
_LONG_TEXTS = frozenset(
    {"body", "exchanges", "nodeinfo_description", "instance_description"} | {"description", "extra"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a raw table and how a record fills it."""

    name: str
    """Name in the table."""
    sql_type: str
    """DuckDB's type."""
    arrow_type: pa.DataType
    """The same for a batch."""
    read: Callable[[Any], Any]
    """Takes the value from what `inside` gives, which is there."""
    inside: Callable[[Any], Any] | None = None
    """Takes the record from what fills the row; `None` = it is the record itself. Absent record, null value."""

    @property
    def definition(self) -> str:
        """The column as `create table` spells it."""
        compression = " using compression zstd" if self.name in _LONG_TEXTS else ""
        return f'"{self.name}" {self.sql_type}{compression}'


def column(name: str, kind: type, read: Callable[[Any], Any]) -> Column:
    """Describe a column that no field of the record gives, such as the crawl a row came from."""
    sql_type, arrow_type = _TYPES[kind]
    return Column(name=name, sql_type=sql_type, arrow_type=arrow_type, read=read)


def columns_of(
    record: type, *, prefix: str = "", inside: Callable[[Any], Any] | None = None
) -> tuple[Column, ...]:
    """Derive the columns of a record, its nested records flattened."""
    hints = get_type_hints(record)
    found: list[Column] = []
    for field in fields(record):
        kind = _without_none(hints[field.name])
        name = prefix + field.name
        if isinstance(kind, type) and is_dataclass(kind):
            nested = _reader(field.name, inside)
            found.append(column(f"has_{name}", bool, _is_present(nested)))
            found.extend(columns_of(kind, prefix=f"{name}_", inside=nested))
        elif not _is_list_of_records(kind):
            sql_type, arrow_type = _column_type(kind, f"{record.__name__}.{field.name}")
            found.append(
                Column(
                    name=name,
                    sql_type=sql_type,
                    arrow_type=arrow_type,
                    read=attrgetter(field.name),
                    inside=inside,
                )
            )
    return tuple(found)


def batch(columns: Iterable[Column], rows: Sequence[Any]) -> pa.Table:
    """Lay records out as one Arrow table with these columns."""
    columns = tuple(columns)
    # each nested record is looked for once, not for each of its columns
    records: dict[Callable[[Any], Any] | None, Sequence[Any]] = {None: rows}
    for inside in dict.fromkeys(column.inside for column in columns):
        if inside is not None:
            records[inside] = [inside(row) for row in rows]
    return pa.table(
        [
            _array(
                [None if held is None else column.read(held) for held in records[column.inside]],
                column.arrow_type,
            )
            for column in columns
        ],
        schema=pa.schema([(column.name, column.arrow_type) for column in columns]),
    )


def _array(values: list[Any], arrow_type: pa.DataType) -> pa.Array:
    try:
        return pa.array(values, arrow_type)
    except (UnicodeError, OverflowError, pa.ArrowInvalid):
        # one value no database can hold must not cost the batch it came in
        return pa.array([_storable(value) for value in values], arrow_type)


def _storable(value: Any) -> Any:
    """Lone surrogates become U+FFFD; an integer beyond 64 bits is not said rather than wrong."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, int) and not _INT64[0] <= value <= _INT64[1]:
        return None
    if isinstance(value, (list, tuple)):
        return type(value)(_storable(item) for item in value)
    return value


def _reader(name: str, inside: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    if inside is None:
        return lambda row: getattr(row, name)

    def read(row: Any) -> Any:
        nested = inside(row)
        return None if nested is None else getattr(nested, name)

    return read


def _is_present(read: Callable[[Any], Any]) -> Callable[[Any], bool]:
    return lambda row: read(row) is not None


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        if len(kinds) == 1:
            return kinds[0]
    return hint


def _is_list_of_records(kind: Any) -> bool:
    if get_origin(kind) is not tuple:
        return False
    return is_dataclass(_without_none(get_args(kind)[0]))


def _column_type(kind: Any, where: str) -> tuple[str, pa.DataType]:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        if get_origin(item) is tuple and get_args(item) == (str, int):
            return _COUNTS
        if isinstance(item, type) and issubclass(item, str):
            return _LIST
    elif isinstance(kind, type):
        if issubclass(kind, (StrEnum, str)):
            return _TYPES[str]
        if kind in _TYPES:
            return _TYPES[kind]
    raise TypeError(f"{where}: no column type is known for {kind!r}; add one in pipeline.columns")
