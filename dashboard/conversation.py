"""A check's conversation as a table: what was asked, what for, what came."""

from typing import Any

import orjson
import pandas as pd

from dashboard import labels
from dashboard.language import _


def table(text: str) -> pd.DataFrame | None:
    """One row per question; `None` where the text is no conversation."""
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(said, list) or not all(isinstance(part, dict) for part in said):
        return None
    return pd.DataFrame(
        {
            _("Asked"): [f"{part.get('method', '')} {part.get('path', '')}" for part in said],
            _("For"): [part.get("purpose") or "" for part in said],
            _("Answer"): [_answer(part) for part in said],
            _("Bytes"): [part.get("body_bytes") for part in said],
            _("Seconds"): [part.get("seconds") for part in said],
        }
    )


def _answer(part: dict[str, Any]) -> str:
    if part.get("fault"):
        return labels.outcome(str(part["fault"]))
    return str(part["status"]) if part.get("status") is not None else _("nothing")
