"""Who asked to stay out: gone from everywhere, and not let in again."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Alias, Exchange, PeerDetail
from pipeline import optouts, raw
from pipeline.backup import (
    back_up,
    backups,
    opt_out_of_backups,
    opt_out_of_what_was_moved_aside,
    restore,
)
from pipeline.exceptions import HandKeptError
from pipeline.frontier import DuckDBFrontier
from pipeline.observation import BlockEvent, ImportedEdge, Observation
from pipeline.optouts import OptOuts
from pipeline.publish import publish_warehouse
from pipeline.warehouse import Warehouse

LEAVES = "leaves.example"
TODAY = date(2026, 3, 20)


def exchange(document: bytes) -> Exchange:
    """One answer that is kept."""
    return Exchange(path="/nodeinfo/2.0", method="GET", purpose="", status=200, document=document)


@pytest.fixture
def crowded(frontier: DuckDBFrontier, made: Any, clock: Any) -> DuckDBFrontier:
    """A crawl after which every table that can holds something of `leaves.example`."""
    frontier.store(
        [
            made.check(
                LEAVES,
                peer_lists=(made.peers("stays.example", "third.example"),),
                exchanges=(exchange(b'{"a": "leaves"}'), exchange(b'{"a": "both"}')),
            ),
            made.check(
                "sub.leaves.example", aliases=(Alias(hostname=Hostname(LEAVES), evidence="x"),)
            ),
            made.check(
                "stays.example",
                peer_lists=(
                    made.peers(
                        LEAVES,
                        "third.example",
                        "notleaves.example",
                        details=(PeerDetail(users_count=1), None, None),
                    ),
                ),
                aliases=(Alias(hostname=Hostname(LEAVES), evidence="identity"),),
                exchanges=(exchange(b'{"a": "both"}'),),
            ),
            made.check(
                "moved.example",
                outcome=Outcome.REDIRECTED_AWAY,
                moved_to=Hostname(LEAVES),
                detail=f"redirects to 'https://{LEAVES}/'",
            ),
            made.check(
                "away.example",
                outcome=Outcome.REDIRECTED_AWAY,
                detail="redirects to 'https://sub.leaves.example/'",
            ),
        ]
    )
    told = {"source": "elsewhere", "imported_at": clock(), "import_id": "i", "captured_at": clock()}
    imported: list[tuple[Any, Any]] = [
        (raw.OBSERVATIONS, Observation(**told, hostname=LEAVES, users_total=4)),
        (
            raw.BLOCK_EVENTS,
            BlockEvent(**told, list="l", event="listed", target=LEAVES, hostname=LEAVES),
        ),
        (
            raw.IMPORTED_EDGES,
            ImportedEdge(
                **told,
                source_hostname="stays.example",
                target=LEAVES,
                target_hostname=LEAVES,
                kind="knows",
            ),
        ),
    ]
    for table, record in imported:
        with frontier.warehouse.registered(batch_rows=table.batch([record])):
            frontier.warehouse.connection.execute(
                f"insert into {table.name} by name from batch_rows"
            )
    frontier.warehouse.connection.execute(
        "insert into raw.liveness_checks values ('l', ?, ?, 0.5, 'ok', 3, 900)", [LEAVES, clock()]
    )
    return frontier


@pytest.fixture
def mentions(warehouse: Warehouse) -> Callable[..., list[str]]:
    """The columns of a database in which a text occurs, opt-outs' own table left out."""

    def find(text: str = LEAVES, connection: Any = None) -> list[str]:
        return mentions_of(connection or warehouse.connection, text)

    return find


def mentions_of(connection: Any, text: str) -> list[str]:
    """Every column, of whatever table, that holds a text."""
    columns = connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where not internal and schema_name <> 'temp' and table_name <> 'optouts' "
        "and database_name = current_database() "
        "and (schema_name, table_name) in (select (schema_name, table_name) from duckdb_tables() where not temporary)"
    ).fetchall()
    return [
        f"{schema}.{table}.{column}"
        for schema, table, column in columns
        if connection.execute(
            f'select count(*) from "{schema}"."{table}" '
            f'where contains(lower("{column}"::varchar), ?) and not contains("{column}"::varchar, \'notleaves\')',
            [text],
        ).fetchone()
        != (0,)
    ]


