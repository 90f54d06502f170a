"""Asking the published file a query of one's own, in a process of its own that can do nothing else.

A query is a program by somebody we do not know. DuckDB can be told to stop, but some of what it computes does
not look up before it is done; memory that one query takes, or a setting that it changes, would be everybody's.
So each query has a process (`answering.py`) that the kernel holds to its limits, and that is killed when its
time is over. A quarter of a second is what that costs.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pyarrow as pa

from pipeline.answering import READY
from pipeline.exceptions import PublishedDamaged, QueryRefused
from pipeline.statement import LONGEST

_PASSED_ON = ("PATH", "LD_LIBRARY_PATH", "PYTHON", "OPENBLAS_", "LANG", "LC_")
"""Beginnings of the variables that the process gets: what Python needs to start, and no secret."""

START_SECONDS = 30.0
"""How long a process may take to begin; a quarter of a second where there is nothing else to do."""

_LONGEST_MESSAGE = 400
"""Characters of what the database says; it quotes the query and its data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryLimits:
    """What one query may take."""

    seconds: float = 20.0
    """Until its last row: ten times what a scan of all days takes."""
    rows: int = 10_000
    """A table that a person can still look at."""
    cell_characters: int | None = None
    """Longest text of a cell; `None` = whole. With it the answer is for the eye: numbers stay, all else is text."""
    answer_bytes: int = 1_000_000_000
    """Size of the answer; rows beyond are left out."""
    memory_bytes: int = 1_000_000_000
    """Of the database; the process may take 500 MB beside it."""
    threads: int = 2
    """Processors at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a query found."""

    table: pa.Table
    """Its rows; names of columns are distinct."""
    is_more: bool
    """Whether there are more rows than these."""
    seconds: float
    """How long the database took."""


def ask(path: Path, sql: str, limits: QueryLimits) -> Answer:
    """Run one reading statement over the published file at `path`. Safe for threads.

    Raises `QueryRefused` with what is wrong in plain words, `PublishedDamaged` where the file cannot be opened.
    """
    if len(sql) > LONGEST:
        raise QueryRefused(f"the query is longer than {LONGEST:,} characters")
    if any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in sql):
        raise QueryRefused("the query holds a character that is not text")
    order = {
        "path": str(path.absolute()),
        "sql": sql,
        "seconds": max(limits.seconds, 1),
        "rows": limits.rows,
        "cell_characters": limits.cell_characters,
        "answer_bytes": limits.answer_bytes,
        "memory_bytes": limits.memory_bytes,
        "threads": limits.threads,
    }
    said, table = _converse(orjson.dumps(order), limits)
    if table is None:
        raise _refusal(said, sql, path, limits)
    if limits.cell_characters is not None:
        table = _for_the_eye(table)
    return Answer(table=table, is_more=said["is_more"], seconds=said["seconds"])


def _converse(order: bytes, limits: QueryLimits) -> tuple[dict[str, Any], pa.Table | None]:
    process = _process()
    assert process.stdout is not None
    try:
        with _deadline(process, START_SECONDS) as is_late:
            is_ready = _begins(process, order)
        if is_late.is_set():
            return {"refused": "busy"}, None
        with _deadline(process, limits.seconds) as is_late:
            out = process.stdout.read()
        if is_late.is_set():
            return {"refused": "slow"}, None
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    first, _, rest = out.partition(b"\n")
    if not is_ready or not first:
        return {"refused": _why_silent(process.returncode)}, None
    said = orjson.loads(first)
    return said, (None if "refused" in said else pa.ipc.open_stream(rest).read_all())


def _process() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        # -P: a folder named `pipeline` where somebody happens to stand must not be ours
        [sys.executable, "-P", "-m", "pipeline.answering"],
        env=_environment(os.environ),
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def _begins(process: "subprocess.Popen[bytes]", order: bytes) -> bool:
    """Give the order, and wait until the process looks at it."""
    assert process.stdin is not None
    assert process.stdout is not None
    with suppress(BrokenPipeError), process.stdin:
        process.stdin.write(order)
    return process.stdout.readline() == READY


@contextmanager
def _deadline(process: "subprocess.Popen[bytes]", seconds: float) -> Iterator[threading.Event]:
    """Kill the process unless the block is done in time; the event says that it was not."""
    is_late = threading.Event()

    def end() -> None:
        is_late.set()
        process.kill()

    timer = threading.Timer(seconds, end)
    timer.start()
    try:
        yield is_late
    finally:
        timer.cancel()


def _for_the_eye(table: pa.Table) -> pa.Table:
    """Decimal numbers as plain ones; a whole number that is too large for that keeps its digits as text."""
    for place, field in enumerate(table.schema):
        if not pa.types.is_decimal(field.type):
            continue
        column = table.column(place)
        if field.type.scale > 0:
            column = column.cast(pa.float64())
        else:
            try:
                column = column.cast(pa.int64())
            except pa.ArrowInvalid:
                column = column.cast(pa.string())
        table = table.set_column(place, field.name, column)
    return table


def _why_silent(exit_code: int) -> str:
    """Why a process ended without a word."""
    if exit_code in (-signal.SIGXCPU, -signal.SIGALRM):
        return "slow"
    # no memory is left to say so, or the kernel took the process for want of it
    return "memory" if exit_code < 0 else "broken"


def _environment(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name.startswith(_PASSED_ON)}


def _refusal(
    said: Mapping[str, Any], sql: str, path: Path, limits: QueryLimits
) -> QueryRefused | PublishedDamaged:
    match said["refused"]:
        case "damaged":
            return PublishedDamaged(path, said["message"])
        case "unfit":
            return QueryRefused(said["message"])
        case "outside":
            return QueryRefused(
                "files, the network and settings are disabled for queries: they see the published tables only"
            )
        case "slow":
            return QueryRefused(
                f"the query took longer than {limits.seconds:g} seconds and was ended; "
                "ask for fewer rows or days"
            )
        case "busy":
            return QueryRefused("this machine is too busy for queries now; try again in a minute")
        case "memory":
            return QueryRefused(
                f"the query wanted more memory than it may have ({limits.memory_bytes / 1e6:,.0f} MB) and was "
                "ended; group or filter before sorting and joining"
            )
        case "wrong":
            return _wrong(said, sql)
    return QueryRefused("the database could not answer this query")


def _wrong(said: Mapping[str, Any], sql: str) -> QueryRefused:
    message, line, column = said["message"], said["line"], said["column"]
    message = " ".join(message.split())[:_LONGEST_MESSAGE]
    if line is None:
        return QueryRefused(message)
    lines = sql.splitlines()
    shown = lines[line - 1] if line <= len(lines) else ""
    return QueryRefused(
        f"{message} (line {line}, character {column})",
        place=f"{shown}\n{' ' * (column - 1)}^",
    )
