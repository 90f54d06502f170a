"""Streamlit's own scripts and styles, compressed once and sent so.

Streamlit sends them as they are, since compressing at every request costs more than it saves: 3 MB for the first
page. Here each file is compressed once for each installed version, in the background while the site already answers;
until a file is ready Streamlit sends it as before.
"""

import hashlib
import logging
import mimetypes
import os
import re
import threading
from importlib.metadata import version
from pathlib import Path

import streamlit
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboard.doors import encoding

_ROOT = Path(streamlit.__file__).with_name("static")

_KINDS = {".js", ".css", ".json", ".svg", ".ttf", ".wasm"}
"""What becomes smaller; fonts and pictures are compressed already."""

_LONG = "public, immutable, max-age=31536000"
"""Their names carry a digest of what they hold."""

_OTHER_FONT = re.compile(r"@font-face *\{font-family:Source Sans;[^}]*\}")
"""Streamlit's own font: 170 kB that are fetched for the moment before the theme names Inter, and shown to nobody."""

_SLOW_TO_BEGIN = "PlotlyChart."
_AFTER_PAINT = (
    b"await new Promise(d=>{setTimeout(d,500);let n=0;const l=()=>document.querySelector('[data-testid=stMetric]')||n++>24"
    b"?requestAnimationFrame(()=>setTimeout(d)):requestAnimationFrame(l);l()});"
)
"""Plotly's script holds the page for a third of a second when it begins: figures and sketches are painted before that.
It waits 24 frames for them at most, and half a second where nobody looks and no frame is drawn."""

_EDITION = 3
"""Changes when files are made in another way."""

_LOG = logging.getLogger(__name__)


def folder(data: Path) -> Path:
    """Where compressed files are kept: the user's cache, else the data folder where there is no home to write to."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache")
    place = hashlib.blake2b(str(_ROOT).encode(), digest_size=4).hexdigest()
    name = f"streamlit-{version('streamlit')}-{place}-{_EDITION}"
    for base in (Path(home) / "herdbook", data / "cache"):
        found = base / name
        try:
            found.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(found, os.W_OK):
            return found
    return data / "cache" / name


class Compressed:
    """ASGI middleware before Streamlit's static files."""

    def __init__(self, app: ASGIApp, kept: Path) -> None:
        self._app = app
        self._kept = kept
        paths = [path for path in sorted((_ROOT / "static").rglob("*")) if path.suffix in _KINDS]
        known = {f"/static/{path.relative_to(_ROOT / 'static').as_posix()}": path for path in paths}
        is_small = {path: path.stat().st_size < encoding.SMALLEST for path in paths}
        self._files = {place: path for place, path in known.items() if not is_small[path]}
        self._small = {place: path for place, path in known.items() if is_small[path]}
        self._read: dict[Path, bytes] = {}
        threading.Thread(target=self._make, name="compressing", daemon=True).start()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == "/data/herdbook.duckdb":
            # compressed column by column already; and parts of it can be asked for
            await self._app(_without_encodings(scope), receive, send)
        elif scope["path"] in self._files and scope["method"] in {"GET", "HEAD"}:
            await self._send(scope, receive, send)
        elif scope["path"] in self._small and scope["method"] in {"GET", "HEAD"}:
            await self._send_small(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _send(self, scope: Scope, receive: Receive, send: Send) -> None:
        source = self._files[scope["path"]]
        headers = Headers(scope=scope)
        chosen = encoding.chosen(headers.get("accept-encoding", ""))
        made = self._made(source, chosen) if chosen and "range" not in headers else None
        if chosen is None or made is None or not made.exists():
            await self._app(scope, receive, _varying(send))
            return
        etag = f'"{source.name}-{_EDITION}-{chosen}"'
        told = {
            "Cache-Control": _LONG,
            "ETag": etag,
            "Vary": "Accept-Encoding",
            "Content-Encoding": chosen,
            "Access-Control-Allow-Origin": "*",
        }
        response: Response
        if etag in headers.get("if-none-match", ""):
            del told["Content-Encoding"]
            response = Response(status_code=304, headers=told)
        else:
            response = Response(self._held(made), headers=told, media_type=_kind(source))
        await response(scope, receive, send)

    async def _send_small(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Half of a page's scripts are too small to compress."""
        source = self._small[scope["path"]]
        told = {"Cache-Control": _LONG, "Access-Control-Allow-Origin": "*"}
        response = Response(self._held(source), headers=told, media_type=_kind(source))
        await response(scope, receive, send)

    def _held(self, path: Path) -> bytes:
        """What a file holds, read once: a first visit fetches 130 of them, and looking each up took longer than sending."""
        if path not in self._read:
            self._read[path] = path.read_bytes()
        return self._read[path]

    def _made(self, source: Path, chosen: str) -> Path:
        return self._kept / f"{source.name}{encoding.SUFFIX[chosen]}"

    def _make(self) -> None:
        """Make what is not there yet, what the first page needs before the rest."""
        index = (_ROOT / "index.html").read_text(encoding="utf-8")
        try:
            for source in sorted(self._files.values(), key=lambda path: path.name not in index):
                for chosen in encoding.SUFFIX:
                    _make(source, self._made(source, chosen), chosen)
        except OSError as error:
            _LOG.warning("scripts are sent uncompressed: %s", error)


def _kind(source: Path) -> str:
    return mimetypes.guess_type(source.name)[0] or "application/octet-stream"


def _make(source: Path, made: Path, chosen: str) -> None:
    """Compress one file, whole or not at all: several sites may begin at once."""
    if made.exists():
        return
    aside = made.with_name(f".{made.name}.{os.getpid()}")
    aside.write_bytes(encoding.compressed(_read(source), chosen, thoroughly=True))
    os.replace(aside, made)


def _read(source: Path) -> bytes:
    if source.name.startswith(_SLOW_TO_BEGIN):
        return _AFTER_PAINT + source.read_bytes()
    if source.suffix != ".css":
        return source.read_bytes()
    return _OTHER_FONT.sub("", source.read_text(encoding="utf-8")).encode()


def _varying(send: Send) -> Send:
    """Tell caches that the same address is also there in other encodings."""

    async def varied(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).add_vary_header("Accept-Encoding")
        await send(message)

    return varied


def _without_encodings(scope: Scope) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": kept}
