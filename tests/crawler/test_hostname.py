"""Hostname: the key of an instance."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.exceptions import HostnameError
from crawler.hostname import Hostname, known, parse_claim_or_reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Social.Example", "social.example"),
        ("social.example.", "social.example"),
        ("  social.example\n", "social.example"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("ｓｏｃｉａｌ.example", "social.example"),
        ("social。example", "social.example"),
        ("🍺🌯.to", "xn--sh8hve.to"),
        ("a.b.co.uk", "a.b.co.uk"),
        ("x--y.example", "x--y.example"),
        ("server.test", "server.test"),
        ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("faß.de", "xn--fa-hia.de"),
        ("①②.example", "12.example"),
        ("ﬁsh.example", "fish.example"),
        ("𝓼ocial.example", "social.example"),
        ("so\u200bcial.example", "social.example"),
        ("so\u00adcial.example", "social.example"),
        ("😀.fm", "xn--e28h.fm"),
        ("☃.net", "xn--n3h.net"),
        ("ab--cd.example", "ab--cd.example"),
        ("x" * 63 + ".example", "x" * 63 + ".example"),
    ],
)
def test_one_name_in_many_spellings_is_one_key(text: str, expected: str) -> None:
    """Case, trailing dots, white space, full-width letters and Unicode lead to the same A-labels."""
    assert expected == Hostname.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        (" . ", "empty"),
        (None, "not_text"),
        (17, "not_text"),
        (b"social.example", "not_text"),
        ("localhost", "single_label"),
        ("com", "single_label"),
        ("co.uk", "public_suffix"),
        ("127.0.0.1", "address_or_port"),
        ("0x7f.0.0.1", "address_or_port"),
        ("2130706433", "address_or_port"),
        ("[::1]", "address_or_port"),
        ("::1", "address_or_port"),
        ("social.example:8443", "address_or_port"),
        ("https://social.example", "address_or_port"),
        ("social.local", "never_public"),
        ("abcdefghij234567.onion", "never_public"),
        ("server.internal", "never_public"),
        ("social.nosuchsuffixanywhere", "unknown_suffix"),
        ("so*ial.example", "obfuscated"),
        ("so_cial.example", "bad_characters"),
        ("a..example", "bad_characters"),
        (".example.org", "bad_characters"),
        ("-a.example", "bad_characters"),
        ("xn--zz--.com", "bad_characters"),
        ("192.", "address_or_port"),
        ("a b.example", "bad_characters"),
        ("user@social.example", "bad_characters"),
        ("social.example/path", "bad_characters"),
        ("a" * 64 + ".example", "bad_characters"),
        ("a." * 130 + "example", "too_long"),
        ("é" * 5000, "too_long"),
        # junk of real peer lists (FRO-01)
        (":443", "address_or_port"),
        ("..", "bad_characters"),
        ("social.example..", "bad_characters"),
        ("social.example\x00", "bad_characters"),
        ("social.example%00", "bad_characters"),
        ("s\tocial.example", "bad_characters"),
        ("_dmarc.social.example", "bad_characters"),
        ("a-.example", "bad_characters"),
        ("*.social.example", "obfuscated"),
        ({"domain": "social.example"}, "not_text"),
        # addresses in every spelling, and names that lead to nobody (FRO-07)
        ("0177.0.0.1", "address_or_port"),
        ("0x7f000001", "address_or_port"),
        ("127.1", "address_or_port"),
        ("1.2.3.4.5", "address_or_port"),
        ("2130706433.", "address_or_port"),
        ("::ffff:127.0.0.1", "address_or_port"),
        ("fe80::1%25eth0", "address_or_port"),
        ("①②⑦.0.0.1", "address_or_port"),
        ("１２７。０。０。１", "address_or_port"),
        ("ｌｏｃａｌｈｏｓｔ", "single_label"),
        ("a.localhost", "never_public"),
        ("abcdefghij234567.b32.i2p", "never_public"),
        ("1.0.0.127.in-addr.arpa", "never_public"),
        ("router.lan", "never_public"),
        ("router.home.arpa", "never_public"),
        ("files.corp", "never_public"),
        ("x.ONION.", "never_public"),
        # tricks with punycode and direction (FRO-08)
        ("xn--a", "bad_characters"),
        ("xn--.com", "bad_characters"),
        ("xn--а.com", "bad_characters"),
        ("xn--bücher-kva.example", "bad_characters"),
        ("\u202esocial.example", "bad_characters"),
    ],
)
def test_what_is_no_public_hostname_is_refused_with_a_reason(text: object, reason: str) -> None:
    """Addresses, ports, hidden services, unknown suffixes and junk have each their counted reason."""
    with pytest.raises(HostnameError) as caught:
        Hostname.parse(text)

    assert reason == caught.value.reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://social.example/users/x", "social.example"),
        ("social.example/friendica", "social.example"),
        ("social.example:443", "social.example"),
        ("http://user:pw@social.example?x#y", "social.example"),
        ("Social.Example", "social.example"),
        ("//social.example/x", "social.example"),
        ("HTTPS://Social.Example:443", "social.example"),
        ("social.example\\path", "social.example"),
        ("acct:keeper@social.example", "social.example"),
    ],
)
def test_a_claim_may_carry_scheme_path_and_the_usual_port(text: str, expected: str) -> None:
    """Peer lists spell hostnames with schemes and paths; the host in them is what counts."""
    assert expected == Hostname.parse_claim(text)


def test_a_name_that_looks_like_another_is_another_key() -> None:
    """A homograph is kept as its A-label, so that nothing can take it for the name it imitates."""
    cyrillic = Hostname.parse("аррӏе.com")

    assert "xn--80ak6aa92e.com" == cyrillic
    assert cyrillic != Hostname.parse("apple.com")


def test_a_claim_with_another_port_is_another_server() -> None:
    """Port 8443 is not the server that answers on 443."""
    assert (None, "address_or_port") == parse_claim_or_reason("social.example:8443")


def test_the_registrable_domain_ignores_private_suffixes() -> None:
    """All tunnels of one provider share a registrable domain, so that a cap can hold them."""
    names = [
        Hostname.parse(name) for name in ("a.ngrok.io", "b.c.ngrok.io", "x.y.example", "a.b.co.uk")
    ]

    assert ["ngrok.io", "ngrok.io", "y.example", "b.co.uk"] == [
        name.registrable_domain for name in names
    ]


@given(st.text(max_size=300))
def test_any_text_parses_to_a_stable_key_or_is_refused(text: str) -> None:
    """Parsing never fails otherwise, and parsing twice changes nothing."""
    name, reason = parse_claim_or_reason(text)

    assert (name is None) == bool(reason)
    if name is not None:
        assert name == Hostname.parse(name)
        assert name.isascii()
        assert name == name.lower()


@given(st.lists(st.text(alphabet="abcé🍺-ß.İ", min_size=1, max_size=12), min_size=1, max_size=4))
def test_unicode_names_parse_twice_to_the_same(labels: list[str]) -> None:
    """International labels reach a fixed point at the first parse."""
    name, _ = parse_claim_or_reason(".".join([*labels, "example"]))

    assert name is None or name == Hostname.parse(str(name))


def test_names_that_were_not_seen_for_long_are_forgotten_and_parsed_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What is remembered is bounded, and what is known of a list never differs from parsing it."""
    monkeypatch.setattr("crawler.hostname._KNOWN", {})
    monkeypatch.setattr("crawler.hostname._MOST_KNOWN", 10)
    spellings = [f"H{number}.example." for number in range(20)]

    parsed = [Hostname.parse(text) for text in spellings]

    found = known([*spellings, None, ["h1.example"]])
    assert [None, parsed[-1]] == [found[0], found[19]]
    assert {None} == {*found[20:]}
    assert parsed == [Hostname.parse(text) for text in spellings]
