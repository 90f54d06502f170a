"""A crawl whose resolver dies, or whose uplink goes away, in the middle: nobody is buried for it."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from crawler.client import Client, Place
from crawler.conversation import Wants
from crawler.crawl import crawl
from crawler.frontier import Due
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check
from crawler.resolver import Resolver
from crawler.settings import Settings

KNOWN = [Hostname(f"alive{number}.example") for number in range(12)]


class Memory:
    """A frontier in memory: each host once, those that answered before first."""

    def __init__(self, hostnames: list[Hostname]) -> None:
        self.due = list(hostnames)
        self.checks: list[Check] = []

    def lease(self, count: int) -> list[Due]:
        taken, self.due = self.due[:count], self.due[count:]
        return [Due(hostname=name, wants=Wants(), priority=2_000_000) for name in taken]

    def leased_count(self) -> int:
        return 0

    def store(self, checks: list[Check]) -> None:
        self.checks += checks

    def publish(self) -> None:
        """Nothing."""

    def finish(self, reason: str) -> None:
        self.reason = reason


class Quiet:
    """A watch that looks away."""

    def saw(self, check: Check) -> None:
        """Nothing."""


class FlakyResolver(Resolver):
    """Leads every name to one loopback address, and for a while answers as a dead resolver does."""

    dies_after = 1_000_000
    mends_after = 1_000_000
    asked = 0

    async def _ask(self, hostname: Hostname) -> tuple[tuple[str, ...], str, bool]:
        kind = type(self)
        kind.asked += 1
        await asyncio.sleep(0)
        if kind.dies_after < kind.asked <= kind.mends_after:
            return (), "the resolver did not answer in time", False
        return ("127.0.0.1",), "", False


@pytest.fixture
def limits(rig: Any, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a crawl that finds its hosts by a resolver, at a port of the rig."""
    answers = {"/.well-known/nodeinfo": b"{}"}
    served = rig.serve(answers, names=("*.example",))
    settings = replace(
        rig.settings(served),
        connect_to=(),
        concurrency=2,
        doubt_seconds=0.05,
        pause_seconds=0.05,
        address_requests_per_second=1000.0,
    )
    monkeypatch.setattr("crawler.client.Resolver", FlakyResolver)
    monkeypatch.setattr(FlakyResolver, "asked", 0)

    async def locate(self: Client, hostname: Hostname) -> Place:
        return Place(addresses=await self._resolver.addresses(hostname), port=served.port)

    # nobody may listen at port 443 in a test
    monkeypatch.setattr(Client, "locate", locate)
    return settings


def run(settings: Settings, memory: Memory) -> list[str]:
    """One crawl that ends."""

    async def patiently() -> list[str]:
        async with asyncio.timeout(60):
            return await crawl(settings, lambda: memory, Quiet(), publish_every_seconds=None)

    return asyncio.run(patiently())


def test_a_resolver_that_dies_for_a_while_buries_nobody(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RES-07: every host is checked once it is back, and none is stored as having no address."""
    monkeypatch.setattr(FlakyResolver, "dies_after", 5)
    monkeypatch.setattr(FlakyResolver, "mends_after", 40)
    memory = Memory(KNOWN)

    problems = run(limits, memory)

    assert [] == problems
    assert FlakyResolver.asked > 40
    assert sorted(KNOWN) == sorted(check.hostname for check in memory.checks)
    assert Outcome.DNS_FAILED not in {check.outcome for check in memory.checks}


def test_a_resolver_that_stays_dead_ends_the_crawl_and_buries_nobody(
    limits: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RES-07: what was not reached is due still; the reason is said."""
    monkeypatch.setattr(FlakyResolver, "dies_after", 5)
    memory = Memory(KNOWN)

    problems = run(replace(limits, patience_seconds=0.3), memory)

    assert 1 == len(problems)
    assert "network stayed away" in problems[0]
    assert "network" == memory.reason
    assert Outcome.DNS_FAILED not in {check.outcome for check in memory.checks}
    assert len(memory.checks) < len(KNOWN)


def test_names_that_are_dead_while_others_live_are_dead(limits: Settings) -> None:
    """RES-07: the breaker does not hide what is so."""

    async def ask(self: FlakyResolver, hostname: Hostname) -> tuple[tuple[str, ...], str, bool]:
        return (
            ((), "it does not exist", True) if "dead" in hostname else (("127.0.0.1",), "", False)
        )

    dead = [Hostname(f"dead{number}.example") for number in range(30)]
    memory = Memory([*KNOWN, *dead])
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(FlakyResolver, "_ask", ask)

        problems = run(limits, memory)

    assert [] == problems
    assert set(dead) == {c.hostname for c in memory.checks if c.outcome is Outcome.DNS_FAILED}
    assert len(KNOWN) + len(dead) == len(memory.checks)
