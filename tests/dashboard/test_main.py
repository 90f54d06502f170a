"""`python -m dashboard`: one line when it answers, one line when it cannot."""

import socket
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

from dashboard.__main__ import _listen


def test_the_address_it_announces_answers(site: str) -> None:
    """Whoever reads the line can open it at once, on this machine only."""
    assert site.startswith("http://127.0.0.1:")
    with urlopen(f"{site}/_stcore/health") as answer:
        assert 200 == answer.status


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    """The line names the port and the way out; the exit code says that it failed."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        ended = subprocess.run(
            [sys.executable, "-P", "-m", "dashboard", "--port", str(port)],
            env={"HERDBOOK_DATA": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )

    assert 1 == ended.returncode
    assert "" == ended.stdout
    assert 1 == len(ended.stderr.splitlines())
    assert f"port {port}" in ended.stderr
    assert "--port" in ended.stderr


def test_a_free_port_is_held_from_the_start() -> None:
    """Nobody takes it between looking and listening."""
    with _listen("127.0.0.1", 0) as listener:
        assert listener.getsockname()[1] > 0
