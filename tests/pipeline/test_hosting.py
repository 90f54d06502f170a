"""Where servers are hosted: what tables say of addresses, what is kept of it, and what is published."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from crawler.hostname import Hostname
from pipeline import optouts
from pipeline.exceptions import HostingTableError
from pipeline.frontier import DuckDBFrontier
from pipeline.hosting import AddressTables, Place
from pipeline.publish import publish_warehouse
from pipeline.read import Published, Wishes
from pipeline.settings import Settings

BUILT = datetime(2026, 3, 1, tzinfo=UTC)

NETWORKS = {
    # GeoLite2 ASN, GeoLite2 Country, IPinfo: each spells it another way
    "1.0.0.0/16": {
        "autonomous_system_number": 64500,
        "autonomous_system_organization": "Kuh\x07 AG",
    },
    "1.1.0.0/16": {"country": {"iso_code": "CH"}},
    "1.2.0.0/16": {"asn": "AS64501", "as_name": "Ox Ltd", "country_code": "NZ"},
    "1.3.0.0/16": {"asn": "AS13335", "as_name": "Cloudflare, Inc.", "country": "US"},
    "1.4.0.0/16": {"country": {"iso_code": "EU"}},
    "2a00::/16": {"autonomous_system_number": 64502},
}
TOR = (
    "# Last updated based on 2026-02-02 somebody's work\n"
    "16777216,16842751,DE\n"  # 1.0.0.0/16
    "16908288,16973823,??\n"  # 1.2.0.0/16
)
TOR6 = "# 2026-02-03\n2a00::,2a00:ffff:ffff:ffff:ffff:ffff:ffff:ffff,SE,AS64503\n"


def _encoded(value: Any) -> bytes:
    """A value as the MaxMind format writes it."""
    if isinstance(value, dict):
        inside = b"".join(_encoded(name) + _encoded(held) for name, held in value.items())
        return bytes([7 << 5 | len(value)]) + inside
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
    if isinstance(value, str):
        told = value.encode()
        size = len(told)
        head = bytes([2 << 5 | size]) if size < 29 else bytes([2 << 5 | 29, size - 29])
        return head + told
    told = value.to_bytes(8, "big").lstrip(b"\0")
    return bytes([len(told), 9 - 7]) + told if len(told) > 4 else bytes([6 << 5 | len(told)]) + told


def _mmdb(networks: dict[str, Any]) -> bytes:
    """A whole table of IPv6, in whose zeros IPv4 lies, with records of 24 bits."""
    nodes: list[list[Any]] = [[None, None]]
    data, places = b"", {}
    for text, record in networks.items():
        network = ip_network(text)
        bits = f"{int(network.network_address):0{network.max_prefixlen}b}"[: network.prefixlen]
        bits = "0" * 96 + bits if network.version == 4 else bits
        node = 0
        for bit in bits[:-1]:
            if nodes[node][int(bit)] is None:
                nodes.append([None, None])
                nodes[node][int(bit)] = len(nodes) - 1
            node = nodes[node][int(bit)]
        nodes[node][int(bits[-1])] = ("data", text)
        places[text] = len(data)
        data += _encoded(record)
    tree = b""
    for sides in nodes:
        for side in sides:
            number = len(nodes) if side is None else side
            if isinstance(side, tuple):
                number = len(nodes) + 16 + places[side[1]]
            tree += number.to_bytes(3, "big")
    told = {
        "binary_format_major_version": 2,
        "binary_format_minor_version": 0,
        "build_epoch": int(BUILT.timestamp()),
        "database_type": "Made-Up",
        "description": {},
        "ip_version": 6,
        "languages": [],
        "node_count": len(nodes),
        "record_size": 24,
    }
    return tree + bytes(16) + data + b"\xab\xcd\xefMaxMind.com" + _encoded(told)


@pytest.fixture
def mmdb(tmp_path: Path) -> Path:
    """A table in the MaxMind format."""
    path = tmp_path / "made-up.mmdb"
    path.write_bytes(_mmdb(NETWORKS))
    return path


@pytest.fixture
def tor(tmp_path: Path) -> tuple[Path, Path]:
    """Two tables in Tor's format."""
    paths = tmp_path / "geoip", tmp_path / "geoip6"
    for path, told in zip(paths, (TOR, TOR6), strict=True):
        path.write_text(told)
    return paths


def test_a_table_is_read_however_it_spells_things(mmdb: Path) -> None:
    """GeoLite2, DB-IP and IPinfo; a continent is no country, control characters are no name."""
    tables, of = AddressTables.open([mmdb]), "Made-Up 2026-03-01"

    found = [
        tables.find(address)
        for address in ("1.0.5.5", "::ffff:1.1.0.9", "1.2.0.1", "1.4.0.1", "2a00::7", "1.9.0.0")
    ]

    assert [
        Place(as_number=64500, as_name="Kuh AG", as_table=of),
        Place(country="CH", country_table=of),
        Place(country="NZ", as_number=64501, as_name="Ox Ltd", country_table=of, as_table=of),
        Place(),
        Place(as_number=64502, as_table=of),
        Place(),
    ] == found


def test_the_first_table_that_says_something_is_believed(
    mmdb: Path, tor: tuple[Path, Path]
) -> None:
    """Debian's tables know the country, another the network; private addresses are in none."""
    tables = AddressTables.open([*tor, mmdb])

    assert [
        Place(
            country="DE",
            as_number=64500,
            as_name="Kuh AG",
            country_table="geoip 2026-02-02",
            as_table="Made-Up 2026-03-01",
        ),
        "NZ",
        Place(
            country="SE",
            as_number=64503,
            country_table="geoip6 2026-02-03",
            as_table="geoip6 2026-02-03",
        ),
        Place(),
    ] == [
        tables.find("1.0.0.0"),
        tables.find("1.2.0.0").country,
        tables.find("2a00:5::1"),
        tables.find("10.0.0.1"),
    ]


