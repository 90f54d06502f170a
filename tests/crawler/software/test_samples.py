"""Third-party responses, read by our extractors and families: facts of each, and none of their text."""

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from crawler.conversation import Answer, Ask
from crawler.exceptions import ExtractError
from crawler.fields import is_wall
from crawler.hostname import Hostname
from crawler.nodeinfo import discovery, nodeinfo, nodeinfo2, statistics_json
from crawler.outcome import Outcome
from crawler.peers import flat_peers
from crawler.records import NodeInfo, PeerListState
from crawler.registry import family_of
from crawler.scrub import scrub
from crawler.software.mastodon import instance_v1, instance_v2, weekly_points

pytestmark = pytest.mark.shared
Hold = Callable[..., Any]
OWN = Hostname.parse("asked.example")

PATHS = {
    "api_charts_active-users": "/api/charts/active-users",
    "api_charts_federation": "/api/charts/federation",
    "api_defederated": "/api/defederated",
    "api_federated": "/api/federated",
    "api_federation_instances": "/api/federation/instances",
    "api_meta": "/api/meta",
    "api_stats": "/api/stats",
    "api_v1_config": "/api/v1/config",
    "api_v1_config_about": "/api/v1/config/about",
    "api_v1_federation_domains": "/api/v1/federation/domains",
    "api_v1_instance": "/api/v1/instance",
    "api_v1_instance_fediversespace": "/an/older/release/of/api/v1/instance",
    "api_v1_instance_activity": "/api/v1/instance/activity",
    "api_v1_instance_peers": "/api/v1/instance/peers",
    "api_v1_server_followers": "/api/v1/server/followers",
    "api_v1_server_following": "/api/v1/server/following",
    "api_v1_server_stats": "/api/v1/server/stats",
    "api_v2_instance": "/api/v2/instance",
    "api_v3_federated_instances": "/api/v3/federated_instances",
    "api_v3_site": "/api/v3/site",
    "api_v4_federated_instances": "/api/v4/federated_instances",
    "api_v4_site": "/api/v4/site",
    "friendica_json": "/friendica/json",
    "siteinfo.json": "/siteinfo.json",
    "statusnet_config": "/api/statusnet/config.json",
}
"""What a file's name says was asked."""

NOT_ASKED = {
    "api_v1_instance_domain_blocks",
    "api_v1_instance_domain_blocks_obfuscated",
    "api_v1_instance_extended_description",
    "api_v1_instance_peers_filter_blocked",
    "api_v1_instance_rules",
    "api_v1_instance_terms_of_service",
}
"""Responses to questions that we do not put."""

