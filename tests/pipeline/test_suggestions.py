"""Suggestions are good: on names, software, sizes and languages of thousands of real servers."""

import csv
import json
import random
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any, get_args
from zlib import crc32

import duckdb
import pandas as pd
import pytest

from pipeline.publish import publish_warehouse
from pipeline.ranking import Size, ranking
from pipeline.read import Published, Wanted
from pipeline.warehouse import Warehouse

pytestmark = pytest.mark.shared

NOW = datetime(2026, 3, 20, 12, tzinfo=UTC)
ANSWER_SETS = 200

SPOKEN = {"JP": "ja", "DE": "de", "FR": "fr", "ES": "es", "IT": "it", "NL": "nl", "PL": "pl"}
"""Where a list says a country only, its language stands in; elsewhere English."""

SOFTWARE: tuple[tuple[str, ...], ...] = (
    (),
    ("mastodon", "misskey", "pleroma", "gotosocial", "akkoma"),
    ("lemmy", "friendica", "hubzilla"),
    ("peertube",),
    ("writefreely", "wordpress", "plume"),
)


def _servers(reference: Path) -> list[dict[str, Any]]:
    """What lists of 2023 to 2025 say. What they do not (who is active, sign-up, uptime) is drawn by name."""
    languages = {}
    with (reference / "misskey_lists_2021_2025" / "instances_2025-12-29.csv").open() as file:
        for row in csv.DictReader(file):
            languages[row["domain"]] = json.loads(row["langs"])
    found = {}
    with (reference / "directories_2023" / "the_federation_nodes_2023.csv").open() as file:
        for row in csv.DictReader(file):
            users = int(float(row["users_total"] or 0))
            found[row["host"]] = (row["platform"], users, [SPOKEN.get(row["country_code"], "en")])
    for hostname, said in languages.items():
        found.setdefault(hostname, ("misskey", 50 + crc32(hostname.encode()) % 400, said))
    return [
        {
            "hostname": hostname,
            "software_name": software_name,
            "users_total": users,
            "users_active_month": users // (3 + draw % 9),
            "users_active_month_standing": "reported",
            "languages": languages.get(hostname, spoken),
            "languages_detected": [],
            "registration": ("open", "open", "approval", "closed")[draw % 4],
            "registration_path": "/signup",
            "rules": ["Be kind"] * (draw // 4 % 2),
            "is_alive": draw % 13 > 0,
            "is_counting_refused": False,
            "named_by_count": draw % 90,
            "first_seen_at": NOW - pd.Timedelta(days=draw % 800),
            "uptime_ratio_90d": 1 - draw % 80 / 1000,
            "checks_90d": 80,
            "answered_90d": 74,
        }
        for hostname, (software_name, users, spoken) in found.items()
        for draw in [crc32(hostname.encode())]
    ]


@pytest.fixture(scope="module")
def door(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """A published file of these servers."""
    folder = tmp_path_factory.mktemp("suggestions")
    with Warehouse.open(folder / "empty", is_replica=True) as opened:
        empty = publish_warehouse(opened, published_at=NOW)
    path = folder / "published" / "herdbook.duckdb"
    path.parent.mkdir()
    shutil.copy(empty, path)
    rows = pd.DataFrame(_servers(shared / "reference"))
    with duckdb.connect(path) as connection:
        connection.register("rows", rows)
        connection.execute("insert into marts.instances by name from rows")
    found = Published(folder)
    yield found
    found.close()


def test_every_wish_is_kept_and_nobody_is_flooded(door: Published) -> None:
    """Two hundred answer sets: all five fit, other wishes give others, first places are shared out."""
    rng = random.Random(7)
    firsts: Counter[str] = Counter()
    lists = []
    while len(lists) < ANSWER_SETS:
        wanted = Wanted(
            languages=tuple(rng.sample(("en", "de", "ja", "fr"), rng.choice((0, 1, 1, 2)))),
            registrations=rng.choice((("open",), ("open", "approval"))),
            software=rng.choice(SOFTWARE),
            size=rng.choice(get_args(Size)),
        )
        found = door.suggestions(wanted, now=NOW)
        rows = found.to_dict("records")
        assert all(_fits(row, wanted) for row in rows), wanted
        # nobody runs a large server for long writing in Japanese: the page then offers what comes near
        if len(rows) == 5:
            firsts[rows[0]["hostname"]] += 1
            lists.append((wanted, rows[0]["fitting_count"], {row["hostname"] for row in rows}))

    # where a handful fits both, both are shown the handful
    choices = [(wanted, names) for wanted, fitting, names in lists if fitting >= 25]
    assert len(choices) > ANSWER_SETS / 2
    alike = [
        len(names - others) < 3
        for (wanted, names), (others_wanted, others) in combinations(choices, 2)
        if wanted != others_wanted
    ]
    # whoever wishes nearly the same may be shown nearly the same
    assert sum(alike) < 0.01 * len(alike)
    assert firsts.most_common(1)[0][1] <= 0.05 * ANSWER_SETS, firsts.most_common(3)


def _fits(row: dict[str, Any], wanted: Wanted) -> bool:
    least, most = ranking().sizes.get(wanted.size, (0, 10**9))
    active = row["users_active_month"]
    return (
        row["registration"] in wanted.registrations
        and (not wanted.languages or bool(set(row["language_codes"]) & set(wanted.languages)))
        and (not wanted.software or row["software_name"] in wanted.software)
        and least <= active <= most
        and row["uptime_ratio_90d"] >= ranking().gates["least_uptime_ratio"]
    )
