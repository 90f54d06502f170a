"""A crawl end to end: census, desk, handler and client in Scrapy's engine, with a frontier in memory."""

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
import threading
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from scrapy.crawler import Crawler

from crawler import storing
from crawler.conversation import Wants
from crawler.crawl import crawl, scrapy_settings
from crawler.exceptions import FetchError
from crawler.frontier import Due
from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import Check
from crawler.settings import Settings
from crawler.spiders.census import Census
from crawler.storing import Desk

_ALIVE_ONLY = Wants(instance=False, peers=False, activity=False)


class MemoryFrontier:
    """A frontier without a database: leases in order, stores in a list."""

    def __init__(self, names: Iterable[str], *, limit: int | None = None) -> None:
        self.due = [Hostname.parse(name) for name in names]
        self.limit = limit
        self.leased: set[Hostname] = set()
        self.handed_out: Counter[str] = Counter()
        self.checks: list[Check] = []
        self.batches: list[int] = []
        self.published = 0
        self.reason: str | None = None
        self.threads: set[int] = set()
        self.fails_at: int | None = None
        self.publish_fails: Exception | None = None

    def lease(self, count: int) -> list[Due]:
        """Hand out at most `count`."""
        self.threads.add(threading.get_ident())
        if self.limit is not None:
            count = min(count, self.limit - len(self.checks) - len(self.leased))
        taken, self.due = self.due[: max(0, count)], self.due[max(0, count) :]
        self.leased.update(taken)
        self.handed_out.update(taken)
        return [Due(hostname=name, wants=_ALIVE_ONLY) for name in taken]

    def leased_count(self) -> int:
        """Handed out and not stored."""
        return len(self.leased)

    def store(self, checks: list[Check]) -> None:
        """Keep them and end their leases."""
        self.threads.add(threading.get_ident())
        if self.fails_at is not None and len(self.checks) + len(checks) >= self.fails_at:
            raise RuntimeError("the disk is full")
        self.batches.append(len(checks))
        self.checks += checks
        self.leased -= {check.hostname for check in checks}

    def publish(self) -> None:
        """Count."""
        self.published += 1
        if self.publish_fails is not None:
            raise self.publish_fails

    def finish(self, reason: str) -> None:
        """Remember why."""
        self.threads.add(threading.get_ident())
        self.reason = reason

    @property
    def outcomes(self) -> Counter[Outcome]:
        """How the checks ended."""
        return Counter(check.outcome for check in self.checks)


class Watcher:
    """Counts what it is told."""

    def __init__(self) -> None:
        self.seen = 0

    def saw(self, check: Check) -> None:
        """One more."""
        self.seen += 1


def _names(count: int) -> list[str]:
    return [f"h{n}.example" for n in range(count)]


@pytest.fixture
def fediverse(rig: Any, documents: Any) -> Any:
    """One server that answers for sixty names."""
    context = rig.authority.context(_names(60))
    answers = documents.ordinary()
    # a path of its own, so that the document is on whatever host is asked
    answers["/.well-known/nodeinfo"] = documents.discovery(("2.0", "/nodeinfo/2.0"))
    return rig.serve(answers, context=context)


def _crawl(rig: Any, served: Any, frontier: MemoryFrontier, **options: Any) -> list[str]:
    settings = rig.settings(
        served, **({"concurrency": 8, "stop_seconds": 0.5} | options.pop("limits", {}))
    )
    watch = options.pop("watch", None) or Watcher()
    return rig.run(crawl(settings, lambda: frontier, watch, **options))


# --- whom and when -----------------------------------------------------------------------------------


def test_every_due_host_is_checked_once(rig: Any, fediverse: Any) -> None:
    """Its check is stored, its lease ended, whoever watches is told."""
    frontier, watch = MemoryFrontier(_names(50)), Watcher()

    problems = _crawl(rig, fediverse, frontier, watch=watch)

    assert ([], "finished") == (problems, frontier.reason)
    assert dict.fromkeys(_names(50), 1) == Counter(c.hostname for c in frontier.checks)
    assert {Outcome.OK: 50} == frontier.outcomes
    assert (0, 50) == (frontier.leased_count(), watch.seen)
    assert 50 == fediverse.connections


