"""The doors that machines use: the API, feeds, badges, metrics, site maps."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

import duckdb
import pytest
from starlette.datastructures import QueryParams

from dashboard.doors import parameters
from dashboard.doors.answers import Problem
from dashboard.doors.api import ENDPOINTS
from dashboard.doors.badges import Badge, drawn
from dashboard.doors.endpoints import ROOT
from dashboard.doors.openapi import answer_schema, document
from dashboard.routes import routes

HERE = Path(__file__).parent
ATOM = "{http://www.w3.org/2005/Atom}"


class Answer:
    """What came, whatever its status."""

    def __init__(self, address: str, method: str = "GET", **headers: str) -> None:
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(address, method=method, headers=told)
        try:
            with urlopen(request) as came:
                self.status, self.headers, self.body = came.status, came.headers, came.read()
        except HTTPError as error:
            with error:
                self.status, self.headers, self.body = error.code, error.headers, error.read()

    @property
    def json(self) -> Any:
        """Its body as JSON."""
        return json.loads(self.body)


def _publish(publish: Callable[..., Path], folder: Path, **how: Any) -> Path:
    publish(folder, **how)
    with duckdb.connect(folder / "published" / "herdbook.duckdb") as connection:
        connection.execute("set timezone = 'UTC'")
        for name in ("network", "doors"):
            connection.execute((HERE / f"{name}.sql").read_text(encoding="utf-8"))
    return folder


@pytest.fixture(scope="module")
def folder(publish: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder of this module's own, which a test may publish anew."""
    return _publish(publish, tmp_path_factory.mktemp("doors"))


@pytest.fixture(scope="module")
def doors(serve: Callable[..., Any], folder: Path) -> Iterator[str]:
    """Address of a site that shows `folder`."""
    with serve(folder) as address:
        yield address


@pytest.fixture(scope="module")
def rows(folder: Path) -> Callable[[str], list[tuple[Any, ...]]]:
    """Rows of the published file itself, to compare with."""

    def ask(sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(folder / "published" / "herdbook.duckdb", read_only=True) as connection:
            return connection.execute(sql).fetchall()

    return ask


def _walk(doors: str, path: str, name: str) -> list[Any]:
    """All rows of a list, by its own links."""
    found: list[Any] = []
    while path:
        told = Answer(doors + path).json
        found += told[name]
        path = told["links"].get("next", "")
    return found


@pytest.mark.parametrize("sort", ["users_active_month", "software_name&order=desc", "hostname"])
def test_a_list_of_servers_ends_where_they_do(doors: str, rows: Callable, sort: str) -> None:  # type: ignore[type-arg]
    """However few are asked for at a time, each server that fits comes once, those that do not say last."""
    expected = rows("select hostname from marts.instances where not is_counting_refused")

    found = _walk(doors, f"{ROOT}/servers?all=1&limit=89&sort={sort}", "servers")

    assert sorted(name for (name,) in expected) == sorted(row["hostname"] for row in found)
    told = [row["users_active_month"] for row in found if sort == "users_active_month"]
    known = [value for value in told if value is not None]
    assert sorted(known, reverse=True) + [None] * (len(told) - len(known)) == told


def test_a_list_of_events_ends_where_they_do(doors: str, rows: Callable) -> None:  # type: ignore[type-arg]
    """Each once, the newest first, though many are of one day."""
    expected = rows(
        "select happened_on::varchar, hostname, event from marts.events order by happened_on desc, hostname, event"
    )

    found = _walk(doors, f"{ROOT}/events?limit=7", "events")

    assert expected == [(e["happened_on"], e["hostname"], e["event"]) for e in found]


def test_filters_and_fields_are_those_of_the_page(doors: str) -> None:
    """The same servers as on the page, and only what was asked of each."""
    page = Answer(f"{doors}/api/servers.json?lang=de&reg=open").json

    told = Answer(f"{doors}{ROOT}/servers?lang=de&reg=open&fields=hostname,registration").json

    assert page["instances_known"] == told["instances_known"] == len(told["servers"]) > 0
    assert {"registration": "open"}.items() <= told["servers"][0].items()
    assert ["hostname", "registration"] == list(told["servers"][0])


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("limit=0", "limit", "1 to 1000"),
        ("limit=%D9%A1", "limit", "1 to 1000"),
        ("sort=<b>", "sort", "hostname"),
        ("reg=open,shut", "reg", "approval"),
        ("fields=secrets", "fields", "hostname"),
        ("colour=red", "colour", "cursor"),
        ("cursor=abc", "cursor", "links.next"),
        ("limit=1&limit=2", "limit", "one value"),
    ],
)
def test_what_means_nothing_is_said_to(
    doors: str, query: str, parameter: str, allowed: str
) -> None:
    """The problem names the parameter, what it said and what it takes (RFC 9457)."""
    answer = Answer(f"{doors}{ROOT}/servers?{query}")

    assert 400 == answer.status
    assert "application/problem+json" == answer.headers["Content-Type"]
    assert parameter == answer.json["parameter"]
    assert allowed in answer.json["allowed"]


