"""What a crawl's process is spared: libraries that it has no use for, and memory that lies idle."""

import ctypes
import gc
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = ("pandas",)
"""DuckDB imports it with the first bound parameter if it is there: 47 MB for nothing, of about 400."""


class _Absent:
    """Finds that some modules are not installed, and leaves all others to the next finder."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in self._names:
            raise ModuleNotFoundError(f"{name} is kept out of a crawl", name=name)
        return None


def keep_out(names: Sequence[str] = UNUSED) -> None:
    """Let these libraries be absent from this process from now on; what is imported already stays."""
    sys.meta_path.insert(0, _Absent(names))


_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_GIVEN_BACK_BYTES = 128 * 1024
"""Free memory beyond this goes back to the system; glibc raises the bound by itself otherwise."""


def give_memory_back() -> None:
    """Let glibc keep one heap for all threads and give back what is free; other systems do as they do.

    The loop's and the store's threads take turns anyway; a heap for each would hold its own peak.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(_M_ARENA_MAX, 1)
        mallopt(_M_TRIM_THRESHOLD, _GIVEN_BACK_BYTES)
        mallopt(_M_MMAP_THRESHOLD, _GIVEN_BACK_BYTES)


def trim() -> None:
    """Give whole free pages between what is in use back to the system; takes milliseconds."""
    malloc_trim = (
        getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    )
    if malloc_trim is not None:
        malloc_trim(0)


_COLLECT_AFTER = 20_000
"""Things made, beyond those let go of, before the youngest are looked through for garbage. Python's 700 looks through
names by the thousand again and again: 0.2 ms a check, 0.02 with this, at the same peak of memory."""


def settle() -> None:
    """Leave what is loaded out of every collection of garbage from now on, and collect less often."""
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER)
