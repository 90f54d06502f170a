"""What every family keeps to, whoever wrote it: whatever it hears, it comes to an end."""

import ast
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import crawler.software
from crawler.conversation import Answer, Ask, Told, Wants
from crawler.outcome import Outcome
from crawler.pages import MOST_PAGES
from crawler.records import Instance, PeerList, PeerListState
from crawler.registry import Family, families

Hold = Callable[..., Any]
FOLDER = Path(crawler.software.__path__[0])
MOST_QUESTIONS = 3 * MOST_PAGES + 20
"""Three lists of pages without end, and all else. The check's own budget is far below."""
BUDGET = 52
"""What a check pays for by default: 12 questions and 40 pages."""
MOST_WITHOUT_PAGES = 12
OWN = "one.example"


def words_of(path: Path) -> set[str]:
    """The short texts in a module: the keys it reads are among them."""
    found = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    texts = {
        node.value
        for node in found
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {text for text in texts if 0 < len(text) <= 40 and text.isascii() and " " not in text}


WORDS = {path.stem: sorted(words_of(path)) for path in FOLDER.glob("*.py")}
SHARED = ["mastodon", "dialect", "misskey_charts", "misskey_instances"]
FAMILIES = [
    pytest.param(family, name, id=f"{family.__name__.rpartition('.')[2]}-{name}")
    for family in families()
    for name in family.NAMES[:1]
]


def json_values(family: Family) -> st.SearchStrategy[Any]:
    """Any JSON, most of it under keys that the family reads."""
    module = family.__name__.rpartition(".")[2]
    shared = [word for name in SHARED for word in WORDS.get(name, [])]
    keys = st.sampled_from(WORDS[module]) | st.sampled_from(shared) | st.text(max_size=5)
    leaves = (
        st.none()
        | st.booleans()
        | st.sampled_from([0, 1, -1, 5, 2**31, 2**53, 2**53 + 1, -(2**63), 1.5, 1e300])
        | st.sampled_from(["", "0", "12", "true", OWN, "two.example", "https://three.example/x"])
        | st.sampled_from(
            ["2026-11-20T00:00:00Z", "\x00", "<b>", "a@b.example", "xn--a", "x" * 3000]
        )
        | keys
        | st.text(max_size=8)
    )
    return st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=8),
        max_leaves=30,
    )


def answers(family: Family) -> st.SearchStrategy[object]:
    """Whatever may come back: faults, refusals, pages, rubbish, and JSON."""
    values = json_values(family)
    faults = st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.OK])
    return (
        values
        | values
        | st.lists(values, max_size=6)
        | st.binary(max_size=60)
        | faults.map(lambda outcome: Answer(fault=outcome, detail="x" * 300))
        | st.builds(
            lambda status, value: Answer(status=status, body=json.dumps(value).encode()),
            st.sampled_from([200, 204, 301, 400, 401, 403, 404, 405, 406, 429, 500, 501, 503]),
            values,
        )
    )


@pytest.mark.parametrize(("family", "name"), FAMILIES)
@given(data=st.data())
@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_conversation_ends_with_a_sound_account(
    hold: Hold, family: Family, name: str, data: st.DataObject
) -> None:
    """Whatever is answered, the family asks its own questions only and tells what fits the records."""
    asked: list[Ask] = []
    replies = answers(family)
    metadata = data.draw(json_values(family) | st.dictionaries(st.text(max_size=3), st.none()))
    version = data.draw(
        st.sampled_from(["4.5.2", "0.19.13", "1.0.0-beta.1", "12.119", "3.4", "x", ""])
    )

    def reply(ask: Ask) -> object:
        asked.append(ask)
        assert len(asked) <= MOST_QUESTIONS, "it never stops asking"
        drawn = data.draw(replies)
        return Answer(status=200, body=b"null") if drawn is None else drawn

    held = hold(name, reply, nodeinfo_body=document(name, version, metadata))

    assert_its_own_questions(family, asked)
    assert_sound(held.told)


@pytest.mark.parametrize(("family", "name"), FAMILIES)
@pytest.mark.parametrize("size", [30, 100])
@pytest.mark.parametrize("shape", ["list", "object"])
def test_pages_without_end_come_to_an_end(
    hold: Hold, family: Family, name: str, size: int, shape: str
) -> None:
    """A server that always has one more page, each as long as was asked for, is left in the end."""
    asked: list[Ask] = []

    def reply(ask: Ask) -> object:
        asked.append(ask)
        assert len(asked) <= MOST_QUESTIONS, "it never stops asking"
        page = [entry(f"h{len(asked)}-{number}.example") for number in range(size)]
        return page if shape == "list" else endless(page)

    held = hold(name, reply, nodeinfo_body=document(name, "1.0.0", {}), most_asks=10_000)

    assert_its_own_questions(family, asked)
    assert_sound(held.told)


@pytest.mark.parametrize(("family", "name"), FAMILIES)
@pytest.mark.parametrize("shape", ["list", "object"])
def test_a_spent_budget_is_heard(hold: Hold, family: Family, name: str, shape: str) -> None:
    """When the check may ask no more, the family soon stops, and no cut list counts as complete."""
    pages = iter(range(BUDGET))

    def reply(ask: Ask) -> object:
        turn = next(pages)
        page = [entry(f"h{turn}-{number}.example") for number in range(100)]
        return page if shape == "list" else endless(page)

    held = hold(name, reply, nodeinfo_body=document(name, "1.0.0", {}), most_asks=BUDGET)

    assert len(held.asked) <= BUDGET + MOST_WITHOUT_PAGES
    assert_sound(held.told)


