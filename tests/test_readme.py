"""The README's words are true and its commands run."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def _commands() -> list[str]:
    """Every line of every sh block, without its comment."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    lines = (line.partition("  #")[0].strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def test_the_first_commands_are_the_two_that_do_everything() -> None:
    """A reader who copies the first block runs and tests Herdbook; both are goals of the Makefile."""
    planned = subprocess.run(
        ["make", "-n", "run", "test"], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ["make run", "make test"] == _commands()[:2]
    assert 0 == planned.returncode
    assert "herdbook up" in planned.stdout
    assert "pytest" in planned.stdout


@pytest.mark.slow
@pytest.mark.parametrize("command", [c for c in _commands() if c.startswith(".venv/bin/herdbook")])
def test_each_command_of_the_readme_runs(command: str, road) -> None:
    """What the README shows works on the replica's data, and answers something."""
    words = shlex.split(command)

    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words[1:]],
        env={**os.environ, "HERDBOOK_DATA": str(road.replica)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)
    assert len(done.stdout.splitlines()) > 1


def test_every_folder_and_document_that_is_linked_is_there() -> None:
    """No link of the README leads nowhere."""
    for target in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_folders_of_the_map_say_what_they_are() -> None:
    """Each package has a README and a docstring with what belongs there."""
    for name in ("crawler", "pipeline", "dashboard"):
        assert (ROOT / name / "README.md").exists()
        assert (ROOT / name / "__init__.py").read_text(encoding="utf-8").startswith('"""')
