"""Tables whose columns are known: one small TOML file for each, and its name is the kind."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb

from pipeline.sources.file import Form, SourceFile
from pipeline.sources.mapping import REQUIRED, Mapping, read_mapping
from pipeline.sources.said import Said, open_table, say_table

_TABLES = Path(__file__).with_name("tables")

Read = Callable[[duckdb.DuckDBPyConnection, SourceFile, Mapping], Said]


def known_tables() -> dict[str, Read]:
    """Every table that has a mapping here, by its kind."""
    return {path.stem.replace("_", "-"): _reader(path) for path in sorted(_TABLES.glob("*.toml"))}


def read_known(
    name: str, connection: duckdb.DuckDBPyConnection, file: SourceFile, told: Mapping
) -> Said:
    """Fill `said` from a CSV or Parquet file by the mapping of that name."""
    file.expect(name.replace("_", "-"), Form.CSV, Form.PARQUET)
    table = open_table(connection, file)
    known = read_mapping(_TABLES / f"{name}.toml")
    # columns come and go with the years; without its first it is another table
    columns = {
        ours: theirs
        for ours, theirs in known.columns.items()
        if ours == REQUIRED[known.shape]
        or any(map(table.find, theirs if isinstance(theirs, tuple) else (theirs,)))
    }
    return say_table(connection, table, file, told.over(replace(known, columns=columns)))


def _reader(path: Path) -> Read:
    return lambda connection, file, told: read_known(path.stem, connection, file, told)
