"""The disk under the data: enough room before something large is written, and written for good afterwards."""

import os
import shutil
from pathlib import Path

from pipeline.exceptions import DiskFull


def want_free_space(folder: Path, wanted_bytes: int) -> None:
    """Raise `DiskFull` where less than that is free."""
    free_bytes = shutil.disk_usage(folder).free
    if free_bytes < wanted_bytes:
        raise DiskFull(folder, free_bytes, wanted_bytes)


def flush(path: Path) -> None:
    """Make sure that a file, or the names in a folder, are on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
