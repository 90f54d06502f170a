"""Settings: limits with a reason, and messages with a next step."""

import ast
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from crawler import settings as module
from crawler.exceptions import SettingsError
from crawler.settings import ConnectTo, Settings, duration_seconds


def test_every_limit_says_its_reason() -> None:
    """A number without one cannot be argued with."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    bare = []
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        for here, after in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(here, ast.AnnAssign) and not (
                isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
            ):
                bare.append(ast.unparse(here.target))

    assert [] == bare


def test_nothing_said_is_safe_and_polite() -> None:
    """No detour, nothing allowed, nobody's contact: and that is known."""
    settings = Settings.from_environment({})

    assert ((), (), None) == (settings.connect_to, settings.allowed, settings.ca_file)
    assert settings.is_placeholder_contact
    assert settings.reaches_live_network
    assert settings.paces("one.example")


def test_the_user_agent_names_us_and_where_to_complain() -> None:
    """Product token, version, contact; none of the words that bot lists match."""
    settings = Settings.from_environment({"HERDBOOK_CONTACT": "https://register.example/about"})

    assert settings.user_agent.startswith("Herdbook/")
    assert settings.user_agent.endswith(" (+https://register.example/about)")
    assert not settings.is_placeholder_contact
    assert not any(word in settings.user_agent.lower() for word in ("bot", "crawl", "spider"))


@pytest.mark.parametrize(
    "contact",
    [
        "me",
        "javascript:alert(1)",
        "https://one.example/\r\nX-Evil: 1",
        "https://one.example/ two",
        "https://one.example/)",
        "https://b\u00fccher.example/",
        "https://one.example/" + "x" * 200,
    ],
)
def test_a_contact_that_is_none_is_refused(contact: str) -> None:
    """It goes into every request's header."""
    with pytest.raises(SettingsError, match="HERDBOOK_CONTACT"):
        Settings.from_environment({"HERDBOOK_CONTACT": contact})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*:443:127.0.0.1:8443", (None, 443, "127.0.0.1", 8443)),
        (":443:127.0.0.1:8443", (None, 443, "127.0.0.1", 8443)),
        ("*:*:127.0.0.1:8443", (None, None, "127.0.0.1", 8443)),
        ("::127.0.0.1:8443", (None, None, "127.0.0.1", 8443)),
        ("one.example:443:127.0.0.1:1", ("one.example", 443, "127.0.0.1", 1)),
        ("One.Example:443:[::1]:65535", ("one.example", 443, "::1", 65535)),
        (" *:443:127.0.0.1:8443 ", (None, 443, "127.0.0.1", 8443)),
    ],
)
def test_a_detour_is_read_as_curl_reads_it(text: str, expected: tuple[Any, ...]) -> None:
    """HOST:PORT:ADDRESS:PORT."""
    to = ConnectTo.parse(text)

    assert expected == (to.hostname, to.port, to.address, to.to_port)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "four parts"),
        ("one.example", "four parts"),
        ("*:443:127.0.0.1", "four parts"),
        ("*:443:127.0.0.1:8443:9", "four parts"),
        ("*:443:::1:8443", "four parts"),
        ("*:443:127.0.0.1:", "four parts"),
        ("*:443:localhost:8443", "'localhost' is no address"),
        ("*:443::8443", "'' is no address"),
        ("*:443:127.0.0.1:0", "'0' is no port"),
        ("*:443:127.0.0.1:65536", "'65536' is no port"),
        ("*:99999:127.0.0.1:1", "'99999' is no port"),
        ("*:https:127.0.0.1:1", "'https' is no port"),
        ("*:-1:127.0.0.1:1", "'-1' is no port"),
        ("127.0.0.1:443:127.0.0.1:1", "not a hostname"),
        ("no_dot:443:127.0.0.1:1", "not a hostname"),
    ],
)
def test_a_detour_that_is_none_says_why_and_how(text: str, reason: str) -> None:
    """The value, the reason, and an example."""
    with pytest.raises(SettingsError) as raised:
        ConnectTo.parse(text)

    assert reason in str(raised.value)
    assert "'*:443:127.0.0.1:8443'" in str(raised.value)


