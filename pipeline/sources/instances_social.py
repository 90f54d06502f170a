"""instances.social: its dump of one capture as it served it, or a table of many captures.

The two describe the same servers, so each has a source name of its own: the same hour imported as both
stays two captures of two sources, and no total counts it twice.
"""

import duckdb

from pipeline.exceptions import SourceError
from pipeline.sources.file import Form, SourceFile
from pipeline.sources.known_table import read_known
from pipeline.sources.mapping import Mapping
from pipeline.sources.said import Said, capture_time, say_objects

KIND = "instances-social"

_DUMP_SOURCE = "instances.social"
_CAPTURES = "instances_social_captures"


def read(connection: duckdb.DuckDBPyConnection, file: SourceFile, told: Mapping) -> Said:
    """Fill `said` from a dump (JSON) or a table of captures (Parquet, CSV)."""
    if file.form is Form.JSON:
        return _dump(connection, file, told.named(_DUMP_SOURCE))
    return read_known(_CAPTURES, connection, file, told)


def _dump(connection: duckdb.DuckDBPyConnection, file: SourceFile, told: Mapping) -> Said:
    say_objects(connection, file, "instances_social_dump")
    counted = connection.execute("select count(*), count(hostname) from said").fetchall()
    rows_count, names_count = counted[0]
    if not names_count:
        raise SourceError(
            f"{file.path} is JSON, but not a dump of instances.social: none of its {rows_count} elements "
            "has a `name`; nothing was stored"
        )
    return Said(source=str(told.source), captured_at=capture_time(file, told), values=told.values)
