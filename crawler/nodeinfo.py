"""NodeInfo, leniently: discovery, documents 1.0 to 2.2, x-nodeinfo2 and statistics.json.

Schema validity is no gate: a third of what honest servers send is not valid (SURVEY §1.1). The rules P1 to
P23 are those of SURVEY §4. Nothing personal is read: no admin names, accounts or addresses.
Sources: jhass/nodeinfo PROTOCOL.md and schemas; jaywink/nodeinfo2; FEP-f1d5, FEP-0151, FEP-2677.
"""

import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from crawler.exceptions import ExtractError, HostnameError
from crawler.fields import (
    Json,
    at,
    boolean,
    document,
    flag,
    languages,
    mapping,
    said_number,
    sequence,
    unread,
    words,
)
from crawler.hostname import Hostname
from crawler.nodeinfo_schema import is_schema_valid
from crawler.outcome import Outcome
from crawler.records import NodeInfo
from crawler.text import plain

_REL = re.compile(r"\Ahttps?://nodeinfo\.diaspora\.software/ns/schema/(\d+\.\d+)[#/]?\Z")
VERSIONS = ("2.2", "2.1", "2.0", "1.1", "1.0")
"""Schemas we read, the best first (P5)."""

SHARED_DOCUMENT_HOSTS = frozenset({"public-api.wordpress.com"})
"""API hosts that serve one document per site, so that a foreign href is no alias (SURVEY §9.5)."""

