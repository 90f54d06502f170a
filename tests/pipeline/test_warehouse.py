"""Opening a warehouse: made, migrated, refused, or mended."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from crawler.records import PeerKind
from pipeline import warehouse as warehouse_module
from pipeline.exceptions import (
    DiskFull,
    HandKeptError,
    WarehouseDamaged,
    WarehouseLocked,
    WarehouseMissing,
    WarehouseNewer,
    WrongWarehouse,
)
from pipeline.frontier import DuckDBFrontier
from pipeline.warehouse import FILE_NAME, Warehouse, read_optouts

_HOLDER = """
import sys
from pathlib import Path
from pipeline.warehouse import Warehouse

with Warehouse.open(Path(sys.argv[1])):
    sys.stdout.write("held\\n")
    sys.stdout.flush()
    sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the warehouse of the test's folder is."""
    return tmp_path / FILE_NAME


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder whose process was killed after storing one check: its log is not in its file."""
    folder = tmp_path_factory.mktemp("killed")
    script = (
        "import os, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from crawler.hostname import Hostname\n"
        "from crawler.outcome import Outcome\n"
        "from crawler.records import Check\n"
        "from pipeline.frontier import DuckDBFrontier\n"
        "from pipeline.warehouse import Warehouse\n"
        "frontier = DuckDBFrontier(Warehouse.open(Path(sys.argv[1])), crawl_id='c1', admits_reserved=True)\n"
        "frontier.store([Check(hostname=Hostname('a.example'), started_at=datetime.now(UTC), seconds=1,\n"
        "                      outcome=Outcome.OK)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", script, str(folder)], check=False)
    assert -9 == ended.returncode
    return folder


@pytest.fixture
def stored(killed: Path, tmp_path: Path) -> Path:
    """What the killed process left, to do with as one likes."""
    return Path(shutil.copytree(killed, tmp_path, dirs_exist_ok=True))


def logs(folder: Path) -> list[Path]:
    """Logs beside the warehouse that are still its own."""
    return [log for log in folder.glob(f"{FILE_NAME}*wal*") if "damaged" not in log.name]


# --- made and migrated -----------------------------------------------------------------------------


def test_a_new_warehouse_is_made_whole(tmp_path: Path) -> None:
    """Tables, views and the version are there after the first opening, and nothing is in the log."""
    with Warehouse.open(tmp_path / "new" / "folder") as warehouse:
        version = warehouse.fact("schema_version")
        found = warehouse.connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() union all "
            "select schema_name || '.' || view_name from duckdb_views() where not internal"
        ).fetchall()

        assert [] == [log for log in logs(tmp_path / "new" / "folder") if log.stat().st_size]

    assert version is not None
    assert int(version) >= 1
    assert {("raw.checks",), ("raw.peer_edges",), ("frontier.hosts",), ("staging.checks",)} < set(
        found
    )


def test_opening_again_changes_nothing(tmp_path: Path, path: Path) -> None:
    """The second opening finds everything as it should be."""
    Warehouse.open(tmp_path).close()
    before = path.read_bytes()

    Warehouse.open(tmp_path).close()

    assert before == path.read_bytes()


def test_a_file_of_version_zero_is_brought_forward(tmp_path: Path, path: Path) -> None:
    """A database without our tables is a warehouse that nothing was done to yet."""
    duckdb.connect(path).close()

    with Warehouse.open(tmp_path) as warehouse:
        assert "false" == warehouse.fact("is_replica")


def test_edges_of_a_file_of_before_are_all_there(tmp_path: Path, path: Path) -> None:
    """Bringing it forward keeps what holds, what held once, and what came back."""
    migrations = sorted((warehouse_module.SQL / "migrations").glob("*.sql"))
    was = "(1, 0, 2, timestamptz '2026-03-01 12:00:00+00', timestamptz '2026-03-08 12:00:00+00')"
    holds = [(1, 0, 2, "2026-03-15"), (1, 1, 2, "2026-03-01"), (3, 0, 2, "2026-03-02")]
    with duckdb.connect(path, config=warehouse_module.CONFIGURATION) as connection:
        for step in migrations[:3]:
            connection.execute(step.read_text(encoding="utf-8"))
        connection.execute("insert into raw.meta values ('schema_version', '3')")
        connection.executemany("insert into raw.peer_edges values (?, ?, ?, ?)", holds)
        connection.execute(f"insert into raw.peer_edges_past values {was}")

    with Warehouse.open(tmp_path) as warehouse:
        edges = "select source_id, kind_id, target_id, first_seen_at::date::varchar"
        now = warehouse.connection.execute(f"{edges} from raw.peer_edges order by all").fetchall()
        past = warehouse.connection.execute(
            f"{edges}, removed_at::date::varchar from raw.peer_edges_past"
        ).fetchall()

    assert holds == now
    assert [(1, 0, 2, "2026-03-01", "2026-03-08")] == past


def test_a_column_that_a_record_has_gained_is_added(tmp_path: Path, path: Path) -> None:
    """Old rows say nothing in it; the new one takes what is said."""
    with Warehouse.open(tmp_path) as warehouse:
        connection = warehouse.connection
        connection.execute("drop view staging.reports")
        connection.execute("alter table raw.checks drop column nodeinfo_local_comments")
        warehouse.remember("staging_sha256", "of before")

    with Warehouse.open(tmp_path) as warehouse:
        described = warehouse.connection.execute("describe raw.checks").fetchall()

    assert "nodeinfo_local_comments" in {row[0] for row in described}


def test_views_follow_their_files(tmp_path: Path) -> None:
    """A view of an older program is made anew."""
    with Warehouse.open(tmp_path) as warehouse:
        warehouse.connection.execute("create or replace view staging.checks as select 1 as old")
        warehouse.remember("staging_sha256", "of before")

    with Warehouse.open(tmp_path) as warehouse:
        described = warehouse.connection.execute("describe staging.checks").fetchall()

    assert "hostname" in {row[0] for row in described}


def test_a_newer_schema_is_refused_and_left_alone(tmp_path: Path, path: Path) -> None:
    """An older program does nothing to what a newer one wrote."""
    with Warehouse.open(tmp_path) as warehouse:
        warehouse.remember("schema_version", "99")
    before = path.read_bytes()

    with pytest.raises(WarehouseNewer, match=r"schema 99.*Nothing was changed"):
        Warehouse.open(tmp_path)

    assert before == path.read_bytes()


def test_kinds_of_edge_are_numbered_for_ever(tmp_path: Path) -> None:
    """A kind that is new gets the next number; the others keep theirs."""
    with Warehouse.open(tmp_path) as warehouse:
        before = dict(
            warehouse.connection.execute("select kind, id from raw.peer_kinds").fetchall()
        )
        warehouse.connection.execute("delete from raw.peer_kinds where kind = 'blocks'")
        warehouse.connection.execute("insert into raw.peer_kinds values (4, 'of_before')")

    with Warehouse.open(tmp_path) as warehouse:
        after = dict(warehouse.connection.execute("select kind, id from raw.peer_kinds").fetchall())

    assert set(PeerKind) == set(before)
    assert len(after) == len(set(after.values()))
    assert {k: v for k, v in before.items() if k != "blocks"} == {
        k: v for k, v in after.items() if k not in ("blocks", "of_before")
    }


# --- refused ---------------------------------------------------------------------------------------


def test_none_is_made_where_none_is_wanted(tmp_path: Path) -> None:
    """Publishing an empty folder makes no file."""
    with pytest.raises(WarehouseMissing):
        Warehouse.open(tmp_path, creates=False)

    assert [] == list(tmp_path.iterdir())


@pytest.mark.parametrize("is_replica", [True, False])
def test_replica_and_live_data_never_mix(is_replica: bool, tmp_path: Path) -> None:
    """What a warehouse began as it stays; who takes it as it is gets it."""
    Warehouse.open(tmp_path, is_replica=is_replica).close()

    with pytest.raises(WrongWarehouse, match="a folder of its own"):
        Warehouse.open(tmp_path, is_replica=not is_replica)

    with Warehouse.open(tmp_path) as warehouse:
        assert is_replica is warehouse.is_replica


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """Another process that holds the warehouse."""
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "held\n" == process.stdout.readline()
        yield process
        assert process.stdin is not None
        process.stdin.close()


def test_the_second_writer_is_told_who_the_first_is(
    tmp_path: Path, holder: "subprocess.Popen[str]"
) -> None:
    """One process at a time; the message names it."""
    with pytest.raises(WarehouseLocked, match=f"process {holder.pid} ") as caught:
        Warehouse.open(tmp_path)

    assert holder.pid == caught.value.pid


def test_a_full_disk_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before a crawl begins, not in the middle of a batch."""
    monkeypatch.setattr(warehouse_module, "FREE_BYTES_WANTED", 10**18)

    with pytest.raises(DiskFull, match="Free some space"):
        Warehouse.open(tmp_path)

    assert [] == list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A file where the folder should be, as a stand-in for a folder nobody may write."""
    (tmp_path / "data").write_text("not a folder", encoding="ascii")

    with pytest.raises(OSError, match="data"):
        Warehouse.open(tmp_path / "data")


@pytest.mark.parametrize("content", [b"not a database", b"\0" * 100_000, b"DUCK" * 50_000])
def test_a_damaged_file_is_said_and_left_alone(content: bytes, tmp_path: Path, path: Path) -> None:
    """It is not replaced by an empty one."""
    path.write_bytes(content)

    with pytest.raises(WarehouseDamaged, match="Nothing was changed"):
        Warehouse.open(tmp_path)

    assert content == path.read_bytes()


def test_a_damaged_file_keeps_its_log(stored: Path) -> None:
    """A log is moved aside only where that lets the file be opened."""
    path = stored / FILE_NAME
    (log,) = logs(stored)
    content = log.read_bytes()
    path.write_bytes(b"not a database")

    with pytest.raises(WarehouseDamaged):
        Warehouse.open(stored)

    assert content == log.read_bytes()


# --- mended ----------------------------------------------------------------------------------------


def test_what_was_acknowledged_survives_a_kill(stored: Path) -> None:
    """The batch was committed: it is there, without any closing."""
    with Warehouse.open(stored) as warehouse:
        rows = warehouse.connection.execute("select hostname from raw.checks").fetchall()

    assert [("a.example",)] == rows


def test_a_log_that_prevents_opening_is_moved_aside(
    stored: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Better without its tail than never again, and never silently."""
    (log,) = logs(stored)
    content = bytearray(log.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 200] = b"\xff" * 200
    log.write_bytes(content)

    with Warehouse.open(stored) as warehouse:
        rows = warehouse.connection.execute("select count(*) from raw.checks").fetchall()

    assert [(0,)] == rows
    assert "has lost 1 acknowledged batches" in caplog.text


