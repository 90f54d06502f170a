"""`python -m pipeline.live_check HOST`: one guarded check of one server, told as JSON; nothing is stored.

The dashboard starts it for visitors. It keeps to the lists of those who opted out, then becomes the
crawler's own `check`, so address guard, robots.txt, budgets and the contact page are those of a crawl.
It opens no warehouse: a crawl may hold it.
"""

import argparse
import os
import sys
from pathlib import Path

from crawler.hostname import Hostname
from pipeline.exceptions import PipelineError
from pipeline.optouts import OptOuts, names
from pipeline.rig import read_rig
from pipeline.settings import Settings

OPTED_OUT = 3
"""Exit code: the host is on a list of those who stay out, so it was not asked."""

NO_REPLICA = 4
"""Exit code: the data are the replica's, and the replica is not running."""


def main(arguments: list[str] | None = None) -> int:
    """Ask, or say by the exit code why not."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.live_check")
    parser.add_argument("hostname", type=Hostname.parse)
    parser.add_argument("--replica", action="store_true", help="The host is one of the replica's.")
    wishes = parser.parse_args(arguments)
    data = Settings.from_environment().data
    try:
        stays_out = str(wishes.hostname) in OptOuts(frozenset(names(data)))
    except (PipelineError, OSError) as error:
        sys.stderr.write(f"herdbook: {error}\n")
        return 1
    if stays_out:
        return OPTED_OUT
    detour = towards_replica(data) if wishes.replica else []
    if detour is None:
        return NO_REPLICA
    command = ["-P", "-m", "crawler", "check", "--json", *detour, str(wishes.hostname)]
    os.execv(sys.executable, [sys.executable, *command])


def towards_replica(data: Path) -> list[str] | None:
    """How a check is led to the replica whose data these are; `None` = it is not running."""
    rig = read_rig(data)
    if rig is None:
        return None
    try:
        os.kill(rig.pid, 0)
    except OSError:
        return None
    return rig.way


if __name__ == "__main__":
    sys.exit(main())
