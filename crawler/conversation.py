"""What a family says and hears: `Ask` out, `Answer` in, `Told` at the end. Pure.

A conversation is a generator. It yields one `Ask` at a time, is sent the `Answer`, and returns what it
was told; whoever drives it owns the socket, the budgets and the clock:

    def talk(known: Known) -> Talk:
        answer = yield Ask(path="/api/v2/instance")
        if answer.is_ok:
            return Told(instance=instance_v2(answer.body))
        return Told()
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Literal

from crawler.hostname import Hostname
from crawler.outcome import Outcome
from crawler.records import ActivityPoint, Alias, Instance, NodeInfo, PeerList


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question to the server that is being checked."""

    path: str
    """Path and query, beginning with `/`. The host is never a family's business."""
    method: Literal["GET", "POST"] = "GET"
    """POST only where the software reads public data by POST (Misskey)."""
    body: bytes | None = None
    """JSON to send with POST."""
    accept: str = "application/json"
    """GoToSocial and Pleroma answer 406 to anything else."""
    purpose: str = ""
    """What the answer is wanted for, in plain words, for the transcript an admin reads."""
    is_page: bool = False
    """Whether this is a further page of a list: paid from the budget of pages, not of questions."""
    keeps_body: bool = True
    """Whether the document is worth keeping (scrubbed). Peer lists are not: their edges are kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back. Exactly one of `status` and `fault` says how it ended."""

    status: int | None = None
    """HTTP status, `None` when no response came."""
    body: bytes = b""
    """The decoded body, at most the size limit."""
    content_type: str = ""
    """As sent; a hint only (SURVEY P11)."""
    fault: Outcome | None = None
    """Why no usable response came: a network fault, robots, or a spent budget. `None` = there is one."""
    detail: str = ""
    """Free text to `fault`."""

    @property
    def is_ok(self) -> bool:
        """A 2xx response with a body."""
        return (
            self.fault is None
            and self.status is not None
            and 200 <= self.status < 300
            and bool(self.body)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    """What this check is due for."""

    instance: bool = True
    """The family's own description of the server. False for a liveness check (NodeInfo only)."""
    peers: bool = True
    """Peer lists; weekly."""
    activity: bool = True
    """Weekly or daily activity; weekly."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of the server when its family begins to talk."""

    hostname: Hostname
    """Whom we ask."""
    nodeinfo: NodeInfo
    """The parsed NodeInfo document."""
    nodeinfo_body: bytes = b""
    """Its bytes, for families that keep more in `metadata` (Misskey, Pleroma, Friendica)."""
    wants: Wants = Wants()
    """What this check is due for."""
    today: str = ""
    """The day of the check in UTC, `YYYY-MM-DD`, to date activity buckets that only count backwards."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a family understood of the whole conversation."""

    instance: Instance | None = None
    """`None` = no family document was understood."""
    peer_lists: tuple[PeerList, ...] = ()
    """One per kind of edge asked for, hidden ones included."""
    activity: tuple[ActivityPoint, ...] = ()
    """The server's own account of its past."""
    aliases: tuple[Alias, ...] = ()
    """Other names of this server, each with its evidence."""
    is_opted_out: bool = False
    """Whether a flag in these documents asks not to be listed (SURVEY §10.2)."""
    notes: tuple[str, ...] = ()
    """What was ignored and why, one plain sentence each, for the transcript."""


Talk = Generator[Ask, Answer, Told]
"""A family's conversation."""
