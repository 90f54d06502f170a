"""A child process is asked to end, and killed when it will not."""

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.child import Child

Start = Callable[[str], Child]


@pytest.fixture
def start(tmp_path: Path) -> Start:
    """Start a small program of its own; it has begun when this returns."""

    def begin(program: str) -> Child:
        (tmp_path / "program_of_test.py").write_text(textwrap.dedent(program), encoding="utf-8")
        child = Child(
            "the program",
            ["program_of_test"],
            environment={"PYTHONPATH": str(tmp_path), "PYTHONUNBUFFERED": "1"},
            log=tmp_path / "log" / "program.log",
        )
        while "begun" not in child.words and child.exit_code is None:
            pass
        return child

    return begin


def wait_for(child: Child) -> None:
    """Until it has ended by itself."""
    while child.exit_code is None:
        pass


def test_who_ends_when_asked_ends_in_order(start: Start) -> None:
    """SIGTERM comes first, and there is time for last words."""
    child = start("""
        import signal, sys
        def end(*told):
            print("stored the rest")
            sys.exit(0)
        signal.signal(signal.SIGTERM, end)
        print("begun")
        while True:
            signal.pause()
    """)

    is_in_order = child.end(30)

    assert is_in_order
    assert 0 == child.exit_code
    assert child.last_words.endswith("stored the rest")


def test_who_does_not_end_is_killed(start: Start) -> None:
    """After its time it is gone, whatever it was doing."""
    child = start("""
        import signal
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        print("begun")
        while True:
            signal.pause()
    """)

    is_in_order = child.end(0.1)

    assert not is_in_order
    assert -9 == child.exit_code


def test_who_has_ended_is_left_alone(start: Start) -> None:
    """Its exit code is its own; a late signal goes to nobody."""
    child = start("print('begun'); raise SystemExit(3)")
    wait_for(child)

    child.ask_to_end()

    assert child.end(0)
    assert 3 == child.exit_code


def test_a_child_is_in_a_session_of_its_own(start: Start) -> None:
    """Ctrl-C in our terminal does not reach it."""
    child = start("import os; print('begun', os.getsid(0) == os.getpid())")

    wait_for(child)

    assert "begun True" == child.last_words


def test_it_does_not_take_modules_from_where_somebody_stands(
    start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file called `textwrap.py` in the current folder is not the one that is meant."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "textwrap.py").write_text("raise SystemExit(9)", encoding="ascii")
    monkeypatch.chdir(elsewhere)

    child = start("import textwrap; print('begun')")
    wait_for(child)

    assert "begun" == child.last_words


def test_last_words_are_the_last(start: Start) -> None:
    """Of a long log the end is what tells why."""
    child = start("print('begun'); [print(number) for number in range(100)]")
    wait_for(child)

    assert [str(number) for number in range(88, 100)] == child.last_words.splitlines()
