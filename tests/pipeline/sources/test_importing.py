"""One file into the warehouse: once, whole or not at all, with its provenance."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.exceptions import MappingError, SourceError, WarehouseLocked
from pipeline.publish import publish
from pipeline.read import Published
from pipeline.sources.importing import Imported
from pipeline.warehouse import Warehouse

Write = Callable[..., Path]
Bring = Callable[..., Imported]
Rows = Callable[[str], list[tuple[Any, ...]]]

LIST = "host,users\na.example,1\nb.example,2\nlocalhost,3\n"


def test_importing_twice_changes_nothing(write: Write, bring: Bring, rows: Rows) -> None:
    """Neither the observations nor the list of imports."""
    path = write(LIST)
    first = bring(path)
    before = [rows(f"from raw.{name}") for name in ("observations", "imports", "rejected_rows")]

    second = bring(path)

    after = [rows(f"from raw.{name}") for name in ("observations", "imports", "rejected_rows")]
    assert before == after
    assert (2, 0, 1) == (first.rows_stored, first.rows_known, first.rows_rejected)
    assert (0, 2, 1) == (second.rows_stored, second.rows_known, second.rows_rejected)


def test_what_was_there_first_stays(write: Write, bring: Bring, rows: Rows) -> None:
    """A file that says something else of the same capture adds what is new and is worth a look."""
    bring(write(LIST))

    imported = bring(write("host,users\na.example,5\nb.example,2\nc.example,3\n"))

    assert (1, 2, 1) == (imported.rows_stored, imported.rows_known, imported.rows_differing)
    assert imported.is_worth_a_look
    assert [("a.example", 1), ("b.example", 2), ("c.example", 3)] == rows(
        "select hostname, users_total from raw.observations order by all"
    )


def test_every_row_knows_who_brought_it(write: Write, bring: Bring, rows: Rows) -> None:
    """File, hash, kind, source and counts lie beside it."""
    bring(write(LIST))

    assert [("csv", "somebody", "list_2023-11-04", 3, 2, 1)] == rows(
        "select kind, source, file_name, rows_read, rows_kept, rows_rejected "
        "from raw.imports where import_id in (select import_id from raw.observations)"
    )
    assert [("localhost", "hostname: single_label", 3)] == rows(
        "select said, reason, users_total from raw.rejected_rows"
    )
    told = json.loads(rows("select rejected from raw.imports")[0][0])
    assert {"hostname: single_label": {"is_row": True, "count": 1, "example": "localhost"}} == told


def test_one_capture_of_two_sources_stays_two(write: Write, bring: Bring, rows: Rows) -> None:
    """No source overwrites another, and none is ours."""
    path = write(LIST)

    bring(path, source="one")
    bring(path, source="two")

    assert [("one", 2), ("two", 2)] == rows(
        "select source, count(*) from raw.observations group by all order by all"
    )
    assert [(0,)] == rows("select count(*) from raw.checks")


def test_imported_days_are_published_beside_ours_never_as_ours(
    write: Write, bring: Bring, data: Path
) -> None:
    """Totals of a source stand under its name."""
    bring(write(LIST))
    publish(data)
    published = Published(data)

    days = published.query("select source, hostname, users_total from marts.instance_days")
    captures = published.query(
        "select source, instances, users_total, rows_rejected from marts.captures"
    )
    ours = published.query("from marts.instances")

    published.close()
    assert {"somebody"} == set(days["source"])
    assert [["somebody", 2, 3, 1]] == captures.values.tolist()
    assert 0 == len(ours)


def test_hosts_that_asked_to_stay_out_are_not_published(
    write: Write, bring: Bring, data: Path, opt_out: Callable[..., None]
) -> None:
    """Not as an observation, not below their name, not as a rejected row under any spelling."""
    opt_out("out.example")
    bring(
        write(
            "host,users\na.example,1\nout.example,2\nsub.out.example,3\nOUT.example,4\n"
            "out.example:8080,5\n"
        )
    )
    publish(data)
    published = Published(data)

    seen = published.query("select hostname from marts.observations")
    rejected = published.query("select said from marts.rejected_rows")

    published.close()
    assert ["a.example"] == seen["hostname"].tolist()
    assert [] == rejected["said"].tolist()


def test_a_warehouse_that_is_held_says_who_holds_it(write: Write, bring: Bring, data: Path) -> None:
    """A crawl is never disturbed."""
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from pipeline.warehouse import Warehouse\n"
            "with Warehouse.open(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()",
            str(data),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert "open\n" == holder.stdout.readline()

    with pytest.raises(WarehouseLocked, match=str(holder.pid)):
        bring(write(LIST))

    holder.communicate(input="")


def test_replica_data_never_mix_with_other_peoples(write: Write, bring: Bring, data: Path) -> None:
    """An import is about live servers."""
    with Warehouse.open(data, is_replica=True):
        pass

    with pytest.raises(Exception, match="replica"):
        bring(write(LIST))


def test_a_kind_that_there_is_not_is_a_usage_error(write: Write, bring: Bring) -> None:
    """It names those there are."""
    with pytest.raises(MappingError, match="one of instances-social, "):
        bring(write(LIST), "yaml")


def _outcome(bring: Bring, path: Path, kind: str) -> Imported | None:
    try:
        return bring(path, kind)
    except (SourceError, MappingError):
        return None


_cells = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    ["a.example", "b.example", '"', "\r", "\n", ",", "5", "-1", "1e400", "\x1b", "ü.example", "nan"]
)
_contents = (
    st.lists(st.lists(_cells, min_size=1, max_size=4).map(",".join), max_size=8)
    .map("\n".join)
    .map(lambda text: f"host,users\na.example,1\n{text}".encode())
    | st.binary(max_size=200)
    | st.binary(max_size=200).map(lambda end: b"host,users\na.example,1\n" + end)
)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=_contents)
def test_any_csv_is_stored_or_refused(bring: Bring, write: Write, content: bytes) -> None:
    """Every row is stored, known or rejected; nothing else is ever raised."""
    imported = _outcome(bring, write(content), "csv")

    if imported is not None:
        counted = imported.rows_stored + imported.rows_known + imported.rows_rejected
        assert imported.rows_read == counted


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["name", "users", "statuses", "up", "info", "title", "instances", "x"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=_json)
def test_any_json_is_stored_or_refused(bring: Bring, write: Write, content: object) -> None:
    """As of text in columns."""
    dump = [{"name": "a.example"}, *content] if isinstance(content, list) else content

    imported = _outcome(bring, write(json.dumps(dump)), "instances-social")

    if imported is not None:
        counted = imported.rows_stored + imported.rows_known + imported.rows_rejected
        assert imported.rows_read == counted
