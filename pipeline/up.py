"""`herdbook up`: everything at once. A crawl, the dashboard beside it, and the replica where there is no network.

The crawl, the dashboard and the replica are processes of their own: one that dies takes none of the others
along, and readers see what was published last whatever becomes of the crawl.
"""

import signal
import socket
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from csv import DictReader
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TypeVar

from pipeline.child import Child
from pipeline.exceptions import PortTaken, UpFailed
from pipeline.network import is_reachable
from pipeline.rig import Rig, read_rig
from pipeline.settings import Settings

FIRST_LIMIT = 500
"""Servers of one run unless more are asked for: a first look that costs nobody anything."""
REPLICA_SERVERS = 2_000
"""Servers of the replica: every kind of software, every kind of bad neighbour, crawled within a minute."""
PORT = 8501
"""Streamlit's own port; the next free one where it is taken and none was asked for."""
_PORTS_TRIED = 20

_READY_SECONDS = 60.0
"""Until a child has said that it is ready; a cold start on two busy cores takes ten."""
_LAST_WORDS_SECONDS = 45.0
"""Until a crawl that was asked to end has stored what it holds; then it is killed, which loses nothing stored."""
_POLL_SECONDS = 0.2
_ADDRESS = "herdbook: the dashboard is at "
"""How the dashboard announces itself (dashboard/__main__.py)."""

_T = TypeVar("_T")

Say = Callable[[str], None]
"""Told one sentence for the person at the terminal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What was asked for on the command line."""

    port: int | None = None
    """Port of the dashboard; `None` = the usual one, or the next free one."""
    limit: int | None = FIRST_LIMIT
    """Servers to visit at most; `None` = all that are due."""
    is_replica: bool = False
    """The replica although there may be a network."""
    servers: int = REPLICA_SERVERS
    """Servers of the replica."""
    is_placeholder_fine: bool = False
    """Ask live servers although no contact page is named."""
    opens_browser: bool = False
    """Show the dashboard in a browser."""
    ends_with_crawl: bool = False
    """End when the crawl has ended, instead of showing the dashboard until stopped."""


def up(settings: Settings, wishes: Wishes, say: Say) -> int:
    """Crawl, publish and show, until stopped. Returns 0, or 1 when the crawl had a problem worth a look.

    Raises `UpFailed` and `PortTaken`, each with its way out.
    """
    port = _port(wishes.port)
    reason = None if wishes.is_replica else _why_not_live(settings, wishes)
    is_replica = wishes.is_replica or reason is not None
    data = settings.replica if is_replica else settings.data
    with _stoppable() as stopped, _household() as start:
        if is_replica:
            say(
                f"{reason or ''}Crawling the replica instead: invented servers on this machine.".strip()
            )
            replica = start(
                "the replica", _replica(wishes), {"HERDBOOK_DATA": str(settings.data)}, data
            )
        place = {"HERDBOOK_DATA": str(data)}
        dashboard = start("the dashboard", ["dashboard", "--port", str(port)], place, data)
        limit = None if is_replica else wishes.limit
        arguments = ["crawler", "crawl", *(["--limit", str(limit)] if limit is not None else [])]
        if is_replica:
            rig = _when(lambda: _rig(data, replica), replica, stopped)
            arguments += [*rig.way, "--seeds", rig.seeds_file] if rig else []
        elif wishes.is_placeholder_fine:
            arguments.append("--placeholder-contact")
        address = _when(lambda: _address(dashboard), dashboard, stopped)
        if address is None or (is_replica and rig is None):
            return 0
        say(f"The dashboard is at {address} and fills while the crawl goes on. Ctrl-C ends both.")
        if wishes.opens_browser:
            webbrowser.open(address)
        crawl = start("the crawl", arguments, place, None)
        _wait(crawl, dashboard, stopped)
        if crawl.exit_code is not None:
            if is_replica:
                replica.ask_to_end()
            # the graph takes more memory than a crawl may have, so it is computed when that has ended
            publisher = start("the publisher", ["pipeline.cli", "publish"], place, data)
            _wait(publisher, dashboard, stopped)
            say(_how_it_went(crawl.exit_code, address, limit))
            if not wishes.ends_with_crawl:
                _wait(dashboard, dashboard, stopped)
        return 1 if crawl.exit_code else 0


