"""What the pages cost: in a browser, of the process that serves them, and by the number of visitors."""

import asyncio
from contextlib import ExitStack
from statistics import median

import site_browser
from figures import Figure, Row
from served import Site, Visitors, published, serving

HOST = "h7.example"
PAGES = {
    "home": "/",
    "table": "/servers",
    "growth": "/growth",
    "map": "/network",
    "server": f"/server?d={HOST}",
}

_CHART = {
    ", numbers": "[data-testid=stMetric]",
    "": ".hb-sketch img, .js-plotly-plot .scatterlayer .trace",
    ", answers to a pointer": ".js-plotly-plot .scatterlayer .trace",
}
"""A chart is a sketch of its lines until Plotly draws it."""

USEFUL = {
    "home": {"": "[class*=st-key-card_] .hb-host"},
    "table": {"": ".st-key-servers_wide canvas"},
    "growth": _CHART,
    "map": {"": "canvas[aria-label]"},
    "server": _CHART,
}
"""What is waited for on each page; without a word it is what the page is for: cards, the table, the chart, the map."""

COLD_SECONDS = {"home": 1.0, "table": 1.3, "growth": 1.5, "map": 2.5, "server": 1.5}
PHONE_SECONDS = {"home": 2.0, "growth": 3.5}
CLICK_MILLISECONDS = 150.0
RERUN_MILLISECONDS = {"home": 15.0, "table": 15.0, "growth": 30.0, "map": 30.0, "server": 30.0}
LANDING_MEGABYTES = 1.2
SESSIONS_A_SECOND = {"home": 50.0, "growth": 20.0}
SESSION_MEGABYTES = 1.0
FLAT_WITHIN = 1.05
"""How much more memory the second thousand sessions may leave behind."""

QUICK = {"servers": 300, "days": 30, "pairs": 3_000}
WHOLE = {"servers": 30_000, "days": 400, "pairs": 2_600_000}
"""Of the file that is measured with."""


def pages(is_quick: bool) -> list[Figure]:
    """First visits, at a desk and on a phone."""
    times = 1 if is_quick else 3
    figures = []
    with serving(published(**QUICK if is_quick else WHOLE)) as site, ExitStack() as later:
        site.wait_for_scripts()
        asyncio.run(_warm(site))
        # its loop must not run yet when ours does
        chromium = later.enter_context(site_browser.browser())
        for page in PAGES:
            figures += _first_visits(chromium, site, page, times, is_phone=False)
        for page in PHONE_SECONDS:
            figures += _first_visits(chromium, site, page, times, is_phone=True)
    return figures


def _first_visits(
    chromium: site_browser.Browser, site: Site, page: str, times: int, *, is_phone: bool
) -> list[Figure]:
    address = site.address + PAGES[page]
    wanted = USEFUL[page]
    seen = [
        site_browser.first_visit(chromium, address, wanted, is_phone=is_phone) for _ in range(times)
    ]
    where = "9 Mbit phone" if is_phone else "localhost"
    goals = PHONE_SECONDS if is_phone else COLD_SECONDS
    figures = [
        Figure(
            name=f"{page}{name}, cold, {where}",
            value=median(each.seconds[name] for each in seen),
            unit="s",
            at_most=None if name else goals[page],
        )
        for name in wanted
    ]
    figures.append(
        Figure(
            name=f"{page}, cold, {where}, fastest of {times}",
            value=min(each.seconds[""] for each in seen),
            unit="s",
        )
    )
    if not is_phone:
        figures.append(
            Figure(
                name=f"{page}, over the wire",
                value=median(each.megabytes for each in seen),
                unit="MB",
                at_most=LANDING_MEGABYTES if page == "home" else None,
            )
        )
    return figures


def clicks(is_quick: bool) -> list[Figure]:
    """Wishes, filters and measures clicked, until the page says what follows."""
    with serving(published(**QUICK if is_quick else WHOLE)) as site, ExitStack() as later:
        site.wait_for_scripts()
        asyncio.run(_warm(site))
        chromium = later.enter_context(site_browser.browser())
        context = later.enter_context(site_browser.visitor(chromium))
        return _clicks(context.new_page(), site, 2 if is_quick else 10)


def _clicks(page: site_browser.Page, site: Site, times: int) -> list[Figure]:
    clicked = {
        "a wish at home": (
            "/?lang=-",
            ("button:has-text('A short review')", "button:has-text('Right away')"),
            ("h2", ""),
        ),
        "a filter of the table": (
            "/servers",
            ("button:has-text('Open ')", "button:has-text('Open ')"),
            ("[role=status]", ""),
        ),
        "a measure of growth": (
            "/growth",
            ("button:has-text('Registered users')", "button:has-text('Active people')"),
            (".st-key-together .scatterlayer path.js-line", "d"),
        ),
    }
    figures = []
    for name, (path, buttons, told) in clicked.items():
        page.goto(site.address + path)
        seconds = [
            site_browser.until_updated(page, buttons[number % 2], *told) for number in range(times)
        ]
        goal = None if path == "/growth" else CLICK_MILLISECONDS
        figures += [
            Figure(
                name=f"{name}, click to updated",
                value=1_000 * median(seconds),
                unit="ms",
                at_most=goal,
            ),
            Figure(
                name=f"{name}, click to updated, fastest of {times}",
                value=1_000 * min(seconds),
                unit="ms",
            ),
        ]
    return figures


