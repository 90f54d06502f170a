"""`python -m pipeline.answering`: the process that answers one query, and ends.

An order comes in as JSON on stdin, the answer goes out on stdout: `ready`, a line of JSON, then the table as an
Arrow stream. Before the query is looked at, the published file is open and this process has given up everything
else: it can open no further file or socket, write no file, take no more memory or time than the order says.
`asking.py` gives orders and kills whoever is late.
"""

import io
import json
import os
import re
import resource
import signal
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.exceptions import QueryRefused
from pipeline.literal import literal
from pipeline.statement import want_published_only

ORPHAN_SECONDS = 2
"""How long after its time a query may go on whose asker is gone: the kernel ends it then."""

BESIDE_BYTES = 500_000_000
"""Memory that the process may take beside the database's own: stacks, the answer, and what DuckDB does not count."""

READY = b"ready\n"
"""Said when the query is about to be looked at; `asking.py` waits for it."""

_BATCH_ROWS = 1_000
_LOOKED_AT_AS_IT_IS = {
    "boolean", "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger",
    "ubigint", "float", "double", "decimal",
}  # fmt: skip
"""Types that an answer for the eye keeps; all others are text there."""
_NO_ARROW = {"bignum", "bit", "uhugeint", "time with time zone", "union", "variant", "geometry"}
"""Types that Arrow has no plain word for."""
_PLACE = re.compile(r"\n+LINE (\d+): (.*)\n( *)\^.*\Z", re.DOTALL)
_PREFIX = re.compile(r"\A[A-Za-z -]+ Error: ")


def main() -> None:
    """Answer the order on stdin."""
    order = json.loads(sys.stdin.buffer.read())
    try:
        connection = _opened(order)
    except duckdb.Error as error:
        _say(READY)
        _end({"refused": "damaged", "message": str(error)})
    _warm(connection)
    _give_up_everything_else(order)
    # a signal that nobody handles ends the process even while it is deep inside the database
    signal.alarm(int(order["seconds"]) + ORPHAN_SECONDS)
    _say(READY)
    try:
        said, table = _answer(connection, order)
    except QueryRefused as error:
        _end({"refused": "unfit", "message": str(error)})
    except (duckdb.OutOfMemoryException, MemoryError, pa.ArrowMemoryError):
        _end({"refused": "memory"})
    except duckdb.PermissionException:
        _end({"refused": "outside"})
    except duckdb.Error as error:
        _end(_what_is_wrong(error))
    _end(said, table)


def _opened(order: dict[str, Any]) -> duckdb.DuckDBPyConnection:
    """Open the published file, read-only, with everything else switched off for good."""
    connection = duckdb.connect(
        ":memory:",
        config={
            "memory_limit": f"{order['memory_bytes']}B",
            "threads": order["threads"],
            "temp_directory": "",
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,
        },
    )
    connection.execute("set global timezone = 'UTC'")
    # the path is the operator's, and `attach` takes no parameters
    connection.execute(f"attach {literal(order['path'])} as published (read_only)")
    # a person writes `marts.x` or `x`
    connection.execute("use published.marts")
    connection.execute("set enable_external_access = false")
    connection.execute("set lock_configuration = true")
    return connection


def _warm(connection: duckdb.DuckDBPyConnection) -> None:
    """Have everything loaded that an answer needs: afterwards no file can be opened."""
    want_published_only(connection, "select 1 as one")
    _written(connection.sql("select 1 as one").limit(1).to_arrow_reader(1).read_all())
    try:
        connection.sql("select one from nothing")
    except duckdb.Error as error:
        _what_is_wrong(error)


def _give_up_everything_else(order: dict[str, Any]) -> None:
    os.nice(5)
    seconds = int(order["seconds"]) * order["threads"] + ORPHAN_SECONDS
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_DATA, _reserved_bytes() + order["memory_bytes"] + BESIDE_BYTES),
        # what is open stays open
        (resource.RLIMIT_NOFILE, 0),
    ):
        resource.setrlimit(what, (most, most))


