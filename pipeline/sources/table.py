"""Any table of servers, with a mapping that says which column is which of our fields."""

from functools import partial

import duckdb

from pipeline.sources.file import Form, SourceFile
from pipeline.sources.mapping import Mapping
from pipeline.sources.said import Said, open_table, say_table


def _read(
    kind: str,
    form: Form,
    connection: duckdb.DuckDBPyConnection,
    file: SourceFile,
    told: Mapping,
) -> Said:
    """Fill `said` from a table in the one form that its kind is named after."""
    file.expect(kind, form)
    return say_table(connection, open_table(connection, file), file, told)


read_csv = partial(_read, "csv", Form.CSV)
"""Fill `said` from comma-, semicolon-, tab- or bar-separated text with a header."""
read_parquet = partial(_read, "parquet", Form.PARQUET)
"""Fill `said` from a Parquet file."""
