"""What a check yields. The contract between the crawler and whoever stores its records.

Everywhere: `None` = the server did not say; `0` = it said zero. Counts are self-reported unless a field
says otherwise. Text is plain (no markup, no control characters) and capped. Raw tables are derived
from these classes; there is no second list of columns.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from crawler.hostname import Hostname
from crawler.outcome import Outcome


class Registration(StrEnum):
    """Who may sign up, in the five states of SURVEY §6."""

    OPEN = "open"
    """Anyone, at once."""
    APPROVAL = "approval"
    """Anyone may apply; a person decides."""
    INVITE = "invite"
    """With an invitation only."""
    CLOSED = "closed"
    """Nobody."""
    UNKNOWN = "unknown"
    """Not said, or said by a constant that means nothing."""


class PeerKind(StrEnum):
    """What the instance says of the peer. Never proof that the two talk."""

    KNOWS = "knows"
    """Has stored something about it (Mastodon: "Domains that this server is aware of")."""
    FOLLOWS = "follows"
    """Follows it as a whole server (PeerTube)."""
    FOLLOWED_BY = "followed_by"
    """Is followed by it as a whole server (PeerTube); relays: its subscribers."""
    ALLOWS = "allows"
    """Named on its allow list."""
    BLOCKS = "blocks"
    """Publicly limited by it; the severity is in `PeerDetail`."""
    DEAD = "dead"
    """Named as not answering any more (Mbin `/api/dead`)."""


class PeerListState(StrEnum):
    """What became of a list. Only `served` and `empty` may change known edges."""

    SERVED = "served"
    """A list with at least one entry came."""
    EMPTY = "empty"
    """An empty list came from software whose empty list means empty."""
    HIDDEN = "hidden"
    """The server keeps it to itself (one of the eight spellings of SURVEY §1.6)."""
    NOT_OFFERED = "not_offered"
    """This software, or this version, has no such list."""
    DUMMY = "dummy"
    """A constant in place of a list (Epicyon); it makes no edge."""
    FAILED = "failed"
    """Asked for, but no usable answer came."""
    DISALLOWED = "disallowed"
    """robots.txt keeps us from asking."""


class Liveness(StrEnum):
    """What the instance says of how it reaches the peer."""

    LIVE = "live"
    FAILING = "failing"
    SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """One NodeInfo document (1.0 to 2.2, x-nodeinfo2, statistics.json), leniently read."""

    schema_version: str | None
    """Schema of the document, as its `version` says; x-nodeinfo2 is `"x2"`, statistics.json `"s1"`."""
    software_name: str | None
    """Canonical: trimmed, lower case, aliases resolved (SURVEY P13)."""
    software_name_raw: str | None = None
    """`software.name` as sent, ≤ 64 characters."""
    software_version: str | None = None
    """`software.version` as text, ≤ 128 characters."""
    protocols: tuple[str, ...] = ()
    """Protocols named, inbound and outbound together (SURVEY P15)."""
    is_open_registrations: bool | None = None
    """`openRegistrations`: the instance says anyone may sign up. Approval counts as open in much software."""
    users_total: int | None = None
    """`usage.users.total`. This and the other counts of the document are kept as said, below zero too."""
    users_active_month: int | None = None
    """`usage.users.activeMonth`: signed in at least once in the last 30 days."""
    users_active_halfyear: int | None = None
    """`usage.users.activeHalfyear` (or `activeHalfYear`)."""
    users_active_week: int | None = None
    """`usage.users.activeWeek` (2.2, x-nodeinfo2)."""
    local_posts: int | None = None
    """`usage.localPosts`."""
    local_comments: int | None = None
    """`usage.localComments`."""
    name: str | None = None
    """`metadata.nodeName` or `instance.name`, ≤ 200 characters."""
    description: str | None = None
    """`metadata.nodeDescription` or `instance.description`, ≤ 2,000 characters."""
    languages: tuple[str, ...] = ()
    """`metadata.langs` / `metadata.languages` as BCP 47 codes."""
    base_hostname: Hostname | None = None
    """x-nodeinfo2 `server.baseUrl`, snac `metadata.baseURL`: the host the document says it describes."""
    is_statistics_hidden: bool = False
    """Whether the server withholds its numbers on purpose (`usage.users: {}`, hide_in_statistics …)."""
    is_opted_out: bool = False
    """Whether a flag in the document asks not to be listed (SURVEY §10.2); API-closed flags are not."""
    is_schema_valid: bool | None = None
    """Whether the strict schema would accept it; an attribute, never a gate. `None` = not judged."""
    unread_keys: tuple[str, ...] = ()
    """Top-level and metadata keys that nothing here reads, so that a new field is a count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """What the server's own API says of it."""

    endpoint: str
    """Path that answered, e.g. `/api/v2/instance`."""
    identity: Hostname | None = None
    """The name the server calls itself by (v2 `domain`, v1 `uri`, `actor_id`); may differ from whom we asked."""
    title: str | None = None
    """≤ 200 characters."""
    description: str | None = None
    """Plain text, ≤ 2,000 characters."""
    version_raw: str | None = None
    """Version as this API says it, e.g. `4.2.1 (compatible; …)`."""
    registration: Registration = Registration.UNKNOWN
    """In five states."""
    registration_path: str | None = None
    """Path of its sign-up page, built by us from what the software is, never taken from the document."""
    minimum_age: int | None = None
    """Years, where said."""
    is_reason_required: bool | None = None
    """Whether an application needs a written reason."""
    is_email_required: bool | None = None
    """Whether an e-mail address must be confirmed."""
    has_captcha: bool | None = None
    """Whether a captcha stands before sign-up."""
    has_invites: bool | None = None
    """Whether members can invite, whatever `registration` is."""
    languages: tuple[str, ...] = ()
    """Languages it says it is for, BCP 47."""
    languages_detected: tuple[str, ...] = ()
    """Languages found in its description by us, where it says none."""
    rules: tuple[str, ...] = ()
    """Its rules, plain text, ≤ 500 characters each, ≤ 50."""
    rules_languages: tuple[str, ...] = ()
    """Languages into which it translates each of these rules (keys of `rules[].translations`), BCP 47."""
    topics: tuple[str, ...] = ()
    """Structured topics only (PeerTube categories, NSFW flag as `nsfw`), lower case."""
    users_total: int | None = None
    """Local accounts as this API counts them."""
    users_active_month: int | None = None
    """As this API counts them."""
    users_active_halfyear: int | None = None
    """As this API counts them."""
    users_active_week: int | None = None
    """As this API counts them."""
    local_posts: int | None = None
    """Local posts, notes, statuses or videos, as this API counts them."""
    local_comments: int | None = None
    """Local comments, where counted apart."""
    domains_known: int | None = None
    """`stats.domain_count`: how many hosts it knows; a check on the length of its peer list."""
    max_characters: int | None = None
    """Longest post, in characters."""
    max_media: int | None = None
    """Most attachments of one post."""
    thumbnail_url: str | None = None
    """https only; stored as text, never shown as a remote image."""
    terms_path: str | None = None
    """Terms of service, path on the server itself."""
    privacy_path: str | None = None
    """Privacy policy, path on the server itself."""
    is_federating: bool | None = None
    """Whether it federates at all, where said."""
    unread_keys: tuple[str, ...] = ()
    """Keys of the document that nothing here reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerDetail:
    """What the server says of one peer, where its software says more than the name."""

    software_name: str | None = None
    """As the server knows it."""
    software_version: str | None = None
    """As the server knows it."""
    liveness: Liveness | None = None
    """How the server reaches it."""
    severity: str | None = None
    """Of a block: `suspend`, `silence`, `reject_media` …, as published."""
    following_count: int | None = None
    """Misskey: how many of the server's users' follows lead there."""
    followers_count: int | None = None
    """Misskey: how many follows come from there."""
    users_count: int | None = None
    """Accounts of the peer that the server has seen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerList:
    """One list of peers, or the reason why there is none."""

    endpoint: str
    """Path that was asked."""
    kind: PeerKind
    """What each entry means."""
    state: PeerListState
    """What became of the list."""
    hostnames: tuple[Hostname, ...] = ()
    """Distinct, parsed, without the server itself."""
    details: tuple[PeerDetail | None, ...] = ()
    """As long as `hostnames`, or empty where the software says nothing more."""
    received_count: int = 0
    """Entries received, before parsing and deduplication."""
    rejected_counts: tuple[tuple[str, int], ...] = ()
    """(reason, count) of entries that are no hostname, the server itself, or seen twice."""
    is_complete: bool = True
    """False when the list ended at a documented cap; then its absences mean nothing."""
    detail: str = ""
    """Why hidden, failed or incomplete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityPoint:
    """One dated stretch of the server's past, in its own words."""

    starts_on: date
    """First day, UTC, as far as the software tells."""
    days: int
    """Days summed: 1 (Misskey charts), 7 (Mastodon ≤ 3.4), 6 (Mastodon ≥ 3.5: one day of each week is lost)."""
    endpoint: str
    """Path that answered."""
    logins: int | None = None
    """Distinct users who signed in (never summed over stretches)."""
    statuses: int | None = None
    """Local posts made."""
    registrations: int | None = None
    """Accounts made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """Another name of the server that was checked."""

    hostname: Hostname
    """The other name."""
    evidence: str
    """`redirect`, `identity`, `host_meta`, `cross_host_document`, `base_url`, `account_domain`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One question and what came of it."""

    path: str
    """Path and query asked."""
    method: str
    """GET or POST."""
    purpose: str
    """What it was asked for."""
    status: int | None = None
    """HTTP status, `None` when no response came."""
    fault: Outcome | None = None
    """Why no usable response came."""
    detail: str = ""
    """Free text, capped at 200 characters."""
    seconds: float = 0.0
    """From asking to the last byte."""
    body_bytes: int = 0
    """Decoded size."""
    document: bytes | None = None
    """The JSON document without personal data, where worth keeping; else `None`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One attempt on one instance within a crawl, with one outcome."""

    hostname: Hostname
    """Whom we asked."""
    started_at: datetime
    """UTC."""
    seconds: float
    """How long the whole check took."""
    outcome: Outcome
    """How it ended."""
    detail: str = ""
    """Free text to the outcome, capped at 200 characters, never a verdict."""
    is_counting_refused: bool = False
    """Whether it asks not to be counted (robots, X-Robots-Tag, a flag): listed as such, with no numbers."""
    moved_to: Hostname | None = None
    """Where a permanent redirect leads: a claim for the frontier."""
    retry_after_seconds: int | None = None
    """How long it asked us to stay away, capped at 7 days. `None` = it did not."""
    aliases: tuple[Alias, ...] = ()
    """Other names of this server."""
    nodeinfo: NodeInfo | None = None
    """`None` = no NodeInfo was understood."""
    instance: Instance | None = None
    """`None` = no family document was understood, or none was due."""
    peer_lists: tuple[PeerList, ...] = ()
    """Empty = none was due."""
    activity: tuple[ActivityPoint, ...] = ()
    """Empty = none was due or none came."""
    exchanges: tuple[Exchange, ...] = ()
    """The whole conversation, in order."""
    notes: tuple[str, ...] = ()
    """What was ignored and why, one plain sentence each."""
    address: str | None = None
    """Where its name led. Looked up when the check is stored, never kept. `None` = it was not connected."""
