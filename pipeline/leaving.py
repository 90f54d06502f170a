"""A server leaves, or comes back, by its own word: a DNS record or a file that only its keeper can write.

Whoever asks need not be known: the word is the proof, and it is read by the crawler's own guarded client, as a
program of its own (`crawler.word`). What is found goes on the operator's list with its place and time; who
applies the list deletes what is held. A word that is taken away again changes nothing: who left stays out until
their own word says `opt-in`, or the operator takes them off the list.

`python -m pipeline.leaving HOST` is what the dashboard starts for visitors: it asks only servers that are known
here or left by their own word, and says what came of it as JSON.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from crawler.hostname import Hostname
from pipeline import optouts
from pipeline.exceptions import LeavingError, PipelineError
from pipeline.live_check import NO_REPLICA, towards_replica
from pipeline.optouts import SIGNED, OptOuts
from pipeline.read import Published
from pipeline.settings import Settings
from pipeline.status import one_line

_CHILD_SECONDS = 60.0
"""Two look-ups, two questions of 20 s."""


class Answer(StrEnum):
    """What came of reading a word."""

    LEFT = "left"
    """It says opt-out, and is on the list now."""
    OUT_ALREADY = "out_already"
    """It says opt-out, and stayed out before."""
    CAME_BACK = "came_back"
    """It says opt-in, and is off the list now."""
    NEVER_LEFT = "never_left"
    """It says opt-in, and is on no list."""
    KEPT_BY_HAND = "kept_by_hand"
    """It says opt-in, but a person put it, or a name above it, on the list: a person takes it off."""
    NO_WORD = "no_word"
    """Neither place says anything that is meant for us, or the server is not known here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A word that was read, and what came of it."""

    answer: Answer
    """What came of it."""
    place: str
    """Where the word stands; empty = nowhere."""
    notes: tuple[str, ...]
    """What was found at each place that says nothing."""


def read_word(data: Path, hostname: Hostname, *, way: Sequence[str] = ()) -> Told:
    """Read a server's word and keep to it. Raises `LeavingError`, `HandKeptError`."""
    word = _ask(hostname, way)
    if word.says == "opt-out":
        answer = _leave(data, hostname, word)
    elif word.says == "opt-in":
        answer = _come_back(data, hostname)
    else:
        answer = Answer.NO_WORD
    return Told(answer=answer, place=word.place, notes=word.notes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    """As `crawler.word` writes it."""

    says: str | None
    place: str
    asked_at: datetime
    notes: tuple[str, ...]


def _leave(data: Path, hostname: Hostname, word: _Word) -> Answer:
    if hostname in _kept(data):
        return Answer.OUT_ALREADY
    optouts.add(
        data,
        hostname,
        reason=f"{word.place} said opt-out at {word.asked_at:%Y-%m-%dT%H:%M:%SZ}",
        source=SIGNED,
        added_on=word.asked_at.date(),
    )
    return Answer.LEFT


def _come_back(data: Path, hostname: Hostname) -> Answer:
    was_out = hostname in _kept(data)
    optouts.remove_signed(data, hostname)
    if hostname in _kept(data):
        return Answer.KEPT_BY_HAND
    return Answer.CAME_BACK if was_out else Answer.NEVER_LEFT


def _kept(data: Path) -> OptOuts:
    return OptOuts(frozenset(optouts.names(data)))


def _ask(hostname: Hostname, way: Sequence[str]) -> _Word:
    """Have the crawler's client read the word. Raises `LeavingError`."""
    # -P: a folder named `crawler` where somebody happens to stand must not be ours
    command = [sys.executable, "-P", "-m", "crawler.word", *way, "--", str(hostname)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_CHILD_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise LeavingError("reading its word took too long") from None
    if done.returncode != 0:
        words = done.stderr.decode(errors="replace").removeprefix("herdbook: ")
        raise LeavingError(one_line(words))
    told = json.loads(done.stdout)
    return _Word(
        says=told["says"],
        place=told["place"],
        asked_at=datetime.fromisoformat(told["asked_at"]),
        notes=tuple(told["notes"]),
    )


def main(arguments: list[str] | None = None) -> int:
    """Read one server's word for a visitor, or say by the exit code why not."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.leaving")
    parser.add_argument("hostname", type=Hostname.parse)
    parser.add_argument("--replica", action="store_true", help="The host is one of the replica's.")
    wishes = parser.parse_args(arguments)
    data = Settings.from_environment().data
    detour = towards_replica(data) if wishes.replica else []
    if detour is None:
        return NO_REPLICA
    try:
        # nobody is asked because a stranger typed a name; and the answer tells nobody who stays out
        is_known = _is_known(data, wishes.hostname)
        told = (
            read_word(data, wishes.hostname, way=detour)
            if is_known
            else Told(answer=Answer.NO_WORD, place="", notes=())
        )
    except (PipelineError, OSError) as error:
        sys.stderr.write(f"herdbook: {error}\n")
        return 1
    sys.stdout.write(json.dumps(asdict(told)))
    return 0


def _is_known(data: Path, hostname: Hostname) -> bool:
    if hostname in optouts.signed(data):
        return True
    published = Published(data)
    try:
        return bool(published.may_be_checked(hostname).iloc[0]["is_known"])
    finally:
        published.close()


if __name__ == "__main__":
    sys.exit(main())
