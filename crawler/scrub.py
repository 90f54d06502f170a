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
_NESTING = (dict, list)

_MARKS = (b"@", "＠".encode(), b"&", b"%40")
"""Without one of these no text holds an address, escaped or not (`crawler.text`)."""


def scrub(body: bytes) -> bytes | None:
    """Encode a JSON document again without personal keys, and without addresses in its texts and keys.

    Returns `None` when the bytes are no JSON. What nests deeper than any honest document becomes null.
    """
    try:
        value = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
        _drop_personal(value, 0)
        kept = orjson.dumps(value)
        # most documents are done here: texts are looked at one by one only where one may hold an address
        if any(mark in kept for mark in _MARKS):
            kept = orjson.dumps(_unaddressed(orjson.loads(kept)))
        return kept
    except (orjson.JSONDecodeError, orjson.JSONEncodeError, RecursionError):
        return None


def _drop_personal(value: object, depth: int) -> None:
    """Take personal keys out of a value, and what nests too deep."""
    if isinstance(value, dict):
        for key in [key for key in value if key.lower() in _PERSONAL_KEYS]:
            del value[key]
        places = [key for key, held in value.items() if type(held) in _NESTING]
    elif isinstance(value, list):
        places = [place for place, held in enumerate(value) if type(held) in _NESTING]
    else:
        return
    for place in places:
        if depth < _DEEPEST:
            _drop_personal(value[place], depth + 1)
        else:
            value[place] = None


def _unaddressed(value: object) -> object:
    """The value without addresses in its texts and keys."""
    if isinstance(value, str):
        return without_addresses(value)
    if isinstance(value, dict):
        return {without_addresses(key): _unaddressed(held) for key, held in value.items()}
    if isinstance(value, list):
        return [_unaddressed(held) for held in value]
    return value
