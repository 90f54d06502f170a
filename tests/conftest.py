"""What tests of all folders share."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared() -> Path:
    """Third-party data to test against; tests that need them are skipped where they are absent."""
    folder = Path(os.environ.get("HERDBOOK_SHARED") or ROOT.parent / "shared")
    if not (folder / "protocols").is_dir():
        pytest.skip(f"no third-party data at {folder}")
    return folder


@dataclass(frozen=True, slots=True)
class Road:
    """What `herdbook up` left behind."""

    data: Path
    """The data folder it was given."""
    exit_code: int
    """How it ended."""
    said: str
    """What it told the person at the terminal."""

    @property
    def replica(self) -> Path:
        """The folder of the replica's data."""
        return self.data / "replica"


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Road:
    """The whole road once, as somebody without a network goes it: a small replica, crawled and published."""
    data = tmp_path_factory.mktemp("road")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pipeline.cli",
            "up",
            "--replica",
            "--servers",
            "60",
            "--once",
            "--no-browser",
        ],
        env={**os.environ, "HERDBOOK_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Road(data=data, exit_code=done.returncode, said=done.stdout + done.stderr)
