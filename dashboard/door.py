"""The published file that this process shows, for pages and routes alike."""

from functools import cache

from pipeline.read import Published
from pipeline.settings import Settings


@cache
def door() -> Published:
    """The readers' door of the data folder."""
    return Published(Settings.from_environment().data)