@pytest.mark.parametrize(
    "content", [None, b"", b"nonsense\n", b"5,6,DE\n1,2,DE\n", b"\xab\xcd\xefMaxMind.com"]
)
def test_what_is_no_table_is_refused(content: bytes | None, tmp_path: Path) -> None:
    """With its path, before anything is crawled."""
    path = tmp_path / "table"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(HostingTableError, match=str(path)):
        AddressTables.open([path])


def test_tables_are_named_by_the_environment(mmdb: Path, tor: tuple[Path, Path]) -> None:
    """Several, parted as in PATH."""
    told = {"HERDBOOK_GEOIP": os.pathsep.join(map(str, (*tor, mmdb)))}

    assert (*tor, mmdb) == Settings.from_environment(told).geoip


@pytest.fixture
def hosted(
    frontier_of: Callable[..., DuckDBFrontier], mmdb: Path, made: Any, clock: Any
) -> DuckDBFrontier:
    """Servers of two networks, one of a few people, one that moved, one behind a CDN, one that refuses, one nowhere."""
    tables = AddressTables.open([mmdb])
    first = {
        "a.example": "1.2.0.1",
        "b.example": "1.2.0.2",
        "moved.example": "1.2.0.3",
        "cdn.example": "1.3.0.1",
        "private.example": "1.2.0.4",
        "nobody.example": None,
        "away.example": "1.9.0.1",
        "few.example": "1.2.0.5",
    }
    second = first | {"moved.example": "1.0.0.3"}
    for number, addresses in enumerate((first, second, second)):
        crawl = frontier_of(crawl_id=f"h{number}", hosting=tables)
        crawl.store(
            [
                made.check(
                    name,
                    started_at=clock.at,
                    address=address,
                    is_counting_refused=name == "private.example",
                    nodeinfo=made.nodeinfo(
                        users_total=4 if name == "few.example" else 40, users_active_month=2
                    ),
                )
                for name, address in addresses.items()
            ]
        )
        clock.forward(days=1)
    return crawl


def test_only_changes_are_kept_and_never_an_address(
    hosted: DuckDBFrontier, rows_of: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """A row when the place is new, with its table; nothing of those who refuse, nothing of the address."""
    found = rows_of(
        "select hostname, seen_at::date, country, as_number, as_table from raw.hosting order by all"
    )

    table = "Made-Up 2026-03-01"
    noon = date(2026, 3, 20)
    assert [
        ("a.example", noon, "NZ", 64501, table),
        ("b.example", noon, "NZ", 64501, table),
        ("cdn.example", noon, "US", 13335, table),
        ("few.example", noon, "NZ", 64501, table),
        ("moved.example", noon, "NZ", 64501, table),
        ("moved.example", noon + timedelta(days=1), None, 64500, table),
    ] == found
    columns = "select 1 from duckdb_columns() where column_name like '%address%'"
    assert [] == rows_of(columns)


def test_an_origin_behind_a_cdn_is_not_known(
    hosted: DuckDBFrontier, clock: Any, tmp_path: Path
) -> None:
    """Its network is the CDN's; the others have provider and country, and outages of each are played. Of a server of
    a few people nothing is said alone."""
    publish_warehouse(
        hosted.warehouse, published_at=clock.at, checks_promises=True, computes_graph=True
    )
    published = Published(tmp_path)

    places = published.query(
        "select hostname, country, provider, cdn from marts.hosting order by hostname"
    )
    totals = published.hosting_totals()
    nowhere = Wishes(origins=("unsaid",))
    wishes = [Wishes(countries=("NZ",)), Wishes(provider="kuh"), Wishes(origins=("cdn",)), nowhere]
    listed = [
        published.directory(wish, sort="provider", descending=False)["hostname"].tolist()
        for wish in (Wishes(), *wishes)
    ]
    played = {
        kind: published.outages(kind)[["key", "removed_count"]].to_numpy().tolist()
        for kind in ("provider", "country", "cdn")
    }

    published.close()
    assert [
        ["a.example", "NZ", "Ox Ltd (AS64501)", None],
        ["b.example", "NZ", "Ox Ltd (AS64501)", None],
        ["cdn.example", None, None, "Cloudflare"],
        ["moved.example", None, "Kuh AG (AS64500)", None],
    ] == places.astype(object).where(places.notna(), None).to_numpy().tolist()
    assert {
        "provider": [["Kuh AG (AS64500)", 1], ["Ox Ltd (AS64501)", 3]],
        "country": [["NZ", 3]],
        "cdn": [["Cloudflare", 1]],
    } == played
    everywhere = ["moved.example", "a.example", "b.example"]
    assert everywhere == listed[0][:3]
    assert [["a.example", "b.example"], ["moved.example"], ["cdn.example"]] == listed[1:4]
    assert "few.example" in listed[4]
    assert {"servers_count": 7, "provider_count": 3, "country_count": 2, "cdn_count": 1} == totals


def test_who_opts_out_is_nowhere(
    hosted: DuckDBFrontier, tmp_path: Path, rows_of: Callable[..., list[tuple[Any, ...]]]
) -> None:
    """CON-05: the rows of its hosting go with all others."""
    asked = {"reason": "asked", "source": "mail", "added_on": date(2026, 3, 20)}
    optouts.add(tmp_path, Hostname("a.example"), **asked)

    optouts.apply(hosted.warehouse)

    assert [] == rows_of("from raw.hosting where hostname = 'a.example'")
