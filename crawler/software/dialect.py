"""What families have in common: software that speaks Mastodon's client API, and software that only has NodeInfo.

No family itself. Numbers of an API are taken only where they mean something, and never where NodeInfo withholds
them: an API that answers 0 for a withheld number would make nobody of everybody (SURVEY §11).
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from crawler.conversation import Answer, Ask, Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import Json, document, mapping
from crawler.peers import flat_peers, no_list
from crawler.records import Instance, PeerKind, PeerList, PeerListState, Registration
from crawler.software.mastodon import PEERS, V1, instance_v1

NODEINFO = "/.well-known/nodeinfo"
"""The endpoint of what NodeInfo alone said."""

NUMBERS = (
    "users_total", "users_active_month", "users_active_halfyear", "users_active_week", "local_posts",
    "local_comments", "domains_known",
)  # fmt: skip
"""Fields of an `Instance` that count."""

_LISTS = ("languages", "rules")

T = TypeVar("T")


# --- asking -----------------------------------------------------------------------------------------


def ask(
    path: str,
    read: Callable[[bytes], T],
    notes: list[str],
    purpose: str = "how it describes itself",
) -> Generator[Ask, Answer, T | None]:
    """Ask for one document; `None`, with a note, where what came was not understood."""
    answer = yield Ask(path=path, purpose=purpose)
    if not answer.is_ok:
        return None
    try:
        return read(answer.body)
    except ExtractError as error:
        notes.append(f"{path} was not understood: {error.detail}.")
        return None


def ask_v1(
    known: Known,
    notes: list[str],
    sign_up: str | None = None,
    *,
    read: Callable[[bytes], Instance] | None = None,
    constants: Sequence[str] = (),
    otherwise: Registration | None = None,
) -> Generator[Ask, Answer, Instance | None]:
    """Ask `/api/v1/instance` where it is due.

    `read`: the software's own way to read it. `constants`: fields that this software makes up. `otherwise`: what
    NodeInfo alone says of registration, for a server whose API does not answer.
    """
    if not known.wants.instance:
        return None
    read = read or (lambda body: instance_v1(body, sign_up=sign_up))
    instance = yield from ask(V1, read, notes)
    if instance is None:
        return None if otherwise is None else of_nodeinfo(known, otherwise, sign_up)
    return _without_constants(withheld(known, instance, notes), constants, notes)


def ask_peers(
    known: Known,
    *,
    hidden: Sequence[int] = (400, 401, 403),
    not_offered: Sequence[int] = (404, 405, 501),
    is_empty_hidden: bool = False,
) -> Generator[Ask, Answer, tuple[PeerList, ...]]:
    """Ask for the flat list of peers where it is due. A missing page is one that this version never had."""
    if not known.wants.peers:
        return ()
    answer = yield Ask(path=PEERS, purpose="which servers it is aware of", keeps_body=False)
    return (
        flat_peers(
            answer,
            PEERS,
            known.hostname,
            hidden=hidden,
            not_offered=not_offered,
            is_empty_hidden=is_empty_hidden,
        ),
    )


def no_peers(known: Known) -> tuple[PeerList, ...]:
    """What is said where peers are due and the software has no list of them."""
    if not known.wants.peers:
        return ()
    kind, state = PeerKind.KNOWS, PeerListState.NOT_OFFERED
    return (no_list("", kind, state, "this software has no list of peers"),)


# --- NodeInfo alone ---------------------------------------------------------------------------------


def metadata(known: Known) -> Json:
    """The `metadata` of the NodeInfo document, empty where there is none."""
    try:
        return mapping(document(known.nodeinfo_body).get("metadata"))
    except ExtractError:
        return {}


def of_nodeinfo(
    known: Known, registration: Registration, sign_up: str | None = None
) -> Instance | None:
    """What NodeInfo says, as the software's own words. Its numbers stay where they are said."""
    if not known.wants.instance:
        return None
    return Instance(
        endpoint=NODEINFO,
        title=known.nodeinfo.name,
        description=known.nodeinfo.description,
        registration=registration,
        registration_path=sign_up,
        languages=known.nodeinfo.languages,
    )


def silent(known: Known, instance: Instance | None, notes: Sequence[str] = ()) -> Talk:
    """A conversation in which nothing is asked, for software without a list of peers."""
    return Told(instance=instance, peer_lists=no_peers(known), notes=tuple(notes))
    yield  # never reached: it makes this a conversation


def open_or_closed(known: Known) -> Registration:
    """For software whose `openRegistrations` says whether anybody may sign up at all."""
    states = {True: Registration.OPEN, False: Registration.CLOSED, None: Registration.UNKNOWN}
    return states[known.nodeinfo.is_open_registrations]


def open_or_unsaid(known: Known) -> Registration:
    """For software whose `openRegistrations: false` stands for closed, invitation and approval alike."""
    is_open = known.nodeinfo.is_open_registrations
    return Registration.OPEN if is_open else Registration.UNKNOWN


# --- numbers ----------------------------------------------------------------------------------------


def without(instance: Instance, fields: Sequence[str]) -> Instance:
    """The instance with these fields not said."""
    unsaid: dict[str, Any] = {field: () if field in _LISTS else None for field in fields}
    return replace(instance, **unsaid)


def _without_constants(instance: Instance, constants: Sequence[str], notes: list[str]) -> Instance:
    made_up = [
        name for name in constants if name in NUMBERS and getattr(instance, name) is not None
    ]
    if made_up:
        notes.append(f"Not taken, because this software makes them up: {', '.join(made_up)}.")
    return without(instance, constants)


def withheld(known: Known, instance: Instance, notes: list[str]) -> Instance:
    """The instance without its numbers, where NodeInfo withholds them on purpose."""
    if not known.nodeinfo.is_statistics_hidden:
        return instance
    notes.append("Its NodeInfo withholds its numbers, so those of its API were not taken either.")
    return without(instance, NUMBERS)
