"""Is there a network? Only names are resolved: nobody is asked anything."""

import queue
import socket
import threading
from collections.abc import Callable, Sequence

Resolve = Callable[[str], object]
"""Turns a hostname into its addresses; raises `OSError` where there are none."""

BUDGET_SECONDS = 5.0
"""A resolver that has not answered one of several dozen names by then is no network."""


def _resolve(hostname: str) -> object:
    return socket.getaddrinfo(hostname, 443)


def is_reachable(
    hostnames: Sequence[str], *, seconds: float = BUDGET_SECONDS, resolve: Resolve = _resolve
) -> bool:
    """Whether at least one of these names has an address, found within the time."""
    answers: queue.Queue[bool] = queue.Queue()

    def ask(hostname: str) -> None:
        try:
            answers.put(bool(resolve(hostname)))
        except (OSError, UnicodeError):
            answers.put(False)

    for hostname in hostnames:
        # daemons: a resolver that hangs must not hold up the end of the process
        threading.Thread(target=ask, args=(hostname,), daemon=True).start()
    timer = threading.Timer(seconds, answers.put, args=(False,))
    timer.daemon = True
    timer.start()
    heard = 0
    while heard < len(hostnames) and not timer.finished.is_set():
        if answers.get():
            timer.cancel()
            return True
        heard += 1
    timer.cancel()
    return False
