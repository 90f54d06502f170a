"""`make bench` works: a small try of a row tells its figures, keeps them, and compares two runs."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

BENCH = Path(__file__).with_name("bench")


def _bench(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, str(BENCH), *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_crawl_and_the_bare_loop_fetch_the_same_and_are_compared(tmp_path: Path) -> None:
    """One row, small: the crawl finds what the simulator serves, its share is told and kept with the machine's facts."""
    kept = tmp_path / "now.json"

    done = _bench("crawl_cpu", "--quick", "--keep", str(kept))

    told = json.loads(kept.read_text(encoding="utf-8"))
    figures = {each["name"]: each["value"] for each in told["rows"]["crawl_cpu"]}
    assert (0, True) == (done.returncode, "share of the bare loop" in done.stdout), done.stderr
    assert figures["40 servers: share of the bare loop"] > 0
    assert {"processor", "processors", "python", "load"} <= told["machine"].keys()


@pytest.mark.parametrize(("then", "expected"), [(0.50, ()), (0.40, ("crawl: share: 0.400",))])
def test_two_runs_agree_when_their_ratios_do(then: float, expected: tuple[str, ...]) -> None:
    """Within a tenth they are the same; absolute figures of two machines are not compared."""
    program = (
        "from figures import Figure, differing\n"
        "now = {'crawl': [Figure(name='share', value=0.52), Figure(name='time', value=9, unit='s')]}\n"
        "old = {'rows': {'crawl': [{'name': 'share', 'value': %r}, {'name': 'time', 'value': 1}]}}\n"
        "print(*differing(now, old), sep='\\n')\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program % then],
        cwd=BENCH,
        capture_output=True,
        text=True,
        check=True,
    )

    assert list(expected) == [line.partition(" →")[0] for line in done.stdout.splitlines() if line]