def test_a_crawl_of_nobody_ends(rig: Any, fediverse: Any) -> None:
    """At once, and says that it finished."""
    frontier = MemoryFrontier([])

    problems = _crawl(rig, fediverse, frontier)

    assert ([], "finished", []) == (problems, frontier.reason, frontier.checks)


def test_the_frontier_is_called_from_one_thread_that_is_not_the_loops(
    rig: Any, fediverse: Any
) -> None:
    """A database connection belongs to one thread, and never holds up a check."""
    frontier = MemoryFrontier(_names(10))

    _crawl(rig, fediverse, frontier)

    assert 1 == len(frontier.threads)
    assert threading.get_ident() not in frontier.threads


def test_a_limit_is_kept(rig: Any, fediverse: Any) -> None:
    """The frontier hands out no more, and the crawl ends there."""
    frontier = MemoryFrontier(_names(50), limit=7)

    _crawl(rig, fediverse, frontier)

    assert (7, "finished") == (len(frontier.checks), frontier.reason)


def test_hosts_that_become_due_on_the_way_are_visited(rig: Any, fediverse: Any) -> None:
    """What a batch brings is part of the same crawl."""
    frontier = MemoryFrontier(_names(3))
    stored = frontier.store

    def store(checks: list[Check]) -> None:
        stored(checks)
        if len(frontier.handed_out) == 3:
            frontier.due += [Hostname.parse(name) for name in _names(6)[3:]]

    frontier.store = store  # type: ignore[method-assign]

    _crawl(rig, fediverse, frontier)

    assert set(_names(6)) == {check.hostname for check in frontier.checks}


