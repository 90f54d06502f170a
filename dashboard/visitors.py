"""Who a visitor is, as far as limits need to know: an address, and whether it is this machine's own."""

from urllib.parse import urlsplit

import streamlit as st

_LOCAL = ("localhost", "127.0.0.1", "::1")


def is_local() -> bool:
    """Whether the visitor sits at this machine: no address beside our own, and no name that a proxy passes on."""
    host = urlsplit(f"//{st.context.headers.get('Host') or ''}").hostname
    return st.context.ip_address in (None, *_LOCAL) and host in _LOCAL


def who() -> str:
    """What a visitor's share is counted by."""
    return st.context.ip_address or "local"
