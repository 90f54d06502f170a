"""When what runs, as a person writes it down."""

from pathlib import Path

import pytest

from pipeline.cadence import CADENCE, read_cadence
from pipeline.exceptions import HandKeptError


def test_every_number_of_the_file_has_its_reason() -> None:
    """A line that says how often says why."""
    lines = [line for line in CADENCE.read_text(encoding="utf-8").splitlines() if "=" in line]

    assert lines
    assert [] == [line for line in lines if "#" not in line and "again" not in line]


def test_durations_become_seconds() -> None:
    """`1h` is 3,600 seconds; counts are counts."""
    cadence = read_cadence()

    assert 3600 == cadence.census.every_seconds
    assert {"census", "liveness", "publish", "optouts", "alerts", "retention", "backup"} == set(
        cadence.rhythms
    )
    assert cadence.keep.backups > 1


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ('every = "1h"', "every = 3600", "no duration"),
        ('every = "1h"', 'every = "0h"', "no duration"),
        ('every = "1h"', 'evry = "1h"', "must say"),
        ("backups = 7", "backups = 0", "not a count"),
        ("backups = 7", "backups = true", "not a count"),
        ("[keep]", "[keep", "cannot be read"),
        ("[keep]", "[more]\n[keep]", r"\[more\] is not known"),
    ],
)
def test_what_cannot_be_meant_is_said(tmp_path: Path, old: str, new: str, reason: str) -> None:
    """Nothing is guessed: the message names the file and the line."""
    path = tmp_path / "cadence.toml"
    path.write_text(CADENCE.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")

    with pytest.raises(HandKeptError, match=reason):
        read_cadence(path)
