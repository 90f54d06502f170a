"""The kinds of file that can be imported: a name for the command line, a reader for each."""

from collections.abc import Callable

import duckdb

from pipeline.exceptions import MappingError
from pipeline.sources import bookwyrm, instances_social, table
from pipeline.sources.file import SourceFile
from pipeline.sources.known_table import known_tables
from pipeline.sources.mapping import Mapping
from pipeline.sources.said import Said

Reader = Callable[[duckdb.DuckDBPyConnection, SourceFile, Mapping], Said]
"""Fills the table `said` of a connection from one file."""

KINDS: dict[str, Reader] = {
    instances_social.KIND: instances_social.read,
    bookwyrm.KIND: bookwyrm.read,
    "csv": table.read_csv,
    "parquet": table.read_parquet,
    **known_tables(),
}
"""Another table is a TOML file in `tables`; another kind of file is a module and a line here."""


def reader(kind: str) -> Reader:
    """Find the reader of a kind; raise `MappingError` naming those there are."""
    try:
        return KINDS[kind]
    except KeyError:
        raise MappingError(f"there is no kind {kind!r}: one of {', '.join(KINDS)}") from None