_ALIASES = {
    "redmatrix": "hubzilla",
    "nextcloud social": "nextcloud",
    "iceshrimp.net": "iceshrimp.net",
    "castopod host": "castopod",
    "gnu social": "gnusocial",
    "gnu-social": "gnusocial",
    "microblog.pub": "microblogpub",
    "activity relay": "activity-relay",
    "activityrelay": "activity-relay",
    "bridgyfed": "bridgy-fed",
    "wordpress.com": "wordpress",
    "writeas": "writefreely",
}
"""Names that mean another canonical one (P13)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Where discovery says that a document is."""

    version: str
    """Schema version of the link's `rel`."""
    path: str
    """Path and query."""
    hostname: Hostname | None = None
    """The other host it is on; `None` = on the server itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """What `/.well-known/nodeinfo` said."""

    links: tuple[Link, ...] = ()
    """Best version first; empty = none that we can read."""
    is_document: bool = False
    """Whether the NodeInfo document itself stood there (P8)."""


def discovery(body: bytes, own: Hostname) -> Discovery:
    """Read `/.well-known/nodeinfo` of the host `own`. Raises `ExtractError`."""
    value = document(body)
    if "software" in value and "version" in value:
        return Discovery(is_document=True)
    if "links" not in value:
        raise ExtractError(
            Outcome.WRONG_SHAPE, "neither links nor a document at the well-known path"
        )
    links = [link for entry in _entries(value) if (link := _link(entry, own)) is not None]
    links.sort(key=lambda link: VERSIONS.index(link.version))
    return Discovery(links=tuple(dict.fromkeys(links)))


def _entries(value: Json) -> list[object]:
    """All that looks like a link: a list (P1: or one object), and siblings with rel and href (P2)."""
    links = value["links"]
    entries = list(links) if isinstance(links, list) else [links]
    entries += [side for key, side in value.items() if key != "links" and isinstance(side, dict)]
    nested = [
        side
        for entry in entries
        if isinstance(entry, dict)
        for side in entry.values()
        if isinstance(side, dict)
    ]
    return entries + nested


def _link(entry: object, own: Hostname) -> Link | None:
    rel, href = at(entry, "rel"), at(entry, "href")
    if not isinstance(rel, str) or not isinstance(href, str):
        return None
    known = _REL.match(rel.strip())
    if known is None or known[1] not in VERSIONS or len(href) > 2000:
        return None
    try:
        parts = urlsplit(urljoin(f"https://{own}/.well-known/nodeinfo", href.strip()))
        port = parts.port
    except ValueError:
        return None
    # http://host:443 is a mis-set https; plain http of the own host is asked over https (P6)
    if parts.scheme not in ("https", "http") or parts.username or port not in (None, 443, 80):
        return None
    try:
        hostname = Hostname.parse(parts.hostname or "")
    except HostnameError:
        return None
    path = quote(re.sub(r"\A/{2,}", "/", parts.path or "/"), safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return Link(version=known[1], path=path + query, hostname=None if hostname == own else hostname)


def nodeinfo(body: bytes) -> NodeInfo:
    """Read a NodeInfo document, 1.0 to 2.2. Raises `ExtractError`."""
    value = document(body)
    software = value.get("software")
    if not isinstance(software, dict):
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object without software")
    usage, metadata = mapping(value.get("usage")), mapping(value.get("metadata"))
    users = usage.get("users")
    described = mapping(value.get("instance"))
    return NodeInfo(
        schema_version=_version(value.get("version"), 16),
        software_name=canonical_name(software.get("name"), value),
        software_name_raw=plain(software.get("name"), 64),
        software_version=_version(software.get("version"), 128),
        protocols=_protocols(value.get("protocols")),
        is_open_registrations=boolean(value.get("openRegistrations")),
        users_total=said_number(at(users, "total")),
        users_active_month=said_number(at(users, "activeMonth")),
        users_active_halfyear=_first_count(
            at(users, "activeHalfyear"), at(users, "activeHalfYear")
        ),
        users_active_week=said_number(at(users, "activeWeek")),
        local_posts=said_number(usage.get("localPosts")),
        local_comments=said_number(usage.get("localComments")),
        name=_first_text(
            200, described.get("name"), metadata.get("nodeName"), metadata.get("siteName")
        ),
        description=_first_text(
            2000, described.get("description"), metadata.get("nodeDescription")
        ),
        languages=languages(_first_said(metadata.get("langs"), metadata.get("languages"))),
        base_hostname=_hostname(_first_said(metadata.get("baseURL"), metadata.get("rootUrl"))),
        is_statistics_hidden=_hides_statistics(value),
        is_opted_out=_opts_out(software.get("name"), metadata),
        is_schema_valid=is_schema_valid(value),
        unread_keys=unread(value, _TOP_KEYS) + unread(metadata, _METADATA_KEYS, "metadata."),
    )


_TOP_KEYS = ("version", "software", "protocols", "services", "openRegistrations", "usage", "metadata", "instance", "$schema")  # fmt: skip
_METADATA_KEYS = (
    "nodeName", "nodeDescription", "siteName", "langs", "languages", "baseURL", "rootUrl", "private",
    "hide_in_statistics", "federation", "peers", "features", "postFormats", "uploadLimits", "tosUrl",
    "privacyPolicyUrl", "inquiryUrl", "impressumUrl", "disableRegistration", "emailRequiredForSignup",
    "invitesEnabled", "accountActivationRequired", "maxNoteTextLength", "themeColor", "explicitContent",
    # personal, never read: admin names and accounts
    "nodeAdmins", "maintainer", "staffAccounts", "adminAccount", "privilegedStaff", "email",
)  # fmt: skip


def nodeinfo2(body: bytes) -> NodeInfo:
    """Read `/.well-known/x-nodeinfo2` (jaywink/nodeinfo2). Raises `ExtractError`.

    Its `version` is the software's in some servers (P23), so it is not looked at.
    """
    value = document(body)
    server = value.get("server")
    if not isinstance(server, dict):
        raise ExtractError(Outcome.WRONG_SHAPE, "an x-nodeinfo2 without server")
    usage = mapping(value.get("usage"))
    users = usage.get("users")
    return NodeInfo(
        schema_version="x2",
        software_name=canonical_name(server.get("software"), value),
        software_name_raw=plain(server.get("software"), 64),
        software_version=_version(server.get("version"), 128),
        protocols=_protocols(value.get("protocols")),
        is_open_registrations=boolean(value.get("openRegistrations")),
        users_total=said_number(at(users, "total")),
        users_active_month=said_number(at(users, "activeMonth")),
        users_active_halfyear=said_number(at(users, "activeHalfyear")),
        users_active_week=said_number(at(users, "activeWeek")),
        local_posts=said_number(usage.get("localPosts")),
        local_comments=said_number(usage.get("localComments")),
        name=plain(server.get("name"), 200),
        base_hostname=_hostname(server.get("baseUrl")),
        is_statistics_hidden=_hides_statistics(value),
        unread_keys=unread(
            value,
            (
                "version",
                "server",
                "organization",
                "protocols",
                "services",
                "openRegistrations",
                "usage",
                "relay",
                "otherFeatures",
            ),
        ),
    )


def statistics_json(body: bytes) -> NodeInfo:
    """Read the legacy `/statistics.json` of diaspora* and Friendica. Raises `ExtractError`."""
    value = document(body)
    if "network" not in value and "registrations_open" not in value:
        raise ExtractError(Outcome.WRONG_SHAPE, "a JSON object that is no statistics.json")
    return NodeInfo(
        schema_version="s1",
        software_name=canonical_name(value.get("network"), value),
        software_name_raw=plain(value.get("network"), 64),
        software_version=_version(value.get("version"), 128),
        is_open_registrations=boolean(value.get("registrations_open")),
        users_total=said_number(value.get("total_users")),
        users_active_month=said_number(value.get("active_users_monthly")),
        users_active_halfyear=said_number(value.get("active_users_halfyear")),
        local_posts=said_number(value.get("local_posts")),
        local_comments=said_number(value.get("local_comments")),
        name=plain(value.get("name"), 200),
    )


def canonical_name(name: object, value: Json) -> str | None:
    """The canonical software name: trimmed, lower case, aliases resolved (P13)."""
    # Nextcloud's product name is the admin's to choose; its address is not
    if "/apps/social" in str(at(value, "rootUrl") or at(value, "metadata", "rootUrl") or ""):
        return "nextcloud"
    text = plain(name, 64)
    if text is None:
        return None
    lower = text.lower()
    return _ALIASES.get(lower, lower)


def _version(value: object, limit: int) -> str | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return plain(value, limit)


def _protocols(value: object) -> tuple[str, ...]:
    """A list, a text, or the object of 1.x: inbound and outbound together (P15)."""
    if isinstance(value, dict):
        return words([*sequence(value.get("inbound")), *sequence(value.get("outbound"))])
    return words(value)


def _first_said(*values: object) -> object:
    return next((value for value in values if value not in (None, "", [], {})), None)


def _first_text(limit: int, *values: object) -> str | None:
    """The first that is text; Iceshrimp.NET's placeholder is none."""
    texts = (plain(value, limit) for value in values)
    return next((text for text in texts if text is not None and text != "todo"), None)


