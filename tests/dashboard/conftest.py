"""A published file of made-up servers, the site that shows it, and a browser to look at it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

SQL = Path(__file__).with_name("published.sql")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PATIENCE_MILLISECONDS = 45_000
"""A page that takes longer than this on a busy machine is broken."""

Publish = Callable[..., Path]
Serve = Callable[[Path], "contextmanager[str]"]


def _publish(
    folder: Path,
    *,
    servers: int = 300,
    days: int = 40,
    published_at: datetime | None = None,
    is_replica: bool = True,
    crawl_is_running: bool = False,
) -> Path:
    """Publish made-up servers into a data folder, swapped in whole. Returns the folder."""
    variables = {
        "servers": servers,
        "days": days,
        "published_at": (published_at or datetime.now(UTC) - timedelta(minutes=5)).isoformat(),
        "is_replica": is_replica,
        "crawl_is_running": crawl_is_running,
    }
    (folder / "published").mkdir(parents=True, exist_ok=True)
    aside = folder / "published" / "aside.duckdb"
    with duckdb.connect(aside) as connection:
        connection.execute("set timezone = 'UTC'")
        for name, value in variables.items():
            connection.execute(f"set variable {name} = $value", {"value": value})
        connection.execute(SQL.read_text(encoding="utf-8"))
    os.replace(aside, folder / "published" / "herdbook.duckdb")
    return folder


@contextmanager
def _serve(folder: Path, *program: str) -> Iterator[str]:
    """Serve a data folder as anybody would; gives the address that it announces. `program`: another one that serves."""
    with (folder / "dashboard.log").open("w+") as log:
        process = subprocess.Popen(
            [sys.executable, "-P", *(program or ("-m", "dashboard")), "--port", "0"],
            env={**os.environ, "HERDBOOK_DATA": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("herdbook: the dashboard is at http://"), (
                folder / "dashboard.log"
            ).read_text()
            yield line.removeprefix("herdbook: the dashboard is at ").strip()
        finally:
            process.terminate()
            process.communicate(timeout=20)


@pytest.fixture(scope="session")
def publish() -> Publish:
    """Publishes made-up servers into a data folder."""
    return _publish


@pytest.fixture(scope="session")
def serve() -> "Callable[[Path], object]":
    """Serves a data folder while a `with` block lasts, and gives the address."""
    return _serve


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 300 made-up servers, of the replica."""
    return _publish(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="session")
def site(published: Path) -> Iterator[str]:
    """Address of a site that shows `published`."""
    with _serve(published) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    """A real Chromium; tests that need it are skipped where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install Debian's package chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visitor(browser) -> Iterator[Callable[..., object]]:  # type: ignore[no-untyped-def]
    """Opens a page as somebody who was never here; what it asks for is in `page.asked`."""
    contexts = []

    def visit(address: str, **how):  # type: ignore[no-untyped-def]
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 900}, "locale": "en-GB", **how}
        )
        context.set_default_timeout(PATIENCE_MILLISECONDS)
        contexts.append(context)
        page = context.new_page()
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        page.goto(address)
        page.wait_for_selector("h1")
        return page

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def barriers() -> Callable[[object], list[str]]:
    """Names what shuts people out of an open page, as axe-core finds it: serious and critical findings."""
    engine = pytest.importorskip(
        "axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed"
    )
    axe = engine.Axe()

    def found(page):  # type: ignore[no-untyped-def]
        # what is drawn anew is pale for a moment
        page.wait_for_function(
            """() => !document.querySelector('[data-stale=true], [data-test-script-state=running]')
                && document.getAnimations().every(each => each.playState !== 'running')"""
        )
        return [
            f"{finding['id']}: {node['html'][:200]} ({node['failureSummary'][:200]})"
            for finding in axe.run(page).response["violations"]
            if finding["impact"] in ("serious", "critical")
            for node in finding["nodes"]
        ]

    return found
