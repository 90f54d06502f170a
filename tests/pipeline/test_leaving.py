"""A server leaves and comes back by its own word, read by a program of its own from records on loopback."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from typer.testing import CliRunner

from crawler.hostname import Hostname
from pipeline import leaving, optouts
from pipeline.cli import app
from pipeline.exceptions import StaysOut
from pipeline.frontier import DuckDBFrontier
from pipeline.leaving import Answer, read_word
from pipeline.optouts import SIGNED
from pipeline.publish import publish_warehouse
from pipeline.warehouse import Warehouse

HOST = Hostname("leaves.example")
RECORD = f"_herdbook.{HOST}"
NOWHERE = ("--connect-to", "*:443:127.0.0.1:9", "--allow-address", "127.0.0.0/8")
"""A way that leads no question to anybody: records are all there is."""

Say = Callable[[str | None], tuple[str, ...]]


@pytest.fixture
def say(name_server: Callable[[Any], str]) -> Say:
    """Let the server's record say something; gives the way that leads there."""

    def says(text: str | None) -> tuple[str, ...]:
        where = name_server({RECORD: [text]} if text else {})
        return (*NOWHERE, "--resolver", where)

    return says


def test_out_and_back_again_by_the_same_word(tmp_path: Path, say: Say) -> None:
    """CON-05: the place and the time are kept; a word that is gone changes nothing, its opposite does."""
    left = read_word(tmp_path, HOST, way=say("opt-out"))
    gone = read_word(tmp_path, HOST, way=say(None))
    (row,) = optouts.listed(tmp_path)
    back = read_word(tmp_path, HOST, way=say("opt-in"))

    assert (Answer.LEFT, RECORD) == (left.answer, left.place)
    assert Answer.NO_WORD is gone.answer
    assert (HOST, SIGNED) == (row["hostname"], row["source"])
    assert row["reason"].startswith(f"{RECORD} said opt-out at ")
    assert Answer.CAME_BACK is back.answer
    assert [] == optouts.names(tmp_path)


def test_whom_a_person_listed_a_person_takes_off(tmp_path: Path, say: Say) -> None:
    """A word undoes what a word did; a list kept by hand, of this name or one above it, stays."""
    optouts.add(tmp_path, HOST, reason="", source="mail", added_on=date(2026, 3, 20))

    back = read_word(tmp_path, HOST, way=say("opt-in"))

    assert Answer.KEPT_BY_HAND is back.answer
    assert [HOST] == optouts.names(tmp_path)


def test_the_command_deletes_what_is_held(
    tmp_path: Path, made: Any, say: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CON-05: rows are gone and the published file is without it when the command ends; a check is refused."""
    with Warehouse.open(tmp_path, is_replica=True) as warehouse:
        crawl = DuckDBFrontier(warehouse, crawl_id="c", admits_reserved=True)
        crawl.store([made.check(HOST), made.check("stays.example")])
        publish_warehouse(warehouse)
    monkeypatch.setenv("HERDBOOK_DATA", str(tmp_path))
    run = CliRunner().invoke

    left = run(app, ["optout", "check", HOST, *say("opt-out")])
    applied = run(app, ["optout", "apply", "--if-new"])
    asked = run(app, ["check", f"sub.{HOST}", *NOWHERE])

    assert (0, 0) == (left.exit_code, applied.exit_code), left.output
    assert "Deleted what was held of 1 hosts" in left.output
    assert "" == applied.output
    assert f"sub.{HOST} asked to stay out ({HOST}, {SIGNED}" in str(asked.exception)
    with duckdb.connect(tmp_path / "published" / "herdbook.duckdb", read_only=True) as connection:
        read = connection.execute("select hostname from marts.instances").fetchall()
    assert [("stays.example",)] == read


def test_a_stranger_cannot_have_anybody_asked(
    frontier: DuckDBFrontier,
    tmp_path: Path,
    made: Any,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Any,
) -> None:
    """Only known servers are asked from a page, and the answer does not tell who is on a list."""
    frontier.store([made.check("known.example")])
    publish_warehouse(frontier.warehouse)
    optouts.add(tmp_path, HOST, reason="", source="mail", added_on=date(2026, 3, 20))
    monkeypatch.setenv("HERDBOOK_DATA", str(tmp_path))
    monkeypatch.delenv("HERDBOOK_CONTACT", raising=False)

    codes = [leaving.main([name]) for name in ("stranger.example", HOST, "known.example")]

    said = capsys.readouterr()
    assert [0, 0, 1] == codes
    assert [{"answer": "no_word", "place": "", "notes": []}] * 2 == [
        json.loads(part) for part in said.out.replace("}{", "}\n{").splitlines()
    ]
    assert "HERDBOOK_CONTACT" in said.err


@pytest.mark.parametrize(
    "arguments", [["leaves.example"], ["--json", "--ca-file", "x.pem", "SUB.leaves.example"]]
)
def test_a_check_of_who_stays_out_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    """CON-05: wherever the name stands among the options, and however it is spelled; nobody else is."""
    optouts.add(tmp_path, HOST, reason="", source="mail", added_on=date(2026, 3, 20))

    optouts.refuse_those_who_stay_out(tmp_path, ["notleaves.example", "--ca-file", "a.pem"])
    with pytest.raises(StaysOut, match="mail, 2026-03-20"):
        optouts.refuse_those_who_stay_out(tmp_path, arguments)
