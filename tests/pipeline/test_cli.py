"""The command line, as somebody types it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipeline.publish import publish
from pipeline.warehouse import Warehouse

Herdbook = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def herdbook(tmp_path: Path, typed: Herdbook) -> Herdbook:
    """Run `herdbook` with a data folder of its own."""
    return partial(typed, tmp_path)


@pytest.fixture
def process(tmp_path: Path) -> Herdbook:
    """Run `herdbook` as a process of its own."""

    def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *arguments],
            env={**os.environ, "HERDBOOK_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A published file of an empty warehouse."""
    Warehouse.open(tmp_path).close()
    return publish(tmp_path)


def test_every_command_of_the_readme_is_there(herdbook: Herdbook) -> None:
    """`herdbook --help` lists what there is to call."""
    shown = herdbook("--help").stdout

    for name in ("up", "crawl", "check", "import", "publish", "dashboard", "query", "replica"):
        assert f" {name} " in shown


@pytest.mark.parametrize(
    ("command", "option"),
    [
        ("crawl", "--connect-to"),
        ("check", "--ca-file"),
        ("replica", "--servers"),
        ("dashboard", "--port"),
    ],
)
def test_help_of_a_command_that_is_another_program_is_its_own(
    process: Herdbook, command: str, option: str
) -> None:
    """Options are handed on, `--help` too."""
    done = process(command, "--help")

    assert 0 == done.returncode
    assert option in done.stdout


def test_a_query_is_a_table_json_or_csv(herdbook: Herdbook, published: Path) -> None:
    """One statement, three forms; stdout holds the answer and nothing else."""
    sql = "select 'a,b' as name, 5 as n, null::int as nothing"

    assert [{"name": "a,b", "n": 5, "nothing": None}] == json.loads(
        herdbook("query", sql, "--json").stdout
    )
    assert 'name,n,nothing\n"a,b",5,\n' == herdbook("query", sql, "--csv").stdout
    assert ["name", "n", "nothing", "a,b", "5"] == herdbook("query", sql).stdout.split()


def test_a_query_may_begin_with_a_comment(herdbook: Herdbook, published: Path) -> None:
    """What is pasted from a file is SQL, not an option."""
    assert "n\n5\n" == herdbook("query", "-- how many\nselect 5 as n", "--csv").stdout


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("drop table marts.instances", "reads"),
        ("select 1; select 2", "one statement"),
        ("select * from nowhere", "nowhere"),
        ("select * from read_csv('/etc/hosts')", "no files"),
    ],
)
def test_a_query_that_cannot_be_run_says_why(
    herdbook: Herdbook, published: Path, sql: str, reason: str
) -> None:
    """One line on stderr, exit code 1, nothing on stdout."""
    done = herdbook("query", sql)

    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("herdbook: ")
    assert reason in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_before_anything_is_published_says_what_to_do(process: Herdbook) -> None:
    """The next step is in the message, and nothing on stdout."""
    done = process("query", "select 1")

    assert (1, "") == (done.returncode, done.stdout)
    assert "herdbook up" in done.stderr


def test_publishing_a_warehouse_that_is_held_names_the_holder(
    process: Herdbook, tmp_path: Path
) -> None:
    """One writer; the second is told which process to wait for."""
    with Warehouse.open(tmp_path):
        done = process("publish")

    assert 1 == done.returncode
    assert f"process {os.getpid()}" in done.stderr


def test_publishing_without_a_warehouse_says_so(herdbook: Herdbook) -> None:
    """Nothing is made up from nothing."""
    done = herdbook("publish")

    assert 1 == done.returncode
    assert "there is no warehouse" in done.stderr


def test_an_option_that_is_none_is_a_usage_error(herdbook: Herdbook) -> None:
    """Exit code 2, as everywhere."""
    assert 2 == herdbook("query", "select 1", "--json", "--csv").returncode
    assert 2 == herdbook("up", "--limit", "none").returncode
    assert 2 == herdbook("nothing").returncode