def test_the_first_detour_that_fits_wins() -> None:
    """One host may be led elsewhere than all others."""
    settings = Settings.from_environment(
        {}, connect_to=["one.example:443:127.0.0.1:1", "*:443:127.0.0.2:2"]
    )

    assert 1 == settings.detour("one.example").to_port  # type: ignore[union-attr]
    assert 2 == settings.detour("two.example").to_port  # type: ignore[union-attr]
    assert settings.detour("two.example", 80) is None
    assert not settings.paces("one.example")
    assert replace(settings, is_rig_paced=True).paces("one.example")


@pytest.mark.parametrize(
    ("detours", "expected"),
    [
        ([], True),
        (["one.example:443:127.0.0.1:1"], True),
        (["*:80:127.0.0.1:1"], True),
        (["*:443:127.0.0.1:1"], False),
        (["*:*:127.0.0.1:1"], False),
        (["one.example:443:127.0.0.1:1", "::127.0.0.1:1"], False),
    ],
)
def test_only_a_detour_for_all_keeps_off_the_live_network(
    detours: list[str], expected: bool
) -> None:
    """A detour for one host leaves the others where they are."""
    assert expected == Settings.from_environment({}, connect_to=detours).reaches_live_network


@pytest.mark.parametrize("text", ["", "localhost", "127.0.0.1/33", "10.0.0.0/8/8", "::1/129", "x"])
def test_a_network_that_is_none_is_refused(text: str) -> None:
    """With an example."""
    with pytest.raises(SettingsError, match=r"--allow-address .*127\.0\.0\.0/8"):
        Settings.from_environment({}, allow_address=[text])


def test_an_authority_must_be_a_readable_certificate(tmp_path: Path) -> None:
    """Absent, a folder, or another kind of file."""
    other = tmp_path / "other.pem"
    other.write_text("hello")
    broken = tmp_path / "broken.pem"
    broken.write_text("-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n")

    for path in (tmp_path / "absent.pem", tmp_path, other, broken):
        with pytest.raises(SettingsError, match=f"--ca-file {path}"):
            Settings.from_environment({}, ca_file=path)


@pytest.mark.parametrize("concurrency", [0, -1, 5001])
def test_a_concurrency_beyond_reason_is_refused(concurrency: int) -> None:
    """Zero would never end; five thousand is more sockets than a process has."""
    with pytest.raises(SettingsError, match="1 to 5000"):
        Settings.from_environment({}, concurrency=concurrency)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("30s", 30), ("5m", 300), ("2h", 7200), ("1d", 86400), ("45", 45), (" 5 M ", 300)],
)
def test_a_duration_is_read(text: str, expected: int) -> None:
    """Seconds, minutes, hours, days."""
    assert expected == duration_seconds(text)


@pytest.mark.parametrize(
    "text", ["", "0", "0s", "-5m", "5 minutes", "1.5h", "m", "1w", "٣m", "9" * 9]
)
def test_a_duration_that_is_none_is_refused(text: str) -> None:
    """With examples."""
    with pytest.raises(SettingsError, match="30s, 5m, 2h or 1d"):
        duration_seconds(text)


def _limits_table() -> str:
    """The table of `crawler/README.md`, from the fields and their words."""
    rows = ["| Limit | Value | Reason |", "|---|---|---|"]
    source = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    body = next(
        node.body
        for node in source.body
        if isinstance(node, ast.ClassDef) and node.name == "Settings"
    )
    for here, after in pairwise(body):
        if not isinstance(here, ast.AnnAssign) or not isinstance(after, ast.Expr):
            continue
        value = getattr(Settings(), ast.unparse(here.target))
        if type(value) in (int, float):
            words = " ".join(str(ast.literal_eval(after.value)).split())
            rows.append(f"| `{ast.unparse(here.target)}` | {value:,.10g} | {words} |")
    return "\n".join(rows) + "\n"


def test_the_readme_has_these_limits() -> None:
    """Whoever is crawled reads them there; the table is made from the settings."""
    readme = Path(module.__file__).with_name("README.md").read_text(encoding="utf-8")

    assert _limits_table() in readme, _limits_table()
