"""`python -m dashboard`: the pages, the downloads and the JSON of one data folder, in one process."""

import argparse
import asyncio
import errno
import socket
import sys
from contextlib import suppress

import uvicorn

from dashboard.door import who_may_check
from dashboard.serving import application, websocket_settings
from pipeline.exceptions import PipelineError, PortTaken

PORT = 8501
"""Streamlit's own port, which people know."""

ADDRESS = "127.0.0.1"
"""This machine only, unless somebody asks for more."""

_LAST_WORDS_SECONDS = 2
"""What visitors' open connections get when we are told to end; browsers connect again by themselves."""


class _Announcing(uvicorn.Server):
    """Says where it is, once it really answers."""

    def __init__(self, config: uvicorn.Config, url: str) -> None:
        super().__init__(config)
        self._url = url

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen and say so: `herdbook up` waits for this line."""
        await super().startup(sockets)
        if self.started:
            sys.stdout.write(f"herdbook: the dashboard is at {self._url}\n")
            sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Serve until told to end. Returns 1 when it cannot."""
    wishes = _parser().parse_args(arguments)
    try:
        who_may_check()
        listener = _listen(wishes.address, wishes.port)
    except PipelineError as error:
        sys.stderr.write(f"herdbook: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(
            f"herdbook: cannot listen at {wishes.address} port {wishes.port} ({error.strerror}): "
            "choose another with --address or --port\n"
        )
        return 1
    host = f"[{wishes.address}]" if ":" in wishes.address else wishes.address
    config = uvicorn.Config(
        application(),
        log_level="warning",
        access_log=False,
        server_header=False,
        use_colors=False,
        timeout_graceful_shutdown=_LAST_WORDS_SECONDS,
        **websocket_settings(),
    )
    server = _Announcing(config, f"http://{host}:{listener.getsockname()[1]}")
    # Ctrl-C is how a person ends it
    with suppress(KeyboardInterrupt):
        asyncio.run(server.serve(sockets=[listener]))
    return 0 if server.started else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m dashboard",
        description="Show what was published in HERDBOOK_DATA (else the data folder of the checkout).",
    )
    parser.add_argument("--port", type=_port, default=PORT, help=f"{PORT} if not said; 0 = any")
    parser.add_argument("--address", default=ADDRESS, help=f"{ADDRESS} if not said")
    return parser


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65_535:
        raise argparse.ArgumentTypeError(f"{port} is no port: 0 to 65535")
    return port


def _listen(address: str, port: int) -> socket.socket:
    """Take the port before anything slow happens. Raises `PortTaken`."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    # asyncio switches Nagle's wait off only for sockets that say TCP: a rerun's last message came 40 ms late
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((address, port))
        # listening now makes a second program's `bind` fail, not only its `listen`
        listener.listen(2048)
    except OSError as error:
        listener.close()
        if error.errno == errno.EADDRINUSE:
            raise PortTaken(port) from None
        raise
    listener.setblocking(False)
    return listener


if __name__ == "__main__":
    raise SystemExit(main())
