"""The published file that this process shows, for pages and routes alike."""

from functools import cache

from dashboard.settings import Settings as DashboardSettings
from dashboard.settings import Whom
from pipeline.read import Published
from pipeline.settings import Settings


@cache
def door() -> Published:
    """The readers' door of the data folder."""
    return Published(Settings.from_environment().data)


@cache
def who_may_check() -> Whom:
    """Who may have a server checked at once."""
    return DashboardSettings.from_environment().check_now


@cache
def who_may_ask() -> Whom:
    """Who may ask in SQL."""
    return DashboardSettings.from_environment().ask_sql


@cache
def contact() -> str | None:
    """The page that says who asks; `None` = there is none."""
    return Settings.from_environment().contact_url
