"""How far a crawl may go: every limit with its unit and its reason. Read once at start."""

import re
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path

from crawler.exceptions import HostnameError, SettingsError
from crawler.hostname import Hostname

PRODUCT_TOKEN = "Herdbook"
"""The name that robots.txt rules for us are under."""

PLACEHOLDER_CONTACT = "https://herdbook.example/crawler"
"""Stands for a contact page until the operator names one; the live network is not asked with it."""

CHECKOUT = Path(__file__).parents[1]
"""Where hand-kept data are."""

_DURATION = re.compile(r"([0-9]{1,7})\s*([smhd]?)\Z")
_UNIT_SECONDS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86400}
_CONNECT_TO = re.compile(
    r"(?P<host>[^:\[\]]*):(?P<port>[^:]*):(?P<address>\[[^\]]*\]|[^:\[\]]*):(?P<to_port>[0-9]{1,5})\Z"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectTo:
    """One detour, as curl's `--connect-to`: it changes where the socket goes and nothing else."""

    hostname: str | None
    """Whom it is for; `None` = any."""
    port: int | None
    """Port it is for; `None` = any."""
    address: str
    """Address that is connected instead; never a name, so that no resolver is asked."""
    to_port: int
    """Port that is connected instead."""

    @classmethod
    def parse(cls, text: str) -> "ConnectTo":
        """Read `HOST:PORT:ADDR:PORT`; HOST and PORT may be `*` or empty. Raises `SettingsError`."""
        parts = _CONNECT_TO.match(text.strip())
        if parts is None:
            raise SettingsError(_connect_to_help(text, "it has not four parts"))
        address = parts["address"].strip("[]")
        try:
            ip_address(address)
        except ValueError:
            raise SettingsError(_connect_to_help(text, f"{address!r:.80} is no address")) from None
        try:
            hostname = None if parts["host"] in ("", "*") else Hostname.parse(parts["host"])
            port = None if parts["port"] in ("", "*") else _port(parts["port"])
            return cls(
                hostname=hostname, port=port, address=address, to_port=_port(parts["to_port"])
            )
        except (HostnameError, ValueError) as error:
            raise SettingsError(_connect_to_help(text, str(error))) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Limits and manners of a crawl."""

    contact_url: str = PLACEHOLDER_CONTACT
    """The page that says who we are, what we ask, how often, and how to leave."""

    connect_seconds: float = 10.0
    """TCP and TLS together: a server that needs longer is not usable by people either."""
    request_seconds: float = 20.0
    """One question, redirects included, to the last byte: slow shared hosts need several seconds."""
    check_seconds: float = 90.0
    """The whole check: a server that drips costs a slot for this long at most."""
    resolve_seconds: float = 3.0
    """One name: a resolver that has not answered by then rarely does. It is asked once more, after those who wait."""

    most_requests: int = 12
    """Requests of one check, redirects included: the longest conversation needs nine."""
    most_pages: int = 40
    """Further pages of lists in one check: 40 pages of 100 hold the largest PeerTube lists."""
    most_redirects: int = 3
    """Same-origin redirects of one question: a slash, a language, a version."""
    most_robots_redirects: int = 5
    """RFC 9309 §2.3.1.2 asks for at least five."""
    most_body_bytes: int = 10_000_000
    """Decompressed: the largest honest peer list is about 3 MB."""
    large_body_bytes: int = 512 * 1024
    """A body that grows past this waits for room: every host in flight may hold as much."""
    large_bodies: int = 3
    """Checks with room for a large body at the same time: each may hold 10 MB, and what is read from it several times that."""
    most_robots_bytes: int = 512 * 1024
    """RFC 9309 §2.5 asks for at least 500 KiB; what follows is not read."""
    most_document_bytes: int = 256 * 1024
    """Size up to which a document is kept with its exchange: descriptions, not emoji tables."""

    burst_requests: int = 6
    """Requests that may follow one another at once: as many as the ordinary conversation has, fewer
    than a browser makes for one page."""
    pace_seconds: float = 1.0
    """Least time between two requests to a host after the burst."""
    longest_crawl_delay_seconds: float = 10.0
    """Crawl-delay is kept up to this; a server that wants longer is asked for NodeInfo only."""
    is_rig_paced: bool = False
    """Whether hosts reached by `connect_to` are paced too: nobody but the operator is there."""

    address_requests_per_second: float = 2.0
    """To one address, whatever names share it, after a burst of `burst_requests`."""
    address_checks: int = 2
    """Checks at one address at the same time: shared hosting is one machine."""
    network_checks: int = 32
    """Checks in one /24 (IPv6: /48) at the same time: a hosting company is a few uplinks."""
    most_crowded: int = 60
    """Hosts that wait for room in one network; more are let go and are due again a little later."""

    doubt_seconds: float = 5.0
    """Failures that may be our own network's are held so long before somebody known to be alive is asked."""
    pause_seconds: float = 15.0
    """While the network is away, canaries are asked this often."""
    patience_seconds: float = 600.0
    """Then the crawl ends; whoever started it tries again. Less than a lease (15 min)."""

    concurrency: int = 500
    """Hosts in flight. They are different hosts, so it costs none of them anything; each holds a
    TLS connection of about 130 kB here."""
    resolving: int = 256
    """Names being resolved at once: dead ones answer after seconds, and seven of ten are dead."""
    stop_seconds: float = 20.0
    """After SIGTERM, what is in flight has this long to end; then it is dropped and due again."""

    data: Path = CHECKOUT / "data"
    """The data folder; handed on to the frontier."""
    connect_to: tuple[ConnectTo, ...] = ()
    """Detours, the first that fits wins."""
    ca_file: Path | None = None
    """Authorities to trust in place of the system's."""
    resolver: str | None = None
    """Name server to ask in place of the machine's, `ADDRESS:PORT`."""
    allowed: tuple[IPv4Network | IPv6Network, ...] = field(default=())
    """Networks the address guard lets through although they are not public."""

    @classmethod
    def from_environment(
        cls,
        environ: Mapping[str, str],
        *,
        connect_to: Sequence[str] = (),
        ca_file: Path | None = None,
        allow_address: Sequence[str] = (),
        concurrency: int | None = None,
        resolver: str | None = None,
    ) -> "Settings":
        """Put together what the environment and the command line say. Raises `SettingsError`."""
        settings = cls(
            contact_url=_contact(environ.get("HERDBOOK_CONTACT") or PLACEHOLDER_CONTACT),
            connect_to=tuple(ConnectTo.parse(text) for text in connect_to),
            ca_file=_readable(ca_file),
            allowed=tuple(_network(text) for text in allow_address),
            data=Path(environ.get("HERDBOOK_DATA") or CHECKOUT / "data"),
            resolver=_name_server(resolver),
        )
        if concurrency is not None:
            settings = replace(settings, concurrency=concurrency)
        if not 1 <= settings.concurrency <= 5000:
            raise SettingsError(
                f"a concurrency of {settings.concurrency} cannot be used: give 1 to 5000"
            )
        return settings

    @property
    def user_agent(self) -> str:
        """How we introduce ourselves. No word that bot lists match (SURVEY §10.3)."""
        return f"{PRODUCT_TOKEN}/{version('herdbook')} (+{self.contact_url})"

    @property
    def is_placeholder_contact(self) -> bool:
        """Whether nobody has said how to reach the operator."""
        return self.contact_url == PLACEHOLDER_CONTACT

    @property
    def reaches_live_network(self) -> bool:
        """Whether some host would be asked at its real address."""
        return not any(to.hostname is None and to.port in (None, 443) for to in self.connect_to)

    def want_contact(self, is_placeholder_fine: bool) -> None:
        """Raise `SettingsError` where live servers would be asked by nobody in particular."""
        if self.reaches_live_network and self.is_placeholder_contact and not is_placeholder_fine:
            raise SettingsError(
                "live servers would be asked by someone who does not say who it is: set HERDBOOK_CONTACT "
                "to a page that says what you do and how to be left out, or pass --placeholder-contact "
                f"to go by {PLACEHOLDER_CONTACT} for a first try"
            )

    def detour(self, hostname: str, port: int = 443) -> ConnectTo | None:
        """Where the socket for a host goes instead, if anywhere."""
        for to in self.connect_to:
            if to.hostname in (None, hostname) and to.port in (None, port):
                return to
        return None

    def paces(self, hostname: str) -> bool:
        """Whether requests to this host are spaced out."""
        return self.is_rig_paced or self.detour(hostname) is None


def duration_seconds(text: str) -> int:
    """Read `30s`, `5m`, `2h` or `1d`; a bare number is seconds. Raises `SettingsError`."""
    match = _DURATION.match(text.strip().lower())
    if match is None or int(match[1]) == 0:
        raise SettingsError(f"{text!r:.80} is no duration: write 30s, 5m, 2h or 1d")
    return int(match[1]) * _UNIT_SECONDS[match[2]]


def _name_server(text: str | None) -> str | None:
    if text is None:
        return None
    address, _, port = text.rpartition(":")
    try:
        found = ip_address(address.strip("[]"))
        return f"[{found}]:{_port(port)}" if found.version == 6 else f"{found}:{_port(port)}"
    except ValueError:
        raise SettingsError(
            f"--resolver {text!r:.80} is no name server: write one like 127.0.0.1:53"
        ) from None


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or not 1 <= int(text) <= 65535:
        raise ValueError(f"{text!r:.20} is no port")
    return int(text)


def _connect_to_help(text: str, reason: str) -> str:
    return (
        f"--connect-to {text!r:.120} cannot be used: {reason}. Write HOST:PORT:ADDRESS:PORT, "
        "for example '*:443:127.0.0.1:8443' or '*:443:[::1]:8443'"
    )


def _network(text: str) -> IPv4Network | IPv6Network:
    try:
        return ip_network(text.strip(), strict=False)
    except ValueError:
        raise SettingsError(
            f"--allow-address {text!r:.80} is no network: write one like 127.0.0.0/8 or ::1/128"
        ) from None


def _readable(ca_file: Path | None) -> Path | None:
    if ca_file is None:
        return None
    try:
        held = ca_file.read_bytes()
    except OSError as error:
        raise SettingsError(
            f"--ca-file {ca_file} cannot be read ({error.strerror}): give a PEM file"
        ) from None
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=held.decode("ascii"))
    except (ssl.SSLError, ValueError):
        raise SettingsError(
            f"--ca-file {ca_file} holds no certificate that can be read: give a PEM file"
        ) from None
    return ca_file


def _contact(url: str) -> str:
    is_fit = url.startswith(("https://", "http://", "mailto:")) and len(url) <= 200
    if not is_fit or not url.isascii() or any(not "!" <= c <= "~" or c in "()" for c in url):
        raise SettingsError(
            f"HERDBOOK_CONTACT={url!r:.120} is no contact page: give an https address"
        )
    return url
