"""The resolver against a name server of our own: dead names, slow ones, and answers without end."""

import asyncio
import ipaddress
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiodns
import pytest

from crawler.client import Client
from crawler.exceptions import FetchError
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.resolver import Resolver

_NXDOMAIN, _SERVFAIL, _REFUSED = 3, 2, 5
_A, _AAAA = 1, 28


@dataclass
class _NameServer(asyncio.DatagramProtocol):
    """Answers by name: addresses, a response code, or nothing at all."""

    zone: dict[str, list[str] | int | None]
    asked: list[str] = field(default_factory=list)
    lost_count: int = 0
    """So many questions do not arrive."""
    transport: Any = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def datagram_received(self, data: bytes, addr: Any) -> None:
        name, kind, question = _question(data)
        self.asked.append(name)
        held = self.zone.get(name, _NXDOMAIN)
        self.lost_count -= 1
        if held is None or self.lost_count >= 0:
            return
        code, records = (held, []) if isinstance(held, int) else (0, held)
        addresses = [ipaddress.ip_address(text) for text in records]
        wanted = [a.packed for a in addresses if (a.version == 6) == (kind == _AAAA)]
        answers = b"".join(
            b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 60, len(packed)) + packed
            for packed in wanted
        )
        head = data[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(wanted), 0, 0)
        self.transport.sendto(head + question + answers, addr)


def _question(data: bytes) -> tuple[str, int, bytes]:
    labels, at = [], 12
    while length := data[at]:
        labels.append(data[at + 1 : at + 1 + length].decode())
        at += 1 + length
    return (
        ".".join(labels).lower(),
        struct.unpack(">H", data[at + 1 : at + 3])[0],
        data[12 : at + 5],
    )


_ZONE: dict[str, list[str] | int | None] = {
    "both.example": ["203.0.113.1", "2001:db8::1"],
    "four.example": ["203.0.113.4"],
    "six.example": ["2001:db8::6"],
    "many.example": [f"203.0.113.{n}" for n in range(1, 25)],
    "empty.example": [],
    "failing.example": _SERVFAIL,
    "closed.example": _REFUSED,
    "silent.example": None,
    "mixed.example": ["1.1.1.1", "10.0.0.2"],
    "inside.example": ["10.0.0.1"],
    "good.example": ["1.1.1.1"],
}


def _with_resolver(
    use: Callable[[Resolver, _NameServer], Any], *, seconds: float = 1.0, at_once: int = 8
) -> Any:
    """Run something with a resolver that asks a name server on loopback."""

    async def go() -> Any:
        loop = asyncio.get_running_loop()
        server = _NameServer(dict(_ZONE))
        transport, _ = await loop.create_datagram_endpoint(
            lambda: server, local_addr=("127.0.0.1", 0)
        )
        port = transport.get_extra_info("sockname")[1]

        def opens(limit: float) -> aiodns.DNSResolver:
            return aiodns.DNSResolver(
                nameservers=["127.0.0.1"], udp_port=port, timeout=limit / 2, tries=2
            )

        resolver = Resolver(seconds=seconds, at_once=at_once, opens=opens)
        try:
            async with asyncio.timeout(20):
                return await use(resolver, server)
        finally:
            await resolver.close()
            transport.close()

    return asyncio.run(go())


def _outcome(name: str, **options: Any) -> tuple[str, int]:
    """The detail of a look-up that fails twice in a row, and how many packets the second one cost."""

    async def use(resolver: Resolver, server: _NameServer) -> tuple[str, int]:
        details = []
        for _ in range(2):
            before = len(server.asked)
            with pytest.raises(FetchError) as raised:
                await resolver.addresses(Hostname.parse(name))
            assert Outcome.DNS_FAILED == raised.value.outcome
            details.append(raised.value.detail)
        assert details[0] == details[1]
        return details[0], len(server.asked) - before

    return _with_resolver(use, **options)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("both.example", {"203.0.113.1", "2001:db8::1"}),
        ("four.example", {"203.0.113.4"}),
        ("six.example", {"2001:db8::6"}),
    ],
)
def test_a_name_has_the_addresses_of_both_families(name: str, expected: set[str]) -> None:
    """Whichever it has."""

    async def use(resolver: Resolver, _: _NameServer) -> tuple[str, ...]:
        return await resolver.addresses(Hostname.parse(name))

    assert expected == set(_with_resolver(use))


def test_of_many_addresses_six_are_kept() -> None:
    """A hundred would be a hundred attempts."""

    async def use(resolver: Resolver, _: _NameServer) -> tuple[str, ...]:
        return await resolver.addresses(Hostname.parse("many.example"))

    assert 6 == len(set(_with_resolver(use)))


@pytest.mark.parametrize("name", ["nobody.example", "empty.example"])
def test_a_dead_name_is_asked_for_once(name: str) -> None:
    """It is remembered; seven of ten names of a peer list are dead."""
    detail, packets = _outcome(name)

    assert detail.startswith("the name ")
    assert 0 == packets


@pytest.mark.parametrize("name", ["failing.example", "closed.example", "silent.example"])
def test_a_fault_of_a_resolver_is_not_remembered_of_the_name(name: str) -> None:
    """An outage ends when it ends, not a quarter of an hour later."""
    detail, packets = _outcome(name, seconds=0.4)

    assert detail
    assert packets > 0


def test_silent_names_wait_beside_one_another() -> None:
    """Each within its own time, a hundred at once; the living are found meanwhile."""

    async def use(resolver: Resolver, server: _NameServer) -> list[Any]:
        for n in range(100):
            server.zone[f"silent{n}.example"] = None
        names = [*(f"silent{n}.example" for n in range(100)), "four.example"]
        return await asyncio.gather(
            *(resolver.addresses(Hostname.parse(name)) for name in names), return_exceptions=True
        )

    *silent, alive = _with_resolver(use, seconds=0.4, at_once=128)

    assert ("203.0.113.4",) == alive
    assert {Outcome.DNS_FAILED} == {error.outcome for error in silent}


def test_a_name_whose_questions_were_lost_is_asked_for_once_more() -> None:
    """A resolver that hundreds of questions reach at once drops some: that says nothing of the name."""

    async def use(resolver: Resolver, server: _NameServer) -> tuple[str, ...]:
        server.lost_count = 4  # both families, twice
        return await resolver.addresses(Hostname.parse("four.example"))

    assert ("203.0.113.4",) == _with_resolver(use, seconds=0.4)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mixed.example", Outcome.BLOCKED_ADDRESS),
        ("inside.example", Outcome.BLOCKED_ADDRESS),
        ("good.example", None),
    ],
)
def test_a_name_with_one_forbidden_address_is_refused_whole(
    rig: Any, name: str, expected: Outcome | None
) -> None:
    """The good one beside it is not a way in (SECURITY SSRF-02)."""

    async def use(resolver: Resolver, _: _NameServer) -> Outcome | None:
        client = Client(rig.settings({"other.example": rig.canary()}))
        client._resolver = resolver
        try:
            await client.locate(Hostname.parse(name))
        except FetchError as error:
            return error.outcome
        return None

    assert expected == _with_resolver(use)


def test_a_detour_asks_no_resolver(rig: Any) -> None:
    """`--connect-to` names an address."""

    async def use(resolver: Resolver, server: _NameServer) -> tuple[Any, list[str]]:
        client = Client(rig.settings(rig.canary()))
        client._resolver = resolver
        return await client.locate(Hostname.parse("nobody.example")), server.asked

    place, asked = _with_resolver(use)

    assert (("127.0.0.1",), []) == (place.addresses, asked)
