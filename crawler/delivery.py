"""Handing over what happened to addresses that an operator listed, through the client that asks servers.

The same address guard, certificates and limits hold: an address on the list may be mistaken, or its name be
led elsewhere later. Nothing is followed and nothing is tried twice; whoever sent the letters does that.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from urllib.parse import urlsplit

import orjson

from crawler.client import Client
from crawler.exceptions import FetchError, SettingsError
from crawler.hostname import Hostname
from crawler.outcome import Outcome

AT_ONCE = 8
"""Letters under way at the same time: a slow address keeps none of the others waiting."""

_MOST_ANSWER_BYTES = 4_096
"""Of an answer, which nobody reads: its status is what counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """One POST."""

    url: str
    """`https://HOSTNAME/PATH`, port 443."""
    headers: Mapping[str, str]
    """Beside our own: content type, signature."""
    body: str
    """As it is sent, in UTF-8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of one letter."""

    outcome: Outcome
    """`ok`: a status of 2xx came."""
    detail: str
    """Why it is not, in words."""


def letters(text: bytes) -> list[Letter]:
    """Read letters as JSON has them. Raises `SettingsError`."""
    try:
        return [Letter(**told) for told in orjson.loads(text)]
    except (orjson.JSONDecodeError, TypeError) as error:
        raise SettingsError(f"these are no letters: {error!s:.200}") from None


def receipts_json(receipts: Sequence[Receipt]) -> bytes:
    """Receipts in the order of the letters."""
    return orjson.dumps([asdict(receipt) for receipt in receipts])


async def deliver(sent: Sequence[Letter], client: Client) -> list[Receipt]:
    """Hand every letter over once."""
    free = asyncio.Semaphore(AT_ONCE)

    async def one(letter: Letter) -> Receipt:
        async with free:
            return await _hand_over(letter, client)

    return await asyncio.gather(*map(one, sent))


async def _hand_over(letter: Letter, client: Client) -> Receipt:
    try:
        parts = urlsplit(letter.url)
        hostname = Hostname.parse(parts.hostname)
        async with client.visit(hostname, await client.locate(hostname)) as visit:
            answer = await visit.post(
                (parts.path or "/") + (f"?{parts.query}" if parts.query else ""),
                letter.body.encode(),
                headers=letter.headers,
                most_bytes=_MOST_ANSWER_BYTES,
            )
    except FetchError as error:
        return Receipt(outcome=error.outcome, detail=error.detail)
    except ValueError as error:
        return Receipt(outcome=Outcome.DNS_FAILED, detail=str(error))
    if 200 <= answer.status < 300:
        return Receipt(outcome=Outcome.OK, detail="")
    return Receipt(outcome=Outcome.HTTP_ERROR, detail=f"answers {answer.status}")
