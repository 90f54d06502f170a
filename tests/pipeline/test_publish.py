"""Publishing: swapped in whole, or not at all."""

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipeline import publish as publish_module
from pipeline.dictionary import PUBLISHED, relations
from pipeline.exceptions import DiskFull, PublishedNewer, PublishRefused, WarehouseMissing
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import SCHEMA_VERSION, publish, publish_warehouse, published_version
from pipeline.warehouse import Warehouse

LATER = datetime(2026, 3, 21, tzinfo=UTC)

_KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline import publish as module

def die(*told):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(module, sys.argv[2], die)
module.publish(Path(sys.argv[1]), published_at=datetime(2026, 3, 21, tzinfo=UTC))
"""


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory, made: Any) -> Path:
    """A data folder with a published crawl of one server."""
    folder = tmp_path_factory.mktemp("crawled")
    warehouse = Warehouse.open(folder, is_replica=True)
    crawl = DuckDBFrontier(warehouse, crawl_id="c1", admits_reserved=True, now=lambda: made.at)
    crawl.store([made.check("a.example", peer_lists=(made.peers("b.example"),))])
    crawl.finish("finished")
    return folder


@pytest.fixture
def data(crawled: Path, tmp_path: Path) -> Path:
    """The data folder, to do with as one likes."""
    return Path(shutil.copytree(crawled, tmp_path, dirs_exist_ok=True))


@pytest.fixture
def path(data: Path) -> Path:
    """The published file."""
    return data / "published" / "herdbook.duckdb"


@pytest.fixture
def read(path: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Open the published file anew and ask it."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(path, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return ask


@pytest.fixture
def old_reader(path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that opened the file and asks it again when told to."""
    script = (
        "import duckdb, sys\n"
        f"c = duckdb.connect({str(path)!r}, read_only=True)\n"
        "for line in sys.stdin:\n"
        "    rows = c.execute('select epoch(published_at)::bigint from marts.about').fetchall()\n"
        "    sys.stdout.write(f'{rows[0][0]}\\n'); sys.stdout.flush()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _ask(reader: "subprocess.Popen[str]") -> datetime:
    assert reader.stdin is not None
    assert reader.stdout is not None
    reader.stdin.write("again\n")
    reader.stdin.flush()
    return datetime.fromtimestamp(int(reader.stdout.readline()), UTC)


def test_every_mart_is_in_the_file(read: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Tables and views of the file are the files of sql/marts, no more and no less."""
    found = read(
        "select schema_name || '.' || table_name from duckdb_tables() union all "
        "select schema_name || '.' || view_name from duckdb_views() where not internal"
    )

    assert {relation.full_name for relation in relations(*PUBLISHED)} == {name for (name,) in found}


def test_the_file_documents_itself(read: Callable[[str], list[tuple[Any, ...]]]) -> None:
    """Each table and each column carries the words of its header."""
    found = dict(
        read(
            "select table_name || '.' || column_name, comment from duckdb_columns() where schema_name = 'marts'"
        )
    )
    tables = dict(
        read(
            "select table_name, comment from duckdb_tables() union all select view_name, comment from duckdb_views() where not internal"
        )
    )

    for relation in relations("marts"):
        assert relation.grain == tables[relation.name]
        for name, meaning in relation.columns.items():
            assert meaning == found[f"{relation.name}.{name}"]


def test_nothing_but_the_file_stays(data: Path, path: Path) -> None:
    """No log and no half-made file lies beside it."""
    assert [path] == list(path.parent.iterdir())


def test_an_open_reader_keeps_the_old_file_and_the_next_sees_the_new(
    data: Path,
    made: Any,
    read: Callable[[str], list[tuple[Any, ...]]],
    old_reader: "subprocess.Popen[str]",
) -> None:
    """Nobody waits, and nobody sees half of one and half of the other."""
    first = _ask(old_reader)

    publish(data, published_at=LATER)

    assert first == _ask(old_reader) == made.at
    assert [(LATER,)] == read("select published_at from marts.about")


def test_leftovers_of_dead_processes_are_cleaned(data: Path, path: Path) -> None:
    """What a killed publisher left is gone after the next publish."""
    for name in (".herdbook-1.duckdb", ".herdbook-1.duckdb.wal"):
        (path.parent / name).write_bytes(b"half")

    publish(data)

    assert [path] == list(path.parent.iterdir())


def test_a_newer_published_file_is_left_alone(data: Path, path: Path) -> None:
    """An older program does not replace what a newer one published."""
    with duckdb.connect(path) as connection:
        connection.execute("update marts.about set schema_version = 99")
    before = path.read_bytes()

    with pytest.raises(PublishedNewer, match="schema 99"):
        publish(data)

    assert before == path.read_bytes()


def test_a_damaged_published_file_is_replaced(
    data: Path,
    path: Path,
    read: Callable[[str], list[tuple[Any, ...]]],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It is made anew from the warehouse, with a line that says so."""
    path.write_bytes(b"not a database" * 1000)

    publish(data, published_at=LATER)

    assert [(LATER,)] == read("select published_at from marts.about")
    assert "cannot be read and is replaced" in caplog.text


def test_a_broken_promise_holds_the_release_back(data: Path, path: Path) -> None:
    """The last good file stays, and the message names the promise."""
    before = path.read_bytes()
    with Warehouse.open(data) as warehouse:
        warehouse.connection.execute("insert into raw.checks by name select * from raw.checks")

    with pytest.raises(PublishRefused, match=r"marts\.instances: unique hostname"):
        publish(data)

    assert before == path.read_bytes()
    assert [path] == list(path.parent.iterdir())


def test_a_failing_data_test_holds_the_release_back(
    data: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row found by sql/checks is a broken promise as well."""
    before = path.read_bytes()
    monkeypatch.setattr(publish_module, "failing_checks", lambda connection: ["made_up: [(1,)]"])

    with pytest.raises(PublishRefused, match="made_up"):
        publish(data)

    assert before == path.read_bytes()


def test_the_warehouse_can_be_used_after_a_refusal(data: Path) -> None:
    """The crawl's own connection is as it was: nothing attached, no other search path."""
    with Warehouse.open(data) as warehouse:
        warehouse.connection.execute("insert into raw.checks by name select * from raw.checks")
        with pytest.raises(PublishRefused):
            publish_warehouse(warehouse, checks_promises=True)

        attached = warehouse.connection.execute(
            "select database_name from duckdb_databases() where not internal"
        )

        assert [("herdbook",)] == attached.fetchall()
        assert [(2,)] == warehouse.connection.execute("select count(*) from raw.checks").fetchall()


def test_a_crawl_publishes_while_it_writes(frontier: DuckDBFrontier, made: Any) -> None:
    """Batch, publish, batch, publish from one thread: each file has what was stored before it."""
    path = frontier.warehouse.path.parent / "published" / "herdbook.duckdb"
    seen = []
    for number in range(3):
        frontier.store([made.check(f"h{number}.example")])
        publish_warehouse(frontier.warehouse, published_at=made.at)
        with duckdb.connect(path, read_only=True) as connection:
            seen += connection.execute("select count(*) from marts.instances").fetchall()

    assert [(1,), (2,), (3,)] == seen


@pytest.mark.parametrize("step", ["comments", "flush"])
def test_a_publisher_that_is_killed_leaves_the_old_file(
    step: str, data: Path, path: Path, read: Callable[[str], list[tuple[Any, ...]]]
) -> None:
    """kill -9 while the new file is built, or just before the swap: readers see the last good one."""
    before = path.read_bytes()

    ended = subprocess.run([sys.executable, "-c", _KILLED, str(data), step], check=False)
    after = path.read_bytes()
    publish(data, published_at=LATER)

    assert -9 == ended.returncode
    assert before == after
    assert [(LATER,)] == read("select published_at from marts.about")
    assert [path] == list(path.parent.iterdir())


def test_a_full_disk_is_said_before_anything_is_written(
    data: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Publishing wants room for the new file beside the old one."""
    before = path.read_bytes()
    monkeypatch.setattr("pipeline.disk.shutil.disk_usage", lambda folder: _Free())
    with Warehouse.open(data) as warehouse:
        monkeypatch.setattr("pipeline.disk.shutil.disk_usage", lambda folder: _Free(1))

        with pytest.raises(DiskFull, match="0 MB free"):
            publish_warehouse(warehouse)

    assert before == path.read_bytes()


def test_nothing_can_be_published_before_a_crawl(tmp_path: Path) -> None:
    """There is no warehouse: the message says what to do first, and none is made."""
    with pytest.raises(WarehouseMissing, match="crawl or import something first"):
        publish(tmp_path / "nowhere")

    assert not (tmp_path / "nowhere").exists()


def test_a_file_that_is_not_there_has_no_version(tmp_path: Path) -> None:
    """Nothing published is not version zero."""
    assert published_version(tmp_path / "none.duckdb") is None


def test_a_path_with_an_apostrophe_is_a_path(tmp_path: Path) -> None:
    """Somebody's folder may be called anything."""
    with Warehouse.open(tmp_path / "it's here", is_replica=True) as warehouse:
        path = publish_warehouse(warehouse)

    assert SCHEMA_VERSION == published_version(path)


def test_an_empty_warehouse_can_be_published(tmp_path: Path) -> None:
    """A first page shows zeros and an unknown coverage, not an error."""
    with Warehouse.open(tmp_path) as warehouse:
        path = publish_warehouse(warehouse, checks_promises=True)

    with duckdb.connect(path, read_only=True) as connection:
        rows = connection.execute(
            "select instances_known, coverage_ratio, crawl_id, is_replica from marts.about"
        )
        assert [(0, None, None, False)] == rows.fetchall()


class _Free:
    """A disk with so many free bytes."""

    def __init__(self, free: int = 10**12) -> None:
        self.free = free
