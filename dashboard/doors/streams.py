"""Tables as files while they are read: CSV for spreadsheets and Parquet for programs, a batch in memory at a time."""

import csv
import io
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from dashboard.tables import csv_cell, plain

BATCH_ROWS = 5_000
"""Rows in memory at a time, and of one row group: some megabytes with all columns."""


def as_csv(batches: Iterator[pa.RecordBatch], fields: Sequence[str]) -> Iterator[bytes]:
    """Batches as CSV, with a head also where there is no row; no cell is a formula to a spreadsheet."""
    yield _lines([fields])
    for batch in batches:
        rows = batch.select(list(fields)).to_pylist()
        yield _lines([[csv_cell(plain(name, row[name])) for name in fields] for row in rows])


def _lines(rows: Sequence[Sequence[Any]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


def as_parquet(batches: Iterator[pa.RecordBatch], schema: pa.Schema) -> Iterator[bytes]:
    """Batches as one Parquet file with the schema's columns, types and meanings, zstd inside."""
    written = io.BytesIO()
    with pq.ParquetWriter(pa.PythonFile(written, "w"), schema, compression="zstd") as writer:
        for batch in batches:
            writer.write_batch(batch.select(schema.names).cast(schema))
            yield _taken(written)
    yield _taken(written)


def _taken(written: io.BytesIO) -> bytes:
    """What was written since it was taken last; the buffer is empty again."""
    told = written.getvalue()
    written.seek(0)
    written.truncate()
    return told
