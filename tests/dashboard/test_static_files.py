"""Streamlit's scripts, compressed once and sent so."""

import asyncio
import re
import threading
from pathlib import Path
from typing import Any

import brotli
import pytest
from starlette.responses import PlainTextResponse

from dashboard import static_files
from dashboard.doors.encoding import chosen, compressed
from dashboard.static_files import Compressed


async def _ask(app: Any, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """One request, as a server hands it over."""
    sent: list[Any] = []
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()
        ],
    }

    async def receive() -> dict[str, Any]:
        # nobody goes away before the answer is there
        await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    told = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], told, b"".join(part.get("body", b"") for part in sent[1:])


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of compressed files, all made."""
    folder = tmp_path_factory.mktemp("kept")
    Compressed(PlainTextResponse("as before"), folder)
    for thread in threading.enumerate():
        if thread.name == "compressing":
            thread.join()
    return folder


@pytest.fixture(scope="module")
def script() -> str:
    """Path of Streamlit's largest script on the first page."""
    index = (static_files._ROOT / "index.html").read_text(encoding="utf-8")
    return "/" + re.findall(r'src="\./(static/js/index[^"]+\.js)"', index)[0]


def test_a_script_is_sent_compressed_and_kept_for_good(kept: Path, script: str) -> None:
    """Its name changes with what it holds; the tag is of this encoding only, and whoever has it is told so."""
    app = Compressed(PlainTextResponse("as before"), kept)
    expected = (static_files._ROOT / script[1:]).read_bytes()

    status, headers, body = asyncio.run(_ask(app, script, accept_encoding="gzip, br"))
    again = asyncio.run(
        _ask(app, script, accept_encoding="gzip, br", if_none_match=headers["etag"])
    )

    assert (200, "br", "Accept-Encoding") == (
        status,
        headers["content-encoding"],
        headers["vary"],
    )
    assert "immutable" in headers["cache-control"]
    assert "javascript" in headers["content-type"]
    assert expected == brotli.decompress(body)
    assert (304, b"") == (again[0], again[2])


def test_what_is_not_ready_or_not_taken_is_sent_as_before(
    kept: Path, script: str, tmp_path: Path
) -> None:
    """Nobody waits for compression, and no cache mixes up the two."""
    ready = Compressed(PlainTextResponse("as before"), kept)
    (tmp_path / "file").touch()
    never = Compressed(PlainTextResponse("as before"), tmp_path / "file")

    for app, accepted in ((ready, "identity"), (ready, "br;q=0"), (never, "br")):
        _, headers, body = asyncio.run(_ask(app, script, accept_encoding=accepted))
        assert b"as before" == body
        assert "Accept-Encoding" == headers["vary"]


def test_there_is_always_a_place_to_keep_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The user's cache; where there is none that can be written, the data folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    usual = static_files.folder(tmp_path / "data")
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))

    other = static_files.folder(tmp_path / "data")

    assert usual.is_relative_to(tmp_path / "cache")
    assert other.is_relative_to(tmp_path / "data")
    assert usual.name == other.name


def test_the_font_that_nobody_sees_is_not_fetched(kept: Path) -> None:
    """Streamlit's own is named in its style sheet; the pages are set in another."""
    styles = b"".join(brotli.decompress(path.read_bytes()) for path in kept.glob("*.css.br"))

    assert b"@font-face" in styles
    assert b"SourceSans" not in styles


def test_plotly_begins_after_what_is_there_was_painted(kept: Path) -> None:
    """Its script waits for a frame, and holds all of Streamlit's after that."""
    made = next(kept.glob("PlotlyChart.*.js.br"))
    original = next((static_files._ROOT / "static" / "js").glob("PlotlyChart.*.js"))

    sent = brotli.decompress(made.read_bytes())

    assert static_files._AFTER_PAINT + original.read_bytes() == sent


def test_a_reader_that_takes_no_encoding_gets_none() -> None:
    """The smallest that is taken; a weight of nothing is a no."""
    assert "br" == chosen("gzip, deflate, br;q=0.5")
    assert "gzip" == chosen("br;q=0, *;q=0.1")
    assert chosen("identity") is None
    assert chosen("") is None
    assert compressed(b"a" * 999, "gzip") == compressed(b"a" * 999, "gzip")
