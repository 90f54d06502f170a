"""`herdbook import`: other people's history into the warehouse, file by file, with what was left out."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Annotated, Self, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn

from pipeline.exceptions import MappingError, SourceError
from pipeline.publish import publish
from pipeline.settings import Settings
from pipeline.sources.heard import Reason
from pipeline.sources.importing import Imported, import_file
from pipeline.sources.kinds import KINDS, reader
from pipeline.sources.mapping import Mapping, column_options, moment, read_mapping, source_name

_UNUSED_SHOWN = 12
"""Names of unused columns in one line; a wide table has dozens."""
_DONE, _WORTH_A_LOOK, _USAGE = 0, 1, 2


def import_command(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help=f"What the files are: {', '.join(KINDS)}.")
    ],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="The files, packed with gzip or not.")
    ],
    source: Annotated[
        str | None,
        typer.Option("--source", metavar="NAME", help="Whose data they are, e.g. fedilist."),
    ] = None,
    captured_at: Annotated[
        str | None,
        typer.Option(
            "--captured-at",
            metavar="TIME",
            help="When they were captured, if neither a column nor the file's name says so.",
        ),
    ] = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--column", metavar="OUR=THEIRS", help="Which of their columns is which of our fields."
        ),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--mapping", metavar="FILE.toml", help="The same, and words, in a file."),
    ] = None,
    publishes: Annotated[
        bool, typer.Option("--publish/--no-publish", help="Publish when all files are in.")
    ] = True,
) -> None:
    """Import other people's history: bad rows are counted and left out, a second time changes nothing."""
    reader(kind)  # a kind that there is not is said before any file is looked at
    told = _told(source, captured_at, columns or (), mapping)
    data = Settings.from_environment().data
    with _Watch() as watch:
        outcomes = list(_import_each(kind, files, told, data, watch))
        if publishes and any(imported is not None for imported, _ in outcomes):
            watch.finish("All files")
            watch.told("publishing", 0, None)
            watch.note(f"Published {publish(data)}.")
    raise typer.Exit(max(code for _, code in outcomes))


def summary(imported: Imported) -> Iterator[str]:
    """Say what became of one file: how many rows, what was left out, what nothing was made of."""
    yield (
        f"{imported.file.path.name}: {imported.rows_read:,} rows read as {imported.source}, "
        f"{imported.rows_stored:,} stored, {imported.rows_known:,} known already, "
        f"{imported.rows_rejected:,} rejected"
    )
    if imported.rows_differing:
        yield (
            f"  {imported.rows_differing:,} of the known rows say something else than before: "
            "what was there first stays"
        )
    first, last = imported.first_captured_at, imported.last_captured_at
    until = f" to {last:%Y-%m-%d %H:%M:%S}" if last != first else ""
    yield f"  captures: {imported.captures_count:,}, {first:%Y-%m-%d %H:%M:%S}{until} UTC"
    for name, reason in imported.reasons.items():
        yield f"  {_left_out(name, reason)}"
    if imported.unused_columns:
        shown = ", ".join(imported.unused_columns[:_UNUSED_SHOWN])
        more = ", …" if len(imported.unused_columns) > _UNUSED_SHOWN else ""
        yield f"  unused columns: {shown}{more}"


def _left_out(name: str, reason: Reason) -> str:
    what = "rows rejected" if reason.is_row else "values set aside, rows kept"
    example = f", e.g. {reason.example}" if reason.example else ""
    return f"{reason.count:,} {what}: {name}{example}"


def _told(
    source: str | None, captured_at: str | None, columns: Sequence[str], mapping: Path | None
) -> Mapping:
    """What the command line says, laid over what the mapping file says."""
    said = Mapping(
        source=source_name(source) if source is not None else None,
        captured_at=moment(captured_at) if captured_at is not None else None,
        columns=column_options(columns),
    )
    return said.over(read_mapping(mapping)) if mapping is not None else said


def _import_each(
    kind: str, files: Sequence[Path], told: Mapping, data: Path, watch: "_Watch"
) -> Iterator[tuple[Imported | None, int]]:
    """Import file after file; one that cannot be used is reported and the others go on."""
    for number, path in enumerate(files, start=1):
        watch.begin(f"{path.name} ({number} of {len(files)})")
        try:
            now = datetime.now(UTC)
            imported = import_file(path, kind, told, data, now=now, progress=watch.told)
        except SourceError as error:
            watch.note(f"herdbook: {error}")
            yield None, _USAGE if isinstance(error, MappingError) else _WORTH_A_LOOK
        else:
            for line in summary(imported):
                watch.say(line)
            yield imported, _WORTH_A_LOOK if imported.is_worth_a_look else _DONE


class _Watch:
    """Shows how far an import is: a bar in a terminal, a line for each file elsewhere."""

    def __init__(self) -> None:
        self._console = Console(stderr=True, highlight=False, markup=False, emoji=False)
        self._bar = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            console=self._console,
            transient=True,
            disable=not self._console.is_terminal,
        )
        self._task = self._bar.add_task("", total=None)
        self._name = ""

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._bar.stop()

    def begin(self, name: str) -> None:
        """The next file is looked at."""
        self._name = _inert(name)
        if not self._console.is_terminal:
            self.note(f"Importing {name}")

    def finish(self, name: str) -> None:
        """What follows is about all of them."""
        self._name = name

    def told(self, doing: str, done: int, total: int | None) -> None:
        """How far the file is."""
        self._bar.update(
            self._task, description=f"{self._name}: {doing}", completed=done, total=total
        )

    def note(self, line: str) -> None:
        """A line for whoever sits in front of it."""
        self._write(sys.stderr, line)

    def say(self, line: str) -> None:
        """A line of the result."""
        self._write(sys.stdout, line)

    def _write(self, stream: TextIO, line: str) -> None:
        # the bar is taken away first: both may be the same terminal
        self._bar.stop()
        stream.write(f"{_inert(line)}\n")
        stream.flush()
        self._bar.start()


def _inert(text: str) -> str:
    """Foreign text never reaches the terminal's own language (SECURITY OUT-06)."""
    return "".join(c if c.isprintable() else " " for c in text)
