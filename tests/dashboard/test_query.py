"""Ask in SQL: how much of it, and the page itself, on a release."""

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa
import pytest

from dashboard import asking_desk, labels
from dashboard.asking_desk import AskingDesk, NoAnswer
from dashboard.settings import Settings
from pipeline.exceptions import PipelineError, QueryRefused
from pipeline.read import Answer

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
NOTHING = Answer(table=pa.table({}), is_more=False, seconds=0.0)
SAMPLE = Path(__file__).parents[2] / "data" / "sample"


def test_a_visitor_has_a_share_of_the_time_and_gets_it_back() -> None:
    """Time counts, not queries; a refused one's too, since it was computed."""
    times = iter(range(0, 1000, 50))
    fails = iter([False, True, False, False])

    def ask(sql: str) -> Answer:
        if next(fails):
            raise QueryRefused("it took too long")
        return NOTHING

    desk = AskingDesk(ask, clock=lambda: float(next(times)))

    assert NOTHING is desk.ask("a", "one", NOW)
    with pytest.raises(QueryRefused):
        desk.ask("b", "one", NOW + timedelta(minutes=1))
    spent = desk.ask("c", "one", NOW + timedelta(minutes=2))
    other = desk.ask("c", "two", NOW + timedelta(minutes=2))
    later = desk.ask("c", "one", NOW + asking_desk.SHARE_WITHIN)

    assert NoAnswer(reason="visitor_spent", again_at=NOW + asking_desk.SHARE_WITHIN) == spent
    assert [NOTHING, NOTHING] == [other, later]


def test_who_finds_no_place_is_told_so_and_pays_nothing() -> None:
    """Two at once; a place is free again whatever became of the query."""
    desk = AskingDesk(lambda sql: NOTHING, wait_seconds=0)

    with desk.place(), desk.place():
        full = desk.ask("a", "one", NOW)

    assert NoAnswer(reason="busy", again_at=NOW) == full
    assert NOTHING is desk.ask("a", "one", NOW)


def test_made_up_visitors_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who are known already still get their answers."""
    monkeypatch.setattr(asking_desk, "REMEMBERED", 3)
    desk = AskingDesk(lambda sql: NOTHING)
    for number in range(3):
        desk.ask("a", f"v{number}", NOW)

    assert isinstance(desk.ask("a", "one more", NOW), NoAnswer)
    assert NOTHING is desk.ask("a", "v1", NOW)


def test_sql_is_for_everybody_unless_told_otherwise() -> None:
    """What means nothing is said at start."""
    assert "on" == Settings.from_environment({}).ask_sql
    assert "off" == Settings.from_environment({"HERDBOOK_SQL": "off"}).ask_sql
    with pytest.raises(PipelineError, match="HERDBOOK_SQL"):
        Settings.from_environment({"HERDBOOK_SQL": "yes"})


def test_a_release_says_of_which_day_it_is() -> None:
    """It is not late, however old it is."""
    assert "A release: the data of 20 Mar 2026, which do not change any more." == labels.of_release(
        NOW
    )


@pytest.mark.browser
def test_a_query_is_asked_shared_and_taken_home(
    visitor: Callable[..., Any],
    serve: Callable[..., Any],
    barriers: Callable[[Any], list[str]],
    tmp_path: Path,
) -> None:
    """A saved one is answered at once; one's own has an address, which waits for the click of whoever gets it."""
    for name in ("herdbook.duckdb", "datapackage.json"):
        shutil.copy(SAMPLE / name, tmp_path)
    sql = "select '=1+1' as a, '![x](https://evil.example/x.png)' as \"b $x$\", 7::hugeint as n from range(2)"
    with serve(tmp_path) as site:
        page = visitor(f"{site}/query?ask=people")
        page.wait_for_selector(".st-key-query_found [data-testid=stDataFrame]")
        strips = page.locator(".hb-strip").all_inner_texts()
        page.locator("textarea").fill("select hostname,\n  nowhere from instances")
        page.keyboard.press("Control+Enter")
        page.wait_for_selector(".st-key-query_found [data-testid=stCode]")
        wrong = page.locator(".st-key-query_found").inner_text()
        page.locator("textarea").fill(sql)
        page.get_by_role("button", name="Ask").click()
        page.get_by_text(re.compile("^2 rows · ")).wait_for()
        with page.expect_download() as taken:
            page.get_by_role("button", name="CSV", exact=True).click()
        shut = barriers(page)
        friend = visitor(page.url, color_scheme="dark", viewport={"width": 390, "height": 844})
        friend.get_by_text("This query came with the address.").wait_for()
        waiting = friend.locator("[data-testid=stDataFrame]").count()
        friend.get_by_role("button", name="Ask").click()
        friend.get_by_text(re.compile("^2 rows · ")).wait_for()
        shut += barriers(friend)
        asked = {urlsplit(a).netloc for a in (*page.asked, *friend.asked) if a.startswith("http")}

    assert ["A release: the data of 9 Mar 2026, which do not change any more."] == strips[1:]
    assert "(line 2, character 3)" in wrong
    assert "  nowhere from instances\n  ^" in wrong
    row = "'=1+1,![x](https://evil.example/x.png),7\r\n"
    assert f"a,b $x$,n\r\n{row}{row}" == taken.value.path().read_bytes().decode()
    assert 0 == waiting
    assert [] == shut
    assert {urlsplit(site).netloc} == asked
