"""Dumps and tables of instances.social."""

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.exceptions import MappingError, SourceError
from pipeline.sources.importing import Imported

Write = Callable[..., Path]
Bring = Callable[..., Imported]
Rows = Callable[[str], list[tuple[Any, ...]]]

KIND = "instances-social"
OLD = {
    "name": "a.example",
    "up": True,
    "users": "12",
    "statuses": -3,
    "connections": 7,
    "openRegistrations": False,
    "description": "",
    "short_description": "<p>About <b>a</b></p>",
    "email": "somebody@a.example",
    "https_rank": "A ",
}
NEW = {
    "name": "b.example",
    "up": False,
    "users": None,
    "active_users": 3,
    "open_registrations": True,
    "version": "4.2.0",
    "info": {"full_description": "About b", "languages": ["de"]},
    "admin": "somebody",
}


@pytest.mark.parametrize(
    "content",
    [
        json.dumps([OLD, NEW]),
        json.dumps([OLD, NEW], indent=1),
        json.dumps({"pagination": {"next_id": "5"}, "instances": [OLD, NEW]}),
        gzip.compress(json.dumps([OLD, NEW]).encode(), mtime=0),
        gzip.compress(json.dumps({"instances": [OLD, NEW]}).encode(), mtime=0),
    ],
)
def test_both_generations_of_dumps_are_read(
    write: Write, bring: Bring, rows: Rows, content: str | bytes
) -> None:
    """A bare array or an answer of the API, packed or not; personal data is not taken."""
    imported = bring(write(content, "instances_2022-11-20T0114Z.json"), KIND)

    at = datetime(2022, 11, 20, 1, 14, tzinfo=UTC)
    assert [
        ("instances.social", at, "a.example", True, 12, None, None, 7, False, None, "About a", []),
        (
            "instances.social",
            at,
            "b.example",
            False,
            None,
            3,
            None,
            None,
            True,
            "4.2.0",
            "About b",
            ["de"],
        ),
    ] == rows(
        "select source, captured_at, hostname, is_up, users_total, users_active_month, local_posts, "
        "peers_count, is_open_registrations, software_version, description, languages "
        "from raw.observations order by hostname"
    )
    assert [('{"https_rank":"A","set_aside":{"local_posts":"-3"}}',), (None,)] == rows(
        "select extra from raw.observations order by hostname"
    )
    assert {"local_posts: negative": "a.example: -3"} == {
        name: reason.example for name, reason in imported.reasons.items()
    }
    assert "somebody" not in str(rows("from raw.observations"))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("[]", "none of its 0 elements"),
        ('[1, "a", null]', "none of its 3 elements has a `name`"),
        ('{"servers": []}', "none of its 0 elements"),
        ('{"instances": {"name": "a.example"}}', "cannot be read as JSON"),
        ('[{"name": "a.example"}]]', "cannot be read as JSON"),
        ('[{"name": "a.example"},]', "cannot be read as JSON"),
        ('[{"name": "\\ud800.example"}]', "cannot be read as JSON"),
        ("[" * 9_000 + "]" * 9_000, "none of its 1 elements"),
        ('[{"name": ["a.example"]}]', "none of its 1 rows can be used"),
    ],
)
def test_other_json_is_refused(
    write: Write, bring: Bring, data: Path, content: str, reason: str
) -> None:
    """Nothing is stored, and the message says what it is not."""
    with pytest.raises(SourceError) as raised:
        bring(write(content), KIND)

    assert reason in str(raised.value)
    assert not data.exists()


def test_the_list_of_bookwyrm_is_read_as_it_is_served(
    write: Write, bring: Bring, rows: Rows
) -> None:
    """Closed but for applications is by approval; a revision table of it is another source."""
    server = {
        "uri": "a.example",
        "title": "A",
        "description": "<p>Books</p>",
        "version": "0.7.4",
        "stats": {"user_count": 5, "status_count": 7},
        "registrations": False,
        "approval_required": True,
        "languages": ["de"],
    }

    bring(
        write(json.dumps([server]), "instances_2024-06-09.json"),
        "bookwyrm",
        captured_at=datetime(2023, 6, 9, tzinfo=UTC),
    )

    assert [("joinbookwyrm-list", "a.example", 5, 7, "approval", "bookwyrm", "0.7.4", "A")] == rows(
        "select source, hostname, users_total, local_posts, registration, software_name, "
        "software_version, title from raw.observations"
    )


def test_elements_that_are_no_servers_are_counted(write: Write, bring: Bring) -> None:
    """The others are kept."""
    imported = bring(write('[1, {"users": 5}, {"name": "a.example", "users": {"a": 1}}]'), KIND)

    assert (3, 1, 2) == (imported.rows_read, imported.rows_stored, imported.rows_rejected)
    assert ["no hostname", "users_total: not a number"] == list(imported.reasons)


def test_a_dump_without_a_time_asks_for_one(write: Write, bring: Bring) -> None:
    """Neither its content nor its name says when it was served."""
    with pytest.raises(MappingError, match="--captured-at"):
        bring(write(json.dumps([OLD]), "instances.json"), KIND)


def test_a_table_of_captures_is_a_source_of_its_own(write: Write, bring: Bring, rows: Rows) -> None:
    """The same hour as dump and as table stays two captures: no total counts it twice."""
    bring(write(json.dumps([OLD, NEW]), "instances_2022-11-20.json"), KIND)

    imported = bring(
        write(
            "captured_at,name,users,up\n2022-11-20T00:00:00Z,a.example,12,true\n"
            "2022-11-20T01:00:00Z,a.example,13,false\n",
            "captures.csv",
        ),
        KIND,
    )

    assert (2, "instances.social-captures") == (imported.captures_count, imported.source)
    assert [("instances.social", 2), ("instances.social-captures", 2)] == rows(
        "select source, count(*) from raw.observations group by all order by all"
    )


def test_another_table_is_no_table_of_captures(write: Write, bring: Bring) -> None:
    """The message names the column that is missing and those that are there."""
    with pytest.raises(SourceError, match="no column 'name'; it has host, users"):
        bring(write("host,users\na.example,1\n"), KIND)
