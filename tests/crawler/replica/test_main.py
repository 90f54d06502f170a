"""The command: it writes its rig, says how to crawl it, and ends when told to."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.replica.server import Replica
from crawler.seeds import read_seeds


@pytest.fixture
def running(data: Path) -> Iterator["subprocess.Popen[str]"]:
    """The replica as a child that has said its first line."""
    command = [sys.executable, "-m", "crawler", "replica", "--servers", "80", "--seed", "7"]
    environment = {**os.environ, "HERDBOOK_DATA": str(data)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_the_rig_says_all_that_a_crawl_needs(data: Path, running: "subprocess.Popen[str]") -> None:
    """`rig.json` has address, port, files and the process, and is there once the greeting is."""
    rig = data / "replica" / "rig"

    told = json.loads((rig / "rig.json").read_text())

    assert {"address": "127.0.0.1", "servers": 80, "seed": 7, "pid": running.pid} == {
        key: told[key] for key in ("address", "servers", "seed", "pid")
    }
    assert "BEGIN CERTIFICATE" in Path(told["ca_file"]).read_text()
    assert 0 < len(read_seeds(Path(told["seeds_file"]))) <= 20
    assert 0 < told["port"] < 65_536


def test_a_server_can_be_checked_by_the_rig(data: Path, running: "subprocess.Popen[str]") -> None:
    """The options of the greeting lead the crawler's own command to the replica."""
    told = json.loads((data / "replica" / "rig" / "rig.json").read_text())
    name = read_seeds(Path(told["seeds_file"]))[0]
    command = [sys.executable, "-m", "crawler", "check", name, "--allow-address", "127.0.0.0/8"]
    command += ["--connect-to", f"*:443:{told['address']}:{told['port']}"]
    command += ["--ca-file", told["ca_file"]]

    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    assert (0, "") == (done.returncode, done.stderr)
    assert re.search(r"^Outcome: ok\b", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_good_order(
    number: signal.Signals, data: Path, running: "subprocess.Popen[str]"
) -> None:
    """A signal ends it with 0, and its note is gone."""
    running.send_signal(number)

    assert 0 == running.wait(10)
    assert not (data / "replica" / "rig" / "rig.json").exists()


def test_a_port_in_use_ends_with_one_line(data: Path, replica: Replica) -> None:
    """The command says which port is taken, and leaves no note."""
    command = [sys.executable, "-m", "crawler", "replica", "--servers", "1"]
    command += ["--port", str(replica.port)]
    environment = {**os.environ, "HERDBOOK_DATA": str(data)}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert 1 == done.returncode
    assert re.fullmatch(rf"herdbook: port {replica.port} of 127\.0\.0\.1 .+\n", done.stderr)
    assert not (data / "replica" / "rig" / "rig.json").exists()
