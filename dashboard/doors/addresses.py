"""Where this site is, as whoever asks calls it: feeds, site maps and previews need whole addresses."""

import re
from urllib.parse import urlencode

from starlette.requests import Request

_HOST = re.compile(
    r"(?=.{1,253}(?::|\Z))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::[0-9]{1,5})?\Z|\[[0-9a-f:.]+\](?::[0-9]{1,5})?\Z"
)


def site(request: Request) -> str:
    """The site's address without a slash at its end. A `Host` that is none is not repeated."""
    host = request.headers.get("host", "").lower()
    scheme = "https" if request.url.scheme == "https" else "http"
    return f"{scheme}://{host if _HOST.match(host) else 'localhost'}"


def authority(request: Request) -> str:
    """The site's name alone, for names that must not change with a port."""
    return re.sub(r":[0-9]+\Z", "", site(request).partition("://")[2])


def server(hostname: str) -> str:
    """A server's page, within the site."""
    return f"/server?{urlencode({'d': hostname})}"
