"""One file into the warehouse: read and judged apart from it, then stored in one transaction or not at all."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa

from pipeline import raw
from pipeline.exceptions import SourceError
from pipeline.observation import Import
from pipeline.sources.file import SourceFile
from pipeline.sources.heard import Progress, Reason, judge, reasons
from pipeline.sources.kinds import reader
from pipeline.sources.mapping import OBSERVATIONS, Mapping
from pipeline.sources.said import Said
from pipeline.warehouse import Warehouse, statement

_WORTH_A_LOOK_RATIO = 0.1
"""More rows left out than this, and the mapping is more likely wrong than the data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file."""

    file: SourceFile
    """The file."""
    source: str
    """Whose observations they are."""
    captures_count: int
    """Capture times in it."""
    first_captured_at: datetime
    """The earliest of them, UTC."""
    last_captured_at: datetime
    """The latest of them, UTC."""
    rows_read: int
    """Rows in the file."""
    rows_stored: int
    """Rows that became observations now."""
    rows_known: int
    """Rows that were there before, of the same source, capture and hostname."""
    rows_differing: int
    """Those of them that say something else than before; what was there first stays."""
    rows_rejected: int
    """Rows left out."""
    reasons: dict[str, Reason]
    """Why rows were left out and values set aside."""
    unused_columns: tuple[str, ...]
    """Columns of the file that nothing was made of."""

    @property
    def is_worth_a_look(self) -> bool:
        """Whether somebody should look at what was left out."""
        is_much_left_out = self.rows_rejected > _WORTH_A_LOOK_RATIO * self.rows_read
        return is_much_left_out or self.rows_differing > 0


def import_file(
    path: Path,
    kind: str,
    told: Mapping,
    data: Path,
    *,
    now: datetime,
    progress: Progress = lambda doing, done, total: None,
) -> Imported:
    """Import one file into the warehouse of a data folder; raise a `PipelineError` and change nothing."""
    read = reader(kind)
    progress("reading", 0, None)
    file = SourceFile.open(path)
    with _reading() as connection:
        said = read(connection, file, told)
        judge(connection, said, now, progress)
        return _store(connection, said, file, kind, data, now, progress)


@contextmanager
def _reading() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own for the foreign file: whatever is wrong with it, the warehouse is not touched."""
    with TemporaryDirectory(prefix="herdbook-import-") as folder:
        connection = duckdb.connect(
            config={
                "memory_limit": "512MB",
                "temp_directory": folder,
                "threads": 2,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        try:
            connection.execute("set timezone = 'UTC'")
            connection.execute(statement("sources", "no_rejected_lines"))
            yield connection
        finally:
            connection.close()


def _store(
    connection: duckdb.DuckDBPyConnection,
    said: Said,
    file: SourceFile,
    kind: str,
    data: Path,
    now: datetime,
    progress: Progress,
) -> Imported:
    left_out = reasons(connection)
    counts = _one(connection.execute(statement("sources", "counts")))
    if not counts["rows_kept"]:
        raise SourceError(_nothing_usable(file, counts["rows_read"], left_out))
    record = Import(
        import_id=uuid.uuid4().hex,
        kind=kind,
        source=said.source,
        file_name=file.path.name,
        file_sha256=file.sha256,
        captured_at=said.captured_at,
        imported_at=now,
        rows_read=counts["rows_read"],
        rows_kept=counts["rows_kept"],
        rows_rejected=counts["rows_rejected"],
        rejected=_told(left_out),
    )
    progress("storing", 0, counts["rows_kept"])
    provenance = {"source": record.source, "import_id": record.import_id}
    is_other = said.shape != OBSERVATIONS
    rejected_rows = _judged(
        connection, "rejected_others" if is_other else "rejected_rows", **provenance
    ).read_all()
    folder = f"sources/{said.shape}" if is_other else "sources"
    good = _judged(connection, "good", folder, imported_at=now, **provenance)
    known = _keep(data, record, folder, good, rejected_rows)
    return Imported(
        file=file,
        source=said.source,
        captures_count=counts["captures_count"],
        first_captured_at=counts["first_captured_at"],
        last_captured_at=counts["last_captured_at"],
        rows_read=counts["rows_read"],
        rows_stored=counts["rows_kept"] - known["rows_known"],
        rows_known=known["rows_known"],
        rows_differing=known["rows_differing"],
        rows_rejected=counts["rows_rejected"],
        reasons=left_out,
        unused_columns=said.unused_columns,
    )


def _judged(
    connection: duckdb.DuckDBPyConnection, name: str, folder: str = "sources", **parameters: Any
) -> pa.RecordBatchReader:
    """Stream rows out of the database they were judged in."""
    return connection.execute(statement(folder, name), parameters).to_arrow_reader()


def _keep(
    data: Path,
    record: Import,
    folder: str,
    good: pa.RecordBatchReader,
    rejected_rows: pa.Table,
) -> dict[str, Any]:
    """Store what is not there yet, and who brought it; nothing at all where all of it is known."""
    with Warehouse.open(data, is_replica=False) as warehouse:
        # outside the transaction: reading the file's rows changes nothing that lasts
        with warehouse.registered(batch_good=good):
            warehouse.connection.execute("create or replace temp table good as from batch_good")
        known = _one(warehouse.run(folder, "known"))
        if known["rows_known"] < record.rows_kept:
            record = replace(record, rows_kept=record.rows_kept - known["rows_known"])
            batches = {
                "batch_imports": raw.IMPORTS.batch([record]),
                "batch_rejected_rows": rejected_rows,
            }
            with warehouse.registered(**batches), warehouse.storing():
                warehouse.run(folder, "insert")
                for name in ("imports", "rejected_rows"):
                    warehouse.run("sources", f"insert_{name}")
    return known


def _told(left_out: dict[str, Reason]) -> str:
    told = {name: asdict(reason) for name, reason in left_out.items()}
    return json.dumps(told, ensure_ascii=False)


def _nothing_usable(file: SourceFile, rows_read: int, reasons: dict[str, Reason]) -> str:
    if not rows_read:
        return f"{file.path} has no rows; nothing was stored: fetch it again"
    name, reason = next(iter(reasons.items()))
    return (
        f"{file.path}: none of its {rows_read:,} rows can be used, {reason.count:,} for {name} "
        f"(the first says {reason.example!r}); nothing was stored: check which column is which"
    )


def _one(result: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Take the only row of a result, by the names of its columns."""
    names = [column[0] for column in result.description or ()]
    return dict(zip(names, result.fetchall()[0], strict=True))