def test_a_cursor_belongs_to_its_question(doors: str) -> None:
    """Other filters with it are refused instead of answered with something else."""
    following = Answer(f"{doors}{ROOT}/servers?limit=5").json["links"]["next"]

    answer = Answer(f"{doors}{following}&lang=de")

    assert (400, "cursor") == (answer.status, answer.json["parameter"])


def test_whoever_has_it_is_told_so(doors: str) -> None:
    """A strong tag for each encoding; 304 to whoever sends it back; the body in the encoding that was asked for."""
    address = f"{doors}{ROOT}/software"
    first = Answer(address, Accept_Encoding="br")

    again = Answer(address, Accept_Encoding="br", If_None_Match=first.headers["ETag"])
    plain = Answer(address, If_None_Match=first.headers["ETag"])

    assert (304, b"") == (again.status, again.body)
    assert first.headers["ETag"] == again.headers["ETag"] != plain.headers["ETag"]
    assert "br" == first.headers["Content-Encoding"]
    assert "Accept-Encoding" == first.headers["Vary"]
    assert 200 == plain.status


def test_pages_of_other_sites_may_read_it(doors: str) -> None:
    """A browser's question beforehand, problems and HEAD included."""
    asked = Answer(f"{doors}{ROOT}/servers", "OPTIONS", Origin="https://else.example")
    wrong = Answer(f"{doors}{ROOT}/servers?limit=0", Origin="https://else.example")
    head = Answer(f"{doors}{ROOT}/rules", "HEAD")

    assert (204, "GET, HEAD, OPTIONS") == (
        asked.status,
        asked.headers["Access-Control-Allow-Methods"],
    )
    assert "*" == asked.headers["Access-Control-Allow-Origin"]
    assert "*" == wrong.headers["Access-Control-Allow-Origin"]
    assert (200, b"") == (head.status, head.body)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda endpoint: endpoint.name)
def test_answers_are_what_their_description_says(doors: str, rows: Callable, endpoint: Any) -> None:  # type: ignore[type-arg]
    """Each validates, holds nothing that is not described, and carries its date and coverage."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed")
    host = rows("select min(hostname) from marts.instance_days where source = 'self'")[0][0]

    told = Answer(f"{doors}{ROOT}{endpoint.path.replace('{hostname}', host)}").json

    jsonschema.Draft202012Validator(_closed(answer_schema(endpoint))).validate(told)
    assert told["is_replica"]
    assert 0 < told["coverage"]["coverage_ratio"] < 1


def _closed(schema: Any) -> Any:
    """A schema in which nothing beside what it names may stand."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: _closed(part) for name, part in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        told["additionalProperties"] = False
    return told


def test_every_route_and_parameter_is_described(doors: str) -> None:
    """The description for programs and the page for people name all that is served below the root."""
    served = {
        route.path.removeprefix(ROOT)
        for route in routes()
        if route.path.startswith(f"{ROOT}/") and not route.path.endswith("openapi.json")
    }
    told = Answer(f"{doors}{ROOT}/openapi.json").json
    page = Answer(f"{doors}/api").body.decode()

    named = {
        (path, parameter["name"])
        for path, operations in told["paths"].items()
        for parameter in operations["get"]["parameters"]
        if parameter["in"] == "query"
    }
    assert document() == told
    assert served == set(told["paths"])
    assert {(e.path, p.name) for e in ENDPOINTS for p in e.parameters} == named
    assert all(f"{ROOT}{path}" in page for path in served)
    assert "<script" not in page
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


