"""What a visitor with a browser waits for: Chromium, at a desk and on an emulated phone.

Moments are taken within the page, at each frame: when it was asked for, and when what is waited for is there.
Chromium's emulation slows files down, and not what comes through the websocket.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

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

PHONE = {
    "offline": False,
    "latency": 60,
    "downloadThroughput": 9_000_000 / 8,
    "uploadThroughput": 9_000_000 / 8,
}
"""A line of 9 Mbit/s, 60 ms away."""

_PATIENCE_MILLISECONDS = 30_000

_WATCH = """(wanted) => {
  window.seen = {};
  const isShown = (each) => each.getBoundingClientRect().width > 0;
  const within = (root, selector) => [...root.querySelectorAll(selector)].some(isShown);
  const isThere = (selector) => within(document, selector)
    || [...document.querySelectorAll('.st-key-map *')].some((each) => each.shadowRoot && within(each.shadowRoot, selector));
  const look = () => {
    for (const [name, selector] of Object.entries(wanted)) {
      if (!(name in window.seen) && isThere(selector))
        window.seen[name] = performance.now();
    }
    if (Object.keys(window.seen).length < Object.keys(wanted).length) requestAnimationFrame(look);
  };
  look();
}"""

_LISTEN = """([selector, attribute]) => {
  const told = () => [...document.querySelectorAll(selector)]
    .map((each) => attribute ? each.getAttribute(attribute) : each.textContent).join('|');
  window.updated = new Promise((done, fail) => {
    setTimeout(() => fail(new Error(`${selector} says nothing else`)), 10_000);
    document.addEventListener('click', () => {
      const begun = performance.now();
      const before = told();
      const look = () => {
        const now = told();
        if (now && now !== before) done(performance.now() - begun);
        else requestAnimationFrame(look);
      };
      look();
    }, { capture: true, once: true });
  });
}"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One first visit."""

    seconds: dict[str, float]
    """Until each thing that was waited for was there, from the moment of asking [s]."""
    megabytes: float
    """Over the wire, as compressed [MB]."""


@contextmanager
def browser() -> Iterator[Browser]:
    """Start Chromium for as long as the block lasts."""
    with sync_playwright() as engine:
        chromium = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield chromium
        finally:
            chromium.close()


@contextmanager
def visitor(chromium: Browser, *, is_phone: bool = False) -> Iterator[BrowserContext]:
    """Somebody who was never here."""
    how: dict[str, Any] = (
        {
            "viewport": {"width": 390, "height": 844},
            "is_mobile": True,
            "has_touch": True,
            "device_scale_factor": 2,
        }
        if is_phone
        else {"viewport": {"width": 1280, "height": 900}}
    )
    context = chromium.new_context(locale="en-GB", **how)
    context.set_default_timeout(_PATIENCE_MILLISECONDS)
    try:
        yield context
    finally:
        context.close()


def first_visit(
    chromium: Browser, address: str, wanted: dict[str, str], *, is_phone: bool = False
) -> Seen:
    """Open an address with nothing cached; `wanted` = name and selector of what is waited for."""
    with visitor(chromium, is_phone=is_phone) as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        if is_phone:
            session.send("Network.emulateNetworkConditions", PHONE)
        bytes_received: list[float] = []
        session.on(
            "Network.loadingFinished", lambda each: bytes_received.append(each["encodedDataLength"])
        )
        session.on(
            "Network.webSocketFrameReceived",
            lambda each: bytes_received.append(_frame_bytes(each["response"])),
        )
        page.add_init_script(f"({_WATCH})({json.dumps(wanted)})")
        page.goto(address, wait_until="commit")
        page.wait_for_function(
            "(count) => Object.keys(window.seen).length === count", arg=len(wanted)
        )
        milliseconds = page.evaluate("window.seen")
        page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")
        return Seen(
            seconds={name: value / 1_000 for name, value in milliseconds.items()},
            megabytes=sum(bytes_received) / 1e6,
        )


def until_updated(page: Page, button: str, selector: str, attribute: str = "") -> float:
    """Click; seconds until what the selector finds says something else (its text, or an attribute)."""
    page.wait_for_selector("[data-test-script-state=notRunning] .hb-footer")
    # a run may be followed by another
    page.wait_for_timeout(300)
    page.evaluate(_LISTEN, [selector, attribute])
    page.locator(button).locator("visible=true").first.click()
    return float(page.evaluate("window.updated")) / 1_000


def _frame_bytes(frame: dict[str, Any]) -> float:
    payload = len(frame["payloadData"])
    # binary frames are told in base64
    return payload * 0.75 if frame["opcode"] == 2 else payload
