"""Is the file there, whole, and what its kind wants?"""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.exceptions import SourceError
from pipeline.sources.file import Form, SourceFile

Write = Callable[..., Path]


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (b'[{"name": "a.example"}]', Form.JSON),
        (b'\xef\xbb\xbf {"instances": []}\n', Form.JSON),
        (b"host,users\na.example,1\n", Form.CSV),
        (b"PAR1 and so on PAR1", Form.PARQUET),
    ],
)
@pytest.mark.parametrize("is_gzip", [False, True])
def test_a_file_is_what_its_first_bytes_say(
    write: Write, content: bytes, form: Form, is_gzip: bool
) -> None:
    """Its name does not matter, nor whether it is packed."""
    path = write(gzip.compress(content) if is_gzip else content, "list.txt")

    file = SourceFile.open(path)

    assert (form, is_gzip, len(content)) == (file.form, file.is_gzip, file.size_bytes)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "is empty"),
        (b" \n\t\n", "is empty"),
        (gzip.compress(b"", mtime=0), "is empty"),
        (b"PK\x03\x04....", "a ZIP archive"),
        (b"\x28\xb5\x2f\xfd....", "Zstandard"),
        (b"BZh9....", "bzip2"),
        (b"\xfd7zXZ\x00....", "xz file"),
        (b"SQLite format 3\x00", "SQLite"),
        ("host,users".encode("utf-16"), "UTF-16"),
        (b"\x00\x01\x02", "neither JSON, CSV nor Parquet"),
        (b"<!doctype html><title>502 Bad Gateway</title>", "a web page"),
        (b'\xef\xbb\xbf\n<?xml version="1.0"?>', "a web page or XML"),
        (b'[{"name": "a.example"}, {"na', "ends in the middle"),
        (b"PAR1 and so", "ends in the middle"),
        (gzip.compress(b"host,users\na.example,1\n", mtime=0)[:-9], "cut off or damaged"),
        (gzip.compress(b"host,users\n", mtime=0) + b"more", "cut off or damaged"),
    ],
)
def test_a_file_that_is_no_data_is_named_and_refused(
    write: Write, content: bytes, reason: str
) -> None:
    """The message names the file, what it is, and what to do."""
    path = write(content, "list.csv")

    with pytest.raises(SourceError) as raised:
        SourceFile.open(path)

    assert str(path) in str(raised.value)
    assert reason in str(raised.value)


def test_a_file_that_is_not_there_and_a_folder_are_refused(tmp_path: Path) -> None:
    """Each with its own next step."""
    with pytest.raises(SourceError, match="there is no file"):
        SourceFile.open(tmp_path / "nothing.csv")
    with pytest.raises(SourceError, match="is not a file"):
        SourceFile.open(tmp_path)


def test_the_wrong_kind_is_told_the_right_one(write: Write) -> None:
    """The message is the command to run instead."""
    file = SourceFile.open(write('[{"name": "a.example"}]', "dump.json"))

    with pytest.raises(SourceError, match=r"herdbook import instances-social dump\.json"):
        file.expect("csv", Form.CSV)
