"""A server's own word: which of its two places counts, what is asked for it, and what is no word."""

from collections.abc import Callable
from typing import Any

import pytest

from crawler.client import Client
from crawler.exceptions import SettingsError
from crawler.hostname import Hostname
from crawler.settings import Settings
from crawler.word import WORD_PATH, Word, ask_word

RECORD = "_herdbook.one.example"


@pytest.fixture
def ask(rig: Any) -> Callable[..., Word]:
    """Read the word of a served host, whose records are in a name server of ours."""

    def asked(served: Any, resolver: str | None) -> Word:
        settings = rig.settings(served, resolver=resolver)

        async def one() -> Word:
            client = Client(settings)
            try:
                return await ask_word(Hostname.parse("one.example"), client)
            finally:
                await client.close()

        word: Word = rig.run(one())
        return word

    return asked


@pytest.mark.parametrize("text", ["opt-out", " Opt-Out ", "opt-in"])
def test_a_record_is_a_word_and_the_server_is_not_asked(
    rig: Any, ask: Callable[..., Word], name_server: Callable[[Any], str], text: str
) -> None:
    """CON-05: looking a name up costs its server nothing; other records beside it do not matter."""
    served = rig.serve({WORD_PATH: b"opt-in"})

    word = ask(served, name_server({RECORD: ["v=spf1 -all", text]}))

    assert (text.strip().lower(), RECORD) == (word.says, word.place)
    assert [] == served.paths


@pytest.mark.parametrize("records", [{}, {RECORD: 2}, {RECORD: ["opt-out", "opt-in"]}])
def test_a_file_is_a_word_where_no_record_is(
    rig: Any,
    ask: Callable[..., Word],
    name_server: Callable[[Any], str],
    records: dict[str, list[str] | int],
) -> None:
    """CON-05: no record, a name server that fails, and records that contradict each other say nothing."""
    served = rig.serve({WORD_PATH: b"\xef\xbb\xbfOPT-OUT\r\nasked by the keepers, 2026\r\n"})

    word = ask(served, name_server(records))

    assert ("opt-out", f"https://one.example{WORD_PATH}") == (word.says, word.place)
    assert ["/robots.txt", WORD_PATH] == served.paths
    assert 1 == len(word.notes)


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        ({}, "answers 404"),
        ({WORD_PATH: b"<p>opt-out</p>"}, "neither opt-out nor opt-in"),
        ({WORD_PATH: b"please opt-out"}, "neither opt-out nor opt-in"),
        ({WORD_PATH: b""}, "neither opt-out nor opt-in"),
        ({WORD_PATH: b"opt-out", "/robots.txt": b"User-agent: *\nDisallow: /"}, "robots.txt"),
    ],
)
def test_what_is_no_word_changes_nothing(
    rig: Any, ask: Callable[..., Word], answers: dict[str, Any], note: str
) -> None:
    """CON-01: robots.txt holds here too, and a page that answers to everything says nothing."""
    served = rig.serve(answers)

    word = ask(served, None)

    assert (None, "") == (word.says, word.place)
    assert note in word.notes[-1]


def test_a_file_on_another_host_is_nobodys_word(rig: Any, ask: Callable[..., Word]) -> None:
    """SSRF-04: a redirect elsewhere is not followed, whatever stands there."""
    there = rig.reply(status=302, headers=(("Location", f"https://two.example{WORD_PATH}"),))
    served = rig.serve({WORD_PATH: there})

    word = ask(served, None)

    assert word.says is None
    assert ["/robots.txt", WORD_PATH] == served.paths


def test_a_server_without_an_address_has_no_file(
    rig: Any, ask: Callable[..., Word], name_server: Callable[[Any], str]
) -> None:
    """A name server that is silent ends within its budget; both places are told of."""
    settings = {"resolver": name_server({RECORD: None}), "resolve_seconds": 0.2}

    async def one() -> Word:
        client = Client(rig.settings({}, **settings))
        try:
            return await ask_word(Hostname.parse("one.example"), client)
        finally:
            await client.close()

    word = rig.run(one())

    assert word.says is None
    assert [True, True] == [
        "did not answer in time" in word.notes[0],
        "does not exist" in word.notes[1] or "no address" in word.notes[1],
    ]


@pytest.mark.parametrize("text", ["127.0.0.1", "dns.example:53", ":53", "127.0.0.1:0"])
def test_what_is_no_name_server_is_refused(text: str) -> None:
    """An address and a port: a name would have to be looked up first."""
    with pytest.raises(SettingsError, match="no name server"):
        Settings.from_environment({}, resolver=text)