@pytest.mark.parametrize(("family", "name"), FAMILIES)
def test_one_page_repeated_is_noticed(hold: Hold, family: Family, name: str) -> None:
    """A server that ignores where we are in its list is not asked for it again and again."""
    page = endless([entry(f"h{number}.example") for number in range(100)])

    held = hold(name, lambda ask: page, nodeinfo_body=document(name, "1.0.0", {}))

    assert len(held.asked) <= MOST_WITHOUT_PAGES + 5
    assert_sound(held.told)


@pytest.mark.parametrize(("family", "name"), FAMILIES)
@pytest.mark.parametrize(
    "answer",
    [
        Answer(status=404, body=b'{"error":"Not Found"}'),
        Answer(status=401, body=b"{}"),
        Answer(status=500, body=b"<html>"),
        Answer(status=200, body=b"<html>It works</html>"),
        Answer(fault=Outcome.TIMED_OUT),
        Answer(fault=Outcome.ROBOTS_DISALLOWED),
        Answer(fault=Outcome.BUDGET_SPENT),
    ],
    ids=["404", "401", "500", "page", "timeout", "robots", "budget"],
)
def test_a_server_that_refuses_is_soon_left(
    hold: Hold, family: Family, name: str, answer: Answer
) -> None:
    """Refusals cost few requests, make no instance, and never an empty list."""
    held = hold(name, lambda ask: answer, nodeinfo_body=document(name, "1.0.0", {}))

    assert len(held.asked) <= MOST_WITHOUT_PAGES
    states = {peers.state for peers in held.told.peer_lists if peers.endpoint in held.paths}
    assert PeerListState.SERVED not in states
    assert PeerListState.EMPTY not in states
    assert_sound(held.told)


@pytest.mark.parametrize(("family", "name"), FAMILIES)
def test_nothing_is_asked_that_is_not_due(hold: Hold, family: Family, name: str) -> None:
    """A check that wants nothing of the family costs nothing."""
    wants = Wants(instance=False, peers=False, activity=False)

    held = hold(name, {}, nodeinfo_body=document(name, "1.0.0", {}), wants=wants)

    assert [] == held.paths


def document(name: str, version: str, metadata: object) -> bytes:
    """A NodeInfo document of the software."""
    return json.dumps(
        {
            "version": "2.0",
            "software": {"name": name, "version": version},
            "protocols": ["activitypub"],
            "openRegistrations": True,
            "usage": {"users": {"total": 5}},
            "metadata": metadata,
        }
    ).encode()


def entry(host: str) -> dict[str, object]:
    """One entry of a list, in every software's words at once."""
    return {
        "host": host,
        "domain": host,
        "name": host,
        "url": f"https://{host}",
        "state": "accepted",
        "instance": {"domain": host, "id": 1},
        "follower": {"host": host, "name": "peertube"},
        "following": {"host": host, "name": "peertube"},
        "linked": {},
    }


def endless(page: list[dict[str, object]]) -> dict[str, object]:
    """One page of many, in every software's words at once."""
    return {
        "total": 10**9,
        "count": 10**9,
        "data": page,
        "items": page,
        "results": page,
        "instances": page,
        "sites": page,
        "next": "https://one.example/next",
        "next_page": "more",
        "federated_instances": {"linked": page, "allowed": page, "blocked": page},
        "title": "x",
    }


def assert_its_own_questions(family: Family, asked: list[Ask]) -> None:
    """Every path begins with `/`, and is one that the family's table shows."""
    for ask in asked:
        assert ask.path.startswith("/")
        assert not ask.path.startswith("//")
        path = ask.path.partition("?")[0]
        assert any(path == known or path.startswith(f"{known}/") for known in family.QUESTIONS), (
            f"{ask.path} is missing in QUESTIONS"
        )
        assert ask.purpose, f"{ask.path} has no purpose"
        assert ask.body is None or ask.method == "POST"


def assert_sound(told: object) -> None:
    """What is told fits the records' promises."""
    assert isinstance(told, Told)
    for peers in told.peer_lists:
        assert_sound_list(peers)
    for point in told.activity:
        assert point.days > 0
        assert_counts(point, ("logins", "statuses", "registrations"))
    if told.instance is not None:
        assert_sound_instance(told.instance)
    assert all(isinstance(note, str) and note for note in told.notes)
    assert isinstance(told.is_opted_out, bool)


def assert_sound_list(peers: PeerList) -> None:
    """Distinct names without the server itself; details along them; nothing lost without a count."""
    assert len(set(peers.hostnames)) == len(peers.hostnames)
    assert OWN not in peers.hostnames
    assert len(peers.details) in (0, len(peers.hostnames))
    assert bool(peers.hostnames) == (peers.state is PeerListState.SERVED)
    assert len(peers.detail) <= 200
    assert peers.received_count >= len(peers.hostnames)
    for detail in peers.details:
        if detail is not None:
            assert_counts(detail, ("following_count", "followers_count", "users_count"))


def assert_sound_instance(instance: Instance) -> None:
    """Capped texts, paths of its own, counts that are counts."""
    assert_counts(
        instance,
        [field for field in instance.__slots__ if field.startswith(("users_", "local_", "max_"))]
        + ["domains_known", "minimum_age"],
    )
    for path in (instance.registration_path, instance.terms_path, instance.privacy_path):
        assert path is None or (path.startswith("/") and not path.startswith("//"))
    assert len(instance.title or "") <= 200
    assert len(instance.description or "") <= 2000
    assert len(instance.version_raw or "") <= 128
    assert len(instance.rules) <= 50
    assert all(0 < len(rule) <= 500 for rule in instance.rules)
    assert "a@b.example" not in repr(instance)


def assert_counts(record: object, fields: Any) -> None:
    """Each is not said, or a count of 0 to 2^53."""
    for field in fields:
        value = getattr(record, field)
        assert value is None or (type(value) is int and 0 <= value <= 2**53), field
