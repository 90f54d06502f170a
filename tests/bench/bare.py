"""The yardstick: a bare aiohttp loop that asks the same questions and parses the same JSON, and does nothing else.

`python bare.py JOB` (JSON) writes one line of JSON. It knows every name from the beginning, keeps nothing,
checks nothing but certificates, and closes a connection with its last question.
"""

import asyncio
import gc
import json
import socket
import ssl
import sys
import time
from resource import RUSAGE_SELF, getrusage
from typing import Any

import aiodns
import aiohttp
import orjson
from aiohttp.abc import AbstractResolver, ResolveResult
from fediverse import LOOPBACK, QUESTIONS, name


class _Resolver(AbstractResolver):
    """Every name is at the simulator; asks its name server first, where the job says so."""

    def __init__(self, port: int, dns_port: int | None) -> None:
        self._port = port
        self._channel = None
        if dns_port is not None:
            self._channel = aiodns.DNSResolver([f"{LOOPBACK}:{dns_port}"], timeout=3.0, tries=1)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        address = LOOPBACK
        if self._channel is not None:
            answer = await self._channel.getaddrinfo(host, family=socket.AF_UNSPEC)
            address = answer.nodes[0].addr[0].decode()
        return [
            ResolveResult(
                hostname=host, host=address, port=self._port, family=family, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""


async def _run(job: dict[str, Any]) -> dict[str, float]:
    context = ssl.create_default_context(cafile=job["ca_file"])
    connector = aiohttp.TCPConnector(
        limit=0,
        ssl=context,
        resolver=_Resolver(job["port"], job.get("dns_port")),
        use_dns_cache=False,
    )
    timeout = aiohttp.ClientTimeout(total=20, sock_connect=10)
    waiting = iter(job.get("numbers") or range(job["names"]))
    done = {"ok": 0, "failed": 0, "edges": 0}
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as session:

        async def work() -> None:
            for number in waiting:
                try:
                    edges = await _ask(session, name(number))
                    done["edges"] += edges
                    done["ok"] += 1
                except (OSError, aiohttp.ClientError, aiodns.error.DNSError, ValueError):
                    done["failed"] += 1

        gc.freeze()
        begun, used = time.monotonic(), _cpu()
        await asyncio.gather(*(work() for _ in range(job["concurrency"])))
        took = {"seconds": time.monotonic() - begun, "cpu_seconds": _cpu() - used}
    peak = getrusage(RUSAGE_SELF).ru_maxrss / 1024
    return {**done, **took, "peak_mb": peak}


async def _ask(session: aiohttp.ClientSession, hostname: str) -> int:
    peers = 0
    for path, accept in QUESTIONS:
        headers = {"Accept": accept}
        if path == QUESTIONS[-1][0]:
            headers["Connection"] = "close"
        async with session.get(f"https://{hostname}{path}", headers=headers) as response:
            body = await response.read()
        if path != "/robots.txt":
            value = orjson.loads(body)
            if path.endswith("/peers"):
                peers = len(value)
    return peers


def _cpu() -> float:
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_run(json.loads(sys.argv[1])))) + "\n")
