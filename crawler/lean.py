"""Keeps libraries that a crawl has no use for out of its process."""

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
