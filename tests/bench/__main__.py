"""`make bench`: measures what the project promises of its speed, row by row; needs no network.

`python tests/bench [ROW …] [--quick] [--compare FILE]` writes a table to stdout and the same as JSON to
`build/bench/`. `--compare` names ratios that differ from an older file by more than a tenth, and then ends with 1.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path

import crawl_rows
import dashboard_rows
import pipeline_rows
from figures import Figure, Row, differing, machine, table

ROWS: dict[str, Row] = {
    row.name: row for row in (*crawl_rows.ROWS, *pipeline_rows.ROWS, *dashboard_rows.ROWS)
}
KEPT = Path(__file__).parents[2] / "build" / "bench"
"""Where runs are kept: not part of the repository."""


def main(arguments: list[str]) -> int:
    """Measure, show, keep, compare."""
    parser = argparse.ArgumentParser(prog="bench", description=__doc__)
    parser.add_argument("rows", nargs="*", metavar="ROW", choices=[[], *ROWS], default=[])
    parser.add_argument("--quick", action="store_true", help="a small try of each row")
    parser.add_argument("--compare", type=Path, metavar="FILE", help="an older run")
    parser.add_argument("--keep", type=Path, metavar="FILE", help="where the JSON goes")
    asked = parser.parse_args(arguments)
    wanted = [ROWS[name] for name in asked.rows or ROWS]
    facts = machine()
    found: dict[str, list[Figure]] = {}
    for row in wanted:
        begun = time.monotonic()
        sys.stderr.write(f"bench: {row.name} …\n")
        figures = row.measure(asked.quick)
        if asked.quick:
            # a small try says that the row works, not whether a goal is met
            figures = [replace(each, at_least=None, at_most=None) for each in figures]
        found[row.name] = figures
        sys.stderr.write(f"bench: {row.name} took {time.monotonic() - begun:.0f} s\n")
    sys.stdout.write(table(found, {row.name: row.about for row in wanted}))
    now = datetime.now(UTC)
    kept = asked.keep or KEPT / f"{now:%Y%m%dT%H%M%SZ}.json"
    kept.parent.mkdir(parents=True, exist_ok=True)
    told = {
        "measured_at": now.isoformat(timespec="seconds"),
        "is_quick": asked.quick,
        "machine": facts,
        "rows": {name: [asdict(figure) for figure in each] for name, each in found.items()},
    }
    kept.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    sys.stdout.write(
        f"\n{facts['processors']} × {facts['processor']}, load {facts['load']:.1f}: {kept}\n"
    )
    if asked.compare is None:
        return 0
    differences = differing(found, json.loads(asked.compare.read_text(encoding="utf-8")))
    sys.stdout.write("".join(f"differs: {line}\n" for line in differences))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
