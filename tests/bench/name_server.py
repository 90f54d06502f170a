"""The name server of a made-up fediverse, in a process of its own, so that handshakes of servers delay no answer of it.

`python name_server.py SPEC` (JSON of `fediverse.Spec`) writes one line of JSON: its port. The end of its input ends it.
"""

import asyncio
import json
import socket
import struct
import sys
from collections.abc import Callable
from zlib import crc32

from fediverse import LOOPBACK, Fediverse, Manner, Spec

_NXDOMAIN = 3
_A = 1
_RECEIVED_BYTES = 4 * 1024 * 1024
"""Room for questions that came at once: a resolver asks for hundreds of names in one moment."""


class NameServer:
    """Knows who has an address; says late that the others have none."""

    def __init__(self, fediverse: Fediverse) -> None:
        self._fediverse = fediverse

    def answer(self, data: bytes) -> tuple[bytes, float]:
        """The answer to a question, and the seconds it takes."""
        hostname, kind, question = _question(data)
        fediverse = self._fediverse
        number = fediverse.number(hostname)
        exists = number == -1 or (
            number is not None and fediverse.manners[number] is not Manner.NO_ADDRESS
        )
        answers = b""
        if exists and kind == _A:
            answers = (
                b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, 4) + socket.inet_aton(LOOPBACK)
            )
        code = 0 if exists else _NXDOMAIN
        head = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, 1 if answers else 0, 0, 0)
        wait = 0.0
        if not exists:
            is_slow = (crc32(hostname.encode()) & 0xFFFF) / 0x10000 < fediverse.spec.slow_dns_share
            wait = fediverse.spec.dead_dns_seconds if is_slow else 0.0
        return head + question + answers, wait


def _question(data: bytes) -> tuple[str, int, bytes]:
    labels, place = [], 12
    while length := data[place]:
        labels.append(data[place + 1 : place + 1 + length].decode("ascii"))
        place += 1 + length
    kind: int = struct.unpack(">H", data[place + 1 : place + 3])[0]
    return ".".join(labels).lower(), kind, data[12 : place + 5]


def _hear(
    server: NameServer, held: socket.socket, later: Callable[..., asyncio.TimerHandle]
) -> None:
    """Answer everything that has come."""
    while True:
        try:
            data, sender = held.recvfrom(4096)
        except BlockingIOError:
            return
        reply, wait = server.answer(data)
        if wait:
            later(wait, held.sendto, reply, sender)
        else:
            held.sendto(reply, sender)


async def _serve(spec: Spec) -> None:
    fediverse = Fediverse(spec)
    fediverse.manners  # noqa: B018  # drawn before anybody asks
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _RECEIVED_BYTES)
        held.setblocking(False)
        held.bind((LOOPBACK, 0))
        loop = asyncio.get_running_loop()
        loop.add_reader(held, _hear, NameServer(fediverse), held, loop.call_later)
        sys.stdout.write(json.dumps({"dns_port": held.getsockname()[1]}) + "\n")
        sys.stdout.flush()
        await asyncio.to_thread(sys.stdin.read)
        loop.remove_reader(held)


if __name__ == "__main__":
    asyncio.run(_serve(Spec(**json.loads(sys.argv[1]))))
