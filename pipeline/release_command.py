"""`herdbook release`: a dated, self-contained release of the published data."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from pipeline.release.making import release
from pipeline.settings import Settings


def release_command(
    replaces: Annotated[
        bool, typer.Option("--replace", help="Make the release of the same day anew.")
    ] = False,
    into: Annotated[
        Path | None,
        typer.Option(
            "--into", metavar="FOLDER", help="Elsewhere than published/<day of the data>."
        ),
    ] = None,
) -> None:
    """Make a release of what is published: DuckDB, Parquet, dictionary, licence, checksums."""
    started = time.monotonic()
    folder = release(Settings.from_environment().data, into=into, replaces=replaces, say=_tell)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    _tell(
        f"Released {folder}: {size / 1e6:,.1f} MB in {time.monotonic() - started:,.1f} seconds. "
        "Its README.md says what it is."
    )


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()
