"""What a crawl's process is spared."""

import subprocess
import sys

_IN_A_CRAWL = """
from crawler.lean import give_memory_back, keep_out
keep_out()
give_memory_back()
import sys
from datetime import UTC, datetime
import duckdb, pyarrow
class Stream:
    def __init__(self, table):
        self.table = table
    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)
connection = duckdb.connect()
rows = pyarrow.table({"n": [1, 2], "at": [datetime.now(UTC)] * 2})
connection.register("rows", Stream(rows))
found = connection.execute("select n, $at from rows where n > $n", {"n": 1, "at": datetime.now(UTC)})
assert 1 == found.to_arrow_table().num_rows
assert 1 == len(pyarrow.array([1, None]).to_numpy(zero_copy_only=False)) - 1
assert not any(name.startswith(("pandas", "pyarrow.dataset")) for name in sys.modules)
assert "system" == pyarrow.default_memory_pool().backend_name
try:
    import pandas
except ModuleNotFoundError:
    print("spared")
"""


def test_a_crawl_works_without_what_is_kept_out() -> None:
    """Batches go in and out of DuckDB with neither pandas nor Arrow's datasets in the process, and nobody can import them."""
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_CRAWL], capture_output=True, text=True, check=False
    )

    assert ("spared\n", "") == (done.stdout, done.stderr)
