"""The whole site as one ASGI application: Streamlit's pages, our routes before them, headers around them."""

from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from streamlit import config

from dashboard.door import door
from dashboard.headers import Headers
from dashboard.routes import routes
from dashboard.static_files import Compressed, folder

SCRIPT = Path(__file__).with_name("app.py")


def application() -> st.App:
    """Everything that one process serves."""
    kept = folder(door().path.parent.parent)
    return st.App(
        SCRIPT,
        routes=routes(),
        middleware=[Middleware(Headers), Middleware(Compressed, kept=kept)],
    )


def websocket_settings() -> dict[str, Any]:
    """What Streamlit wants of its websocket; read after `application`, which finds the configuration."""
    return {
        "ws": "websockets-sansio",
        "ws_max_size": int(config.get_option("server.maxMessageSize")) * 1_000_000,
        "ws_per_message_deflate": bool(config.get_option("server.enableWebsocketCompression")),
        "ws_ping_interval": 30,
        "ws_ping_timeout": 30,
    }