NODEINFOS: dict[str, tuple[str, int | None, int | None, int | None]] = {
    # file: software, registered users, active in a month, local posts
    "_schema/nodeinfo-1.0-example": ("diaspora", 123, 23, 500),
    "_schema/nodeinfo-1.1-example": ("diaspora", 123, 23, 500),
    "_schema/nodeinfo-2.0-example": ("diaspora", 123, 23, 500),
    "_schema/nodeinfo-2.1-example": ("diaspora", 123, 23, 500),
    "_schema/nodeinfo-2.2-example": ("diaspora", 123, 23, 500),
    "_legacy/statistics.json_diaspora_0.5": ("diaspora", 120, 21, 900),
    "activity-relay/nodeinfo_2.1": ("activity-relay", 412, 412, None),
    "akkoma/nodeinfo_2.0": ("akkoma", 235, 70, 27),
    "akkoma/nodeinfo_2.1": ("akkoma", 235, 70, 27),
    "birdsitelive/nodeinfo_2.0": ("birdsitelive", 4812, None, 0),
    "bonfire/nodeinfo_2.0": ("bonfire", 7, None, None),
    "bookwyrm/nodeinfo_2.0": ("bookwyrm", 700, 80, 20000),
    "castopod/x-nodeinfo2": ("castopod", 3, 1, 40),
    "diaspora/nodeinfo_2.0_stats_hidden": ("diaspora", None, None, None),
    "fedify/nodeinfo_2.1": ("test", 3, 1, 123),
    "friendica/nodeinfo_1.0": ("friendica", 17, 8, 5234),
    "friendica/nodeinfo_2.0_stats_off": ("friendica", None, None, None),
    "friendica/statistics.json": ("friendica", 17, 8, 5234),
    "friendica/x-nodeinfo2": ("friendica", 17, 8, 5234),
    "funkwhale/nodeinfo_2.0": ("funkwhale", 0, 0, None),
    "gancio/nodeinfo_2.1": ("gancio", 12, None, 400),
    "ghost/nodeinfo_2.1": ("ghost", 1, 1, 15),
    "gnusocial/nodeinfo_2.0": ("gnusocial", 44, 6, 12000),
    "gotosocial/nodeinfo_2.0_default": ("gotosocial", 3, None, 812),
    "gotosocial/nodeinfo_2.1_zero": ("gotosocial", None, None, None),
    "hollo/nodeinfo_2.1": ("hollo", 1, 1, 40),
    "hubzilla/nodeinfo_2.0": ("hubzilla", 33, 9, 7000),
    "iceshrimp.net/nodeinfo_2.1": ("iceshrimp.net", 4, 2, 900),
    "kmyblue/nodeinfo_2.0": ("kmyblue", 1200, 280, 777000),
    "lemmy/nodeinfo_2.1": ("lemmy", 1200, 210, 9876),
    "loops/nodeinfo_2.1": ("loops", 50, 20, 120),
    "mastodon/nodeinfo_2.0": ("mastodon", 1523, 311, 98233),
    "mastodon/nodeinfo_2.0_metadata_array": ("mastodon", 87, 9, 5120),
    "mastodon/nodeinfo_2.0_pre_2022": ("mastodon", 87, 9, 5120),
    "mbin/nodeinfo_2.1": ("mbin", 800, 90, 1200),
    "microblogpub/nodeinfo_2.1": ("microblogpub", 1, None, 412),
    "misskey/nodeinfo_2.1": ("misskey", 5120, None, 1200345),
    "mitra/nodeinfo_2.1": ("mitra", 5, 3, 700),
    "mobilizon/nodeinfo_2.1": ("mobilizon", 9204, None, 7545),
    "nextcloud/nodeinfo_2.0": ("nextcloud", None, None, None),
    "nodebb/nodeinfo_2.0": ("nodebb", 9000, 300, 12000),
    "owncast/nodeinfo_2.0": ("owncast", 1, 1, 5),
    "owncast/nodeinfo_2.0_old": ("owncast", 1, 1, 5),
    "owncast/x-nodeinfo2": ("owncast", 1, 1, 5),
    "peertube/nodeinfo_2.0": ("peertube", 140, 12, 90211),
    "piefed/nodeinfo_2.0": ("piefed", 310, 80, 4000),
    "piefed/nodeinfo_2.1": ("piefed", 310, 80, 4000),
    "pixelfed/nodeinfo_2.0": ("pixelfed", 9, 11, 400),
    "pleroma/nodeinfo_2.1": ("pleroma", 57, 12, 40211),
    "plume/nodeinfo_2.0": ("plume", 40, None, 300),
    "pub-relay/nodeinfo_2.0": ("pub-relay", 1, None, 0),
    "sharkey/nodeinfo_2.1": ("sharkey", 77, None, 50211),
    "smithereen/nodeinfo_2.0": ("smithereen", 30, 10, 900),
    "snac/nodeinfo_2.0": ("snac", 2, 1, 300),
    "socialhome/x-nodeinfo2": ("socialhome", 4, 1, 40),
    "takahe/nodeinfo_2.0": ("takahe", 12, None, 900),
    "tootik/nodeinfo_2.0": ("tootik", None, None, None),
    "vernissage/nodeinfo_2.0": ("vernissage", 2, 2, 0),
    "wafrn/nodeinfo_2.0": ("wafrn", 4000, 600, 400000),
    "wordpress/nodeinfo_2.0": ("wordpress", 1, 1, 120),
    "wordpress/nodeinfo_2.0_event-federation": ("wordpress", 1, 1, 3),
    "writefreely/nodeinfo_2.0": ("writefreely", 3, None, 77),
}

