"""Whether a NodeInfo document is what its schema says. An attribute of a server, never a gate.

Written out for 2.0 to 2.2 (jhass/nodeinfo schemas, CC0), which is what nearly every server sends; the two
versions before, with their own lists of names, are not judged.
"""

import re
from collections.abc import Mapping

from crawler.fields import Json

_NAME = re.compile(r"[a-z0-9-]+")
_PROTOCOLS = frozenset(
    {"activitypub", "buddycloud", "dfrn", "diaspora", "libertree", "ostatus", "pumpio", "tent", "xmpp", "zot"}
)  # fmt: skip
_INBOUND = frozenset(
    {"atom1.0", "gnusocial", "imap", "pnut", "pop3", "pumpio", "rss2.0", "twitter"}
)
_OUTBOUND = frozenset(
    {
        "atom1.0", "blogger", "buddycloud", "diaspora", "dreamwidth", "drupal", "facebook", "friendica",
        "gnusocial", "google", "insanejournal", "libertree", "linkedin", "livejournal", "mediagoblin",
        "myspace", "pinterest", "pnut", "posterous", "pumpio", "redmatrix", "rss2.0", "smtp", "tent",
        "tumblr", "twitter", "wordpress", "xmpp",
    }
)  # fmt: skip
_REQUIRED = frozenset(
    {"version", "software", "protocols", "services", "openRegistrations", "usage", "metadata"}
)


def is_schema_valid(value: Json) -> bool | None:
    """Whether the strict schema of the document's own version accepts it; `None` = not judged."""
    version = value.get("version")
    if version not in ("2.0", "2.1", "2.2"):
        return None
    required = _REQUIRED | {"instance"} if version == "2.2" else _REQUIRED
    return (
        value.keys() == required
        and _is_software(value["software"], version)
        and _is_list_of(value["protocols"], _PROTOCOLS | ({"nostr"} if version == "2.2" else set()))
        and value["protocols"] != []
        and _is_services(value["services"])
        and isinstance(value["openRegistrations"], bool)
        and _is_usage(value["usage"], version)
        and isinstance(value["metadata"], dict)
        and (version != "2.2" or _is_instance(value["instance"]))
    )


def _is_software(value: object, version: object) -> bool:
    known = (
        {"name", "version"} if version == "2.0" else {"name", "version", "repository", "homepage"}
    )
    return (
        isinstance(value, dict)
        and {"name", "version"} <= value.keys() <= known
        and all(isinstance(text, str) for text in value.values())
        and _NAME.fullmatch(value["name"]) is not None
    )


def _is_list_of(value: object, names: frozenset[str]) -> bool:
    return isinstance(value, list) and all(
        isinstance(name, str) and name in names for name in value
    )


def _is_services(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() == {"inbound", "outbound"}
        and _is_list_of(value["inbound"], _INBOUND)
        and _is_list_of(value["outbound"], _OUTBOUND)
    )


def _is_usage(value: object, version: object) -> bool:
    if not isinstance(value, dict) or not {"users"} <= value.keys():
        return False
    known = {"total", "activeMonth", "activeHalfyear"}
    users = value["users"]
    return (
        isinstance(users, dict)
        and users.keys() <= (known | {"activeWeek"} if version == "2.2" else known)
        and value.keys() <= {"users", "localPosts", "localComments"}
        and _are_counts(users)
        and _are_counts({key: held for key, held in value.items() if key != "users"})
    )


def _are_counts(value: Mapping[str, object]) -> bool:
    return all(
        isinstance(number, int) and not isinstance(number, bool) and number >= 0
        for number in value.values()
    )


def _is_instance(value: object) -> bool:
    return (
        isinstance(value, dict)
        and value.keys() <= {"name", "description"}
        and all(isinstance(text, str) for text in value.values())
        and len(value.get("name", "")) <= 500
        and len(value.get("description", "")) <= 5000
    )
