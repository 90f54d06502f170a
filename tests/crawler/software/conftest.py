"""A family's conversation without a socket: its questions are answered from a table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import orjson
import pytest

from crawler.conversation import Answer, Ask, Known, Told, Wants
from crawler.fields import document
from crawler.hostname import Hostname
from crawler.nodeinfo import nodeinfo
from crawler.outcome import Outcome
from crawler.records import NodeInfo
from crawler.registry import family_of

Replies = Mapping[str, object] | Callable[[Ask], object]
"""By path and query: an `Answer`, bytes, or a value to be sent as JSON; what is missing answers 404."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A conversation that came to its end."""

    told: Told
    asked: tuple[Ask, ...]

    @property
    def paths(self) -> list[str]:
        """What was asked, in order."""
        return [ask.path for ask in self.asked]


Hold = Callable[..., Held]


@pytest.fixture(scope="session")
def hold() -> Hold:
    """Hold the conversation that a software's family begins.

    `hold("misskey", {"/api/meta": {...}}, nodeinfo_body=b"...", wants=Wants(), hostname="one.example",
    today="2026-11-20", most_asks=60)`.
    """
    return _hold


def _hold(
    software: str,
    replies: Replies,
    *,
    nodeinfo_body: bytes = b"",
    version: str | None = None,
    wants: Wants | None = None,
    hostname: str = "one.example",
    today: str = "2026-11-20",
    most_asks: int = 500,
) -> Held:
    told_of = (
        nodeinfo(nodeinfo_body)
        if nodeinfo_body and document(nodeinfo_body)
        else NodeInfo(schema_version="2.0", software_name=software, software_version=version)
    )
    known = Known(
        hostname=Hostname.parse(hostname),
        nodeinfo=told_of,
        nodeinfo_body=nodeinfo_body,
        wants=wants or Wants(),
        today=today,
    )
    talk = family_of(software).talk(known)
    asked: list[Ask] = []
    try:
        ask = next(talk)
        while True:
            asked.append(ask)
            if len(asked) > most_asks:
                answer = Answer(
                    fault=Outcome.BUDGET_SPENT, detail="the check has used up its requests"
                )
            else:
                answer = _answer(replies(ask) if callable(replies) else replies.get(ask.path))
            ask = talk.send(answer)
    except StopIteration as end:
        return Held(told=end.value, asked=tuple(asked))


def _answer(reply: object) -> Answer:
    if reply is None:
        return Answer(status=404, body=b'{"error":"Not Found"}', content_type="application/json")
    if isinstance(reply, Answer):
        return reply
    body = reply if isinstance(reply, bytes) else orjson.dumps(reply)
    return Answer(status=200, body=body, content_type="application/json")
