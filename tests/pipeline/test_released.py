"""A stranger with a release: ten questions answered from its README, and the door for Python."""

import re
import subprocess
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from pipeline.dictionary import relations
from pipeline.exceptions import ReleaseUnreadable
from pipeline.read import OpenRelease, Published, Wishes, open_release

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
FIRST, LAST = date(2026, 1, 12), date(2026, 3, 8)
"""The days of the sample (`data/make_sample.py`)."""


@pytest.fixture(scope="module")
def herd() -> Iterator[OpenRelease]:
    """The sample, opened."""
    with open_release(SAMPLE) as opened:
        yield opened


@pytest.fixture(scope="module")
def questions() -> list[tuple[str, str]]:
    """What the README of the sample asks, and the SQL that it gives."""
    text = (SAMPLE / "README.md").read_text(encoding="utf-8")
    return re.findall(r"^### \d+\. (.+?)\n\n```sql\n(.+?)\n```", text, re.MULTILINE | re.DOTALL)


def _parquet(name: str) -> pd.DataFrame:
    return pd.read_parquet(SAMPLE / "parquet" / f"{name}.parquet")


def _last(table: pd.DataFrame, column: str = "day_on", **having: str) -> Any:
    for name, value in having.items():
        table = table[table[name] == value]
    return table.sort_values(column).iloc[-1]


def _made() -> list[tuple[Any, ...]]:
    row = _parquet("about").iloc[0]
    alive, known = int(row["instances_alive"]), int(row["instances_known"])
    return [(row["published_at"].to_pydatetime(), known, alive, round(alive / known, 3))]


def _people() -> list[tuple[Any, ...]]:
    row = _last(_parquet("network_days"), source="herdbook")
    instances = _parquet("instance_days")
    # an answer counts until the next, six days more at most
    counts = instances[
        (instances["source"] == "herdbook")
        & (instances["day_on"] <= row["day_on"])
        & (instances["until_on"] >= row["day_on"])
    ]
    numbers = counts["users_total"].dropna()
    assert int(row["users_total"]) == numbers.sum()
    assert int(row["instances_reporting"]) == len(numbers)
    assert row["users_total_audited"] < row["users_total"]
    names = ["users_total_audited", "instances_reporting", "instances_audited", "instances_known"]
    return [(row["day_on"], int(numbers.sum()), *(int(row[name]) for name in names))]


def _software() -> list[tuple[Any, ...]]:
    alive = _parquet("instances").query("is_alive")
    alive = alive.assign(software_name=alive["software_name"].fillna("unknown"))
    counts = alive.groupby("software_name").size().reset_index(name="n")
    largest = counts.sort_values(["n", "software_name"], ascending=[False, True]).head(5)
    audited = alive[alive["users_total_standing"] == "reported"].groupby("software_name")
    people, servers = audited["users_total"].sum(), audited.size()
    return [
        (name, count, people.get(name), servers.get(name, 0))
        for name, count in largest.itertuples(index=False)
    ]


def _sign_up() -> list[tuple[Any, ...]]:
    found = _parquet("instances").query(
        "is_alive and registration == 'open' and users_active_month_standing == 'reported'"
    )
    found = found.sort_values(["users_active_month", "hostname"], ascending=[False, True]).head(5)
    return list(
        found[["hostname", "software_name", "users_active_month"]].itertuples(
            index=False, name=None
        )
    )


def _growth() -> list[tuple[Any, ...]]:
    days = _parquet("growth_days").query("source == 'herdbook' and measure == 'users_total'")
    chained = (1 + days.sort_values("day_on")["growth_ratio"].fillna(0)).prod()
    row = _last(days)
    return [(row["day_on"], int(row["instances_in_panel"]), round(chained - 1, 4))]


def _concentration() -> list[tuple[Any, ...]]:
    weeks = _parquet("concentration_weeks").query(
        "source == 'herdbook' and measure == 'users_active_month' and holder == 'instance'"
    )
    row = _last(weeks)
    with open_release(SAMPLE) as herd:
        counts = herd.instances_as_of(row["day_on"])["users_active_month_audited"]
    sizes = counts[counts > 0].sort_values(ascending=False)
    half = int((sizes.cumsum() < sizes.sum() / 2).sum()) + 1
    return [(row["day_on"], round(sizes.head(10).sum() / sizes.sum(), 3), half, len(sizes))]