def _reserved_bytes() -> int:
    """Memory that is taken or set aside for data already; libraries reserve more than they use."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
    except OSError:
        # systems without it do not hold a process to this limit either
        return 0
    return int(pages) * resource.getpagesize()


def _answer(
    connection: duckdb.DuckDBPyConnection, order: dict[str, Any]
) -> tuple[dict[str, Any], pa.Table]:
    want_published_only(connection, order["sql"])
    begun = time.monotonic()
    relation = _bound(connection, order["sql"])
    # one row more than wanted tells whether there are more
    found = relation.limit(order["rows"] + 1).project(_columns(relation, order["cell_characters"]))
    reader = found.to_arrow_reader(_BATCH_ROWS)
    batches, is_more = _taken(reader, order["rows"], order["answer_bytes"])
    table = pa.Table.from_batches(batches, reader.schema)
    return {"is_more": is_more, "seconds": time.monotonic() - begun}, table


def _bound(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb.DuckDBPyRelation:
    try:
        return connection.sql(sql)
    except (duckdb.BinderException, duckdb.CatalogException):
        # told again with the place in the text, which a relation does not say
        connection.execute(sql)
        raise


def _columns(relation: duckdb.DuckDBPyRelation, cell_characters: int | None) -> str:
    """The columns of an answer, each under a name of its own and in a type that travels."""
    taken: set[str] = set()
    columns = []
    for place, (told, kind) in enumerate(
        zip(relation.columns, relation.types, strict=True), start=1
    ):
        name, number = told, 1
        while name.lower() in taken:
            number += 1
            name = f"{told}_{number}"
        taken.add(name.lower())
        quoted = name.replace('"', '""')
        columns.append(f'{_column(f"#{place}", kind.id, cell_characters)} as "{quoted}"')
    return ", ".join(columns)


def _column(value: str, kind: str, cell_characters: int | None) -> str:
    if cell_characters is None:
        return f"{value}::varchar" if kind in _NO_ARROW else value
    if kind in _LOOKED_AT_AS_IT_IS:
        return value
    return f"if(length({value}::varchar) > {cell_characters}, left({value}::varchar, {cell_characters}) || '…', {value}::varchar)"


def _taken(
    reader: pa.RecordBatchReader, rows: int, most_bytes: int
) -> tuple[list[pa.RecordBatch], bool]:
    """As many rows as are wanted and fit; and whether there are more."""
    batches: list[pa.RecordBatch] = []
    for batch in reader:
        fitting = batch.slice(0, rows)
        while fitting.nbytes > most_bytes and fitting.num_rows:
            fitting = fitting.slice(0, fitting.num_rows // 2)
        batches.append(fitting)
        if fitting.num_rows < batch.num_rows:
            return batches, True
        rows, most_bytes = rows - fitting.num_rows, most_bytes - fitting.nbytes
    return batches, False


def _what_is_wrong(error: duckdb.Error) -> dict[str, Any]:
    """The database's own words without what it quotes, and the place that it means."""
    told = str(error)
    place = _PLACE.search(told)
    line = column = None
    if place is not None:
        told = told[: place.start()]
        # a long line is quoted in part, and the place in it is not known
        if not place[2].startswith("..."):
            line, column = int(place[1]), len(place[3]) - len(f"LINE {place[1]}: ") + 1
    message = _PREFIX.sub("", told).strip()
    is_of_the_query = isinstance(
        error, (duckdb.ProgrammingError, duckdb.DataError, duckdb.NotSupportedError)
    )
    if not is_of_the_query or isinstance(error, duckdb.IOException):
        return {"refused": "broken"}
    return {"refused": "wrong", "message": message, "line": line, "column": column}


def _written(table: pa.Table) -> bytes:
    held = io.BytesIO()
    with pa.ipc.new_stream(held, table.schema) as stream:
        stream.write_table(table)
    return held.getvalue()


def _say(words: bytes) -> None:
    sys.stdout.buffer.write(words)
    sys.stdout.buffer.flush()


def _end(said: dict[str, Any], table: pa.Table | None = None) -> None:
    _say(json.dumps(said).encode() + b"\n" + (b"" if table is None else _written(table)))
    # an interpreter that ends in order would open files
    os._exit(0)


if __name__ == "__main__":
    main()