def ask_out(data: Path) -> None:
    """Put the host on the operator's list."""
    optouts.add(data, Hostname(LEAVES), reason="asked", source="mail", added_on=TODAY)


def test_no_table_holds_anything_of_a_host_that_left(
    crowded: DuckDBFrontier, tmp_path: Path, mentions: Callable[..., list[str]]
) -> None:
    """CON-05: rows, edges, documents, others' words about it, with its subdomains; the rest stays."""
    before = mentions()
    ask_out(tmp_path)

    count = optouts.apply(crowded.warehouse)

    read = crowded.warehouse.connection.execute
    assert len(before) > 8
    assert 2 == count
    assert [] == mentions()
    assert [("away.example",), ("moved.example",), ("stays.example",)] == read(
        "select hostname from raw.checks order by all"
    ).fetchall()
    assert [(b'{"a": "both"}',)] == read("select body from raw.documents").fetchall()
    assert (2,) == read("select count(*) from raw.peer_edges").fetchone()


def test_a_name_that_only_ends_alike_is_another(crowded: DuckDBFrontier, tmp_path: Path) -> None:
    """`notleaves.example` did not ask for anything."""
    ask_out(tmp_path)

    optouts.apply(crowded.warehouse)

    rows = crowded.warehouse.connection.execute(
        "select hostname from frontier.hosts where hostname like '%leaves%'"
    ).fetchall()
    assert [("notleaves.example",)] == rows


def test_what_is_named_again_stays_out(
    crowded: DuckDBFrontier, tmp_path: Path, made: Any, mentions: Callable[..., list[str]]
) -> None:
    """CON-05: a running crawl takes the list up when it publishes; no later list brings the host back."""
    ask_out(tmp_path)
    crowded.publish()

    crowded.store(
        [
            made.check(
                "more.example",
                peer_lists=(made.peers(LEAVES, "sub.leaves.example", "new.example"),),
                aliases=(Alias(hostname=Hostname(LEAVES), evidence="identity"),),
                moved_to=Hostname("sub.leaves.example"),
                detail=f"redirects to 'https://{LEAVES}/'",
            ),
            made.check("deep.sub.leaves.example"),
        ]
    )

    assert [] == mentions()
    assert optouts.is_applied(tmp_path)
    leased = {due.hostname for due in crowded.lease(100)}
    assert "new.example" in leased
    assert not {name for name in leased if name.endswith("." + LEAVES)}


def test_the_published_file_and_the_backups_hold_nothing_either(
    crowded: DuckDBFrontier, tmp_path: Path, mentions: Callable[..., list[str]]
) -> None:
    """CON-05: snapshots and exports too; a backup that is put back does not bring it back."""
    publish_warehouse(crowded.warehouse)
    back_up(crowded.warehouse, keep=3)
    ask_out(tmp_path)

    optouts.apply(crowded.warehouse)
    path = publish_warehouse(crowded.warehouse)
    changed = opt_out_of_backups(tmp_path)

    (backup,) = backups(tmp_path)
    assert 1 == changed
    assert 0 == opt_out_of_backups(tmp_path)
    for each in (path, backup.warehouse):
        with duckdb.connect(each, read_only=True) as connection:
            assert [] == mentions_of(connection, LEAVES)
        # not even in blocks without rows; the list itself names the host above it
        assert b"sub." + LEAVES.encode() not in each.read_bytes()
    assert not (backup.path / "published.duckdb").exists()


def test_a_backup_of_before_is_cleared_when_it_is_put_back(
    crowded: DuckDBFrontier, tmp_path: Path
) -> None:
    """CON-05, DUR-08: the list of today counts, not the one of the backup."""
    back_up(crowded.warehouse, keep=3)
    ask_out(tmp_path)
    crowded.warehouse.close()

    restore(tmp_path)

    with Warehouse.open(tmp_path) as restored:
        assert [] == mentions_of(restored.connection, LEAVES)


