"""Vernissage: an `/api/v1/instance` of its own spelling, which tells all ways to sign up.

Source: VernissageApp/VernissageServer Sources/VernissageServer/Controllers/{Instance,NodeInfo}Controller.swift. The number
of domains it knows is a constant there; it has no list of peers.
"""

from crawler.conversation import Known, Talk, Told
from crawler.exceptions import ExtractError
from crawler.fields import (
    Json,
    at,
    boolean,
    count,
    document,
    https_url,
    languages,
    sequence,
    unread,
)
from crawler.outcome import Outcome
from crawler.records import Instance, Registration
from crawler.software.dialect import ask_v1, no_peers, open_or_unsaid
from crawler.software.mastodon import V1, claimed_hostname, identity_aliases
from crawler.text import plain

NAMES = ("vernissage",)
QUESTIONS = (V1,)
MEANINGFUL = (
    "users_total",
    "users_active_month",
    "users_active_halfyear",
    "local_posts",
    "local_comments",
)

_SIGN_UP = "/register"
_WAYS = (
    ("registrationOpened", Registration.OPEN),
    ("registrationByApprovalOpened", Registration.APPROVAL),
    ("registrationByInvitationsOpened", Registration.INVITE),
)
"""The easiest way first: several may be open at once."""
_KEYS = (
    "uri", "title", "description", "longDescription", "email", "version", "thumbnail", "languages", "rules",
    "registrationOpened", "registrationByApprovalOpened", "registrationByInvitationsOpened", "configuration", "stats",
    "contact",
)  # fmt: skip


def talk(known: Known) -> Talk:
    """Ask for the instance; there are no peers to ask for."""
    notes: list[str] = []
    instance = yield from ask_v1(
        known, notes, _SIGN_UP, read=_instance, otherwise=open_or_unsaid(known)
    )
    return Told(
        instance=instance,
        peer_lists=no_peers(known),
        aliases=identity_aliases(known.hostname, instance),
        notes=tuple(notes),
    )


def _instance(body: bytes) -> Instance:
    """Read the instance; `email` and `contact` are personal and never read. Raises `ExtractError`."""
    value = document(body)
    if "title" not in value and "uri" not in value:
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no instance")
    rules = (plain(at(rule, "text"), 500) for rule in sequence(value.get("rules"))[:50])
    return Instance(
        endpoint=V1,
        identity=claimed_hostname(value.get("uri")),
        title=plain(value.get("title"), 200),
        description=plain(value.get("description"), 2000),
        version_raw=plain(value.get("version"), 128),
        registration=_registration(value),
        registration_path=_SIGN_UP,
        has_invites=boolean(value.get("registrationByInvitationsOpened")),
        languages=languages(value.get("languages")),
        rules=tuple(rule for rule in rules if rule),
        users_total=count(at(value, "stats", "userCount")),
        local_posts=count(at(value, "stats", "statusCount")),
        max_characters=count(at(value, "configuration", "statuses", "maxCharacters")),
        max_media=count(at(value, "configuration", "statuses", "maxMediaAttachments")),
        thumbnail_url=https_url(value.get("thumbnail")),
        unread_keys=unread(value, _KEYS),
    )


def _registration(value: Json) -> Registration:
    """The easiest way that is open; closed only where all three are said to be."""
    said = {state: boolean(value.get(key)) for key, state in _WAYS}
    is_open = next((state for state, is_on in said.items() if is_on), None)
    if is_open is not None:
        return is_open
    is_closed = all(is_on is False for is_on in said.values())
    return Registration.CLOSED if is_closed else Registration.UNKNOWN
