"""How many strangers of one registrable domain may be visited: reviewed hosting companies more than others.

The reviewed list comes with the code; an operator's own, in the data folder, is written by `herdbook admit`
and wins. What the caps hold back is counted, and its largest part is noted where anybody can look it up.
"""

import csv
import io
import os
from datetime import date
from pathlib import Path

import pyarrow as pa

from crawler.hostname import Hostname
from pipeline.exceptions import HandKeptError
from pipeline.warehouse import Warehouse

REVIEWED = Path(__file__).with_name("rules") / "multi_tenants.csv"
"""Hosting companies whose customers have a subdomain each."""
RELEASED = "released_domains.csv"
"""The operator's list, in the data folder."""
HELD = "held_back.csv"
"""What the caps held back when last looked at, in the data folder; the largest domains only."""

_HEADER = ("registrable_domain", "cap", "reason", "source", "added_on")
_HELD_ROWS = 200


def read_caps(data: Path) -> pa.Table:
    """Read the caps that differ from the common one. Raises `HandKeptError`."""
    caps = {**_caps(REVIEWED), **released(data)}
    return pa.table(
        {
            "registrable_domain": pa.array(list(caps), pa.string()),
            "cap": pa.array(list(caps.values()), pa.int64()),
        }
    )


def released(data: Path) -> dict[str, int]:
    """Read the operator's own caps by domain; the last line of a domain counts. Raises `HandKeptError`."""
    path = data / RELEASED
    return _caps(path) if path.exists() else {}


def release(data: Path, domain: Hostname, cap: int, *, reason: str, added_on: date) -> None:
    """Write a cap onto the operator's list. Raises `HandKeptError`."""
    if domain != domain.registrable_domain:
        raise HandKeptError(
            f"{domain} is below {domain.registrable_domain}: caps are for whole registrable domains"
        )
    if not reason.isprintable():
        raise HandKeptError("the reason must be on one line")
    data.mkdir(parents=True, exist_ok=True)
    path = data / RELEASED
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        if is_new:
            rows.writerow(_HEADER)
        rows.writerow([domain, cap, reason, "operator", f"{added_on:%Y-%m-%d}"])


def note_held(warehouse: Warehouse) -> None:
    """Write down what is held back, so that it can be looked up while the warehouse is in use."""
    found = warehouse.run("frontier", "held", {"rows": _HELD_ROWS}).fetchall()
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\n")
    rows.writerow(["registrable_domain", "names_held", "hosts_admitted", "example"])
    rows.writerows(found)
    path = warehouse.path.with_name(HELD)
    aside = path.with_name(f".{HELD}.new")
    aside.write_text(text.getvalue(), encoding="utf-8")
    os.replace(aside, path)


def held(data: Path) -> list[dict[str, str]]:
    """Read what was held back when last looked at."""
    path = data / HELD
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _caps(path: Path) -> dict[str, int]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    try:
        return {row["registrable_domain"]: int(row["cap"]) for row in rows}
    except (KeyError, TypeError, ValueError) as error:
        raise HandKeptError(f"{path}: a line has no domain or no cap. Mend it first") from error
