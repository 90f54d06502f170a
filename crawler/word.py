"""A server's own word on whether it wants to be here: a DNS record of its name, or a file on it.

Who can write either has the server in hand, so no account and no mail are needed. The record is asked for
first, because looking it up asks the server nothing; the file only where no record says anything, and only
where robots.txt lets us.

`python -m crawler.word HOST` writes what it found as JSON.
"""

import argparse
import asyncio
import os
import sys
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import orjson

from crawler import guard as guards
from crawler.client import Client
from crawler.consent import FREE, ROBOTS, Consent, consent
from crawler.exceptions import CrawlerError, FetchError, RedirectedAway
from crawler.hostname import Hostname
from crawler.log import log_to_stderr
from crawler.outcome import Outcome
from crawler.settings import Settings

WORD_PATH = "/.well-known/herdbook.txt"
"""The file; its first line is the word."""
WORD_LABEL = "_herdbook"
"""Below the server's name, the record of type TXT whose text is the word."""

Says = Literal["opt-out", "opt-in"]
_WORDS: dict[str, Says] = {"opt-out": "opt-out", "opt-in": "opt-in"}
_MOST_BYTES = 4_096
"""Of the file: a word and whatever its admin notes below it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a server says of being here."""

    hostname: Hostname
    """Who was asked."""
    asked_at: datetime
    """When, UTC."""
    says: Says | None
    """`None` = neither place says anything that is meant for us."""
    place: str = ""
    """Where it stands: the record's name, or the file's address. Empty = nowhere."""
    notes: tuple[str, ...] = ()
    """What was found at each place that says nothing, one sentence each."""


async def ask_word(hostname: Hostname, client: Client) -> Word:
    """Read a server's word. A fault of the server becomes a note."""
    asked_at = datetime.now(UTC)
    notes: list[str] = []
    record, file = f"{WORD_LABEL}.{hostname}", f"https://{hostname}{WORD_PATH}"
    for place, ask in ((record, _record), (file, _file)):
        try:
            says, note = await ask(hostname, client)
        except FetchError as error:
            says, note = None, f"{error.detail[:200]}"
        if says is not None:
            return Word(
                hostname=hostname, asked_at=asked_at, says=says, place=place, notes=tuple(notes)
            )
        notes.append(f"{place}: {note}.")
    return Word(hostname=hostname, asked_at=asked_at, says=None, notes=tuple(notes))


async def _record(hostname: Hostname, client: Client) -> tuple[Says | None, str]:
    found = [says for text in await client.texts(hostname, WORD_LABEL) if (says := _read(text))]
    if len(set(found)) > 1:
        return None, "there are two records, and they contradict each other"
    return (found[0], "") if found else (None, "no record says opt-out or opt-in")


async def _file(hostname: Hostname, client: Client) -> tuple[Says | None, str]:
    async with client.visit(hostname, await client.locate(hostname)) as visit:
        limits = client.settings
        try:
            told = await visit.fetch(
                ROBOTS,
                accept="text/plain, */*;q=0.5",
                most_bytes=limits.most_robots_bytes,
                most_redirects=limits.most_robots_redirects,
                takes_prefix=True,
            )
            rules: Consent | None = consent(told.status, told.body)
        except RedirectedAway:
            rules = FREE
        if rules is None or not rules.allows(WORD_PATH):
            raise FetchError(Outcome.ROBOTS_DISALLOWED, "robots.txt does not let us read it")
        fetched = await visit.fetch(
            WORD_PATH, accept="text/plain", most_bytes=_MOST_BYTES, takes_prefix=True
        )
    if fetched.status != 200:
        return None, f"answers {fetched.status}"
    lines = fetched.body.decode("utf-8", "replace").removeprefix("\ufeff").splitlines()
    says = _read(lines[0]) if lines else None
    return says, "its first line is neither opt-out nor opt-in"


def _read(text: str) -> Says | None:
    return _WORDS.get(text.strip().lower())


def main(arguments: list[str] | None = None) -> int:
    """Read one server's word; by the exit code it tells whether it could."""
    parser = argparse.ArgumentParser(prog="python -m crawler.word")
    parser.add_argument("hostname", type=Hostname.parse)
    parser.add_argument("--resolver", metavar="ADDRESS:PORT", help="Ask this name server.")
    parser.add_argument("--connect-to", action="append", default=[])
    parser.add_argument("--allow-address", action="append", default=[])
    parser.add_argument("--ca-file", type=Path)
    parser.add_argument("--placeholder-contact", action="store_true")
    wishes = parser.parse_args(arguments)
    log_to_stderr()
    try:
        limits = Settings.from_environment(
            os.environ,
            connect_to=wishes.connect_to,
            ca_file=wishes.ca_file,
            allow_address=wishes.allow_address,
            resolver=wishes.resolver,
        )
        limits.want_contact(wishes.placeholder_contact)
        guard = guards.Guard(limits.allowed)
        guards.wear_belt(guard)
        guards.test_belt(guard)
        word = asyncio.run(_ask(wishes.hostname, limits))
    except (CrawlerError, OSError) as error:
        sys.stderr.write(f"herdbook: {error}\n")
        return 1
    sys.stdout.buffer.write(orjson.dumps(asdict(word)))
    sys.stdout.flush()
    return 0


async def _ask(hostname: Hostname, limits: Settings) -> Word:
    client = Client(limits)
    try:
        await client.self_test()
        return await ask_word(hostname, client)
    finally:
        await client.close()


if __name__ == "__main__":
    sys.exit(main())
