"""The file to be imported: is it there, whole, and of the form its kind wants? Nothing is stored."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from pipeline.exceptions import SourceError

_CHUNK_BYTES = 1 << 20
_SNIFFED_BYTES = 4096
_LARGEST_BYTES = 20_000_000_000
"""Unpacked; beyond this a small file is a bomb rather than history (a year of dumps is 0.5 GB)."""

_MAGIC = {
    b"PK\x03\x04": "a ZIP archive: unpack it first",
    b"\x28\xb5\x2f\xfd": "a Zstandard file: unpack it first",
    b"BZh": "a bzip2 file: unpack it first",
    b"\xfd7zXZ": "an xz file: unpack it first",
    b"SQLite format 3": "an SQLite database: export its table as CSV first",
    b"\xff\xfe": "UTF-16 text: save it as UTF-8 first",
    b"\xfe\xff": "UTF-16 text: save it as UTF-8 first",
}


class Form(StrEnum):
    """What a file is, by its first bytes and not by its name."""

    JSON = "JSON"
    CSV = "CSV"
    PARQUET = "Parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file that is whole, as far as its form can tell. Built by `SourceFile.open`."""

    path: Path
    """Where it lies."""
    form: Form
    """What it is."""
    is_gzip: bool
    """Whether it is packed with gzip."""
    size_bytes: int
    """Unpacked size."""
    sha256: str
    """Hash of its bytes as they lie on the disk."""
    first_bytes: bytes = field(repr=False)
    """The beginning, unpacked."""
    last_line: str = field(repr=False)
    """What follows the last line end; empty where the file ends with one."""

    @classmethod
    def open(cls, path: Path) -> "SourceFile":
        """Look at a file from its first to its last byte; raise `SourceError` where it is not usable."""
        if not path.exists():
            raise SourceError(f"there is no file {path}: check its name and folder")
        if not path.is_file():
            raise SourceError(f"{path} is not a file: name the files in it, e.g. {path}/*.json.gz")
        try:
            return cls._read(path)
        except OSError as error:
            raise SourceError(
                f"{path} cannot be read ({error.strerror or error}): check its permissions"
            ) from error

    @classmethod
    def _read(cls, path: Path) -> "SourceFile":
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            file.seek(0)
            is_gzip = file.read(2) == b"\x1f\x8b"
        first, last, size = b"", b"", 0
        for chunk in _unpacked(path, is_gzip):
            first = first or chunk[:_SNIFFED_BYTES]
            last = (last + chunk)[-_SNIFFED_BYTES:]
            size += len(chunk)
            if size > _LARGEST_BYTES:
                raise SourceError(f"{path} unpacks to more than {_LARGEST_BYTES:,} bytes: refused")
        form = _form(path, first)
        _refuse_cut(path, form, last)
        return cls(
            path=path,
            form=form,
            is_gzip=is_gzip,
            size_bytes=size,
            sha256=sha256,
            first_bytes=first,
            last_line=last.rpartition(b"\n")[2].decode("utf-8", "replace"),
        )

    def expect(self, kind: str, *forms: Form) -> None:
        """Raise `SourceError` unless the file has one of the forms that its kind is written in."""
        if self.form not in forms:
            wanted = " or ".join(forms)
            raise SourceError(
                f"{self.path} is {self.form}, and kind {kind} reads {wanted}: "
                f"try `herdbook import {_kind_of(self.form)} {self.path.name}`"
            )


def _kind_of(form: Form) -> str:
    return {Form.JSON: "instances-social", Form.CSV: "csv", Form.PARQUET: "parquet"}[form]


def _unpacked(path: Path, is_gzip: bool) -> Iterator[bytes]:
    try:
        with gzip.open(path, "rb") if is_gzip else path.open("rb") as file:
            while chunk := file.read(_CHUNK_BYTES):
                yield chunk
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise SourceError(
            f"{path} is cut off or damaged ({error}); nothing was stored: fetch it again"
        ) from error


def _form(path: Path, first: bytes) -> Form:
    if not first.strip():
        raise SourceError(f"{path} is empty; nothing was stored: fetch it again")
    if first.startswith(b"PAR1"):
        return Form.PARQUET
    for magic, meaning in _MAGIC.items():
        if first.startswith(magic):
            raise SourceError(f"{path} is {meaning}; nothing was stored")
    if b"\x00" in first:
        raise SourceError(f"{path} is neither JSON, CSV nor Parquet; nothing was stored")
    text = first.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text[:1] == b"<":
        raise SourceError(
            f"{path} is a web page or XML, not data (an error page saved by mistake?): fetch it again"
        )
    return Form.JSON if text[:1] in (b"[", b"{") else Form.CSV


def _refuse_cut(path: Path, form: Form, last: bytes) -> None:
    ends = {Form.JSON: (b"]", b"}"), Form.PARQUET: (b"PAR1",)}.get(form)
    if ends and not last.rstrip(b" \t\r\n").endswith(ends):
        raise SourceError(
            f"{path} is {form} that ends in the middle, after {last[-20:]!r}; "
            "nothing was stored: fetch it again"
        )