def test_an_unknown_server_is_not_found_and_others_are_named(doors: str, rows: Callable) -> None:  # type: ignore[type-arg]
    """Whoever mistypes is helped; what was typed comes back as text only."""
    host = rows("select min(hostname) from marts.instances where not is_counting_refused")[0][0]

    close = Answer(f"{doors}{ROOT}/servers/x{host}")
    hostile = Answer(f"{doors}{ROOT}/servers/{quote('<b>%0d%0a', safe='')}")

    assert 404 == close.status == hostile.status
    assert host in close.json["alike"]


# --- feeds -----------------------------------------------------------------------------------------


def test_a_feed_is_atom_that_any_reader_takes(doors: str) -> None:
    """What RFC 4287 wants of each feed and entry; whatever servers said is text and nothing else."""
    answer = Answer(f"{doors}/feeds/events.atom")
    feed = ET.fromstring(answer.body)

    entries = feed.findall(f"{ATOM}entry")
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    hostile = next(e for e in entries if "evil" in (e.findtext(f"{ATOM}title") or ""))
    assert "application/atom+xml" == answer.headers["Content-Type"]
    assert f"{doors}/feeds/events.atom" == feed.find(f"{ATOM}link[@rel='self']").get("href")  # type: ignore[union-attr]
    assert len(ids) == len(set(ids)) > 10
    assert all(str(name).startswith("tag:127.0.0.1,2026:") for name in ids)
    assert all(
        re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", e.findtext(f"{ATOM}updated") or "")
        for e in entries
    )
    assert entries[0].findtext(f"{ATOM}updated") == feed.findtext(f"{ATOM}updated")
    assert "hostile.example now sends visitors to <script>]]>&evil.example" == hostile.findtext(
        f"{ATOM}title"
    )
    assert ids == [
        e.findtext(f"{ATOM}id")
        for e in ET.fromstring(Answer(f"{doors}/feeds/events.atom").body).findall(f"{ATOM}entry")
    ]


def test_a_watch_list_hears_of_its_servers_only(doors: str, rows: Callable) -> None:  # type: ignore[type-arg]
    """New versions too; fifty servers at most, and at least one."""
    host = rows("select min(hostname) from marts.instance_days where source = 'herdbook'")[0][0]

    feed = ET.fromstring(Answer(f"{doors}/feeds/watch.atom?d={host}&d=hostile.example").body)
    none = Answer(f"{doors}/feeds/watch.atom")
    many = Answer(f"{doors}/feeds/watch.atom?" + "&".join(f"d={n}.example" for n in range(51)))

    kinds = [e.find(f"{ATOM}category").get("term") for e in feed.findall(f"{ATOM}entry")]  # type: ignore[union-attr]
    titles = [e.findtext(f"{ATOM}title") or "" for e in feed.findall(f"{ATOM}entry")]
    assert {"version_changed", "moved"} <= set(kinds)
    assert all(title.startswith((host, "hostile.example")) for title in titles)
    assert (400, 400) == (none.status, many.status)


# --- badges ----------------------------------------------------------------------------------------


def test_a_badge_is_a_picture_that_says_what_it_shows(doors: str, rows: Callable) -> None:  # type: ignore[type-arg]
    """Any site may show it; it has a title, and nothing foreign in it runs; an unknown server has one too."""
    host = rows("select hostname from marts.instances where software_name like '%<i>%'")[0][0]
    shown = Answer(f"{doors}/badge/{host}/software.svg")
    hostile = drawn(Badge(label="runs", value="<i>odd|ware</i>", title='"><script>'))
    missing = Answer(f"{doors}/badge/%3Cb%3E.example/users.svg")

    assert ("image/svg+xml", "cross-origin") == (
        shown.headers["Content-Type"],
        shown.headers["Cross-Origin-Resource-Policy"],
    )
    assert "max-age" in shown.headers["Cache-Control"]
    for body in (shown.body.decode(), hostile, missing.body.decode()):
        picture = ET.fromstring(body)
        names = {part.tag.rpartition("}")[2] for part in picture.iter()}
        assert {"svg", "title", "rect", "path", "g", "text"} == names
        assert picture.get("aria-label") == picture[0].text
    assert 404 == missing.status
    assert 404 == Answer(f"{doors}/badge/{host}/karma.svg").status


