"""A release: whole or not at all, the same for the same data, and nothing in it that should not be."""

import json
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipeline import optouts
from pipeline.dictionary import relations
from pipeline.exceptions import (
    HandKeptError,
    PublishedMissing,
    ReleaseExists,
    ReleaseRefused,
)
from pipeline.frontier import DuckDBFrontier
from pipeline.publish import publish, publish_warehouse
from pipeline.release.making import release, releases, withdraw
from pipeline.release.tables import DERIVED
from pipeline.units import UNITS
from pipeline.warehouse import Warehouse

DAY = "2026-03-20"
ELSEWHERE = "elsewhere.example"

_KILLED = """
import os, signal, sys
from pathlib import Path
from pipeline.release import making

def die(*told):
    os.kill(os.getpid(), signal.SIGKILL)

setattr(making, sys.argv[2], die)
making.release(Path(sys.argv[1]), replaces=True)
"""
_KILLED_BETWEEN = _KILLED.replace(
    "setattr(making, sys.argv[2], die)",
    "rename = os.rename\n"
    "making.os.rename = lambda one, other: die() if '.release-' in str(one) else rename(one, other)",
)


@pytest.fixture
def data(filled_data: Path, tmp_path: Path) -> Path:
    """What was published of the made-up days, without its warehouse: a release needs nothing else."""
    shutil.copytree(filled_data / "published", tmp_path / "published")
    return tmp_path


@pytest.fixture(scope="module")
def released(filled_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of it, as it was made once."""
    data = tmp_path_factory.mktemp("released")
    shutil.copytree(filled_data / "published", data / "published")
    return release(data)


@pytest.fixture
def folder(data: Path, released: Path) -> Path:
    """The release of it, to do with as one likes."""
    return Path(shutil.copytree(released, data / "published" / released.name))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Every text in every file of a release, with where it is."""
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".parquet":
            for name, column in pq.read_table(path).to_pydict().items():
                yield from ((f"{path.name}:{name}", str(value)) for value in column)
        elif path.suffix == ".duckdb":
            with duckdb.connect(path, read_only=True) as connection:
                for relation in relations("marts"):
                    for row in connection.execute(f"from {relation.full_name}").fetchall():
                        yield from ((relation.full_name, str(value)) for value in row)
        elif path.is_file():
            yield path.name, path.read_text(encoding="utf-8")


def test_a_release_is_whole(folder: Path) -> None:
    """Each mart is a Parquet file that DuckDB's file agrees with; all is described, checked and locked."""
    package = json.loads((folder / "datapackage.json").read_text())
    marts = {relation.name: relation for relation in relations("marts")}

    assert f"{DAY}" == folder.name
    assert {
        "CITATION.cff", "COLUMNS.md", "DICTIONARY.md", "LICENSE.md", "README.md", "SHA256SUMS", "SOURCES.md",
        "croissant.json", "datapackage.json", "herdbook.duckdb", "parquet",
    } == {path.name for path in folder.iterdir()}  # fmt: skip
    assert set(marts) - DERIVED == {path.stem for path in (folder / "parquet").iterdir()}
    with duckdb.connect(folder / "herdbook.duckdb", read_only=True) as connection:
        for resource in package["resources"]:
            file = pq.ParquetFile(folder / resource["path"])
            count = f"select count(*) from marts.{resource['name']}"
            assert [(resource["rowsCount"],)] == connection.execute(count).fetchall()
            assert resource["rowsCount"] == file.metadata.num_rows
            fields = resource["schema"]["fields"]
            assert list(marts[resource["name"]].columns) == [field["name"] for field in fields]
            assert {field["unit"] for field in fields} <= set(UNITS)
            if file.metadata.num_rows:
                assert "ZSTD" == file.metadata.row_group(0).column(0).compression
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)
    assert {0o444} == {path.stat().st_mode & 0o777 for path in folder.rglob("*") if path.is_file()}


def test_the_same_data_make_the_same_bytes(data: Path, folder: Path, tmp_path: Path) -> None:
    """Whenever it is made. DuckDB's own file alone differs, and with it the sums."""
    again = release(data, into=tmp_path / "again" / DAY)

    for path in folder.rglob("*"):
        if path.is_file() and path.name not in ("herdbook.duckdb", "SHA256SUMS"):
            assert path.read_bytes() == (again / path.relative_to(folder)).read_bytes(), path.name


