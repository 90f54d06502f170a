"""The command line: `check` and `crawl` as processes; what an operator can mend is one line and exit code 2."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest

from crawler import __main__ as command

_ROOT = Path(__file__).parents[2]


def _run(*arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run the crawler's command line with a clean environment."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HERDBOOK_")}
    return subprocess.run(
        [sys.executable, "-m", "crawler", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=_ROOT,
        env=kept | environ,
    )


def _refused(capsys: Any, monkeypatch: Any, *arguments: str, **environ: str) -> str:
    """Run a command that is refused before the address belt is put on; its one line."""
    for name in ("HERDBOOK_CONTACT", "HERDBOOK_DATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["herdbook", *arguments])

    with pytest.raises(SystemExit) as ended:
        command.main()

    out, err = capsys.readouterr()
    assert (2, "") == (ended.value.code, out)
    assert _is_one_line(err), err
    return str(err)


def _led(rig: Any, served: Any) -> tuple[str, ...]:
    return (
        "--connect-to",
        f"*:443:127.0.0.1:{served.port}",
        "--ca-file",
        str(rig.ca_file),
        "--allow-address",
        "127.0.0.0/8",
    )


def _is_one_line(text: str) -> bool:
    return text.startswith("herdbook: ") and text.count("\n") == 1 and "Traceback" not in text


# --- check -------------------------------------------------------------------------------------------


def test_a_check_is_shown_and_ends_well(rig: Any, documents: Any) -> None:
    """Text to stdout, nothing to stderr."""
    served = rig.serve(documents.ordinary())

    done = _run("check", "one.example", *_led(rig, served))

    assert (0, "") == (done.returncode, done.stderr)
    assert "Outcome: ok" in done.stdout


def test_a_check_as_json_is_one_document(rig: Any, documents: Any) -> None:
    """And nothing else on stdout."""
    served = rig.serve(documents.ordinary())

    done = _run("check", "one.example", "--json", *_led(rig, served))

    held = orjson.loads(done.stdout)
    assert (0, "", "ok") == (done.returncode, done.stderr, held["outcome"])
    assert 12 == held["nodeinfo"]["users_total"]


def test_a_check_that_does_not_end_well_says_so_by_its_code(rig: Any) -> None:
    """1, with the conversation all the same."""
    done = _run("check", "one.example", *_led(rig, rig.serve({})))

    assert (1, "") == (done.returncode, done.stderr)
    assert "Outcome: no_nodeinfo" in done.stdout


def test_no_escape_of_a_server_reaches_the_terminal(rig: Any, documents: Any) -> None:
    """Whatever it writes into its documents and headers."""
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202e"
    served = rig.serve(
        documents.ordinary(
            software={"name": evil + "x", "version": evil},
            metadata={"nodeName": evil, evil: 1},
        )
        | {"/robots.txt": rig.reply(status=302, headers=(("Location", "/\x1b[2J\x9b"),))}
    )

    text = _run("check", "one.example", *_led(rig, served))
    as_json = _run("check", "one.example", "--json", *_led(rig, served))

    assert text.stdout.replace("\n", "").isprintable()
    assert "\x1b" not in text.stdout + text.stderr + as_json.stdout + as_json.stderr


def test_a_check_on_an_encoding_of_old_does_not_break(rig: Any, documents: Any) -> None:
    """A terminal set to ASCII shows what it can."""
    served = rig.serve(documents.ordinary(metadata={"nodeName": "Käse 漢字"}))

    done = _run(
        "check",
        "one.example",
        *_led(rig, served),
        LC_ALL="C",
        PYTHONUTF8="0",
        PYTHONIOENCODING="ascii",
    )

    assert "Traceback" not in done.stderr
    assert 0 == done.returncode


@pytest.mark.parametrize(
    "host",
    [
        "https://one.example/",
        "one.example/about",
        "user@one.example",
        "one.example:8443",
        "localhost",
        "127.0.0.1",
        "",
        "not a host",
        "*.example",
    ],
)
def test_a_host_that_is_none_is_said_in_one_line(capsys: Any, monkeypatch: Any, host: str) -> None:
    """With an example, and exit code 2."""
    assert "mastodon.social" in _refused(capsys, monkeypatch, "check", host)


# --- what both refuse --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--connect-to", "nonsense"), "HOST:PORT:ADDRESS:PORT"),
        (("--connect-to", "*:443:localhost:1"), "'localhost' is no address"),
        (("--allow-address", "10.0.0.0/99"), "--allow-address"),
        (("--ca-file", "/nonexistent/ca.pem"), "--ca-file /nonexistent/ca.pem"),
        (("--ca-file", "/"), "--ca-file /"),
    ],
)
@pytest.mark.parametrize("whom", [("check", "one.example"), ("crawl",)])
def test_an_option_that_is_wrong_is_said_in_one_line(
    capsys: Any, monkeypatch: Any, whom: tuple[str, ...], arguments: tuple[str, ...], words: str
) -> None:
    """The option, the value, the next step; exit code 2."""
    assert words in _refused(capsys, monkeypatch, *whom, *arguments)


@pytest.mark.parametrize("whom", [("check", "one.example"), ("crawl",)])
def test_nobody_asks_live_servers_without_saying_who_it_is(
    capsys: Any, monkeypatch: Any, whom: tuple[str, ...]
) -> None:
    """The placeholder is for a rig; the message names the variable and the way round."""
    message = _refused(capsys, monkeypatch, *whom)

    assert "HERDBOOK_CONTACT" in message
    assert "--placeholder-contact" in message


def test_a_detour_for_one_host_is_no_rig(capsys: Any, monkeypatch: Any) -> None:
    """The others would be asked where they are."""
    message = _refused(capsys, monkeypatch, "crawl", "--connect-to", "one.example:443:127.0.0.1:1")

    assert "HERDBOOK_CONTACT" in message


def test_a_contact_that_is_none_is_said_in_one_line(capsys: Any, monkeypatch: Any) -> None:
    """It would be in the header of every request."""
    message = _refused(capsys, monkeypatch, "check", "one.example", HERDBOOK_CONTACT="me")

    assert "HERDBOOK_CONTACT='me'" in message


def test_allowing_everything_is_refused(rig: Any) -> None:
    """Then nothing would be guarded."""
    done = _run(
        "check", "one.example", *_led(rig, rig.serve({})), "--allow-address", "0.0.0.0/0",
        "--allow-address", "::/0",
    )  # fmt: skip

    assert done.returncode in (1, 2)
    assert _is_one_line(done.stderr), done.stderr
    assert "nothing would be guarded" in done.stderr


# --- crawl -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        (b"", "names no hostname"),
        (b"https://one.example/\n", "line 1"),
        (b"\x00\xff\x00", "not a text file"),
    ],
)
def test_seeds_that_cannot_be_used_are_said_in_one_line(
    rig: Any,
    tmp_path: Path,
    capsys: Any,
    monkeypatch: Any,
    content: bytes | None,
    words: str,
) -> None:
    """Before anything is opened or asked."""
    seeds = tmp_path / "seeds.csv"
    if content is not None:
        seeds.write_bytes(content)
    served = rig.serve({})

    message = _refused(
        capsys, monkeypatch, "crawl", "--seeds", str(seeds), *_led(rig, served),
        HERDBOOK_DATA=str(tmp_path / "d"),
    )  # fmt: skip

    assert words in message
    assert not (tmp_path / "d").exists()
    assert 0 == served.connections


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--for", "soon"), "30s, 5m, 2h or 1d"),
        (("--for", "0"), "30s, 5m, 2h or 1d"),
        (("--concurrency", "0"), "1 to 5000"),
    ],
)
def test_a_limit_that_is_wrong_is_said_in_one_line(
    rig: Any,
    tmp_path: Path,
    capsys: Any,
    monkeypatch: Any,
    arguments: tuple[str, ...],
    words: str,
) -> None:
    """Before the data are touched."""
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("one.example\n")

    message = _refused(
        capsys, monkeypatch, "crawl", "--seeds", str(seeds), *arguments, *_led(rig, rig.serve({})),
        HERDBOOK_DATA=str(tmp_path / "d"),
    )  # fmt: skip

    assert words in message
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize("arguments", [("--limit", "0"), ("--limit", "many"), ("--nonsense",)])
def test_an_option_that_cannot_be_read_ends_with_two(
    capsys: Any, monkeypatch: Any, arguments: tuple[str, ...]
) -> None:
    """As every command line does."""
    monkeypatch.setattr(sys, "argv", ["herdbook", "crawl", *arguments])

    with pytest.raises(SystemExit) as ended:
        command.main()

    assert 2 == ended.value.code
    assert "" == capsys.readouterr().out


@pytest.mark.slow
def test_a_crawl_stores_what_servers_say(rig: Any, documents: Any, tmp_path: Path) -> None:
    """The whole road by the command line: seeds in, progress out, a warehouse on disk."""
    seeds = tmp_path / "seeds.csv"
    seeds.write_text("hostname\none.example\ntwo.example\n")
    answers = documents.ordinary()
    answers["/.well-known/nodeinfo"] = documents.discovery(("2.0", "/nodeinfo/2.0"))
    served = rig.serve(answers)

    done = _run(
        "crawl", "--seeds", str(seeds), "--for", "60s", *_led(rig, served),
        HERDBOOK_DATA=str(tmp_path / "d"),
    )  # fmt: skip

    assert 0 == done.returncode, done.stderr
    assert "2 servers visited, 2 ok" in done.stderr
    assert "" == done.stdout
    assert 2 == served.connections
