"""A text as SQL writes it, for the statements that take no parameters: `attach`, `copy`, `comment`, `set`."""

from pathlib import Path


def literal(text: str | Path) -> str:
    """The text between quotes, its own quotes doubled."""
    return "'" + str(text).replace("'", "''") + "'"
