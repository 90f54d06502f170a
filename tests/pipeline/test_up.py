"""Everything at once, as somebody without a network runs it."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.exceptions import PortTaken
from pipeline.read import Published
from pipeline.settings import Settings
from pipeline.up import Wishes, up


@pytest.mark.slow
def test_the_whole_road_ends_with_published_replica_data(road) -> None:
    """It says where the dashboard is, ends well, and what is published says that it is the replica's."""
    about = Published(road.replica).about()

    assert 0 == road.exit_code, road.said
    assert re.search(r"The dashboard is at http://127\.0\.0\.1:\d+", road.said)
    assert about.is_replica
    assert not about.crawl_is_running
    assert about.instances_alive > 40


@pytest.mark.slow
def test_replica_data_are_in_a_folder_of_their_own(road) -> None:
    """The live warehouse is not even made; a live crawl into the replica's folder is refused."""
    live = subprocess.run(
        [sys.executable, "-m", "crawler", "crawl", "--limit", "1", "--placeholder-contact"],
        env={**os.environ, "HERDBOOK_DATA": str(road.replica)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert ["replica"] == [path.name for path in road.data.iterdir()]
    assert 1 == live.returncode
    assert "holds replica data" in live.stderr


@pytest.mark.slow
def test_ctrl_c_ends_every_process(tmp_path: Path) -> None:
    """After one interrupt nothing of it runs any more, and what was stored is kept."""
    running = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "pipeline.cli",
            "up",
            "--replica",
            "--servers",
            "60",
            "--no-browser",
        ],
        env={**os.environ, "HERDBOOK_DATA": str(tmp_path)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    address = next(
        m[1] for line in running.stderr if (m := re.search(r"at http://(\S+) and", line))
    )

    running.send_signal(signal.SIGINT)
    running.communicate(timeout=60)

    assert 0 == running.returncode
    assert not (tmp_path / "replica" / "rig" / "rig.json").exists()
    host, port = address.split(":")
    with socket.socket() as probe:
        assert 0 != probe.connect_ex((host, int(port)))


def test_a_port_in_use_is_named_with_a_way_out(tmp_path: Path) -> None:
    """Nothing is started when the port that was asked for is taken."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        with pytest.raises(PortTaken, match=rf"port {port} is in use .* --port"):
            up(Settings(data=tmp_path), Wishes(port=port, is_replica=True), lambda _: None)

    assert [] == list(tmp_path.iterdir())