def test_a_log_that_lost_its_end_is_told(stored: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A cut log is replayed as far as it goes; the note beside the file tells what is missing."""
    (log,) = logs(stored)
    content = log.read_bytes()
    log.write_bytes(content[: len(content) // 2])

    Warehouse.open(stored).close()

    assert "has lost 1 acknowledged batches" in caplog.text


def test_a_sound_log_is_told_nothing_of(stored: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No false alarm."""
    Warehouse.open(stored).close()

    assert "" == caplog.text


def test_a_loss_is_told_once(stored: Path, caplog: pytest.LogCaptureFixture, made: Any) -> None:
    """After the next batch was acknowledged the note counts anew."""
    (log,) = logs(stored)
    log.write_bytes(b"")
    with Warehouse.open(stored) as warehouse:
        frontier = DuckDBFrontier(warehouse, crawl_id="c2", admits_reserved=True)
        frontier.store([made.check("b.example")])
    caplog.clear()

    Warehouse.open(stored).close()

    assert "" == caplog.text


# --- opt-outs --------------------------------------------------------------------------------------


@pytest.fixture
def optouts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Put a hand-kept list of opt-outs in the place of the checkout's."""

    def write(*lines: str) -> Path:
        path = tmp_path / "optouts.csv"
        path.write_text(
            "\n".join(("hostname,reason,source,added_on", *lines, "")), encoding="utf-8"
        )
        monkeypatch.setattr(warehouse_module, "OPTOUTS", path)
        return path

    return write


def test_optouts_follow_the_list(tmp_path: Path, optouts: Callable[..., Path]) -> None:
    """Each opening makes the table what the list says, lines that were taken back included."""
    kept = []
    for lines in (("b.example,,,", "A.Example.,,,"), ("c.example,,,",), ()):
        optouts(*lines)
        with Warehouse.open(tmp_path / "data") as warehouse:
            rows = warehouse.connection.execute("select hostname from raw.optouts order by all")
            kept.append([hostname for (hostname,) in rows.fetchall()])

    assert [["a.example", "b.example"], ["c.example"], []] == kept


def test_a_line_that_is_no_hostname_stops_everything(
    tmp_path: Path, optouts: Callable[..., Path]
) -> None:
    """A wish to stay out that cannot be read is not a wish that can be ignored."""
    path = optouts("a.example,,,", "https://b.example/,,,")

    with pytest.raises(HandKeptError, match="line 3"):
        Warehouse.open(tmp_path / "data")

    with pytest.raises(HandKeptError, match="Mend the line first"):
        read_optouts(path)


def test_a_list_without_its_column_stops_everything(
    optouts: Callable[..., Path], tmp_path: Path
) -> None:
    """A header that was lost is not an empty list."""
    path = tmp_path / "optouts.csv"
    path.write_text("host\na.example\n", encoding="utf-8")

    with pytest.raises(HandKeptError, match="line 2"):
        read_optouts(path)


def test_the_checkouts_own_list_can_be_read() -> None:
    """The list in data/ is one that can be used."""
    assert isinstance(read_optouts(warehouse_module.OPTOUTS), list)


# --- transactions ----------------------------------------------------------------------------------


def test_a_transaction_is_rolled_back(warehouse: Warehouse) -> None:
    """What is raised undoes what was done."""

    def fail() -> None:
        with warehouse.transaction() as connection:
            connection.execute("insert into raw.optouts values ('x.example')")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert [] == warehouse.connection.execute("from raw.optouts").fetchall()


def test_facts_are_written_over(warehouse: Warehouse) -> None:
    """One value per key."""
    warehouse.remember("colour", "red")
    warehouse.remember("colour", "blue")

    assert "blue" == warehouse.fact("colour")
    assert warehouse.fact("size") is None
