"""What tests of importing share: a data folder, files of our own, and what became of them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import warehouse as warehouse_module
from pipeline.sources.importing import Imported, import_file
from pipeline.sources.mapping import Mapping
from pipeline.warehouse import FILE_NAME


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that nothing was imported into yet."""
    return tmp_path / "data"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write a file to be imported; its usual name says the fourth of November 2023."""

    def write(content: bytes | str, name: str = "list_2023-11-04") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


@pytest.fixture
def bring(data: Path) -> Callable[..., Imported]:
    """Import one file into the data folder on New Year's Day of 2024."""

    def bring(path: Path, kind: str = "csv", **told: Any) -> Imported:
        if kind in ("csv", "parquet"):
            told = {
                "source": "somebody",
                "columns": {"hostname": "host", "users_total": "users"},
            } | told
        return import_file(path, kind, Mapping(**told), data, now=datetime(2024, 1, 1, tzinfo=UTC))

    return bring


@pytest.fixture
def rows(data: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Ask the warehouse."""

    def rows(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(data / FILE_NAME, read_only=True) as connection:
            connection.execute("set timezone = 'UTC'")
            return connection.execute(sql).fetchall()

    return rows


@pytest.fixture
def opt_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let hosts have asked to stay out."""

    def opt_out(*hostnames: str) -> None:
        path = tmp_path / "optouts.csv"
        path.write_text("hostname\n" + "".join(f"{name}\n" for name in hostnames))
        monkeypatch.setattr(warehouse_module, "OPTOUTS", path)

    return opt_out
