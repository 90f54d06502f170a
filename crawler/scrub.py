"""Documents without the people in them: what is kept of a response holds no personal data."""

import re

import orjson

_PERSONAL_KEYS = frozenset(
    {
        "account", "accounts", "admin", "adminaccount", "administrator", "admins", "contact", "contact_account",
        "contactaccount", "email", "impressumurl", "inquiryurl", "mail", "maintainer", "maintaineremail",
        "maintainername", "moderators", "nodeadmins", "operator", "owner", "phone", "privilegedstaff",
        "proxyaccountname", "staff", "staffaccounts", "tagline_by", "creator", "my_user",
    }
)  # fmt: skip
"""Keys whose whole value is about a person, lower case (SECURITY CON-07)."""

_ADDRESS = re.compile(r"[^\s@<>\"'()]{1,64}@[^\s@<>\"'()]{1,253}\.[^\s@<>\"'().]{2,}")
_DEEPEST = 30


def scrub(body: bytes) -> bytes | None:
    """Encode a JSON document again without personal keys, and without addresses in its texts.

    Returns `None` when the bytes are no JSON, or it nests deeper than any honest document.
    """
    try:
        value = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        return orjson.dumps(_without(value, 0, b"@" in body))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return None


def _without(value: object, depth: int, has_address: bool) -> object:
    if isinstance(value, dict):
        if depth > _DEEPEST:
            return None
        return {
            key: _without(held, depth + 1, has_address)
            for key, held in value.items()
            if key.lower() not in _PERSONAL_KEYS
        }
    if isinstance(value, list):
        return (
            [_without(held, depth + 1, has_address) for held in value]
            if depth <= _DEEPEST
            else None
        )
    if has_address and isinstance(value, str) and "@" in value:
        return _ADDRESS.sub("…", value)
    return value
