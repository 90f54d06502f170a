"""Memory of a crawl over many hosts: `python tests/bench/memory.py 20000 [CONCURRENCY]`.

One server on loopback answers to every name, each with a peer list of a hundred others; the real program crawls
them all. A line for each thousand hosts: the crawl's memory then, and the most it had so far.
"""

import asyncio
import json
import os
import random
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from crawler.replica.authority import Authority

EVERY = 1_000
PEERS = 100
GROUP = "zoo.example"
MOST_GROWTH_RATIO = 0.10
"""SECURITY RES-06: from the second thousand on, when every part has been used once."""


class Zoo:
    """Everybody, behind one socket."""

    def __init__(self, hosts: int) -> None:
        self._names = [f"h{number}.{GROUP}" for number in range(hosts)]
        self.asked_count = 0
        rel = "http://nodeinfo.diaspora.software/ns/schema/2.0"
        self._document = {
            "version": "2.0",
            "software": {"name": "mastodon", "version": "4.4.1"},
            "protocols": ["activitypub"],
            "services": {"inbound": [], "outbound": []},
            "openRegistrations": True,
            "usage": {"users": {"total": 90, "activeMonth": 12}, "localPosts": 900},
            "metadata": {},
        }
        self._rel = rel

    def answer(self, host: str, path: str) -> object | None:
        """What a host says at a path; `None` = nothing."""
        if path == "/robots.txt":
            self.asked_count += 1
        if path == "/.well-known/nodeinfo":
            return {"links": [{"rel": self._rel, "href": f"https://{host}/nodeinfo/2.0"}]}
        if path == "/nodeinfo/2.0":
            total = 10 + hash(host) % 1_000
            usage = {"users": {"total": total, "activeMonth": total // 9}, "localPosts": 9 * total}
            return {**self._document, "usage": usage}
        if path == "/api/v2/instance":
            return {"domain": host, "title": f"Home of {host}", "description": "A place. " * 20}
        if path == "/api/v1/instance/peers":
            return random.Random(host).sample(self._names, min(PEERS, len(self._names)))
        return None

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, to its end."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                first, *lines = head.split("\r\n")
                host = next(line[6:] for line in lines if line.lower().startswith("host: "))
                told = self.answer(host, first.split(" ")[1])
                body = b"" if told is None else json.dumps(told).encode()
                status = "404 Not Found" if told is None else "200 OK"
                kind = "Content-Type: application/json"
                length = f"Content-Length: {len(body)}"
                writer.write(f"HTTP/1.1 {status}\r\n{kind}\r\n{length}\r\n\r\n".encode() + body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            writer.transport.abort()


def _serve(zoo: Zoo, context: ssl.SSLContext) -> int:
    """Serve in a thread of its own; gives the port."""
    ready: list[int] = []
    is_up = threading.Event()

    async def forever() -> None:
        server = await asyncio.start_server(
            zoo.converse, "127.0.0.1", 0, ssl=context, backlog=2_000
        )
        ready.append(server.sockets[0].getsockname()[1])
        is_up.set()
        await server.serve_forever()

    threading.Thread(target=asyncio.run, args=(forever(),), daemon=True).start()
    is_up.wait()
    return ready[0]


def _status(pid: int, name: str) -> int:
    """Bytes of a line of /proc/PID/status."""
    for line in Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    return 0


def run(hosts: int, concurrency: int, home: Path) -> list[int]:
    """Crawl them; the memory after each thousand."""
    authority = Authority()
    zoo = Zoo(hosts)
    port = _serve(zoo, authority.context([f"*.{GROUP}"]))
    authority.write(home)
    seeds = home / "seeds.txt"
    seeds.write_text("\n".join(f"h{number}.{GROUP}" for number in range(hosts)), encoding="utf-8")
    command = [sys.executable, "-m", "crawler", "crawl", "--quiet", "--seeds", str(seeds)]
    command += ["--connect-to", f"*:443:127.0.0.1:{port}", "--allow-address", "127.0.0.0/8"]
    command += ["--ca-file", str(home / "ca.pem"), "--concurrency", str(concurrency)]
    crawl = subprocess.Popen(
        command, env={**os.environ, "HERDBOOK_DATA": str(home / "data")}, stderr=sys.stderr
    )
    found: list[int] = []
    begun = time.monotonic()
    while crawl.poll() is None:
        if zoo.asked_count >= EVERY * (len(found) + 1):
            resident, most = _status(crawl.pid, "VmRSS"), _status(crawl.pid, "VmHWM")
            found.append(resident)
            sys.stdout.write(
                f"{zoo.asked_count:>7,} hosts  {resident / 1e6:>5.0f} MB  most {most / 1e6:>5.0f} MB"
                f"  {time.monotonic() - begun:>6.0f} s\n"
            )
            sys.stdout.flush()
        time.sleep(0.02)
    return found


def main() -> None:
    """Print the lines, and what they grew by."""
    hosts = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    concurrency = int(sys.argv[2]) if len(sys.argv) > 2 else 500
    with tempfile.TemporaryDirectory() as home:
        found = run(hosts, concurrency, Path(home))
    # publishing comes and goes: the middle of the first quarter against the middle of the last
    part = max(1, (len(found) - 1) // 4)
    early, late = (sorted(each)[len(each) // 2] for each in (found[1 : 1 + part], found[-part:]))
    sys.stdout.write(
        f"{early / 1e6:.0f} MB early, {late / 1e6:.0f} MB late: {late / early - 1:+.1%}"
        f" (at most {MOST_GROWTH_RATIO:.0%} wanted)\n"
    )


if __name__ == "__main__":
    main()
