"""What tests of all folders share."""

import fcntl
import json
import os
import socketserver
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.publish import publish
from pipeline.sources.importing import import_file
from pipeline.sources.mapping import Mapping

ROOT = Path(__file__).parents[1]

Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Fill a folder once for all workers: the first that needs it does, the others wait and read it."""
    home = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        home = home.parent

    def fill(name: str, make: Callable[[Path], None]) -> Path:
        folder, made = home / name, home / f"{name}.made"
        with (home / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                folder.mkdir()
                make(folder)
                made.touch()
        return folder

    return fill


@pytest.fixture(scope="session")
def shared() -> Path:
    """Third-party data to test against; tests that need them are skipped where they are absent."""
    folder = Path(os.environ.get("HERDBOOK_SHARED") or ROOT.parent / "shared")
    if not (folder / "protocols").is_dir():
        pytest.skip(f"no third-party data at {folder}")
    return folder


HISTORY = (
    ("instances-social", "instances_social_2022-11-20/raw/*.json.gz", Mapping()),
    ("instances-social", "instances_social_2022-11-20/observations.parquet", Mapping()),
    ("lemmy-daily", "lemmy_instances/lemmy_daily_*.parquet", Mapping()),
    ("active-hosts", "observer_active_hosts/*.parquet", Mapping()),
    ("lemmy-edges", "lemmy_federation_graph/edges_*.parquet", Mapping()),
    ("block-events", "blocks/server_block_events_*.parquet", Mapping()),
    # its name says the year only
    (
        "the-federation",
        "directories_2023/the_federation_*.csv",
        Mapping(captured_at=datetime(2023, 1, 1, tzinfo=UTC)),
    ),
)
"""What is imported of other people's history: the kind, the files, and what they do not say themselves."""


@pytest.fixture(scope="session")
def history(shared: Path, once: Once) -> Path:
    """A data folder into which other people's history was imported and published: what the facts are about."""

    def make(data: Path) -> None:
        for kind, pattern, told in HISTORY:
            for path in sorted((shared / "reference").glob(pattern)):
                import_file(path, kind, told, data, now=datetime(2026, 1, 1, tzinfo=UTC))
        publish(data)

    return once("history", make)


@dataclass(frozen=True, slots=True)
class Road:
    """What `herdbook up` left behind."""

    data: Path
    """The data folder it was given."""
    exit_code: int
    """How it ended."""
    said: str
    """What it told the person at the terminal."""

    @property
    def replica(self) -> Path:
        """The folder of the replica's data."""
        return self.data / "replica"


@pytest.fixture(scope="session")
def road(once: Once) -> Road:
    """The whole road once, as somebody without a network goes it: a small replica, crawled and published."""
    folder = once("whole-road", _go)
    told = json.loads((folder / "told.json").read_text(encoding="utf-8"))
    return Road(data=folder / "data", **told)


def _go(folder: Path) -> None:
    words = ["up", "--replica", "--servers", "60", "--once", "--no-browser"]
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", *words],
        env={**os.environ, "HERDBOOK_DATA": str(folder / "data")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    told = {"exit_code": done.returncode, "said": done.stdout + done.stderr}
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


Records = dict[str, list[str] | int | None]
"""By name: texts, a response code, or `None` = no answer at all."""


@pytest.fixture
def name_server() -> Iterator[Callable[[Records], str]]:
    """Start a name server for records of text on loopback; says where it is, `ADDRESS:PORT`."""
    servers: list[socketserver.ThreadingUDPServer] = []

    def start(records: Records) -> str:
        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                question, socket = self.request
                if (answer := _answer(question, records)) is not None:
                    socket.sendto(answer, self.client_address)

        server = socketserver.ThreadingUDPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        servers.append(server)
        return f"127.0.0.1:{server.server_address[1]}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def _answer(question: bytes, records: Records) -> bytes | None:
    """A datagram that answers one question with all texts of its name."""
    labels, at = [], 12
    while length := question[at]:
        labels.append(question[at + 1 : at + 1 + length].decode())
        at += 1 + length
    held = records.get(".".join(labels).lower(), 3)
    if held is None:
        return None
    code, texts = (held, []) if isinstance(held, int) else (0, [text.encode() for text in held])
    answers = b"".join(
        b"\xc0\x0c" + struct.pack(">HHIHB", 16, 1, 60, len(text) + 1, len(text)) + text
        for text in texts
    )
    head = question[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(texts), 0, 0)
    return head + question[12 : at + 5] + answers
