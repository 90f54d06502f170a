"""Outcome: the closed list, and the one table that leads to it."""

import importlib
import socket
import ssl

import aiohttp
import pytest

from crawler.outcome import OUTCOME_OF_ERROR, Outcome, outcome_of


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (TimeoutError(), Outcome.TIMED_OUT),
        (aiohttp.ServerTimeoutError(), Outcome.TIMED_OUT),
        (ConnectionRefusedError(), Outcome.REFUSED),
        (ConnectionResetError(), Outcome.REFUSED),
        (aiohttp.ServerDisconnectedError(), Outcome.REFUSED),
        (socket.gaierror(), Outcome.DNS_FAILED),
        (ssl.SSLCertVerificationError(), Outcome.TLS_FAILED),
        (ssl.SSLError(), Outcome.TLS_FAILED),
        (aiohttp.ClientPayloadError(), Outcome.BAD_HTTP),
    ],
)
def test_every_network_error_has_one_outcome(error: BaseException, expected: Outcome) -> None:
    """The most specific class that the table names decides."""
    assert expected == outcome_of(error)


def test_an_error_of_ours_is_not_an_outcome() -> None:
    """What no row names is a fault of ours and is raised again."""
    with pytest.raises(KeyError):
        outcome_of(KeyError("ours"))


def test_every_row_of_the_table_names_a_class_that_exists() -> None:
    """A renamed class in a library would otherwise fall through silently."""
    for name in OUTCOME_OF_ERROR:
        module_name, _, class_name = name.rpartition(".")
        assert isinstance(getattr(importlib.import_module(module_name), class_name), type), name
