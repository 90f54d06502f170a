"""The closed list of how a check, or one request of it, can end."""

from enum import StrEnum


class Outcome(StrEnum):
    """How a check ended. Exactly one per check; free text goes into `detail`."""

    OK = "ok"
    """Discovery and a NodeInfo (or the family's own document) were understood."""
    DNS_FAILED = "dns_failed"
    """The name has no address, or the resolver did not answer in time."""
    TIMED_OUT = "timed_out"
    """A deadline passed: connecting, one request, or the whole check."""
    REFUSED = "refused"
    """The connection was refused, reset or unreachable."""
    TLS_FAILED = "tls_failed"
    """The certificate or the handshake was not valid. There is no fall-back to http."""
    BAD_HTTP = "bad_http"
    """The bytes were not HTTP as RFC 9112 has it, or a compressed body was broken."""
    HTTP_ERROR = "http_error"
    """A status outside 2xx that none of the other outcomes names."""
    NO_NODEINFO = "no_nodeinfo"
    """The server answers, but offers no NodeInfo: probably not part of the fediverse."""
    TOO_LARGE = "too_large"
    """A body or a header went over its size limit."""
    NOT_JSON = "not_json"
    """A document that should be JSON is not."""
    WRONG_SHAPE = "wrong_shape"
    """JSON, but not the document it should be."""
    BOT_WALL = "bot_wall"
    """A challenge page stands before the server. Never solved, only recognised."""
    REDIRECTED_AWAY = "redirected_away"
    """A redirect to another host; the target is a claim for the frontier, never followed."""
    FOREIGN_HREF = "foreign_href"
    """Discovery points to a document on another host; not attributed, not followed."""
    ROBOTS_DISALLOWED = "robots_disallowed"
    """robots.txt (or its absence by fault, RFC 9309 §2.3.1.4) says no."""
    OPTED_OUT = "opted_out"
    """The server asks not to be listed: 410, a flag, our list."""
    BLOCKED_ADDRESS = "blocked_address"
    """The name leads to an address that is not public. No connection was attempted."""
    RATE_LIMITED = "rate_limited"
    """429, or 503 with Retry-After."""
    BUDGET_SPENT = "budget_spent"
    """One request was not made, because the check had used up its requests or its time."""


OUTCOME_OF_ERROR: dict[str, Outcome] = {
    # name of the exception class as module.qualname, most specific first in its own MRO
    "crawler.exceptions.BlockedAddress": Outcome.BLOCKED_ADDRESS,
    "aiohttp.client_exceptions.ClientConnectorDNSError": Outcome.DNS_FAILED,
    "socket.gaierror": Outcome.DNS_FAILED,
    "aiodns.error.DNSError": Outcome.DNS_FAILED,
    "aiohttp.client_exceptions.ClientConnectorCertificateError": Outcome.TLS_FAILED,
    "aiohttp.client_exceptions.ClientSSLError": Outcome.TLS_FAILED,
    "ssl.SSLError": Outcome.TLS_FAILED,
    "ssl.CertificateError": Outcome.TLS_FAILED,
    "builtins.TimeoutError": Outcome.TIMED_OUT,
    "aiohttp.client_exceptions.ServerTimeoutError": Outcome.TIMED_OUT,
    "aiohttp.http_exceptions.LineTooLong": Outcome.TOO_LARGE,
    "aiohttp.http_exceptions.ContentEncodingError": Outcome.BAD_HTTP,
    "aiohttp.http_exceptions.HttpProcessingError": Outcome.BAD_HTTP,
    "aiohttp.client_exceptions.ClientPayloadError": Outcome.BAD_HTTP,
    "aiohttp.client_exceptions.ClientResponseError": Outcome.BAD_HTTP,
    "aiohttp.client_exceptions.InvalidURL": Outcome.BAD_HTTP,
    "aiohttp.client_exceptions.ClientConnectorError": Outcome.REFUSED,
    "aiohttp.client_exceptions.ServerDisconnectedError": Outcome.REFUSED,
    "aiohttp.client_exceptions.ClientOSError": Outcome.REFUSED,
    "builtins.ConnectionError": Outcome.REFUSED,
    "builtins.OSError": Outcome.REFUSED,
    "aiohttp.client_exceptions.ClientError": Outcome.BAD_HTTP,
    "builtins.ValueError": Outcome.BAD_HTTP,
}
"""The one table from a network error to an outcome. Keys are names, so that this module, which
readers of records import too, needs none of those libraries."""


def outcome_of(error: BaseException) -> Outcome:
    """Say which outcome an error is: the first class of its MRO that the table names.

    An `ssl` error wrapped by aiohttp's connector keeps its own meaning through `certificate_error`
    classes; an error that no row names is our fault, and is raised again.
    """
    for kind in type(error).__mro__:
        outcome = OUTCOME_OF_ERROR.get(f"{kind.__module__}.{kind.__qualname__}")
        if outcome is not None:
            return outcome
    raise error
