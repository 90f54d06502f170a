"""`herdbook query`: ask the published data in SQL, or one of the saved queries by its name."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.parquet
import typer
from rich.console import Console
from rich.table import Table

from pipeline.asking import QueryLimits
from pipeline.exceptions import QueryRefused
from pipeline.export import csv_text, json_text
from pipeline.read import Published
from pipeline.saved import saved_queries, saved_query
from pipeline.settings import Settings

_USUAL = QueryLimits()


def query_command(
    sql: Annotated[
        str | None,
        typer.Argument(
            metavar="SQL|NAME",
            help="One statement that reads, or the name of a saved query.",
            show_default=False,
        ),
    ] = None,
    lists: Annotated[bool, typer.Option("--list", help="Tell what queries are saved.")] = False,
    is_json: Annotated[bool, typer.Option("--json", help="An array of objects.")] = False,
    is_csv: Annotated[bool, typer.Option("--csv", help="Comma-separated, with a header.")] = False,
    parquet: Annotated[
        Path | None, typer.Option("--parquet", metavar="FILE", help="Into a Parquet file.")
    ] = None,
    rows: Annotated[
        int, typer.Option("--rows", metavar="N", min=1, help="At most so many rows.")
    ] = _USUAL.rows,
    seconds: Annotated[
        float, typer.Option("--timeout", metavar="SECONDS", min=1, help="At most so long.")
    ] = _USUAL.seconds,
) -> None:
    """Ask the published data, read-only: `herdbook query "from instances limit 5"`."""
    if is_json + is_csv + (parquet is not None) > 1:
        raise typer.BadParameter("give one of --json, --csv and --parquet")
    if lists:
        _print_table({"name": [query.name for query in saved_queries()],
                      "question": [query.question for query in saved_queries()]})  # fmt: skip
        return
    if sql is None:
        raise typer.BadParameter('give a query, such as "from instances limit 5", or --list')
    saved = saved_query(sql)
    limits = QueryLimits(rows=rows, seconds=seconds)
    try:
        answer = Published(Settings.from_environment().data).ask(
            saved.sql if saved else sql, limits
        )
    except QueryRefused as error:
        _tell(f"herdbook: {_shown(error)}")
        if error.place:
            _tell(_inert(error.place))
        raise typer.Exit(1) from None
    _put(answer.table, is_json, is_csv, parquet)
    if answer.is_more:
        _tell(f"These are the first {answer.table.num_rows:,} rows; --rows N shows more.")


def _put(found: pa.Table, is_json: bool, is_csv: bool, parquet: Path | None) -> None:
    if parquet is not None:
        pyarrow.parquet.write_table(found, parquet, compression="zstd")
        _tell(f"Wrote {found.num_rows:,} rows to {parquet}.")
    elif is_json:
        sys.stdout.buffer.write(json_text(found.to_pylist()))
    elif is_csv:
        sys.stdout.write(
            csv_text(found.column_names, zip(*found.to_pydict().values(), strict=True))
        )
    else:
        _print_table(found.to_pydict())
    sys.stdout.flush()


def _print_table(columns: dict[str, list[Any]]) -> None:
    console = Console(highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        # whole lines for other programs and for scrolling
        console = Console(highlight=False, markup=False, emoji=False, width=10_000)
    table = Table(box=None, header_style="bold", pad_edge=False)
    for name, values in columns.items():
        is_number = all(isinstance(value, (int, float)) or value is None for value in values)
        table.add_column(
            _inert(name), justify="right" if is_number else "left", no_wrap=not console.is_terminal
        )
    for row in zip(*columns.values(), strict=True):
        table.add_row(*(_shown(value) for value in row))
    console.print(table)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S}"
    # foreign text never reaches the terminal's own language (SECURITY OUT-06)
    return "".join(c if c.isprintable() else " " for c in str(value))


def _inert(text: str) -> str:
    return "\n".join(_shown(line) for line in text.splitlines())


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
