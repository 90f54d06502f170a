"""The dashboard in a process of its own, and visitors without a browser: its websocket, spoken as Streamlit's pages speak it."""

import asyncio
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import streamlit
from processes import HERE
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

_ROOT = HERE.parents[1]
_STATIC = Path(streamlit.__file__).with_name("static")
_ANNOUNCED = "herdbook: the dashboard is at "
_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE_SECONDS = 60.0


def published(*, servers: int, days: int, pairs: int) -> Path:
    """A data folder as `site_file.py` makes it; made once for each way of making it."""
    made_by = [*_ROOT.glob("pipeline/sql/**/*.sql"), *HERE.glob("site*.sql"), HERE / "rebuild.sql"]
    digest = blake2b(digest_size=4)
    for path in sorted(made_by):
        digest.update(path.read_bytes())
    kept = _ROOT / "build" / "bench" / f"site-{servers}-{days}-{pairs}-{digest.hexdigest()}"
    if not (kept / "published" / "herdbook.duckdb").exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        told = [str(number) for number in (servers, days, pairs)]
        subprocess.run([sys.executable, str(HERE / "site_file.py"), str(kept), *told], check=True)
    return kept


class Site:
    """A dashboard that answers."""

    def __init__(self, address: str, process_id: int) -> None:
        self.address = address
        self._process = Path("/proc") / str(process_id)

    def cpu_seconds(self) -> float:
        """What its process has computed until now [s]."""
        fields = (self._process / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICK

    def memory_mb(self) -> float:
        """What its process holds in memory [MB]."""
        status = (self._process / "status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024

    def wait_for_scripts(self) -> None:
        """Wait until Streamlit's scripts are compressed, which happens once for each of its versions."""
        waited_for = [path for path in _STATIC.rglob("*.js") if path.stat().st_size > 100_000]
        until = time.monotonic() + _PATIENCE_SECONDS
        while waited_for and time.monotonic() < until:
            path = waited_for[-1].relative_to(_STATIC).as_posix()
            asked = urllib.request.Request(
                f"{self.address}/{path}", method="HEAD", headers={"Accept-Encoding": "br"}
            )
            with urllib.request.urlopen(asked) as answer:
                if answer.headers["Content-Encoding"] == "br":
                    waited_for.pop()
                    continue
            time.sleep(0.5)


@contextmanager
def serving(data: Path) -> Iterator[Site]:
    """Serve a data folder while the block lasts."""
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "dashboard", "--port", "0"],
        env={**os.environ, "HERDBOOK_DATA": str(data), "PYTHONPATH": str(_ROOT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            if not line.startswith(_ANNOUNCED):
                raise RuntimeError(f"the dashboard does not answer: {line!r}")
            yield Site(line.removeprefix(_ANNOUNCED).strip(), process.pid)
        finally:
            process.terminate()


class Visit:
    """One session: a page is asked for, and what it sends is read to the end of the run."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, page: str) -> None:
        self._socket = socket
        path = urlsplit(page)
        self._message = BackMsg()
        state = self._message.rerun_script
        state.page_name = path.path.strip("/")
        state.query_string = path.query
        state.context_info.timezone = "UTC"
        state.context_info.locale = "en-GB"
        state.context_info.color_scheme = "light"

    async def run(self) -> float:
        """Ask for a run; seconds until its last message. A run that ends for another one is waited through."""
        asked = self._message.SerializeToString()
        begun = time.perf_counter()
        await self._socket.send_bytes(asked)
        while True:
            message = ForwardMsg.FromString(await self._socket.receive_bytes())
            kind = message.WhichOneof("type")
            state = self._message.rerun_script
            if kind == "script_finished":
                if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                    return time.perf_counter() - begun
            elif kind == "navigation":
                state.page_script_hash = message.navigation.page_script_hash
            elif kind == "page_info_changed":
                state.query_string = message.page_info_changed.query_string
            elif kind != "ref_hash" and message.metadata.cacheable and message.hash:
                state.cached_message_hashes.append(message.hash)


class Visitors:
    """Whoever comes without a browser."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._client: aiohttp.ClientSession | None = None
        self._open: list[aiohttp.ClientWebSocketResponse] = []

    async def __aenter__(self) -> "Visitors":
        self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *exception: object) -> None:
        assert self._client is not None
        await self.leave()
        await self._client.close()

    async def come(self, page: str) -> Visit:
        """Open a session; it stays open."""
        assert self._client is not None
        address = self._site.address
        socket = await self._client.ws_connect(
            f"{address}/_stcore/stream", origin=address, protocols=("streamlit",), max_msg_size=0
        )
        self._open.append(socket)
        return Visit(socket, page)

    async def leave(self) -> None:
        """Close every session."""
        sockets, self._open = self._open, []
        for socket in sockets:
            with suppress(aiohttp.ClientError):
                await socket.close()

    async def come_at_once(self, page: str, count: int) -> float:
        """So many open the page at the same moment; seconds until the last of them has all of it."""

        async def one() -> None:
            await (await self.come(page)).run()

        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(count):
                group.create_task(one())
        return time.perf_counter() - begun
