"""HTTP/1.1 as far as a crawler uses it: requests read from bytes, responses written to bytes. Pure."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from http import HTTPStatus
from urllib.parse import parse_qsl

import orjson

MOST_HEAD_BYTES = 16 * 1024
"""A request head longer than this is no crawler's."""
MOST_BODY_BYTES = 64 * 1024
"""The longest POST a crawler sends is a page of Misskey's, under 200 bytes."""

_REASONS = {status.value: status.phrase for status in HTTPStatus}


class MessageError(ValueError):
    """Raised when bytes are no request we answer, by `parse_head`."""


class Fate(StrEnum):
    """What becomes of a response on its way."""

    WHOLE = "whole"
    """Sent as it is."""
    CUT = "cut"
    """The connection is closed after two thirds of the promised body."""
    DRIPPING = "dripping"
    """Its head, then a byte from time to time, never all of it."""
    NEVER = "never"
    """Nothing is sent, and the connection stays open."""
    CLOSED = "closed"
    """Nothing is sent, and the connection is closed."""
    HEADLESS = "headless"
    """The body alone is sent, and the connection is closed: that is no HTTP."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request."""

    method: str
    """Upper case."""
    path: str
    """Without the query."""
    query: str
    """Without the question mark; empty where there is none."""
    headers: dict[str, str]
    """Names in lower case; of two the last counts."""
    body: bytes = b""
    """What was posted."""

    @property
    def hostname(self) -> str:
        """The server that is meant, without its port."""
        return self.headers.get("host", "").partition(":")[0].lower()

    @property
    def parameters(self) -> dict[str, str]:
        """The query's values; of two the last counts."""
        return dict(parse_qsl(self.query, keep_blank_values=True))

    @property
    def document(self) -> dict[str, object]:
        """The posted JSON object; empty where there is none."""
        try:
            value = orjson.loads(self.body)
        except orjson.JSONDecodeError:
            return {}
        return value if isinstance(value, dict) else {}

    def with_body(self, body: bytes) -> "Request":
        """The same with what was posted."""
        return replace(self, body=body)

    @property
    def is_kept_alive(self) -> bool:
        """Whether more requests may follow on the connection."""
        return self.headers.get("connection", "").lower() != "close"

    @property
    def body_bytes(self) -> int:
        """How long its body is. Raises `MessageError`."""
        text = self.headers.get("content-length", "0")
        if not text.isdigit() or int(text) > MOST_BODY_BYTES:
            raise MessageError(f"a body of {text:.20} bytes is not read here")
        return int(text)


@dataclass(frozen=True, slots=True)
class Response:
    """One response."""

    status: int = 200
    """HTTP status."""
    body: bytes = b""
    """Not encoded."""
    content_type: str = "application/json; charset=utf-8"
    """Empty = none is sent."""
    headers: dict[str, str] = field(default_factory=dict)
    """Besides the content's type and length."""
    fate: Fate = Fate.WHOLE
    """What becomes of it on its way."""

    def head(self, *, is_kept_alive: bool) -> bytes:
        """The status line and the headers, up to the empty line."""
        lines = [f"HTTP/1.1 {self.status} {_REASONS.get(self.status, 'Unknown')}"]
        if self.content_type:
            lines.append(f"content-type: {self.content_type}")
        lines.append(f"content-length: {len(self.body)}")
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        if not is_kept_alive:
            lines.append("connection: close")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


def json_response(value: object, status: int = 200, **headers: str) -> Response:
    """A JSON document; header names are given with underscores."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Response(status=status, body=orjson.dumps(value), headers=named)


def page(text: str, status: int = 200, **headers: str) -> Response:
    """An HTML page; header names are given with underscores."""
    return Response(
        status=status,
        body=text.encode(),
        content_type="text/html; charset=utf-8",
        headers={name.replace("_", "-"): value for name, value in headers.items()},
    )


def parse_head(head: bytes) -> Request:
    """Read a request's head, without the empty line. Raises `MessageError`."""
    lines = head.decode("latin-1").split("\r\n")
    try:
        method, target, version = lines[0].split(" ")
    except ValueError:
        raise MessageError(f"{lines[0]!r:.80} is no request line") from None
    if not target.startswith("/") or version != "HTTP/1.1":
        raise MessageError(f"{lines[0]!r:.80} is no request we answer")
    headers = {}
    for line in lines[1:]:
        name, colon, value = line.partition(":")
        if not colon:
            raise MessageError(f"{line!r:.80} is no header")
        headers[name.lower()] = value.strip()
    path, _, query = target.partition("?")
    return Request(method=method, path=path, query=query, headers=headers)
