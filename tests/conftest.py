"""What tests of all folders share."""

import os
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
