"""What an operator copies: the proxies really start, add their headers, and keep internals in."""

import http.client
import re
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from dashboard.headers import SAID

DEPLOY = Path(__file__).parents[2] / "pipeline" / "deploy"
_PATIENCE_SECONDS = 20
_ENV = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"}


class Dashboard(BaseHTTPRequestHandler):
    """Says what the dashboard says around every answer, and which headers came."""

    def do_GET(self) -> None:
        body = f"{self.headers['Host']} {self.headers['X-Forwarded-Proto']}".encode()
        self.send_response(200)
        for name, value in SAID.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def dashboard() -> Iterator[int]:
    """A stand-in for the dashboard; its port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Dashboard)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.server_address[1]
    server.shutdown()
    thread.join()
    server.server_close()


def free_port() -> int:
    """A loopback port that nobody listens on."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


Ask = Callable[[str], http.client.HTTPResponse]


@pytest.fixture(params=["nginx", "caddy"])
def ask(request: pytest.FixtureRequest, tmp_path: Path, dashboard: int) -> Iterator[Ask]:
    """Ask the proxy over TLS, as the public does."""
    program = shutil.which(request.param, path=_ENV["PATH"])
    if program is None:
        pytest.skip(f"no {request.param} is installed here")
    _write_certificate(tmp_path)
    port = free_port()
    command = (_nginx if request.param == "nginx" else _caddy)(program, tmp_path, port, dashboard)
    with (tmp_path / "said").open("wb") as said:
        proxy = subprocess.Popen(
            command,
            env={**_ENV, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)},
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
    context = ssl.create_default_context(cafile=tmp_path / "leaf.pem")

    def asked(path: str) -> http.client.HTTPResponse:
        raw = socket.create_connection(("127.0.0.1", port), timeout=_PATIENCE_SECONDS)
        held = http.client.HTTPSConnection("herdbook.example", timeout=_PATIENCE_SECONDS)
        held.sock = context.wrap_socket(raw, server_hostname="herdbook.example")
        held.request("GET", path)
        answer = held.getresponse()
        answer.body = answer.read()  # type: ignore[attr-defined]
        held.close()
        return answer

    try:
        _until_it_listens(port, proxy, tmp_path / "said")
        yield asked
    finally:
        proxy.terminate()
        proxy.wait(_PATIENCE_SECONDS)


def _write_certificate(place: Path) -> None:
    """A certificate that vouches for itself, as `leaf.pem` with `leaf.key`."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "herdbook.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("herdbook.example")]), False)
        .sign(key, hashes.SHA256())
    )
    (place / "leaf.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (place / "leaf.key").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


def _nginx(program: str, place: Path, port: int, dashboard: int) -> list[str]:
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    site = (
        text.replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl")
        .replace("/etc/ssl/herdbook", str(place / "leaf"))
        .replace("127.0.0.1:8501", f"127.0.0.1:{dashboard}")
    )
    (place / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {place / kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (place / "nginx.conf").write_text(
        f"daemon off; pid {place / 'pid'}; error_log stderr; worker_processes 1;"
        f"events {{}} http {{ access_log off; {temporary} include {place / 'site.conf'}; }}",
        encoding="utf-8",
    )
    return [program, "-p", str(place), "-e", "stderr", "-c", str(place / "nginx.conf")]


def _caddy(program: str, place: Path, port: int, dashboard: int) -> list[str]:
    text = (DEPLOY / "Caddyfile").read_text(encoding="utf-8")
    site = text.replace(
        "herdbook.example {",
        f"https://herdbook.example:{port} {{\n\ttls {place / 'leaf.pem'} {place / 'leaf.key'}",
        1,
    ).replace("127.0.0.1:8501", f"127.0.0.1:{dashboard}")
    options = "{\n\tadmin off\n\tauto_https off\n}\n"
    (place / "Caddyfile").write_text(options + site, encoding="utf-8")
    return [program, "run", "--config", str(place / "Caddyfile"), "--adapter", "caddyfile"]


def _until_it_listens(port: int, proxy: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert proxy.poll() is None, said.read_text(encoding="utf-8", errors="replace")
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_every_header_is_there_once(ask: Ask) -> None:
    """DASH-01: policy, nosniff, referrer, framing and transport security, each said by one of the two."""
    answer = ask("/")

    assert 200 == answer.status
    for name, value in SAID.items():
        assert [value] == answer.headers.get_all(name)
    assert "frame-ancestors" in SAID["Content-Security-Policy"]
    assert 1 == len(answer.headers.get_all("Strict-Transport-Security") or [])
    assert ["SAMEORIGIN"] == answer.headers.get_all("X-Frame-Options")


def test_the_dashboard_hears_which_name_was_asked(ask: Ask) -> None:
    """DASH-03: Host and Origin can be compared only where the proxy passes the name on."""
    answer = ask("/")

    assert answer.body.startswith(b"herdbook.example")  # type: ignore[attr-defined]
    assert answer.body.endswith(b"https")  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "path", ["/_stcore/metrics", "/_stcore/host-config", "/_stcore/upload_file/a/b"]
)
def test_internal_endpoints_stay_inside(ask: Ask, path: str) -> None:
    """DASH-02: nobody outside sees them."""
    assert 404 == ask(path).status


def test_the_unit_gives_a_crawl_time_to_end() -> None:
    """DUR-03: what systemd waits is above what the schedule gives its jobs; localhost stays reachable."""
    unit = (DEPLOY / "herdbook.service").read_text(encoding="utf-8")
    stop = re.search(r"^TimeoutStopSec=(\d+)$", unit, re.MULTILINE)

    assert stop is not None
    assert int(stop[1]) >= 60
    assert "KillMode=mixed" in unit
    assert "herdbook serve" in unit
