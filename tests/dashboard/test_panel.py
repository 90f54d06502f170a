"""Growth of the same servers is told apart from everything that is not growth."""

import pandas as pd

from dashboard import panel


def _days() -> pd.DataFrame:
    days = pd.DataFrame(
        {
            "day_on": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-03"]),
            "instances_in_panel": [0, 10, 11],
            "growth_ratio": [None, 0.10, 0.0],
            "index_chained": [1.0, 1.1, 1.1],
        }
    )
    for code in panel.APART:
        days[f"instances_{code}"] = [50, 1, 0]
        days[f"value_{code}"] = [9_000, 20, 0]
    return days


def test_the_index_begins_at_a_hundred() -> None:
    """Whatever the first day's sum was."""
    assert [100.0, 110.0, 110.0] == [round(value, 6) for value in panel.index(_days())["index"]]


def test_what_the_first_day_found_is_told_of_no_growth() -> None:
    """Everything is new on the first day; only later days tell what was born or discovered."""
    told = panel.sentence(_days())

    assert "1 Nov 2026 to 3 Nov 2026: +10.0 %" in told
    assert "1 discovered (20)" in told
    assert "over 11 servers" in told


def test_the_table_has_every_day_the_newest_first() -> None:
    """And a change that is not known stays unknown."""
    told = panel.table(_days())

    assert [110.0, 110.0, 100.0] == told["Index"].tolist()
    assert told["Change %"].isna().tolist() == [False, False, True]
    assert [0, 1, 50] == told["Servers born"].tolist()
