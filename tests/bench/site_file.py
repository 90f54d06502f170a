"""A published file for the pages: `python tests/bench/site_file.py FOLDER 30000 400 2600000` (servers, days, pairs that know each other).

The servers of `rebuild.sql` and links between them, published with the graph. It takes minutes: `dashboard_rows.py` keeps it.
"""

import os
import sys
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rebuild import FILLING, FIRST

from pipeline.publish import publish_warehouse, take_room
from pipeline.warehouse import Warehouse

LINKING = Path(__file__).with_name("site.sql")


def make(folder: Path, *, servers: int, days: int, pairs: int) -> None:
    """Publish into a data folder; what it was made of is not kept."""
    with TemporaryDirectory(dir=folder.parent) as aside:
        with Warehouse.open(Path(aside), is_replica=True) as warehouse:
            take_room(warehouse)
            told = {"servers": servers, "first_day": 0, "days": days, "pairs": pairs}
            for name, value in told.items():
                warehouse.connection.execute(f"set variable {name} = {value}")
            for filling in (FILLING, LINKING):
                warehouse.connection.execute(filling.read_text(encoding="utf-8"))
            warehouse.connection.execute("checkpoint")
            path = publish_warehouse(
                warehouse, published_at=FIRST + timedelta(days=days), computes_graph=True
            )
        (folder / "published").mkdir(parents=True, exist_ok=True)
        os.replace(path, folder / "published" / path.name)


if __name__ == "__main__":
    make(
        Path(sys.argv[1]),
        servers=int(sys.argv[2]),
        days=int(sys.argv[3]),
        pairs=int(sys.argv[4]),
    )
