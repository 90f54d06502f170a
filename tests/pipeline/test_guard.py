"""The publish guard: what is held back, what is let through, and who is told."""

import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.outcome import Outcome
from pipeline import frontier as frontier_module
from pipeline import guard
from pipeline.exceptions import HandKeptError, PublishHeldBack
from pipeline.frontier import DuckDBFrontier
from pipeline.guard import read_expectations
from pipeline.publish import publish
from pipeline.read import HeldBack, Published
from pipeline.warehouse import Warehouse

DAY = timedelta(days=1)
AT = datetime(2026, 3, 22, tzinfo=UTC)

EXPECTED = """
least_instances = 5
[instances_alive]
collapse = 0.5
[reporting_ratio]
min = 0.2
[users_total_audited]
max = 5_000
collapse = 0.5
jump = 2.0
"""


@pytest.fixture(autouse=True)
def _expected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "expectations.toml"
    path.write_text(EXPECTED, encoding="utf-8")
    monkeypatch.setattr(guard, "EXPECTATIONS", path)


@pytest.fixture
def crawl(tmp_path: Path, made: Any, clock: Any) -> Callable[..., None]:
    """Crawl some servers, a day after the crawl before; `None` = no number, a negative one = no answer."""

    def run(*users: int | None) -> None:
        clock.forward(days=1)
        _crawl(tmp_path, type(made)(clock.at), clock, users)

    return run


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory, made: Any) -> Path:
    """A data folder with a release of ten servers of a hundred people, a day after noon."""
    folder = tmp_path_factory.mktemp("ten")
    _crawl(folder, type(made)(made.at + DAY), lambda: made.at + DAY, [100] * 10)
    publish(folder, published_at=made.at + DAY)
    return folder


@pytest.fixture
def former(ten: Path, tmp_path: Path, clock: Any) -> None:
    """The release before: ten servers of a hundred people."""
    shutil.copytree(ten, tmp_path, dirs_exist_ok=True)
    clock.forward(days=1)


def _crawl(data: Path, made: Any, now: Callable[[], datetime], users: Sequence[int | None]) -> None:
    with Warehouse.open(data, is_replica=True) as warehouse:
        crawl = DuckDBFrontier(warehouse, crawl_id=f"{now():%j}", admits_reserved=True, now=now)
        crawl.store(
            [
                made.check(
                    f"s{n}.example",
                    outcome=Outcome.OK if count is None or count >= 0 else Outcome.REFUSED,
                    nodeinfo=made.nodeinfo(users_total=count),
                )
                for n, count in enumerate(users)
            ]
        )


def _servers(data: Path) -> list[tuple[Any, ...]]:
    door = Published(data)
    found = door.query_table(
        "select count(*) as n, sum(users_total)::int as users from marts.instances"
    )
    door.close()
    return [tuple(row.values()) for row in found.to_pylist()]


@pytest.mark.usefixtures("former")
def test_a_release_that_jumps_is_held_back(tmp_path: Path, crawl: Any, clock: Any) -> None:
    """The same servers and three times the people: the last good file stays, and says why."""
    crawl(*[100] * 9, 2_300)

    with pytest.raises(PublishHeldBack, match="went from 1,000 to 3,200: more than 2 times it"):
        publish(tmp_path, published_at=clock.at)

    held = Published(tmp_path).held_back()
    assert [(10, 1_000)] == _servers(tmp_path)
    assert held == HeldBack(
        held_back_at=clock.at,
        reasons=(
            "users_total_audited of the same servers went from 1,000 to 3,200: more than 2 times it",
        ),
    )


@pytest.mark.usefixtures("former")
def test_a_release_that_collapses_is_held_back(tmp_path: Path, crawl: Any, clock: Any) -> None:
    """Nobody says a number any more: a document is not understood, or worse."""
    crawl(*[None] * 8, 100, 100)

    with pytest.raises(PublishHeldBack, match=r"from 1,000 to 200: less than 0\.5 of it"):
        publish(tmp_path, published_at=clock.at)


@pytest.mark.usefixtures("former")
def test_servers_that_vanish_together_hold_a_release_back(
    tmp_path: Path, crawl: Any, clock: Any
) -> None:
    """Who has not answered for a week is not alive."""
    clock.forward(days=8)
    crawl(*[-1] * 8, 100, 100)

    with pytest.raises(
        PublishHeldBack, match="instances_alive of the same servers went from 10 to 2"
    ):
        publish(tmp_path, published_at=clock.at)


def test_more_servers_are_no_jump(tmp_path: Path, crawl: Any, clock: Any) -> None:
    """Coverage that grows tenfold is published at once."""
    crawl(*[100] * 6)
    publish(tmp_path, published_at=clock.at)
    crawl(*[100] * 40)

    publish(tmp_path, published_at=clock.at)

    assert [(40, 4_000)] == _servers(tmp_path)