def test_no_more_hosts_are_underway_than_there_are_slots(rig: Any, documents: Any) -> None:
    """Concurrency is a limit, not a wish."""
    underway, most = 0, 0

    async def slow(line: Any) -> None:
        nonlocal underway, most
        underway += 1
        most = max(most, underway)
        await asyncio.sleep(0.02)
        underway -= 1
        await line.send(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")

    served = rig.serve({"*": slow}, context=rig.authority.context(_names(60)))
    frontier = MemoryFrontier(_names(30))

    _crawl(rig, served, frontier, limits={"concurrency": 4})

    assert 30 == len(frontier.checks)
    assert 1 < most <= 4


def test_dead_names_never_take_a_slot(rig: Any, fediverse: Any, monkeypatch: Any) -> None:
    """With one slot, held by a host that hangs, all dead names are stored all the same."""
    release = threading.Event()

    async def hang(line: Any) -> None:
        await asyncio.to_thread(release.wait, 15)

    hanging = rig.serve({"*": hang}, context=rig.authority.context(["h0.example"]))
    frontier = MemoryFrontier(["h0.example", *(f"dead{n}.example" for n in range(20))])
    settings = rig.settings({"h0.example": hanging}, concurrency=1, request_seconds=15)
    stored = frontier.store

    def store(checks: list[Check]) -> None:
        stored(checks)
        if len(frontier.checks) >= 20:
            release.set()

    frontier.store = store  # type: ignore[method-assign]

    async def dead(self: Any, hostname: Hostname) -> Any:
        raise FetchError(Outcome.DNS_FAILED, "the name does not exist")

    monkeypatch.setattr("crawler.resolver.Resolver.addresses", dead)
    # ahead of the slots twice their number is leased; dead names must not wait for the slot
    rig.run(crawl(settings, lambda: frontier, Watcher()))

    assert {Outcome.DNS_FAILED: 20, Outcome.REFUSED: 1} == frontier.outcomes
    assert frontier.checks[-1].hostname == "h0.example"


def test_hostile_hosts_do_not_keep_the_good_from_being_checked(rig: Any, documents: Any) -> None:
    """Every scenario in one crawl, one good host among them (SECURITY RES-09)."""

    async def endless(line: Any) -> None:
        await line.send(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            await line.send(b"x" * 65536)

    async def silence(line: Any) -> None:
        await asyncio.sleep(3600)

    def alone(name: str, answers: Any, **options: Any) -> Any:
        return rig.serve(answers, context=rig.authority.context([name], **options))

    good = documents.ordinary()
    good["/.well-known/nodeinfo"] = documents.discovery(("2.0", "/nodeinfo/2.0"))
    hosts = {
        "good.example": (alone("good.example", good), Outcome.OK),
        "endless.example": (
            alone("endless.example", {"/.well-known/nodeinfo": endless}),
            Outcome.TOO_LARGE,
        ),
        "silent.example": (alone("silent.example", {"*": silence}), Outcome.TIMED_OUT),
        "expired.example": (alone("expired.example", good, is_expired=True), Outcome.TLS_FAILED),
        "garbage.example": (
            alone("garbage.example", {"*": rig.reply(raw=b"\0" * 99)}),
            Outcome.BAD_HTTP,
        ),
        "closing.example": (alone("closing.example", {"*": rig.reply(raw=b"")}), Outcome.REFUSED),
    }
    frontier = MemoryFrontier(hosts)
    settings = rig.settings(
        {name: served for name, (served, _) in hosts.items()}, concurrency=3, request_seconds=0.5
    )

    problems = rig.run(crawl(settings, lambda: frontier, Watcher()))

    assert [] == problems
    assert {name: outcome for name, (_, outcome) in hosts.items()} == {
        check.hostname: check.outcome for check in frontier.checks
    }


# --- faults of ours ----------------------------------------------------------------------------------


def test_a_fault_of_ours_loses_one_check_and_is_reported(
    rig: Any, fediverse: Any, monkeypatch: Any, caplog: Any
) -> None:
    """The crawl goes on; the host stays leased and is due again."""
    from crawler import handler

    sound = handler.check

    async def broken(hostname: Hostname, *args: Any, **kwargs: Any) -> Check:
        if hostname == "h3.example":
            raise KeyError("a fault of ours")
        return await sound(hostname, *args, **kwargs)

    monkeypatch.setattr(handler, "check", broken)
    frontier = MemoryFrontier(_names(10))

    problems = _crawl(rig, fediverse, frontier)

    assert ["1 check failed by a fault of Herdbook itself"] == problems
    assert 9 == len(frontier.checks)
    assert {"h3.example"} == frontier.leased
    assert "a fault of ours" in caplog.text


def test_a_fault_while_finding_an_address_loses_one_check(
    rig: Any, fediverse: Any, monkeypatch: Any
) -> None:
    """Nobody waits for it for ever."""
    from crawler.client import Client

    sound = Client.locate

    async def broken(self: Any, hostname: Hostname) -> Any:
        if hostname == "h3.example":
            raise KeyError("a fault of ours")
        return await sound(self, hostname)

    monkeypatch.setattr(Client, "locate", broken)
    frontier = MemoryFrontier(_names(10))

    problems = _crawl(rig, fediverse, frontier)

    assert ["1 check failed by a fault of Herdbook itself"] == problems
    assert 9 == len(frontier.checks)


@pytest.mark.parametrize("fails_at", [1, 20])
def test_a_store_that_breaks_ends_the_crawl_and_is_raised(
    rig: Any, fediverse: Any, fails_at: int
) -> None:
    """Nothing is asked whose answer could not be kept."""
    frontier = MemoryFrontier(_names(50))
    frontier.fails_at = fails_at

    with pytest.raises(RuntimeError, match="the disk is full"):
        _crawl(rig, fediverse, frontier)


def test_a_frontier_that_cannot_lease_ends_the_crawl_and_is_raised(
    rig: Any, fediverse: Any
) -> None:
    """The census says what happened instead of finding nobody due."""
    frontier = MemoryFrontier(_names(5))

    def lease(count: int) -> list[Due]:
        raise RuntimeError("the table is gone")

    frontier.lease = lease  # type: ignore[method-assign]

    with pytest.raises(RuntimeError, match="the table is gone"):
        _crawl(rig, fediverse, frontier)

    assert "failed" == frontier.reason


def test_a_frontier_that_cannot_be_opened_is_raised(rig: Any, fediverse: Any) -> None:
    """Another crawl holds the file."""

    def opens() -> Any:
        raise RuntimeError("it is locked")

    with pytest.raises(RuntimeError, match="it is locked"):
        rig.run(crawl(rig.settings(fediverse), opens, Watcher()))


# --- publishing --------------------------------------------------------------------------------------


def test_a_crawl_publishes_on_its_way(rig: Any, fediverse: Any) -> None:
    """As often as it was told."""
    frontier = MemoryFrontier(_names(60))

    _crawl(rig, fediverse, frontier, publish_every_seconds=0, limits={"concurrency": 2})

    assert frontier.published >= 1


def test_a_publish_that_may_fail_does_not_end_the_crawl(rig: Any, fediverse: Any) -> None:
    """Readers keep what they have; the operator is told."""
    frontier = MemoryFrontier(_names(60))
    frontier.publish_fails = ValueError("a floor is not met")

    problems = _crawl(
        rig, fediverse, frontier, publish_every_seconds=0, passing_errors=(ValueError,)
    )

    assert 60 == len(frontier.checks)
    assert {"a floor is not met"} == set(problems)


# --- the desk ----------------------------------------------------------------------------------------


def test_a_desk_stores_in_batches_and_the_rest_when_it_closes(rig: Any, monkeypatch: Any) -> None:
    """Fast checks share a transaction; none is left behind."""
    monkeypatch.setattr(storing, "BATCH_CHECKS", 10)
    frontier = MemoryFrontier([])

    async def fill() -> Desk:
        desk = Desk(lambda: frontier)
        await desk.open()
        for n in range(25):
            await desk.put(_check_of(f"h{n}.example"))
        await desk.close("finished")
        return desk

    desk = rig.run(fill())

    assert (25, 0) == (desk.stored_count, desk.unstored_count)
    assert 25 == sum(frontier.batches)
    assert max(frontier.batches) <= 20


def _check_of(name: str) -> Check:
    from datetime import UTC, datetime

    return Check(
        hostname=Hostname.parse(name),
        started_at=datetime(2026, 11, 20, tzinfo=UTC),
        seconds=0.0,
        outcome=Outcome.OK,
    )


# --- the end -----------------------------------------------------------------------------------------


def test_a_crawl_ends_when_its_time_is_over(rig: Any, documents: Any) -> None:
    """What is underway has a moment, then it is dropped and due again."""

    async def silence(line: Any) -> None:
        await asyncio.sleep(3600)

    served = rig.serve({"*": silence}, context=rig.authority.context(_names(60)))
    frontier = MemoryFrontier(_names(50))

    problems = _crawl(
        rig, served, frontier, seconds=0.3, limits={"request_seconds": 60, "stop_seconds": 0.2}
    )

    assert ([], "time", []) == (problems, frontier.reason, frontier.checks)
    assert frontier.leased_count() > 0


def test_what_was_checked_before_the_end_is_stored(
    rig: Any, fediverse: Any, documents: Any
) -> None:
    """Stopping loses nothing that was acknowledged."""

    async def silence(line: Any) -> None:
        await asyncio.sleep(3600)

    silent = rig.serve({"*": silence}, context=rig.authority.context(["silent.example"]))
    frontier = MemoryFrontier([*_names(5), "silent.example"])
    settings = rig.settings(
        {"silent.example": silent, "*": fediverse}, request_seconds=60, stop_seconds=0.2
    )

    rig.run(crawl(settings, lambda: frontier, Watcher(), seconds=1.5))

    assert set(_names(5)) == {check.hostname for check in frontier.checks}
    assert ("time", {"silent.example"}) == (frontier.reason, frontier.leased)


_CRAWL_IN_A_PROCESS = """
import asyncio, os, pickle, sys
from pathlib import Path
sys.path.insert(0, {tests!r})
import importlib.util
spec = importlib.util.spec_from_file_location("rigged", {module!r})
rigged = importlib.util.module_from_spec(spec)
spec.loader.exec_module(rigged)
from crawler.crawl import crawl, quiet_logs, wear_belt
from crawler.settings import Settings
from dataclasses import replace

limits = replace(
    Settings.from_environment(
        {{}},
        connect_to=["*:443:127.0.0.1:{port}"],
        ca_file=Path({ca_file!r}),
        allow_address=["127.0.0.0/8"],
        concurrency=5,
    ),
    request_seconds=60,
    stop_seconds=0.5,
)
wear_belt(limits)
quiet_logs()
frontier = rigged.MemoryFrontier(rigged._names(50))
problems = asyncio.run(crawl(limits, lambda: frontier, rigged.Watcher()))
print(frontier.reason, len(frontier.checks), problems)
"""


def _process(rig: Any, served: Any) -> subprocess.Popen[str]:
    code = _CRAWL_IN_A_PROCESS.format(
        tests=str(Path(__file__).parent),
        module=__file__,
        port=served.port,
        ca_file=str(rig.ca_file),
    )
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_crawl_in_good_order(rig: Any, number: signal.Signals) -> None:
    """Within the time it has to stop, though every host hangs; the reason is kept, the exit is clean."""
    begun = threading.Event()

    async def silence(line: Any) -> None:
        begun.set()
        await asyncio.sleep(3600)

    served = rig.serve({"*": silence}, context=rig.authority.context(_names(60)))
    process = _process(rig, served)
    try:
        assert begun.wait(30), process.communicate(timeout=5)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()

    assert ("stopped 0 []", "", 0) == (out.strip(), err, process.returncode)


def test_nothing_listens_while_a_crawl_runs(rig: Any) -> None:
    """No console, no remote control: the process has no listening socket."""
    begun = threading.Event()

    async def silence(line: Any) -> None:
        begun.set()
        await asyncio.sleep(3600)

    served = rig.serve({"*": silence}, context=rig.authority.context(_names(60)))
    process = _process(rig, served)
    try:
        assert begun.wait(30), process.communicate(timeout=5)
        listening = _listening(process.pid)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    finally:
        process.kill()

    assert [] == listening


def _listening(pid: int) -> list[str]:
    """Sockets of a process in the state LISTEN, by their inodes."""
    held = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        try:
            held.add(os.readlink(link))
        except OSError:
            continue
    found = []
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and f"socket:[{fields[9]}]" in held:
                found.append(fields[1])
    return found


# --- Scrapy as it really is --------------------------------------------------------------------------


@pytest.fixture
def applied() -> Crawler:
    """A crawler with the settings that Scrapy made of ours."""
    crawler = Crawler(Census, scrapy_settings(Settings()))
    crawler._apply_settings()
    return crawler


def test_scrapy_has_one_way_out(applied: Crawler) -> None:
    """Our handler for https; for every other scheme there is none."""
    handlers = dict(applied.settings.getwithbase("DOWNLOAD_HANDLERS"))

    assert {"https": "crawler.handler.CheckHandler"} == {
        scheme: path for scheme, path in handlers.items() if path is not None
    }


@pytest.mark.parametrize(
    "name", ["DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES", "EXTENSIONS", "FEEDS", "ADDONS"]
)
def test_scrapy_has_none_of_its_own_manners(applied: Crawler, name: str) -> None:
    """No redirects, retries, cookies, referers, proxies, consoles or feeds are switched on."""
    held = (
        applied.settings.getwithbase(name)
        if f"{name}_BASE" in applied.settings
        else applied.settings[name]
    )

    assert {} == dict(held)


def test_scrapy_has_no_extension_at_work(applied: Crawler) -> None:
    """None was built."""
    assert () == tuple(applied.extensions.middlewares)


def test_every_setting_is_one_that_scrapy_knows() -> None:
    """A renamed setting would otherwise do nothing, silently."""
    from scrapy.settings import default_settings

    unknown = [name for name in scrapy_settings(Settings()) if not hasattr(default_settings, name)]

    assert [] == unknown
