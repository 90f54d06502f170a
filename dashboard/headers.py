"""Headers of every answer: nothing is loaded from elsewhere, framed, guessed or told to others."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers as Received
from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        # Streamlit and Plotly write their styles while they run
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'self'",
    ]
)

SAID = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


class Headers:
    """ASGI middleware. It also refuses websockets that another site's page opens.

    Streamlit would refuse them too, but first asks a service on the internet for this machine's address.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket" and _is_foreign(scope):
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAID.items():
                    headers.setdefault(name, value)
                if "vary" in headers:
                    # a door and the layer that compresses what doors leave alone both say it
                    words = [word.strip() for word in headers["vary"].split(",")]
                    headers["vary"] = ", ".join(dict.fromkeys(words))
            await send(message)

        await self._app(scope, receive, dressed)


def _is_foreign(scope: Scope) -> bool:
    headers = Received(scope=scope)
    origin, host = headers.get("origin"), headers.get("host")
    return origin is not None and urlsplit(origin).netloc.lower() != (host or "").lower()