# --- what else machines look for -------------------------------------------------------------------


def test_metrics_are_those_of_the_last_crawl_and_publish(doors: str, rows: Callable) -> None:  # type: ignore[type-arg]
    """Prometheus' text format, from the published file and the status files."""
    told = Answer(f"{doors}/metrics").body.decode()

    lines = [line for line in told.splitlines() if not line.startswith("#")]
    samples = dict(line.rsplit(" ", 1) for line in lines)
    names = [line.split()[2] for line in told.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    assert all(
        re.fullmatch(r'[a-z_]+[0-9a-z_]*(\{[a-z]+="[^"\\]*"\})? [0-9.e+-]+', x) for x in lines
    )
    assert "258" == samples['herdbook_last_crawl_checks{outcome="ok"}']
    assert "3600" == samples["herdbook_last_crawl_duration_seconds"]
    assert "17" == samples['herdbook_frontier_hosts{state="held"}']
    assert "0" == samples["herdbook_release_is_held_back"]
    assert "1" == samples["herdbook_is_published"]


def test_site_maps_name_every_page_once(doors: str, rows: Callable) -> None:  # type: ignore[type-arg]
    """robots.txt leads to them; servers that ask not to be counted are left out."""
    robots = Answer(f"{doors}/robots.txt").body.decode()
    index = ET.fromstring(Answer(re.findall(r"Sitemap: (.+)", robots)[0]).body)

    urls = [
        url[0].text for entry in index for url in ET.fromstring(Answer(str(entry[0].text)).body)
    ]

    expected = rows("select hostname from marts.instances where not is_counting_refused")
    assert len(urls) == len(set(urls))
    assert {f"{doors}/server?d={name}" for (name,) in expected} <= set(urls)
    assert {f"{doors}/", f"{doors}/servers", f"{doors}/api"} <= set(urls)
    assert 404 == Answer(f"{doors}/sitemap/servers-2.xml").status


@pytest.mark.parametrize("path", ["/", "/servers?lang=de", "/growth", "/server?d="])
def test_pages_have_words_without_scripts(doors: str, rows: Callable, path: str) -> None:  # type: ignore[type-arg]
    """Servers, totals or a server's facts; one address; a preview; the feeds."""
    host = rows("select min(hostname) from marts.instances where not is_counting_refused")[0][0]
    address = path + host if path.endswith("=") else path

    page = Answer(doors + address).body.decode()

    words = re.findall(r"<noscript>(.*?)</noscript>", page, re.DOTALL)[0]
    assert "Active in a month" in words
    assert f'<link rel="canonical" href="{doors}{address.replace("?lang=de", "")}"' in page
    assert f'<meta property="og:url" content="{doors}' in page
    assert 'type="application/atom+xml"' in page
    assert "_stcore/agent" not in page


def test_a_name_that_is_no_name_is_not_repeated(doors: str) -> None:
    """A forged Host cannot put an address of its own into pages, feeds and site maps."""
    page = Answer(f"{doors}/server?d=", Host='evil.example"><script>').body

    assert b"evil.example" not in page


def test_a_day_is_a_day() -> None:
    """Other spellings of dates are refused: what one program reads as May another reads as March."""
    since = (parameters.Day("since", "the first day"),)

    with pytest.raises(Problem):
        parameters.read(since, QueryParams("since=20261125"))
    with pytest.raises(Problem):
        parameters.read(since, QueryParams("since=2026-02-30"))


def test_a_cursor_of_replaced_data_is_refused(
    doors: str, folder: Path, publish: Callable[..., Path]
) -> None:
    """Newer data came: the list says so with 410, and can be begun again at once. Last, as it publishes anew."""
    first = Answer(f"{doors}{ROOT}/servers?limit=5")

    _publish(publish, folder, servers=200)
    following = Answer(doors + first.json["links"]["next"])
    again = Answer(f"{doors}{ROOT}/servers?limit=5", If_None_Match=first.headers["ETag"])

    assert (410, "cursor") == (following.status, following.json["parameter"])
    assert 200 == again.status
    assert again.json["instances_known"] < first.json["instances_known"]
