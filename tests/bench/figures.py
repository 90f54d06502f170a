"""What a measurement says: figures with their goals, the machine they are of, and how two runs compare."""

import os
import platform
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

SAME_WITHIN = 0.10
"""Two runs on one machine agree when their ratios are within a tenth of each other."""
_LIBRARIES = ("aiohttp", "duckdb", "pyarrow", "scrapy", "streamlit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One number."""

    name: str
    """What it is, unique in its row."""
    value: float
    """In `unit`."""
    unit: str = ""
    """Empty = a ratio, which another machine should find too."""
    at_least: float | None = None
    """The goal, where more is better."""
    at_most: float | None = None
    """The goal, where less is better."""

    @property
    def goal(self) -> str:
        """The goal in words."""
        if self.at_least is not None:
            return f"≥ {self.at_least:g}"
        return f"≤ {self.at_most:g}" if self.at_most is not None else ""

    @property
    def is_met(self) -> bool | None:
        """Whether the goal is met; `None` = there is none."""
        if self.at_least is not None:
            return self.value >= self.at_least
        return self.value <= self.at_most if self.at_most is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One measurement."""

    name: str
    """As it is asked for."""
    about: str
    """What it measures, in one sentence."""
    measure: Callable[[bool], list[Figure]]
    """Measures; given true it is a small try of the same."""


def machine() -> dict[str, Any]:
    """What must be known of a machine to understand its figures."""
    cpu = re.search(r"model name\s*:\s*(.*)", _read("/proc/cpuinfo"))
    memory = re.search(r"MemTotal:\s*(\d+)", _read("/proc/meminfo"))
    return {
        "processor": cpu[1] if cpu else platform.processor(),
        "processors": os.cpu_count(),
        "memory_mb": int(memory[1]) // 1024 if memory else None,
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": os.getloadavg()[0],
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def table(found: dict[str, list[Figure]], about: dict[str, str]) -> str:
    """Rows of figures as a person reads them."""
    lines = []
    for name, figures in found.items():
        lines += ["", f"{name}: {about[name]}"]
        for figure in figures:
            met = {True: "met", False: "NOT MET", None: ""}[figure.is_met]
            value = f"{figure.value:,.3f}" if abs(figure.value) < 10 else f"{figure.value:,.0f}"
            shown = f"{value} {figure.unit}".rstrip()
            lines.append(f"  {figure.name:<58} {shown:>18}  {figure.goal:<8} {met}".rstrip())
    return "\n".join(lines).lstrip("\n") + "\n"


def differing(found: dict[str, list[Figure]], before: dict[str, Any]) -> Sequence[str]:
    """Ratios that are not what they were, one line each."""
    lines = []
    for row, figures in found.items():
        old = {each["name"]: each["value"] for each in before["rows"].get(row, ())}
        for figure in figures:
            then = old.get(figure.name)
            if figure.unit or not then:
                continue
            change = figure.value / then - 1
            if abs(change) > SAME_WITHIN:
                lines.append(
                    f"{row}: {figure.name}: {then:.3f} → {figure.value:.3f} ({change:+.0%})"
                )
    return lines


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except OSError:
        return ""
