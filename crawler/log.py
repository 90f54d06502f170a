"""What may stand in a log: one line each, no control characters, foreign text capped and quoted.

A terminal obeys what it is shown, and a log is read by people and programs that trust it: a server must
not be able to write lines of its own into either (SECURITY OUT-06).
"""

import logging
import re
import sys

LONGEST_ARGUMENT = 200
"""Characters of one foreign text."""
LONGEST_LINE = 2_000
"""Characters of a line; a traceback has several."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""C0, C1, line and paragraph separators, directions, lone surrogates."""


def inert(text: str) -> str:
    """Text with everything that a terminal or a reader of lines would obey spelled out."""
    return _CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Inert(logging.Formatter):
    """Formats records so that each is one inert line; lines of a traceback are inert one by one."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and those of its traceback."""
        record = logging.makeLogRecord(record.__dict__)
        record.args = _capped(record.args)  # type: ignore[assignment]
        record.exc_text = None
        trace = self.formatException(record.exc_info) if record.exc_info else ""
        record.exc_info, record.stack_info = None, None
        lines = [inert(super().format(record))[:LONGEST_LINE]]
        lines += [inert(line)[:LONGEST_LINE] for line in trace.split("\n") if line]
        return "\n".join(lines)


def log_to_stderr() -> None:
    """Warnings and errors to stderr, one inert line each; nothing else."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Inert("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


def _capped(arguments: object) -> object:
    if isinstance(arguments, tuple):
        return tuple(map(_cap, arguments))
    if isinstance(arguments, dict):
        return {name: _cap(value) for name, value in arguments.items()}
    return arguments


def _cap(value: object) -> object:
    if isinstance(value, (int, float)):
        return value
    text = str(value)
    return text if len(text) <= LONGEST_ARGUMENT else text[: LONGEST_ARGUMENT - 1] + "…"
