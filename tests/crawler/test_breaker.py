"""The breaker: a dead network pauses the crawl and buries nobody."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from crawler.breaker import Breaker
from crawler.hostname import Hostname
from crawler.outcome import Outcome


@dataclass
class World:
    """A network that is there or not, and what becomes of failures in it."""

    is_there: bool = True
    released: list[str] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    given_up: bool = False
    asked: list[str] = field(default_factory=list)
    waits: dict[str, float] = field(default_factory=dict)

    async def probe(self, hostname: Hostname) -> bool:
        self.asked.append(hostname)
        await asyncio.sleep(0)
        return self.is_there

    def give_up(self) -> None:
        self.given_up = True

    def breaker(self, canaries: int = 5) -> Breaker[str]:
        told = {"doubt_seconds": 0.0, "pause_seconds": 0.0, "patience_seconds": 60.0} | self.waits
        made: Breaker[str] = Breaker(
            self.probe,
            release=self.released.extend,
            repeat=self.repeated.extend,
            give_up=self.give_up,
            **told,
        )
        for number in range(canaries):
            made.knows(Hostname(f"canary{number}.example"))
        return made


def run(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story that ends."""

    async def patiently() -> None:
        async with asyncio.timeout(20):
            await story()

    asyncio.run(patiently())


async def until(is_so: Callable[[], bool]) -> None:
    """Let others run until something is so."""
    while not is_so():
        await asyncio.sleep(0)


def test_an_answer_vouches_for_the_uplink_and_an_address_for_the_resolver() -> None:
    """RES-07, RES-08: each for its own kind of failure only; then they are the servers' own."""
    world = World(waits={"doubt_seconds": 60.0})

    async def story() -> None:
        breaker = world.breaker()
        breaker.doubt(Outcome.DNS_FAILED, "no address")
        breaker.doubt(Outcome.TIMED_OUT, "silent")
        breaker.heard(Hostname("alive.example"))
        assert ["silent"] == world.released
        breaker.found_address()
        assert ["silent", "no address"] == world.released
        breaker.close()

    run(story)

    assert [] == world.asked


def test_where_nobody_vouches_one_canary_is_asked() -> None:
    """RES-08: the network is there, so the dead are dead; one question, no more."""
    world = World()

    async def story() -> None:
        breaker = world.breaker()
        breaker.doubt(Outcome.REFUSED, "dead")
        await until(lambda: bool(world.released))
        assert not breaker.is_paused
        breaker.close()

    run(story)

    assert (["dead"], 1) == (world.released, len(world.asked))


def test_when_no_canary_answers_the_crawl_pauses_until_one_does() -> None:
    """RES-07: what failed is asked again; nothing of it is stored."""
    world = World(is_there=False)

    async def story() -> None:
        breaker = world.breaker()
        breaker.doubt(Outcome.DNS_FAILED, "a")
        await until(lambda: breaker.is_paused)
        breaker.doubt(Outcome.TIMED_OUT, "b")
        going = asyncio.create_task(breaker.going())
        await until(lambda: len(world.asked) > 20)
        assert not going.done()
        world.is_there = True
        await going
        assert 1 == breaker.pauses_count
        breaker.close()

    run(story)

    assert ([], ["a", "b"]) == (world.released, world.repeated)


def test_an_answer_that_was_on_its_way_does_not_end_a_pause() -> None:
    """RES-08: it says that the network was there, not that it is."""
    world = World(is_there=False)

    async def story() -> None:
        breaker = world.breaker()
        breaker.doubt(Outcome.TIMED_OUT, "a")
        await until(lambda: breaker.is_paused)
        breaker.heard(Hostname("late.example"))
        assert breaker.is_paused
        breaker.close()

    run(story)

    assert [] == world.released


def test_a_network_that_stays_away_ends_the_crawl() -> None:
    """RES-08: whoever started it tries again later; nobody is marked."""
    world = World(is_there=False, waits={"patience_seconds": 0.05})

    async def story() -> None:
        breaker = world.breaker()
        breaker.doubt(Outcome.TIMED_OUT, "a")
        await until(lambda: world.given_up)
        breaker.close()

    run(story)

    assert ([], []) == (world.released, world.repeated)


def test_too_few_known_servers_prove_nothing() -> None:
    """A first crawl of a handful of hosts is not stopped by their silence."""
    world = World(is_there=False)

    async def story() -> None:
        breaker = world.breaker(canaries=4)
        breaker.doubt(Outcome.DNS_FAILED, "a")
        await until(lambda: bool(world.released))
        breaker.close()

    run(story)

    assert (["a"], []) == (world.released, world.asked)


def test_when_nothing_is_under_way_canaries_are_asked_at_once() -> None:
    """The last dead names of a crawl do not hold up its end."""
    world = World(waits={"doubt_seconds": 1000.0})

    async def story() -> None:
        breaker = world.breaker()
        breaker.doubt(Outcome.DNS_FAILED, "last")
        breaker.hurry()
        await until(lambda: bool(world.released))
        breaker.close()

    run(story)

    assert ["last"] == world.released
