"""What is kept for how long. Numbers are kept for good; how they were asked for is thinned with age.

No published series depends on what goes: a check keeps its row, its outcome and everything that was understood.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pipeline.exceptions import HandKeptError
from pipeline.warehouse import Warehouse

PUBLISHED_DAYS = 28
"""Conversations are published for so long (marts/checks.sql): none may be thinned before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thinned:
    """What went."""

    conversations: int
    """Checks whose conversation was thinned."""
    documents: int
    """Documents dropped."""


def retain(
    warehouse: Warehouse, *, now: datetime, conversations_days: int, documents_days: int
) -> Thinned:
    """Thin what is older. Raises `HandKeptError` where that would change what is published."""
    if conversations_days <= PUBLISHED_DAYS or documents_days < conversations_days:
        raise HandKeptError(
            f"conversations are published for {PUBLISHED_DAYS} days and lead to their documents: keep "
            f"them longer than that, and documents at least as long, not {conversations_days} and "
            f"{documents_days} days"
        )
    with warehouse.transaction():
        older = {"before": now - timedelta(days=conversations_days)}
        ((conversations,),) = warehouse.run("retention", "thin_checks", older).fetchall()
        older = {"before": now - timedelta(days=documents_days)}
        ((documents,),) = warehouse.run("retention", "drop_documents", older).fetchall()
    warehouse.connection.execute("checkpoint")
    return Thinned(conversations=conversations, documents=documents)