def _why_not_live(settings: Settings, wishes: Wishes) -> str | None:
    """Why live servers are not asked, as a sentence; `None` = they are."""
    if not is_reachable(_seeds(settings.seeds)):
        return "There is no network: not one of the well-known servers has an address. "
    if settings.contact_url is None and not wishes.is_placeholder_fine:
        return (
            "There is a network, but the servers could not know who asks: set HERDBOOK_CONTACT to a page "
            "that says what you do and how to be left out, or pass --placeholder-contact for a first try. "
        )
    return None


def _seeds(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return [row["hostname"] for row in DictReader(file)]


def _replica(wishes: Wishes) -> list[str]:
    return ["crawler", "replica", "--servers", str(wishes.servers)]


def _rig(data: Path, replica: Child) -> Rig | None:
    """What the replica says of itself when it is ready; a note of another process is an old one."""
    rig = read_rig(data)
    return rig if rig is not None and rig.pid == replica.pid else None


def _address(dashboard: Child) -> str | None:
    for line in dashboard.words.splitlines():
        if line.startswith(_ADDRESS):
            return line.removeprefix(_ADDRESS).strip()
    return None


def _how_it_went(exit_code: int, address: str, limit: int | None) -> str:
    if exit_code < 0:
        return f"The crawl was killed by signal {-exit_code}; what it stored is at {address}."
    if exit_code:
        return f"The crawl ended with a problem, told above; what was published is at {address}."
    if limit is None:
        return f"The crawl has ended; the dashboard stays at {address}."
    return (
        f"The crawl has ended after at most {limit:,} servers; the dashboard stays at {address}. "
        "To go on to the whole fediverse: `herdbook up --all`, or `herdbook crawl` without the dashboard."
    )


def _port(wanted: int | None) -> int:
    """The port of the dashboard. Raises `PortTaken`."""
    if wanted is not None:
        if not _is_free(wanted):
            raise PortTaken(wanted)
        return wanted
    for port in range(PORT, PORT + _PORTS_TRIED):
        if _is_free(port):
            return port
    raise PortTaken(PORT)


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class _Stopped:
    """Whether a signal asked us to end."""

    def __init__(self) -> None:
        self.is_set = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.is_set = True


@contextmanager
def _stoppable() -> Iterator[_Stopped]:
    """Ctrl-C and SIGTERM set a flag while the block lasts; children are then ended in order."""
    stopped = _Stopped()
    before = {number: signal.signal(number, stopped) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


_Start = Callable[[str, Sequence[str], Mapping[str, str], Path | None], Child]


@contextmanager
def _household() -> Iterator[_Start]:
    """Start children; all of them end with the block, the last one first."""
    children: list[Child] = []

    def start(
        name: str, arguments: Sequence[str], environment: Mapping[str, str], data: Path | None
    ) -> Child:
        log = data / "logs" / f"{arguments[0]}.log" if data is not None else None
        children.append(Child(name, arguments, environment=environment, log=log))
        return children[-1]

    try:
        yield start
    finally:
        for child in reversed(children):
            child.ask_to_end()
        for child in reversed(children):
            child.end(_LAST_WORDS_SECONDS)


def _when(ready: Callable[[], _T | None], child: Child, stopped: _Stopped) -> _T | None:
    """Wait for what a child says when it is ready; `None` when stopped. Raises `UpFailed`."""
    deadline = time.monotonic() + _READY_SECONDS
    while (found := ready()) is None and not stopped.is_set:
        if child.exit_code is not None or time.monotonic() > deadline:
            raise UpFailed(child.name, child.exit_code, child.last_words)
        time.sleep(_POLL_SECONDS)
    return found


def _wait(child: Child, dashboard: Child, stopped: _Stopped) -> None:
    """Wait until a child ends or somebody stops us. Raises `UpFailed` when the dashboard dies."""
    while child.exit_code is None and not stopped.is_set:
        if dashboard.exit_code is not None:
            break
        time.sleep(_POLL_SECONDS)
    if dashboard.exit_code is not None and not stopped.is_set:
        raise UpFailed(dashboard.name, dashboard.exit_code, dashboard.last_words)
