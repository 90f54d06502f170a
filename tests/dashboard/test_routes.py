"""What is served beside the pages."""

import csv
import io
import json
from collections.abc import Callable
from contextlib import closing
from email.message import Message
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

import pyarrow.parquet as pq
import pytest


def _get(address: str) -> tuple[int, Message, bytes]:
    """Status, headers and body, whatever they are."""
    try:
        with urlopen(address) as answer:
            return answer.status, answer.headers, answer.read()
    except HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def _json(address: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(_get(address)[2])
    return told


def test_the_directory_as_json_is_filtered_like_the_page(site: str) -> None:
    """The page's address works there, and each answer carries its date and coverage."""
    told = _json(f"{site}/api/servers.json?lang=de&reg=open&sort=hostname")

    names = [server["hostname"] for server in told["servers"]]
    assert told["instances_known"] == len(names) > 0
    assert sorted(names) == names
    assert all("de" in s["language_codes"] and s["registration"] == "open" for s in told["servers"])
    assert told["is_replica"]
    assert 0 < told["coverage_ratio"] <= 1


def test_one_server_as_json(site: str) -> None:
    """Everything published about it, by name."""
    name = _json(f"{site}/api/servers.json")["servers"][0]["hostname"]

    assert name == _json(f"{site}/api/server.json?d={name.upper()}")["server"]["hostname"]


def test_an_unknown_server_is_not_found_and_others_are_named(site: str) -> None:
    """Whoever mistypes is helped."""
    name = _json(f"{site}/api/servers.json")["servers"][0]["hostname"]

    status, _, body = _get(f"{site}/api/server.json?d=x{name}")

    assert 404 == status
    assert name in json.loads(body)["alike"]


def test_a_download_holds_all_that_fit_and_no_formula(site: str) -> None:
    """Not only one page of them, and inert in a spreadsheet."""
    expected = _json(f"{site}/api/servers.json?all=1")["instances_known"]

    with urlopen(f"{site}/data/servers.csv?all=1") as answer:
        found = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8")))

    assert expected == len(found)
    assert expected > 100
    assert not [row for row in found if row["title"].startswith(("=", "+", "-", "@"))]


def test_files_hold_what_the_page_shows_in_its_order(site: str) -> None:
    """Whoever takes a page's address to the files has the same servers; Parquet keeps types and meanings."""
    query = "lang=de&age=..16,unsaid&rules=yes&sort=users_total&order=asc"
    names = "hostname,users_total,has_captcha,language_codes,checked_at"

    page = _json(f"{site}/api/servers.json?{query}")
    whole = list(csv.DictReader(io.StringIO(_get(f"{site}/data/servers.csv?{query}")[2].decode())))
    table = pq.read_table(
        io.BytesIO(_get(f"{site}/data/servers.parquet?{query}&fields={names}")[2])
    )

    expected = [server["hostname"] for server in page["servers"]]
    assert expected == [row["hostname"] for row in whole] == table["hostname"].to_pylist()
    assert len(expected) > 10
    assert {"description", "peers_state", "reach_ratio"} <= set(whole[0])
    assert names.split(",") == table.column_names
    assert ["string", "int64", "bool", "list", "timestamp[us, tz=UTC]"] == [
        str(kind).partition("<")[0] for kind in table.schema.types
    ]
    assert b"registered users" in table.schema.field("users_total").metadata[b"meaning"]


def test_files_of_nothing_have_their_heads_and_nonsense_is_refused(site: str) -> None:
    """No servers is an answer; a word that means nothing would be the wrong answer."""
    nobody = "q=nobody-at-all&fields=hostname,users_total"

    table = pq.read_table(io.BytesIO(_get(f"{site}/data/servers.parquet?{nobody}")[2]))
    lines = _get(f"{site}/data/servers.csv?{nobody}")[2]
    status, _, refused = _get(f"{site}/data/servers.csv?age=old")

    assert (0, ["hostname", "users_total"]) == (table.num_rows, table.column_names)
    assert b"hostname,users_total\r\n" == lines
    assert (400, "age") == (status, json.loads(refused)["parameter"])


def test_the_published_file_is_served_whole(site: str, published: Path) -> None:
    """Readers elsewhere get what these pages read."""
    with urlopen(f"{site}/data/herdbook.duckdb") as answer:
        assert (published / "published" / "herdbook.duckdb").read_bytes() == answer.read()


def test_a_short_address_leads_to_the_page(site: str) -> None:
    """`/s/NAME` can be said aloud."""
    with urlopen(f"{site}/s/One.Example") as answer:
        assert f"{site}/server?d=one.example" == answer.url


def test_each_page_says_what_it_is_before_any_script(site: str) -> None:
    """Search engines, previews and readers without scripts find title, description and links."""
    name = _json(f"{site}/api/servers.json")["servers"][0]["hostname"]

    with urlopen(f"{site}/server?d={name}") as answer:
        page = answer.read().decode()

    assert f"<title>{name} · Herdbook</title>" in page
    assert '<html lang="en">' in page
    assert "<noscript>" in page
    assert "fonts.g" not in page


def test_hostile_text_is_inert_in_the_first_bytes(site: str) -> None:
    """A description that is a script is shown as one."""
    hostile = next(
        server["hostname"]
        for page in (1, 2, 3)
        for server in _json(f"{site}/api/servers.json?all=1&page={page}")["servers"]
        if "<script>" in (server["title"] or "")
    )

    with urlopen(f"{site}/server?d={hostile}") as answer:
        page = answer.read().decode()

    assert "<img" not in page
    assert "&lt;img" in page


@pytest.mark.parametrize("path", ["/", "/servers", "/api/servers.json", "/static/nothing.js"])
def test_every_answer_carries_its_protections(site: str, path: str) -> None:
    """Nothing from elsewhere is loaded, framed or guessed."""
    _, headers, _ = _get(site + path)

    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "nosniff" == headers["X-Content-Type-Options"]


def test_a_page_of_another_site_may_not_open_a_session(site: str) -> None:
    """Refused before Streamlit would ask the internet for this machine's address."""
    headers = {
        "Origin": "https://evil.invalid",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }

    with closing(HTTPConnection(site.removeprefix("http://"))) as connection:
        connection.request("GET", "/_stcore/stream", headers=headers)
        status = connection.getresponse().status

    assert 403 == status


def test_machines_find_what_they_look_for(site: str) -> None:
    """A health check and robots.txt."""
    assert "ok" == _json(f"{site}/healthz")["status"]
    with urlopen(f"{site}/robots.txt") as answer:
        assert answer.read().startswith(b"User-agent: *")


def test_nothing_published_is_said_as_such(serve: Callable, tmp_path: Path) -> None:  # type: ignore[type-arg]
    """The process is well; there is nothing to show yet."""
    with serve(tmp_path) as empty:
        health = _json(f"{empty}/healthz")
        status, _, _ = _get(f"{empty}/api/servers.json")

    assert {"status": "ok", "published_at": None} == health
    assert 503 == status


def test_a_file_of_an_older_version_is_said_as_such(site: str) -> None:
    """What it lacks is a problem that says so, without a word of where it lies."""
    status, headers, body = _get(f"{site}/api/v1/events")

    assert (503, "application/problem+json") == (status, headers["Content-Type"])
    assert "30" == headers["Retry-After"]
    assert b"herdbook.duckdb" not in body
