"""Tables on their way out of the house."""

import csv
import io

import numpy as np
import pandas as pd

from dashboard.tables import as_csv, rows

FRAME = pd.DataFrame(
    {
        "hostname": ["one.example", "two.example"],
        "title": ["=cmd|' /C calc'!A0", None],
        "users_total": [12.0, np.nan],
        "users_total_30d_ratio": [-1.0, 0.25],
        "languages": [np.array(["de", "+en"]), np.array([])],
        "is_alive": [True, False],
        "checked_at": pd.to_datetime(["2026-11-25T00:00:00Z", None]),
    }
)


def test_a_download_holds_no_formulas_and_no_invented_zeros() -> None:
    """Text is quoted against spreadsheets, numbers are numbers, and nothing said is empty."""
    told = list(csv.DictReader(io.StringIO("".join(as_csv(FRAME)))))

    assert "'=cmd|' /C calc'!A0" == told[0]["title"]
    assert "12" == told[0]["users_total"]
    assert "-1.0" == told[0]["users_total_30d_ratio"]
    assert "de | +en" == told[0]["languages"]
    assert ["", "", "", "false"] == [
        told[1][name] for name in ("title", "users_total", "checked_at", "is_alive")
    ]


def test_rows_are_what_json_has() -> None:
    """Counts with gaps are whole again, and `None` stays `None`."""
    first, second = rows(FRAME)

    assert 12 == first["users_total"]
    assert isinstance(first["users_total"], int)
    assert isinstance(first["users_total_30d_ratio"], float)
    assert ["de", "+en"] == first["languages"]
    assert "2026-11-25T00:00:00+00:00" == first["checked_at"]
    assert None is second["users_total"]
    assert None is second["checked_at"]


def test_a_table_without_rows_has_its_header() -> None:
    """An empty download still says what it would hold."""
    assert "hostname,title\r\n" == "".join(as_csv(FRAME[["hostname", "title"]].iloc[:0]))