def test_a_small_network_may_do_as_it_likes(tmp_path: Path, crawl: Any, clock: Any) -> None:
    """Below the least number of servers nothing is asked."""
    crawl(100, 100)
    publish(tmp_path, published_at=clock.at)
    crawl(100, 4_000)

    publish(tmp_path, published_at=clock.at)

    assert [(2, 4_100)] == _servers(tmp_path)


def test_below_a_floor_is_held_back_also_the_first_time(
    tmp_path: Path, crawl: Any, clock: Any
) -> None:
    """A floor needs no release before."""
    crawl(*[None] * 9, 5)

    with pytest.raises(PublishHeldBack, match=r"reporting_ratio is 0\.1, below the floor of 0\.2"):
        publish(tmp_path, published_at=clock.at)


def test_above_a_ceiling_is_published_with_a_warning(
    tmp_path: Path, crawl: Any, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    """A ceiling only warns."""
    crawl(*[1_000] * 10)

    publish(tmp_path, published_at=clock.at)

    assert "users_total_audited is 10,000, above the ceiling of 5,000" in caplog.text


@pytest.mark.usefixtures("former")
def test_a_note_lets_a_release_through_and_is_kept(tmp_path: Path, crawl: Any, clock: Any) -> None:
    """With its reasons, in the warehouse and in every release from then on; the word of holding back is gone."""
    crawl(*[100] * 9, 2_300)
    with pytest.raises(PublishHeldBack):
        publish(tmp_path, published_at=clock.at)

    publish(tmp_path, published_at=clock.at, accepts=" they merged ")
    accepted = Published(tmp_path).acceptances()
    crawl(*[100] * 9, 2_301)
    publish(tmp_path, published_at=clock.at)

    assert Published(tmp_path).held_back() is None
    assert ["they merged"] == accepted["note"].tolist()
    assert ["they merged"] == Published(tmp_path).acceptances()["note"].tolist()
    assert "more than 2 times it" in accepted["reasons"].tolist()[0][0]


def test_a_note_where_nothing_is_held_back_is_not_kept(
    tmp_path: Path, crawl: Any, clock: Any
) -> None:
    """There was nothing to accept."""
    crawl(*[100] * 10)

    publish(tmp_path, published_at=clock.at, accepts="just in case")

    assert [] == Published(tmp_path).acceptances()["note"].tolist()


@pytest.mark.usefixtures("former")
def test_a_crawl_goes_on_while_its_releases_are_held_back(
    tmp_path: Path, made: Any, crawl: Any, clock: Any
) -> None:
    """After a pause few servers have answered yet; the end of the crawl decides."""
    clock.forward(days=9)
    now = type(made)(clock.at)
    checks = [now.check(f"s{n}.example", nodeinfo=now.nodeinfo(users_total=100)) for n in range(10)]
    frontier = DuckDBFrontier(
        Warehouse.open(tmp_path), crawl_id="late", admits_reserved=True, now=clock
    )

    frontier.store(checks[:2])
    frontier.publish()
    held = Published(tmp_path).held_back()
    frontier.store(checks[2:])
    frontier.finish("finished")

    assert held is not None
    assert Published(tmp_path).held_back() is None


@pytest.mark.parametrize(
    ("told", "complaint"),
    [
        ("[users]\nmin = 1", "'users' is none of"),
        ("[instances_alive]\nleast = 1", "may be said min, max, collapse, jump"),
        ("[instances_alive]\nmin = 'many'", "min of instances_alive is no number"),
        ("least_instances = 'few'", "no whole number"),
        ("[instances_alive", "cannot be read"),
    ],
)
def test_expectations_that_cannot_be_meant_stop_everything(
    told: str, complaint: str, tmp_path: Path
) -> None:
    """A floor that nobody reads would protect nobody."""
    path = tmp_path / "wrong.toml"
    path.write_text(told, encoding="utf-8")

    with pytest.raises(HandKeptError, match=complaint):
        read_expectations(path)


def test_the_hand_kept_expectations_can_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that the checkout brings is one."""
    path = Path(__file__).parents[2] / "data" / "expectations.toml"

    assert read_expectations(path).least_instances > 0


@pytest.mark.usefixtures("former")
def test_a_large_warehouse_is_published_when_its_crawl_has_ended(
    tmp_path: Path, made: Any, crawl: Any, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Years of checks do not fit beside a crawl; readers keep what they have until then."""
    monkeypatch.setattr(frontier_module, "INTERIM_CHECKS", 10)
    frontier = DuckDBFrontier(
        Warehouse.open(tmp_path), crawl_id="late", admits_reserved=True, now=clock
    )

    frontier.store([made.check("new.example", nodeinfo=made.nodeinfo(users_total=100))])
    frontier.publish()
    during = _servers(tmp_path)
    frontier.finish("finished")

    assert [(10, 1_000)] == during
    assert [(11, 1_100)] == _servers(tmp_path)
