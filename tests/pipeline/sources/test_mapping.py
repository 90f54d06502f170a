"""What is said of a file's columns: options, TOML files, names and times."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.exceptions import MappingError
from pipeline.sources.mapping import (
    Mapping,
    column_options,
    moment,
    moment_of_name,
    read_mapping,
    source_name,
)

Write = Callable[..., Path]


def test_a_mapping_file_says_everything(write: Write) -> None:
    """Source, time, columns and words, each as the command line would say it."""
    path = write(
        """
        source = "fedilist"
        captured_at = 2023-11-04T02:00:00+02:00
        [columns]
        hostname = "domain"
        "extra.country" = "country_code"
        [values.registration]
        "Approval Required" = "approval"
        [values.is_up]
        "alive" = true
        """,
        "list.toml",
    )

    assert Mapping(
        source="fedilist",
        captured_at=datetime(2023, 11, 4, tzinfo=UTC),
        columns={"hostname": "domain", "extra.country": "country_code"},
        values={"registration": {"approval required": "approval"}, "is_up": {"alive": "True"}},
    ) == read_mapping(path)


def test_the_command_line_wins_over_the_file() -> None:
    """What it leaves open the file fills."""
    file = Mapping(source="a", columns={"hostname": "domain", "users_total": "users"})

    assert Mapping(source="b", columns={"hostname": "host", "users_total": "users"}) == Mapping(
        source="b", columns={"hostname": "host"}
    ).over(file)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("columns = 1", "columns is not a table"),
        ("[column]\nhostname = 'a'", "says 'column'"),
        ("[columns]\nhost = 'a'", "'host' is no field"),
        ("[columns]\nhostname = 5", "is no text"),
        ("[values.users_total]\nmany = '5'", "can be translated for"),
        ("captured_at = 'yesterday'", "is no time"),
        ("source = 'Two Words'", "is no name"),
        ("source = ", "is not TOML"),
        (b"source = '\xff'", "is not TOML"),
    ],
)
def test_a_mapping_file_that_cannot_be_meant_says_where(
    write: Write, content: str | bytes, reason: str
) -> None:
    """One line that names the file and the first thing wrong with it."""
    path = write(content, "list.toml")

    with pytest.raises(MappingError) as raised:
        read_mapping(path)

    assert str(path) in str(raised.value)
    assert reason in str(raised.value)


def test_a_mapping_file_that_is_not_there_is_a_usage_error(tmp_path: Path) -> None:
    """As everything that was said wrongly."""
    with pytest.raises(MappingError, match="cannot be read"):
        read_mapping(tmp_path / "nothing.toml")


def test_columns_are_said_in_pairs() -> None:
    """The first `=` parts them: a foreign column may have one in its name."""
    assert {"hostname": "a=b"} == column_options(["hostname=a=b"])
    for options in (["hostname"], ["=a"], ["hostname="], ["host=a"], ["hostname=a", "hostname=b"]):
        with pytest.raises(MappingError):
            column_options(options)


@pytest.mark.parametrize("name", ["herdbook", "self", "", "A", "a b", "-a", "a" * 65, None, 5])
def test_a_source_has_a_short_name_that_is_not_ours(name: object) -> None:
    """Foreign numbers never come under our own name."""
    with pytest.raises(MappingError):
        source_name(name)


@pytest.mark.parametrize(
    "told",
    [
        "2022-11-20T23:42:15Z",
        "2022-11-21T01:42:15+02:00",
        "2022-11-20 23:42:15",
        datetime(2022, 11, 20, 23, 42, 15),
    ],
)
def test_a_time_without_an_offset_is_utc(told: object) -> None:
    """And one with an offset is the same moment."""
    assert datetime(2022, 11, 20, 23, 42, 15, tzinfo=UTC) == moment(told)


@pytest.mark.parametrize(
    ("name", "at"),
    [
        ("instances_2022-11-20T0114Z.json.gz", datetime(2022, 11, 20, 1, 14, tzinfo=UTC)),
        ("dump-20221120_011446.json", datetime(2022, 11, 20, 1, 14, 46, tzinfo=UTC)),
        ("2022-11-20 01.14.csv", datetime(2022, 11, 20, 1, 14, tzinfo=UTC)),
        ("list_2023-11-04.csv", datetime(2023, 11, 4, tzinfo=UTC)),
        ("list_2023-13-40.csv", None),
        ("list_12345678901.csv", None),
        ("list.csv", None),
    ],
)
def test_a_files_name_may_say_when_it_was_captured(name: str, at: datetime | None) -> None:
    """A date alone is midnight UTC; what is no date says nothing."""
    assert at == moment_of_name(name)
