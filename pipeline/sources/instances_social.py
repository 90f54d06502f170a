"""instances.social: its dump of one capture as it served it, or a table of many captures.

The two describe the same servers, so each has a source name of its own: the same hour imported as both
stays two captures of two sources, and no total counts it twice.
"""

import duckdb

from pipeline.sources.file import Form, SourceFile
from pipeline.sources.known_table import read_known
from pipeline.sources.mapping import Mapping
from pipeline.sources.said import Said, say_dump

KIND = "instances-social"

_DUMP_SOURCE = "instances.social"
_CAPTURES = "instances_social_captures"


def read(connection: duckdb.DuckDBPyConnection, file: SourceFile, told: Mapping) -> Said:
    """Fill `said` from a dump (JSON) or a table of captures (Parquet, CSV)."""
    if file.form is Form.JSON:
        return say_dump(connection, file, told.named(_DUMP_SOURCE), "instances_social_dump", "name")
    return read_known(_CAPTURES, connection, file, told)
