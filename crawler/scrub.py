"""Documents without the people in them: what is kept of a response holds no personal data."""

import orjson

from crawler.text import without_addresses

_PERSONAL_KEYS = frozenset(
    {
        "account", "accounts", "admin", "adminaccount", "administrator", "administrators", "admins", "contact",
        "contact_account", "contactaccount", "contactemail", "contact_email", "creator", "email", "impressumurl",
        "inquiryurl", "mail", "maintainer", "maintaineremail", "maintainername", "moderators", "my_user",
        "nodeadmins", "operator", "owner", "phone", "privilegedstaff", "proxyaccountname", "staff",
        "staffaccounts", "tagline_by",
    }
)  # fmt: skip
"""Keys whose whole value is about a person, lower case (SECURITY CON-07)."""

_DEEPEST = 30


def scrub(body: bytes) -> bytes | None:
    """Encode a JSON document again without personal keys, and without addresses in its texts and keys.

    Returns `None` when the bytes are no JSON. What nests deeper than any honest document becomes null.
    """
    try:
        return orjson.dumps(_without(orjson.loads(body.removeprefix(b"\xef\xbb\xbf")), 0))
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return None


def _without(value: object, depth: int) -> object:
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, dict | list) and depth > _DEEPEST:
        return None
    if isinstance(value, dict):
        return {
            without_addresses(key): _without(held, depth + 1)
            for key, held in value.items()
            if key.lower() not in _PERSONAL_KEYS
        }
    if isinstance(value, list):
        return [_without(held, depth + 1) for held in value]
    return value
