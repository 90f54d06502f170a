"""Runs the replica until it is told to end, and says where it is and how to crawl it."""

import asyncio
import csv
import io
import json
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from crawler.exceptions import ReplicaError
from crawler.replica.server import ADDRESS, Replica
from crawler.replica.world import World


def run(
    *, servers: int, seed: int, port: int | None, data: Path, day: int = 0, liars: float = 0.0
) -> None:
    """Serve a replica until SIGTERM or SIGINT; at each SIGHUP a day passes. Raises `ReplicaError`."""
    try:
        world = World(servers, seed, day, liars)
    except ValueError as error:
        raise ReplicaError(str(error)) from None
    asyncio.run(_serve(world, port or 0, data.absolute()))


async def _serve(world: World, port: int, data: Path) -> None:
    # before the work begins: whoever started us may have changed their mind already
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped.set)
    replica = Replica(world)
    await replica.start(port)
    place = data / "replica"
    rig = place / "rig"
    try:
        note = write_rig(replica, rig)
    except OSError as error:
        await replica.stop()
        raise ReplicaError(
            f"{rig} cannot be written ({error.strerror}): set HERDBOOK_DATA to a folder that can"
        ) from None
    try:
        # before anybody can have read that it may be sent
        loop.add_signal_handler(signal.SIGHUP, _pass_a_day, replica, rig)
        sys.stdout.write(_greeting(replica, place))
        sys.stdout.flush()
        await stopped.wait()
    finally:
        loop.remove_signal_handler(signal.SIGHUP)
        note.unlink(missing_ok=True)
        await replica.stop()


def _pass_a_day(replica: Replica, rig: Path) -> None:
    """Begin the next day, and say so on one line once the rig's note says it too."""
    replica.turn(replica.world.on(replica.world.day + 1))
    write_rig(replica, rig)
    sys.stdout.write(f"Day {replica.world.day}.\n")
    sys.stdout.flush()


def write_rig(replica: Replica, rig: Path) -> Path:
    """Write what a crawl needs, and last the note that says so; the note is there whole or not at all."""
    authority = replica.authority.write(rig)
    seeds = rig / "seeds.csv"
    seeds.write_text(_seeds(replica.world), encoding="utf-8")
    note = rig / "rig.json"
    told = {
        "address": ADDRESS,
        "port": replica.port,
        "ca_file": str(authority),
        "seeds_file": str(seeds),
        "servers": replica.world.size,
        "seed": replica.world.seed,
        "day": replica.world.day,
        "liars": replica.world.liars,
        "pid": os.getpid(),
    }
    aside = note.with_suffix(".json.new")
    aside.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    os.replace(aside, note)
    return note


def _seeds(world: World) -> str:
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["hostname", "software", "source", "added_on"])
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    for server in world.seeds:
        rows.writerow([server.hostname, server.software.name, "replica", today])
    return text.getvalue()


def _greeting(replica: Replica, place: Path) -> str:
    world = replica.world
    rig = place / "rig"
    return (
        f"A replica of {world.size:,} servers and {len(world.neighbours):,} bad neighbours "
        f"(seed {world.seed}, day {world.day}) is at {ADDRESS}:{replica.port}. Crawl it with:\n\n"
        f"  HERDBOOK_DATA={place} herdbook crawl \\\n"
        f"    --connect-to '*:443:{ADDRESS}:{replica.port}' --allow-address 127.0.0.0/8 \\\n"
        f"    --ca-file {rig / 'ca.pem'} --seeds {rig / 'seeds.csv'}\n\n"
        "Ctrl-C ends it; SIGHUP lets a day pass.\n"
    )
