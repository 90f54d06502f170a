"""What a crawl's process is spared: libraries that it has no use for, and memory that lies idle."""

import ctypes
import gc
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

UNUSED = ("pandas", "pyarrow.dataset")
"""DuckDB imports them if they are there: pandas with the first bound parameter (47 MB), datasets with the first
Arrow table (22 MB, and a copy of what is read). Without either it reads Arrow's stream as it comes."""


class _Absent:
    """Finds that some modules are not installed, and leaves all others to the next finder."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = frozenset(names)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in self._names:
            raise ModuleNotFoundError(f"{name} is kept out of a crawl", name=name)
        return None


def keep_out(names: Sequence[str] = UNUSED) -> None:
    """Let these libraries be absent from this process from now on; what is imported already stays."""
    sys.meta_path.insert(0, _Absent(names))


ALLOCATORS = {
    # DuckDB's jemalloc keeps what was freed for a second, and looks at the clock only when it is asked for more
    "DUCKDB_JE_MALLOC_CONF": "dirty_decay_ms:0,muzzy_decay_ms:0",
    # glibc's, like everything else
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
"""Read by each library when it is loaded; what the operator has set stays."""

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
_GIVEN_BACK_BYTES = 128 * 1024
"""Free memory beyond this goes back to the system; glibc raises the bound by itself otherwise."""


def give_memory_back() -> None:
    """Let every allocator of this process give back what is free; other systems than Linux do as they do.

    glibc keeps one heap for all threads: the loop's and the store's take turns anyway; a heap for each would hold
    its own peak. DuckDB and Arrow have allocators of their own, and must not be imported yet.
    """
    for name, value in ALLOCATORS.items():
        os.environ.setdefault(name, value)
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