def _first_count(*values: object) -> int | None:
    return next((number for value in values if (number := said_number(value)) is not None), None)


def _hostname(value: object) -> Hostname | None:
    try:
        return Hostname.parse_claim(value)
    except HostnameError:
        return None


def _hides_statistics(value: Json) -> bool:
    """Whether the numbers are withheld on purpose: `users: {}` or the flag (SURVEY §10.2)."""
    metadata = mapping(value.get("metadata"))
    if flag(metadata.get("hide_in_statistics")) or flag(value.get("hide_in_statistics")):
        return True
    usage = value.get("usage")
    return isinstance(usage, dict) and usage.get("users") == {}


def _opts_out(name: object, metadata: Json) -> bool:
    """Whether a flag asks not to be tracked or listed: only where the software means that by it.

    Funkwhale's help text for `private` says so; WriteFreely and GNU social mark private sites. Pleroma's and
    Akkoma's `private` closes an API, Epicyon's is constant, Ghost's is another thing (SURVEY §10.2).
    """
    canonical = (plain(name, 64) or "").lower()
    if canonical in ("funkwhale", "writefreely"):
        return flag(metadata.get("private"))
    if canonical in ("gnusocial", "gnu social", "hubzilla", "redmatrix"):
        return flag(at(metadata, "site", "private")) or flag(metadata.get("private"))
    return False
