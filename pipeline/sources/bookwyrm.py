"""joinbookwyrm.com: its list as it serves it, in JSON, or a table of its revisions."""

import duckdb

from pipeline.sources.file import Form, SourceFile
from pipeline.sources.known_table import read_known
from pipeline.sources.mapping import Mapping
from pipeline.sources.said import Said, say_dump

KIND = "bookwyrm"

_SOURCE = "joinbookwyrm-list"
_HISTORY = "bookwyrm_history"


def read(connection: duckdb.DuckDBPyConnection, file: SourceFile, told: Mapping) -> Said:
    """Fill `said` from a list (JSON) or a table of its revisions (Parquet, CSV)."""
    if file.form is Form.JSON:
        return say_dump(connection, file, told.named(_SOURCE), "bookwyrm_list", "uri")
    return read_known(_HISTORY, connection, file, told)