def test_what_restoring_moved_aside_holds_nothing_either(
    crowded: DuckDBFrontier, tmp_path: Path
) -> None:
    """CON-05, DUR-08: it is cleared where it can be opened; a damaged file or log, which cannot, is deleted."""
    back_up(crowded.warehouse, keep=3)
    crowded.warehouse.close()
    for day in (20, 21):
        restore(tmp_path, now=datetime(2026, 3, day, tzinfo=UTC))
    opens, damaged = sorted(tmp_path.glob("herdbook.duckdb.before-*"))
    damaged.write_bytes(damaged.read_bytes()[:5000])
    (tmp_path / "herdbook.duckdb.wal.damaged-20260322T000000Z").write_bytes(LEAVES.encode())
    ask_out(tmp_path)

    cleared = opt_out_of_what_was_moved_aside(tmp_path)

    assert 2 == cleared
    with duckdb.connect(opens, read_only=True) as connection:
        assert [] == mentions_of(connection, LEAVES)
        assert connection.execute("select count(*) > 0 from raw.checks").fetchone() == (True,)
    assert b"sub." + LEAVES.encode() not in opens.read_bytes()
    assert [] == [
        p.name
        for p in tmp_path.iterdir()
        if "damaged" in p.name or "before" in p.name
        if p != opens
    ]


@pytest.mark.parametrize(
    ("hostname", "is_out"),
    [
        ("a.example", True),
        ("b.a.example", True),
        ("c.b.a.example", True),
        ("ba.example", False),
        ("example", False),
        ("a.example.org", False),
    ],
)
def test_subdomains_are_meant_and_nothing_else(hostname: str, is_out: bool) -> None:
    """A host that left takes what is below it along, not what is beside it."""
    assert is_out == (hostname in OptOuts(frozenset({"a.example"})))


def test_the_list_is_written_once_and_read_back(tmp_path: Path) -> None:
    """Adding twice changes nothing; every line says who and when."""
    ask_out(tmp_path)

    again = optouts.add(tmp_path, Hostname(LEAVES), reason="", source="mail", added_on=TODAY)

    assert not again
    rows = [row for row in optouts.listed(tmp_path) if row["hostname"] == LEAVES]
    assert [
        {"hostname": LEAVES, "reason": "asked", "source": "mail", "added_on": "2026-03-20"}
    ] == rows


def test_a_line_break_does_not_get_into_the_list(tmp_path: Path) -> None:
    """A list that could be forged by a reason would not be one."""
    with pytest.raises(HandKeptError, match="one line"):
        optouts.add(
            tmp_path, Hostname(LEAVES), reason="a\nb.example,,,", source="mail", added_on=TODAY
        )

    assert not (tmp_path / "optouts.csv").exists()


def test_the_command_lists_deletes_and_publishes(
    tmp_path: Path, made: Any, typed: Callable[..., Any]
) -> None:
    """CON-05: one command; the published file is without the host when it ends."""
    with Warehouse.open(tmp_path, is_replica=True) as warehouse:
        crawl = DuckDBFrontier(warehouse, crawl_id="c", admits_reserved=True)
        crawl.store([made.check(LEAVES), made.check("stays.example")])
        publish_warehouse(warehouse)

    run = partial(typed, tmp_path, "optout")
    added, shown, wrong = run("add", LEAVES), run("list"), run("add", "https://x.example/")

    assert (0, 0, 1) == (added.returncode, shown.returncode, wrong.returncode), added.stderr
    assert "Deleted what was held of 1 hosts" in added.stderr
    assert LEAVES in shown.stdout
    assert "bare name" in wrong.stderr
    with duckdb.connect(tmp_path / "published" / "herdbook.duckdb", read_only=True) as connection:
        assert [] == mentions_of(connection, LEAVES)
        assert ["stays.example"] == [
            name
            for (name,) in connection.execute("select hostname from marts.instances").fetchall()
        ]