def reruns(is_quick: bool) -> list[Figure]:
    """A page again in the same session: from the websocket's message to `script_finished`."""
    with serving(published(**QUICK if is_quick else WHOLE)) as site:
        return asyncio.run(_reruns(site, 3 if is_quick else 40))


async def _reruns(site: Site, times: int) -> list[Figure]:
    await _warm(site)
    figures = []
    async with Visitors(site) as visitors:
        for page, goal in RERUN_MILLISECONDS.items():
            visit = await visitors.come(PAGES[page])
            for _ in range(3):
                await visit.run()
            computed = site.cpu_seconds()
            seconds = [await visit.run() for _ in range(times)]
            computed = site.cpu_seconds() - computed
            figures += [
                Figure(
                    name=f"{page}, rerun", value=1_000 * median(seconds), unit="ms", at_most=goal
                ),
                Figure(
                    name=f"{page}, rerun, fastest of {times}",
                    value=1_000 * min(seconds),
                    unit="ms",
                ),
                Figure(name=f"{page}, rerun, CPU", value=1_000 * computed / times, unit="ms"),
            ]
    return figures


def sessions(is_quick: bool) -> list[Figure]:
    """New sessions, many at once, and what they leave behind."""
    with serving(published(**QUICK if is_quick else WHOLE)) as site:
        return asyncio.run(_sessions(site, is_quick=is_quick))


async def _sessions(site: Site, *, is_quick: bool) -> list[Figure]:
    count = 5 if is_quick else 100
    await _warm(site)
    figures = []
    async with Visitors(site) as visitors:
        for page in PAGES:
            await visitors.come_at_once(PAGES[page], count // 5)
            await visitors.leave()
            before, computed = site.memory_mb(), site.cpu_seconds()
            seconds = await visitors.come_at_once(PAGES[page], count)
            computed = site.cpu_seconds() - computed
            grown = site.memory_mb() - before
            await visitors.leave()
            figures += [
                Figure(
                    name=f"{page}, new sessions a second, {count} at once",
                    value=count / seconds,
                    unit="/s",
                    at_least=SESSIONS_A_SECOND.get(page),
                ),
                Figure(name=f"{page}, CPU a session", value=1_000 * computed / count, unit="ms"),
                Figure(
                    name=f"{page}, memory an open session",
                    value=grown / count,
                    unit="MB",
                    at_most=SESSION_MEGABYTES,
                ),
            ]
        figures += await _soak(site, visitors, 20 if is_quick else 2_000)
    return figures


async def _soak(site: Site, visitors: Visitors, count: int) -> list[Figure]:
    """Sessions that come and go, twenty at a time, one batch in ten on each of the other pages."""
    others = [page for page in PAGES if page != "home"]
    held = {0: site.memory_mb()}
    for number in range(0, count, 20):
        batch = number // 20
        page = others[batch // 10 % len(others)] if batch % 10 == 9 else "home"
        await visitors.come_at_once(PAGES[page], min(20, count))
        await visitors.leave()
        held[number + 20] = site.memory_mb()
    half = held[max(number for number in held if number <= count / 2)]
    return [
        Figure(name=f"memory before {count:,} sessions", value=held[0], unit="MB"),
        Figure(name=f"memory after {count:,} sessions", value=held[max(held)], unit="MB"),
        Figure(
            name=f"memory after {count:,} sessions over after half of them",
            value=held[max(held)] / half,
            at_most=FLAT_WITHIN,
        ),
    ]


async def _warm(site: Site) -> None:
    """Let every page have been seen once: what it reads is kept then."""
    async with Visitors(site) as visitors:
        for page in PAGES.values():
            visit = await visitors.come(page)
            for _ in range(2):
                await visit.run()


ROWS = (
    Row(
        name="pages",
        about="first visits in Chromium, of 30,000 servers, 400 days and 5 M edges",
        measure=pages,
    ),
    Row(
        name="clicks",
        about="a click until the page shows what follows, in Chromium",
        measure=clicks,
    ),
    Row(
        name="reruns",
        about="a page again in its session, from the websocket's message to script_finished",
        measure=reruns,
    ),
    Row(
        name="sessions",
        about="many visitors at once, and 2,000 one after another",
        measure=sessions,
    ),
)