HIDDEN = {"diaspora/nodeinfo_2.0_stats_hidden", "friendica/nodeinfo_2.0_stats_off"}
HIDDEN |= {"gotosocial/nodeinfo_2.1_zero", "tootik/nodeinfo_2.0"}
"""Documents that withhold their numbers on purpose."""

POINTERS = {
    "akkoma": ["2.1", "2.0"],
    "fedify": ["2.1"],
    "friendica": ["2.2", "2.1", "2.0", "1.0"],
    "kbin": ["2.1", "2.0"],
    "lemmy": ["2.1"],
    "mastodon": ["2.0"],
    "misskey": ["2.1", "2.0"],
    "mitra": ["2.1", "2.0"],
    "peertube": ["2.0"],
    "pixelfed": ["2.0"],
    "snac": ["2.1", "2.0"],
    "wordpress": ["2.0"],
}
"""Versions that each pointer offers, the best first."""

REFUSALS = {
    "castopod/well-known_nodeinfo_404.http": Outcome.NOT_JSON,
    "gotosocial/nodeinfo_406.http": Outcome.WRONG_SHAPE,
    "peertube/nodeinfo_404_version.http": Outcome.WRONG_SHAPE,
    "pleroma/nodeinfo_404.http": Outcome.WRONG_SHAPE,
    "mastodon/api_429.http": Outcome.WRONG_SHAPE,
    "_walls/cloudflare_503_legacy.http": Outcome.BOT_WALL,
}
"""Bodies that are no document, and what they would be taken for if their status were 200."""

TALKS: dict[str, tuple[str | None, str | None, int | None, dict[str, int]]] = {
    # folder: endpoint of the instance, registration, registered users, entries of each served list
    "akkoma": ("/.well-known/nodeinfo", "unknown", None, {"knows": 3}),
    "bookwyrm": ("/api/v1/instance", "approval", 700, {}),
    "friendica": ("/friendica/json", "approval", None, {"knows": 2}),
    "funkwhale": ("/api/v1/instance/nodeinfo/2.0", "closed", None, {}),
    "glitch": ("/api/v2/instance", "approval", None, {}),
    "gnusocial": ("/api/statusnet/config.json", "closed", None, {}),
    "gotosocial": ("/api/v2/instance", "approval", None, {"knows": 2}),
    "hubzilla": ("/siteinfo.json", "approval", 33, {}),
    "iceshrimp": (None, None, None, {"knows": 2}),
    "lemmy": ("/api/v3/site", "approval", 1200, {"knows": 2, "blocks": 1}),
    "mastodon": ("/api/v2/instance", "open", None, {"knows": 3}),
    "mbin": (None, None, None, {"knows": 2, "blocks": 1}),
    "misskey": ("/api/meta", "open", 20, {"knows": 2, "blocks": 1}),
    "peertube": ("/api/v1/config", "approval", 140, {"follows": 1, "knows": 1}),
    "piefed": (None, None, None, {"knows": 2, "blocks": 1}),
    "pixelfed": ("/api/v1/instance", "approval", 9, {}),
    "pleroma": ("/.well-known/nodeinfo", "unknown", None, {"knows": 2, "blocks": 2}),
    "sharkey": (None, None, None, {"knows": 2}),
    "snac": ("/.well-known/nodeinfo", "unknown", None, {}),
    "takahe": ("/api/v1/instance", "unknown", 12, {}),
}
"""What a family makes of its folder: a question whose answer is not in the folder gets a 404."""


