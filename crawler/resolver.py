"""Names to addresses: a stage of its own, so that a dead name never holds a slot of the crawl."""

import asyncio
import socket
from collections import OrderedDict
from collections.abc import Callable

import aiodns

from crawler.exceptions import FetchError
from crawler.hostname import Hostname
from crawler.outcome import Outcome

_MOST_ADDRESSES = 6
"""Addresses kept of one answer: enough for both families; a hundred would be a hundred attempts."""
_MOST_TEXTS = 20
"""Texts read of one name."""
_TXT = 16
"""The type of a record that holds text, as DNS numbers it."""
_MOST_REMEMBERED = 100_000
"""Dead names remembered: about 20 MB."""
_REMEMBERED_SECONDS = 900.0
"""How long a dead name stays dead: as long as resolvers commonly keep a negative answer."""

_OF_THE_NAME = frozenset({aiodns.error.ARES_ENOTFOUND, aiodns.error.ARES_ENODATA})
"""What is a fact about the name. The rest may be an outage of ours and is not remembered."""

_LATE = "the resolver did not answer in time"
_NOWHERE = {
    aiodns.error.ARES_ENOTFOUND: "the name does not exist",
    aiodns.error.ARES_ENODATA: "the name has no address",
    aiodns.error.ARES_ESERVFAIL: "the name's own servers fail",
    aiodns.error.ARES_EREFUSED: "the resolver refuses to answer",
    aiodns.error.ARES_ECONNREFUSED: "no resolver can be reached",
    aiodns.error.ARES_ETIMEOUT: _LATE,
}


class Resolver:
    """Looks names up in c-ares, many at once, and remembers the dead."""

    def __init__(
        self,
        *,
        seconds: float,
        at_once: int,
        opens: Callable[[float], aiodns.DNSResolver] | None = None,
    ) -> None:
        self._seconds = seconds
        self._opens = opens or _system_resolver
        self._turns = asyncio.Semaphore(at_once)
        self._channel: aiodns.DNSResolver | None = None
        self._dead: OrderedDict[str, tuple[float, str]] = OrderedDict()

    async def addresses(self, hostname: Hostname) -> tuple[str, ...]:
        """Look one name up. Raises `FetchError(dns_failed)`."""
        reason = self._remembered(hostname)
        if reason is None:
            found, reason, is_final = await self._in_turn(hostname)
            if reason == _LATE and not found:
                # a question is lost where hundreds are put at once: all who wait go first, then it is put again
                found, reason, is_final = await self._in_turn(hostname)
            if found:
                return found
            if is_final:
                self._remember(hostname, reason)
        raise FetchError(Outcome.DNS_FAILED, reason)

    async def texts(self, name: str) -> tuple[str, ...]:
        """The texts that stand at a name; none where it has none. Raises `FetchError(dns_failed)`."""
        try:
            async with self._turns, asyncio.timeout(self._seconds):
                answer = await self._open().query_dns(name, "TXT")
        except TimeoutError:
            raise FetchError(Outcome.DNS_FAILED, _LATE) from None
        except aiodns.error.DNSError as error:
            code, text = (*error.args, "", "")[:2]
            if code in _OF_THE_NAME:
                return ()
            reason = _NOWHERE.get(code, f"no answer ({text!s:.60})")
            raise FetchError(Outcome.DNS_FAILED, reason) from None
        # an alias that led there is among the answers too
        found = [record.data for record in answer.answer if record.type == _TXT]
        texts = [bytes(getattr(text, "data", b"")) for text in found[:_MOST_TEXTS]]
        return tuple(text.decode("utf-8", "replace") for text in texts)

    def forget(self, hostname: Hostname | None = None) -> None:
        """Forget that a name is dead, or that any is."""
        if hostname is None:
            self._dead.clear()
        else:
            self._dead.pop(hostname, None)

    async def close(self) -> None:
        """Let go of the channel."""
        if self._channel is not None:
            await self._channel.close()

    async def _in_turn(self, hostname: Hostname) -> tuple[tuple[str, ...], str, bool]:
        async with self._turns:
            return await self._ask(hostname)

    async def _ask(self, hostname: Hostname) -> tuple[tuple[str, ...], str, bool]:
        """Addresses, or why there are none, and whether that is a fact about the name."""
        try:
            async with asyncio.timeout(self._seconds):
                answer = await self._open().getaddrinfo(
                    hostname, family=socket.AF_UNSPEC, type=socket.SOCK_STREAM
                )
        except TimeoutError:
            return (), _LATE, False
        except aiodns.error.DNSError as error:
            code, text = (*error.args, "", "")[:2]
            reason = _NOWHERE.get(code, f"the name has no address ({text!s:.60})")
            return (), reason, code in _OF_THE_NAME
        found = dict.fromkeys(node.addr[0].decode() for node in answer.nodes)
        return tuple(found)[:_MOST_ADDRESSES], "the name has no address", True

    def _open(self) -> aiodns.DNSResolver:
        if self._channel is None:
            self._channel = self._opens(self._seconds)
        return self._channel

    def _remembered(self, hostname: Hostname) -> str | None:
        held = self._dead.get(hostname)
        if held is None:
            return None
        until, reason = held
        if until < asyncio.get_running_loop().time():
            del self._dead[hostname]
            return None
        return reason

    def _remember(self, hostname: Hostname, reason: str) -> None:
        self._dead[hostname] = (asyncio.get_running_loop().time() + _REMEMBERED_SECONDS, reason)
        if len(self._dead) > _MOST_REMEMBERED:
            self._dead.popitem(last=False)


def _system_resolver(seconds: float) -> aiodns.DNSResolver:
    """The resolver that the machine is set up with, asked twice within the time."""
    return aiodns.DNSResolver(timeout=seconds / 2, tries=2)


def name_server(address: str) -> Callable[[float], aiodns.DNSResolver]:
    """How to open one name server, `ADDRESS:PORT`, in place of the machine's."""

    def opens(seconds: float) -> aiodns.DNSResolver:
        return aiodns.DNSResolver([address], timeout=seconds / 2, tries=2)

    return opens
