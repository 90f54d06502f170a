"""`herdbook import`, as somebody types it."""

import json
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from pipeline.read import Published

Herdbook = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder that nothing was imported into yet."""
    return tmp_path / "data"


@pytest.fixture
def herdbook_import(
    tmp_path: Path, data: Path, typed: Herdbook, monkeypatch: pytest.MonkeyPatch
) -> Herdbook:
    """Run `herdbook import` where its files lie."""
    monkeypatch.chdir(tmp_path)
    return partial(typed, data, "import")


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with two dumps, a table and some broken files."""
    dump = [{"name": "a.example", "users": 5}, {"name": "b.example", "users": -1}]
    (tmp_path / "dump_2022-11-20T0114Z.json").write_text(json.dumps(dump))
    (tmp_path / "dump_2022-11-20T0214Z.json").write_text(json.dumps(dump)[:-9])
    (tmp_path / "page_2022-11-20T0314Z.json").write_text("<html>502 Bad Gateway</html>")
    (tmp_path / "dump_2022-11-20T0414Z.json").write_text(json.dumps(dump))
    (tmp_path / "table.csv").write_text("domain,n\x1b[31m,open\na.example,5,Yes please\n")
    return tmp_path


def test_a_broken_file_is_reported_and_the_others_go_on(
    herdbook_import: Herdbook, files: Path, data: Path
) -> None:
    """Exit code 1, one line for each, and what is good is published."""
    done = herdbook_import(
        "instances-social", *(path.name for path in sorted(files.glob("*.json"))), "nothing.json"
    )

    assert 1 == done.returncode
    assert [
        "dump_2022-11-20T0114Z.json: 2 rows read as instances.social, 2 stored, 0 known already, "
        "0 rejected",
        "  captures: 1, 2022-11-20 01:14:00 UTC",
        "  1 values set aside, rows kept: users_total: negative, e.g. b.example: -1",
    ] == done.stdout.splitlines()[:3]
    for reason in ("ends in the middle", "a web page", "there is no file nothing.json"):
        assert reason in done.stderr
    published = Published(data)
    assert [[2]] == published.query("select count(*) from marts.captures").values.tolist()
    published.close()


def test_a_second_time_changes_nothing_and_is_no_fault(
    herdbook_import: Herdbook, files: Path
) -> None:
    """Exit code 0: known rows are counted."""
    first = herdbook_import("instances-social", "dump_2022-11-20T0114Z.json", "--no-publish")

    second = herdbook_import("instances-social", "dump_2022-11-20T0114Z.json")

    assert (0, 0) == (first.returncode, second.returncode)
    assert "Published" not in first.stderr
    assert "0 stored, 2 known already" in second.stdout
    assert "Published" in second.stderr


def test_columns_come_from_options_and_a_mapping_file(
    herdbook_import: Herdbook, files: Path, data: Path
) -> None:
    """The options win; foreign text cannot speak to the terminal."""
    (files / "map.toml").write_text(
        "source = 'nobody'\n[columns]\nhostname = 'domain'\nregistration = 'open'\n"
        "[values.registration]\n'yes please' = 'open'\n"
    )

    done = herdbook_import(
        "csv", "table.csv", "--mapping", "map.toml", "--source", "somebody", "--captured-at",
        "2023-11-04T02:00:00+02:00",
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert "1 rows read as somebody" in done.stdout
    assert "2023-11-04 00:00:00 UTC" in done.stdout
    assert "unused columns: n [31m" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr
    published = Published(data)
    seen = published.query("select hostname, registration from marts.observations")
    published.close()
    assert [["a.example", "open"]] == seen.values.tolist()


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("yaml", "table.csv"), "one of instances-social, "),
        (("csv", "table.csv", "--column", "host=domain"), "'host' is no field"),
        (("csv", "table.csv", "--source", "herdbook"), "Herdbook's own"),
        (("csv", "table.csv", "--captured-at", "noon"), "is no time"),
        (("csv", "table.csv", "--mapping", "nothing.toml"), "cannot be read"),
        (("csv", "table.csv", "--column", "hostname=domain"), "--source NAME"),
        (("csv",), "FILE"),
    ],
)
def test_what_was_said_wrongly_is_a_usage_error(
    herdbook_import: Herdbook, files: Path, data: Path, arguments: tuple[str, ...], reason: str
) -> None:
    """Exit code 2, the next step in one line, and nothing is stored."""
    done = herdbook_import(*arguments)

    assert 2 == done.returncode
    assert reason in done.stderr
    assert "Traceback" not in done.stderr
    assert not data.exists()


def test_a_mapping_that_fits_badly_is_worth_a_look(herdbook_import: Herdbook, files: Path) -> None:
    """Exit code 1 where more than a tenth of the rows is left out, though the rest is stored."""
    (files / "list_2023-11-04.csv").write_text("host\na.example\nlocalhost\n")

    done = herdbook_import(
        "csv", "list_2023-11-04.csv", "--source", "somebody", "--column", "hostname=host"
    )

    assert 1 == done.returncode
    assert "1 stored, 0 known already, 1 rejected" in done.stdout
    assert "1 rows rejected: hostname: single_label, e.g. localhost" in done.stdout