def _standings() -> list[tuple[Any, ...]]:
    found = _parquet("standings").query("field == 'users_total' and standing != 'reported'")
    reasons = _parquet("rules").set_index("rule_id")["reason"]
    grouped = found.groupby(["standing", "rule_id"]).size().reset_index(name="n")
    grouped = grouped.sort_values(["n", "standing", "rule_id"], ascending=[False, True, True])
    return [(s, r, reasons.get(r), n) for s, r, n in grouped.itertuples(index=False)]


def _named() -> list[tuple[Any, ...]]:
    found = _parquet("instances").sort_values(
        ["named_by_count", "hostname"], ascending=[False, True]
    )
    names = ["hostname", "software_name", "named_by_count"]
    return list(found.head(5)[names].itertuples(index=False, name=None))


def _edges() -> list[tuple[Any, ...]]:
    now, past = _parquet("peer_edges"), _parquet("peer_edges_past")
    first = min(now["first_seen_on"].min(), past["first_seen_on"].min())
    now, past = now.query("kind == 'knows'"), past.query("kind == 'knows'")
    held = past[(past["first_seen_on"] <= first) & (past["removed_on"] > first)]
    return [(first, int((now["first_seen_on"] <= first).sum()) + len(held), len(now))]


def _outage() -> list[tuple[Any, ...]]:
    alive = _parquet("instances").query("is_alive and not is_counting_refused")
    active = alive.groupby("software_name")["users_active_month"].sum()
    share = (active / alive["users_active_month"].sum()).sort_values(ascending=False).head(3)
    sizes = alive.groupby("software_name").size()
    return [(name, int(sizes[name]), round(ratio, 3)) for name, ratio in share.items()]


ANSWERS: list[Callable[[], list[tuple[Any, ...]]]] = [
    _made, _people, _software, _sign_up, _growth, _concentration, _standings, _named, _edges, _outage,
]  # fmt: skip
"""The same answers, reckoned from the Parquet files in another way, in the order of the README."""


@pytest.mark.parametrize("number", range(1, 11))
def test_a_stranger_answers_ten_questions(number: int, questions: list[tuple[str, str]]) -> None:
    """With nothing but the DuckDB file of a release and its README; the answers are right."""
    with duckdb.connect(SAMPLE / "herdbook.duckdb", read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        found = connection.sql(questions[number - 1][1]).to_arrow_table().to_pylist()

    expected = ANSWERS[number - 1]()
    assert 10 == len(questions)
    assert found
    assert [_plain(row) for row in expected] == [_plain(row.values()) for row in found]


def _plain(values: Any) -> list[Any]:
    """Values as they compare: days as days, nothing as nothing, ratios to three digits."""
    return [
        None
        if pd.isna(value)
        else pd.Timestamp(value).tz_localize(None)
        if isinstance(value, date)
        else round(float(value), 3)
        if isinstance(value, (int, float)) or hasattr(value, "dtype")
        else value
        for value in values
    ]


# --- the sample ------------------------------------------------------------------------------------


def test_the_sample_is_of_this_version() -> None:
    """Its tables are those of sql/marts, its sums are right, and it is small: else, `make sample`."""
    with open_release(SAMPLE) as herd:
        columns = {
            mart.name: list(herd.columns(mart.name)["column"]) for mart in relations("marts")
        }

    assert {mart.name: list(mart.columns) for mart in relations("marts")} == columns
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=SAMPLE, check=True)
    assert sum(path.stat().st_size for path in SAMPLE.rglob("*")) < 6_000_000


def test_the_sample_has_something_of_everything(herd: OpenRelease) -> None:
    """Eight weeks of own checks, judged numbers, communities, stretches and events: what pages show."""
    days = herd.df("select min(day_on) as first_on, max(day_on) as last_on from marts.network_days")
    counted = (
        "breaks", "cohorts", "communities", "events", "outages", "peer_edges_past", "registration_spans",
        "suspicions", "survival", "verdicts",
    )  # fmt: skip

    assert [[FIRST, LAST]] == [
        [pd.Timestamp(day).date() for day in row] for row in days.itertuples(index=False)
    ]
    assert herd.df("select is_replica from marts.about")["is_replica"].all()
    for name in counted:
        assert herd.table(name).limit(1).fetchall(), name


def test_pages_read_the_folder_of_a_release() -> None:
    """`HERDBOOK_DATA=data/sample herdbook dashboard` shows the sample: the readers' door opens it."""
    published = Published(SAMPLE)

    assert published.about().is_replica
    assert len(published.directory(Wishes())) > 50


