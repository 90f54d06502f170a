"""A family's conversation without a socket: its questions are answered from a table."""

import dataclasses
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

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


@pytest.fixture(scope="session")
def within_budget() -> Callable[..., Callable[[Ask], object]]:
    """Answer as the driver does once a budget is spent: after so many questions, or further pages.

    Nine questions are left of a check's twelve when a family begins to talk.
    """
    return _within_budget


def _within_budget(
    replies: Replies, *, questions: int = 9, pages: int = 40
) -> Callable[[Ask], object]:
    left = {False: questions, True: pages}

    def reply(ask: Ask) -> object:
        left[ask.is_page] -= 1
        if left[ask.is_page] < 0:
            return Answer(
                fault=Outcome.BUDGET_SPENT,
                detail="the check has used up its requests or its time",
            )
        return replies(ask) if callable(replies) else replies.get(ask.path)

    return reply


@pytest.fixture(scope="session")
def golden() -> Callable[[Path], tuple[object, object]]:
    """Hold the conversation of a folder: what is expected of it, and what came of it.

    `conversation.json` says who is asked and what it answers (by path, `POST ` before it where it is
    posted to; `{"status": …}` alone is a status without a body); `expected.json` what was understood.
    """
    return _golden


def _golden(folder: Path) -> tuple[object, object]:
    said = json.loads((folder / "conversation.json").read_text(encoding="utf-8"))
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))

    def reply(ask: Ask) -> object:
        value = said["replies"].get(f"POST {ask.path}" if ask.method == "POST" else ask.path)
        if isinstance(value, dict) and set(value) <= {"status", "answers"} and "status" in value:
            return Answer(status=value["status"], body=orjson.dumps(value.get("answers", {})))
        return value

    info = said.get("nodeinfo")
    held = _hold(
        said["software"],
        reply,
        nodeinfo_body=orjson.dumps(info) if info else b"",
        version=said.get("version"),
    )
    return expected, {
        "asked": [f"{ask.method} {ask.path}" for ask in held.asked],
        **json.loads(orjson.dumps(_spoken(held.told))),
    }


def _spoken(record: object) -> object:
    """A record as JSON holds it, without what was not said."""
    if dataclasses.is_dataclass(record):
        values = {field.name: getattr(record, field.name) for field in dataclasses.fields(record)}
        return {
            name: _spoken(value)
            for name, value in values.items()
            if value is not None and value not in ((), "", False)
        }
    if isinstance(record, tuple):
        return [_spoken(item) for item in record]
    return str(record) if isinstance(record, Hostname) else record