def test_rows_of_others_stay_out_unless_their_licence_allows_it(data: Path) -> None:
    """Imported history is named with its licence; its rows are there where somebody found that they may be."""
    without = release(data)
    (data / "licences.csv").write_text(
        "imported,licence,is_released,source,added_on\n"
        f"{ELSEWHERE},CC0-1.0,true,its front page,2026-01-01\n"
    )
    whole = release(data, replaces=True, into=data / "other" / DAY)

    def rows(folder: Path) -> dict[str, int]:
        counts = {}
        with duckdb.connect(folder / "herdbook.duckdb", read_only=True) as connection:
            for relation in relations("marts"):
                if "source" in relation.columns and relation.name != "imports":
                    query = f"select count(*) from {relation.full_name} where source = $source"
                    found = connection.execute(query, {"source": ELSEWHERE}).fetchall()
                    counts[relation.name] = int(found[0][0])
        return counts

    assert {0} == set(rows(without).values())
    assert {"observations", "block_events", "imported_edges", "imported_totals"} <= {
        name for name, count in rows(whole).items() if count
    }
    assert "| not known | nobody has looked" in (without / "SOURCES.md").read_text()
    assert "| CC0-1.0 | its front page | yes |" in (whole / "SOURCES.md").read_text()


def test_a_source_is_not_released_under_no_licence(data: Path) -> None:
    """A list that allows what it does not name is refused, and nothing is made."""
    (data / "licences.csv").write_text(
        f"imported,licence,is_released,source,added_on\n{ELSEWHERE},,true,,2026-01-01\n"
    )

    with pytest.raises(HandKeptError, match="no licence"):
        release(data)
    assert [] == releases(data)


def test_who_is_very_small_or_has_opted_out_is_not_in_it(
    tmp_path: Path, made: Any, clock: Any
) -> None:
    """No file of a release names who opted out; no edge has an end with ten people or fewer."""
    many, few = made.nodeinfo(users_total=11), made.nodeinfo(users_total=10)
    heard = made.peers("known.example", "tiny.example", "sub.gone.example")
    with Warehouse.open(tmp_path, is_replica=True) as warehouse:
        crawl = DuckDBFrontier(warehouse, crawl_id="c1", admits_reserved=True, now=clock)
        crawl.store(
            [
                made.check("known.example", nodeinfo=many),
                made.check("other.example", nodeinfo=many, peer_lists=(heard,)),
                made.check("tiny.example", nodeinfo=few, peer_lists=(made.peers("known.example"),)),
                made.check("sub.gone.example", nodeinfo=many, peer_lists=(heard,)),
            ]
        )
        warehouse.connection.execute("insert into raw.optouts values ('gone.example')")
        publish_warehouse(warehouse, published_at=clock(), computes_graph=True)

    folder = release(tmp_path)

    assert [] == [place for place, text in _texts(folder) if "gone.example" in text]
    edges = pq.read_table(folder / "parquet" / "peer_edges.parquet")
    assert [("other.example", "known.example")] == [
        (row["source_hostname"], row["target_hostname"]) for row in edges.to_pylist()
    ]
    names = {"tiny.example"}
    for file in ("backbone_edges", "peer_edges", "peer_edges_past", "shown_hosts"):
        for column in pq.read_table(folder / "parquet" / f"{file}.parquet").to_pydict().values():
            assert not names & set(map(str, column)), file


def test_who_opts_out_later_leaves_releases(data: Path, folder: Path) -> None:
    """No release is made of a file that still names somebody on the list, and older ones are withdrawn."""
    (data / "optouts.csv").write_text(
        "hostname,reason,source,added_on\nalpha.example,,mail,2026-03-21\n"
    )

    with pytest.raises(ReleaseRefused, match="optout apply"):
        release(data, replaces=True)

    assert [] == withdraw(data, ["nobody.example"])
    assert [folder] == withdraw(data, optouts.names(data))
    assert [] == releases(data)


def test_a_release_is_not_replaced_by_accident(data: Path, folder: Path) -> None:
    """People rely on its bytes: the same day again needs to be asked for."""
    before = (folder / "SHA256SUMS").read_text()

    with pytest.raises(ReleaseExists):
        release(data)
    assert before == (folder / "SHA256SUMS").read_text()
    assert folder == release(data, replaces=True)