# --- the door --------------------------------------------------------------------------------------


def test_a_release_says_in_a_sentence_what_it_is(herd: OpenRelease) -> None:
    """Of which day, of how many servers, and that nobody lives there where they are a replica's."""
    row = _parquet("about").iloc[0]

    assert (
        f"Release of {row['published_at']:%Y-%m-%d}: {row['instances_alive']} alive of {row['instances_known']} known servers, "
        "all of them invented (a replica)"
    ) == str(herd)


def test_every_table_is_a_relation_that_says_its_units(herd: OpenRelease) -> None:
    """Tables are lazy, filtered by DuckDB, and described."""
    names = herd.tables()

    found = herd.instances.filter("registration = 'open'").aggregate("count(*)").fetchall()
    columns = herd.columns("instances").set_index("column")

    assert {mart.name for mart in relations("marts")} == set(names["name"])
    assert (
        found == herd.sql("select count(*) from instances where registration = 'open'").fetchall()
    )
    assert ("count", "ratio", "time, UTC", "none") == tuple(
        columns.loc[["users_total", "uptime_ratio_90d", "checked_at", "title"], "unit"]
    )
    for name in ("about", "instance_days", "software_days", "standings", "verdicts", "peer_edges"):
        assert isinstance(getattr(herd, name), duckdb.DuckDBPyRelation)
    with pytest.raises(ReleaseUnreadable, match="no table"):
        herd.table("nonsense")


def test_edges_as_of_a_day_are_those_that_held(herd: OpenRelease) -> None:
    """Added up from what is and what was."""
    now = herd.edges_as_of(LAST)
    then = herd.edges_as_of(FIRST + timedelta(days=6))

    assert herd.peer_edges.filter("kind = 'knows'").count("*").fetchall() == [(len(now),)]
    assert 0 < len(then) != len(now)


def test_a_panel_has_the_same_servers_on_both_days(herd: OpenRelease) -> None:
    """Servers with an audited number on either day only are in no panel."""
    panel = herd.same_panel(FIRST, LAST)
    first, last = (
        herd.instances_as_of(day).set_index("hostname")["users_total_audited"].dropna()
        for day in (FIRST, LAST)
    )

    both = sorted(set(first.index) & set(last.index))
    assert both == panel["hostname"].tolist()
    assert len(both) < len(last)
    assert first[both].tolist() == panel["value_before"].tolist()
    assert last[both].tolist() == panel["value_after"].tolist()


def test_graphs_are_the_same_in_every_form(herd: OpenRelease) -> None:
    """As an edge list, for igraph and for networkx."""
    for name in ("knows", "backbone"):
        edges, nodes = herd.edges(name), herd.nodes(name)
        one, other = herd.as_igraph(name), herd.as_networkx(name)

        assert (len(nodes), len(edges)) == (one.vcount(), one.ecount())
        assert (len(nodes), len(edges)) == (len(other), other.number_of_edges())
        assert one.is_directed() == other.is_directed() == (name == "knows")
    best = edges.sort_values("strength").iloc[-1]
    ends = best["source_hostname"], best["target_hostname"]
    assert best["strength"] == one.es[one.get_eid(*ends)]["strength"]
    assert best["strength"] == other.edges[ends]["strength"]


def test_a_release_opens_from_wherever_it_is(
    filled_data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A file, a data folder, or what the environment names; the sample where nothing is published."""
    published = filled_data / "published" / "herdbook.duckdb"
    monkeypatch.setenv("HERDBOOK_DATA", str(filled_data))
    for place in (None, published, str(filled_data)):
        with open_release(place) as herd:
            assert str(published) == herd.file
    monkeypatch.setenv("HERDBOOK_DATA", str(tmp_path))
    with open_release() as herd:
        assert str(SAMPLE / "herdbook.duckdb") == herd.file


def test_what_is_no_release_says_so(filled_data: Path, tmp_path: Path) -> None:
    """The warehouse of a data folder is never taken for one; an address says what it needs."""
    (tmp_path / "herdbook.duckdb").write_bytes((filled_data / "herdbook.duckdb").read_bytes())

    with pytest.raises(ReleaseUnreadable, match="no release at"):
        open_release(tmp_path)
    with pytest.raises(ReleaseUnreadable, match="cannot be opened"):
        open_release(SAMPLE / "README.md")
    with pytest.raises(ReleaseUnreadable, match="httpfs"):
        open_release("http://127.0.0.1:9/2026-01-01/")
