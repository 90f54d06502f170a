"""How long a server asks us to stay away."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_RETRY_AFTER_AT_MOST = 7 * 24 * 3600
"""A server can send us away for a week, not for ever."""


def is_rate_limit(status: int, headers: Mapping[str, str]) -> bool:
    """Whether an answer sends us away: 429, or 503 that says until when."""
    return status == 429 or (status == 503 and "Retry-After" in headers)


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> int | None:
    """How long `Retry-After` asks us to stay away, at most 7 days; `None` for none and for garbage.

    Seconds or a date (RFC 9110 §10.2.3); of two headers the longer one counts.
    """
    getall = getattr(headers, "getall", None)
    values = getall("Retry-After", ()) if getall else (headers.get("Retry-After", ""),)
    waits = [wait for value in values if (wait := _wait_seconds(value, now)) is not None]
    return min(max(waits), _RETRY_AFTER_AT_MOST) if waits else None


def _wait_seconds(value: str, now: datetime) -> int | None:
    value = value.strip()
    if value.isascii() and value.isdigit():
        return int(value[:9])
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC)
    return max(0, round((at - now).total_seconds()))