@pytest.fixture(scope="session")
def samples(shared: Path) -> Path:
    """The folder of samples."""
    folder = shared / "protocols" / "samples"
    if not folder.is_dir():
        pytest.skip(f"no samples at {folder}")
    return folder


def files(samples: Path) -> Iterator[tuple[str, Path]]:
    """Every sample, as folder and stem."""
    for path in sorted(samples.glob("*/*.json")):
        yield f"{path.parent.name}/{path.name.removesuffix('.json')}", path


def response(path: Path) -> Answer:
    """A sample that holds a whole response."""
    value = json.loads(path.read_bytes())
    return Answer(status=value["status"], body=value["body"].encode())


def read(name: str, body: bytes) -> NodeInfo:
    """Read a document by what its name says it is."""
    stem = name.partition("/")[2]
    if stem.startswith("x-nodeinfo2"):
        return nodeinfo2(body)
    return statistics_json(body) if stem.startswith("statistics") else nodeinfo(body)


def test_every_sample_is_known(samples: Path) -> None:
    """A new sample is not passed over in silence."""
    unknown = []
    for name, _ in files(samples):
        folder, _, stem = name.partition("/")
        is_known = (
            name in NODEINFOS
            or name in REFUSALS
            or stem in PATHS
            or stem in NOT_ASKED
            or stem.endswith(".http")
            or (stem == "well-known_nodeinfo" and folder in POINTERS)
        )
        if not is_known:
            unknown.append(name)

    assert [] == unknown


def test_nodeinfo_documents_say_what_is_known_of_them(samples: Path) -> None:
    """Software and counts, with nothing in place of what is not said; hidden numbers are known as hidden."""
    bodies = {name: path.read_bytes() for name, path in files(samples) if name in NODEINFOS}

    found = {}
    for name, body in bodies.items():
        info = read(name, body)
        # Akkoma's documentation keeps the name of its ancestor in one of its examples
        software = "akkoma" if name.startswith("akkoma/") else info.software_name
        found[name] = (software, info.users_total, info.users_active_month, info.local_posts)
        assert info.is_statistics_hidden == (name in HIDDEN), name
        assert not info.is_opted_out, name

    assert {name: NODEINFOS[name] for name in found} == found
    assert len(found) >= 55