def test_without_published_data_there_is_no_release(tmp_path: Path) -> None:
    """The error says what to do first."""
    with pytest.raises(PublishedMissing, match="herdbook"):
        release(tmp_path)


@pytest.mark.parametrize(
    ("script", "where"),
    [(_KILLED, "_write_words"), (_KILLED, "_swap"), (_KILLED_BETWEEN, "")],
    ids=["while writing", "before the swap", "in the swap"],
)
def test_a_killed_release_leaves_the_former_one(
    script: str, where: str, data: Path, folder: Path
) -> None:
    """Killed at any moment, the next one finds the former one and removes what was left."""
    killed = subprocess.run([sys.executable, "-c", script, str(data), where], check=False)

    with pytest.raises(ReleaseExists):
        release(data)

    assert -signal.SIGKILL == killed.returncode
    assert [folder, data / "published" / "herdbook.duckdb"] == sorted(
        (data / "published").iterdir()
    )
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=folder, check=True)


def test_changes_of_columns_are_told(data: Path, folder: Path) -> None:
    """Compared with the release before: what is new, gone, or means something else."""
    package = json.loads((folder / "datapackage.json").read_text())
    tables = {resource["name"]: resource for resource in package["resources"]}
    tables["about"]["schema"]["fields"][0] |= {"unit": "days"}
    tables["crawls"]["schema"]["fields"].pop()
    tables["rules"]["name"] = "laws"
    older = folder.rename(folder.with_name("2026-01-01"))
    (older / "datapackage.json").chmod(0o644)
    (older / "datapackage.json").write_text(json.dumps(package | {"version": "2026-01-01"}))

    told = (release(data) / "COLUMNS.md").read_text()

    assert "Since 2026-01-01:" in told
    assert "- table `rules` is new" in told
    assert "- table `laws` is gone" in told
    assert "- column `crawls.outcomes` is new" in told
    assert "- column `about.published_at`: unit was: days, is: time, UTC" in told
    assert "The first release here" in told


def test_published_tables_of_another_version_are_refused(data: Path) -> None:
    """A release describes columns by their headers: they must be those of the file."""
    with duckdb.connect(data / "published" / "herdbook.duckdb") as connection:
        connection.execute("alter table marts.crawls drop column end_reason")

    with pytest.raises(ReleaseRefused, match="crawls"):
        release(data)
    assert [] == releases(data)


def test_the_command_says_how_it_went(data: Path, typed: Callable[..., Any]) -> None:
    """`herdbook release` names the folder and what is in it; a second time it says why not."""
    first, again = typed(data, "release"), typed(data, "release")

    assert 0 == first.returncode
    assert re.search(r"instances: \d+ rows", first.stderr)
    assert f"Released {data / 'published' / DAY}" in first.stderr
    assert (1, True) == (again.returncode, "--replace" in again.stderr)


def test_frictionless_accepts_the_data_package(folder: Path) -> None:
    """Its checker finds nothing, and finds a file that was changed."""
    frictionless = pytest.importorskip("frictionless", reason="no Frictionless checker here")

    report = frictionless.validate(str(folder / "datapackage.json"))
    file = folder / "parquet" / "rules.parquet"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes() + b"x")
    changed = frictionless.validate(str(folder / "datapackage.json"))

    assert [] == report.flatten(["type", "note"])
    assert {"hash-count", "byte-count"} == {kind for (kind,) in changed.flatten(["type"])}


@pytest.mark.filterwarnings("ignore")  # the checker's own, about libraries of its own
def test_croissant_accepts_its_metadata(folder: Path) -> None:
    """Its checker raises nothing, and its loader reads the rows."""
    croissant = pytest.importorskip("mlcroissant", reason="no Croissant checker here")

    dataset = croissant.Dataset(str(folder / "croissant.json"))

    (about,) = dataset.records("about")
    assert set(about) == {f"about/{name}" for name in _columns("about")}


def _columns(name: str) -> list[str]:
    return next(list(mart.columns) for mart in relations("marts") if mart.name == name)


def test_publishing_leaves_releases_alone(data: Path, folder: Path, filled_data: Path) -> None:
    """A newer published file changes nothing about a release that was made."""
    shutil.copy(filled_data / "herdbook.duckdb", data / "herdbook.duckdb")
    before = (folder / "SHA256SUMS").read_text()

    publish(data)

    assert [folder] == releases(data)
    assert before == (folder / "SHA256SUMS").read_text()