def test_schema_validity_agrees_with_a_real_validator(samples: Path) -> None:
    """The index beside the samples says what a JSON Schema validator made of each document."""
    verdicts = {}
    for line in (samples / "INDEX.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) > 5 and cells[5].startswith(("valid", "INVALID")):
            verdicts[cells[1].strip("`").removesuffix(".json")] = cells[5].startswith("valid")

    disagreeing = []
    for name, is_valid in verdicts.items():
        judged = nodeinfo((samples / f"{name}.json").read_bytes()).is_schema_valid
        if judged is not None and judged != is_valid:
            disagreeing.append(name)

    assert [] == disagreeing
    assert len(verdicts) > 50


def test_pointers_lead_to_documents(samples: Path) -> None:
    """Every pointer is understood, with its versions in our order."""
    found = {
        name.partition("/")[0]: [link.version for link in discovery(path.read_bytes(), OWN).links]
        for name, path in files(samples)
        if name.endswith("/well-known_nodeinfo")
    }

    assert found == POINTERS


def test_what_is_no_document_is_refused(samples: Path) -> None:
    """Error bodies and walls are never read as documents, whatever their status."""
    for name, path in files(samples):
        if name not in REFUSALS:
            continue
        answer = response(path)

        with pytest.raises(ExtractError) as caught:
            nodeinfo(answer.body)

        assert REFUSALS[name] == caught.value.outcome, name
        assert (REFUSALS[name] is Outcome.BOT_WALL) == is_wall(answer.body), name


def test_instance_documents_are_understood(samples: Path) -> None:
    """Ten softwares in Mastodon's words: each has a title, and nobody's address is read."""
    readers = {
        "api_v1_instance": instance_v1,
        "api_v1_instance_fediversespace": instance_v1,
        "api_v2_instance": instance_v2,
    }

    for name, path in files(samples):
        reader = readers.get(name.partition("/")[2])
        if reader is None:
            continue
        instance = reader(path.read_bytes())

        assert instance.title, name
        assert "admin@" not in repr(instance), name
        assert instance.version_raw or name.startswith("piefed/"), name


def test_peer_lists_are_served_or_hidden(samples: Path) -> None:
    """Flat lists give hostnames; refusals of a list are hidden ones, never failures."""
    for name, path in files(samples):
        stem = name.partition("/")[2]
        if stem == "api_v1_instance_peers":
            peers = flat_peers(
                Answer(status=200, body=path.read_bytes()), "/api/v1/instance/peers", OWN
            )
            rejected = sum(count for _, count in peers.rejected_counts)
            assert peers.state in (PeerListState.SERVED, PeerListState.EMPTY), name
            assert peers.received_count == len(peers.hostnames) + rejected > 0, name
        elif stem.startswith("api_v1_instance_peers_4"):
            peers = flat_peers(response(path), "/api/v1/instance/peers", OWN)
            assert PeerListState.HIDDEN is peers.state, name


def test_weeks_are_read_as_texts_and_as_integers(samples: Path) -> None:
    """All buckets but the unfinished first one become points."""
    for name, path in files(samples):
        if name.endswith("/api_v1_instance_activity"):
            buckets = json.loads(path.read_bytes())

            points = weekly_points(buckets, date(2025, 11, 20), is_rolling=True)

            assert len(buckets) - 1 == len(points), name
            assert all(point.statuses is not None for point in points), name


@pytest.mark.parametrize("folder", sorted(TALKS))
def test_a_family_understands_its_samples(samples: Path, hold: Hold, folder: str) -> None:
    """The whole conversation with a server that answers as in the folder."""
    endpoint, registration, users, lists = TALKS[folder]
    own = {
        path.name.removesuffix(".json"): path for path in sorted((samples / folder).glob("*.json"))
    }
    replies = {PATHS[stem]: path.read_bytes() for stem, path in own.items() if stem in PATHS}
    documents = [path for stem, path in own.items() if stem.startswith("nodeinfo_")]
    document = next((path for path in documents if ".http" not in path.name), None)

    def reply(ask: Ask) -> object:
        return replies.get(ask.path.partition("?")[0])

    held = hold(
        # glitch-soc says that it is Mastodon
        "mastodon" if folder == "glitch" else folder,
        reply,
        nodeinfo_body=document.read_bytes() if document else b"",
        hostname=OWN,
    )

    instance = held.told.instance
    found = (instance.endpoint, instance.registration, instance.users_total) if instance else None
    served = {
        str(peers.kind): len(peers.hostnames)
        for peers in held.told.peer_lists
        if peers.state is PeerListState.SERVED
    }
    assert ((endpoint, registration, users) if endpoint else None) == found
    assert lists == served


def test_every_folder_with_an_api_has_a_talk(samples: Path) -> None:
    """A new folder of answers is held as a conversation too."""
    folders = {
        name.partition("/")[0] for name, _ in files(samples) if name.partition("/")[2] in PATHS
    }

    assert folders == set(TALKS)
    assert all(family_of(folder).NAMES != ("*",) for folder in folders - {"glitch"})


def test_nobody_is_kept(samples: Path) -> None:
    """What is stored of any sample holds no address and no contact."""
    for name, path in files(samples):
        kept = scrub(path.read_bytes())

        assert kept is not None, name
        assert b"contact_account" not in kept, name
        assert b"nodeAdmins" not in kept, name
        assert b"admin@" not in kept.replace(b"admin@localhost", b""), name
