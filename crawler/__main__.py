"""The crawler's own command line: `python -m crawler crawl|check|replica`. `herdbook` hands over to it."""

import asyncio
import os
import secrets
import sys
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from crawler.check import check as check_server
from crawler.client import Client
from crawler.crawl import (
    FRONTIER,
    LIVENESS_FRONTIER,
    PUBLISH_EVERY_SECONDS,
    crawl,
    frontier_errors,
    frontier_from,
    quiet_logs,
    wear_belt,
)
from crawler.delivery import deliver, letters, receipts_json
from crawler.exceptions import CrawlerError, HostnameError, SeedsError, SettingsError
from crawler.hostname import Hostname
from crawler.lean import give_memory_back, keep_out
from crawler.outcome import Outcome
from crawler.progress import Progress
from crawler.seeds import read_seeds
from crawler.settings import CHECKOUT, Settings, duration_seconds
from crawler.transcript import as_json, as_text

app = typer.Typer(
    name="herdbook",
    help="Ask the fediverse's servers about themselves, gently.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

ConnectToOption = Annotated[
    list[str] | None,
    typer.Option(
        "--connect-to",
        metavar="HOST:PORT:ADDRESS:PORT",
        help="Connect to ADDRESS:PORT when HOST:PORT is asked, as curl does; * stands for any.",
    ),
]
CaFileOption = Annotated[
    Path | None,
    typer.Option("--ca-file", metavar="PEM", help="Trust these authorities, and no others."),
]
AllowAddressOption = Annotated[
    list[str] | None,
    typer.Option(
        "--allow-address",
        metavar="CIDR",
        help="Let the address guard pass this network although it is not public.",
    ),
]
PlaceholderOption = Annotated[
    bool,
    typer.Option(
        "--placeholder-contact",
        help="Ask live servers although HERDBOOK_CONTACT names no contact page.",
    ),
]


@app.command("crawl")
def crawl_command(
    connect_to: ConnectToOption = None,
    ca_file: CaFileOption = None,
    allow_address: AllowAddressOption = None,
    seeds: Annotated[
        Path | None,
        typer.Option("--seeds", metavar="FILE", help="Hostnames to begin with: CSV or lines."),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option("--limit", metavar="N", min=1, help="Visit at most N servers."),
    ] = None,
    duration: Annotated[
        str | None,
        typer.Option("--for", metavar="DURATION", help="End after 30s, 5m, 2h or 1d."),
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option("--concurrency", metavar="N", help="Servers asked at the same time."),
    ] = None,
    is_liveness: Annotated[
        bool,
        typer.Option(
            "--liveness", help="Only look whether watched servers answer (NodeInfo only)."
        ),
    ] = False,
    quiet: Annotated[bool, typer.Option("--quiet", help="Show no progress.")] = False,
    placeholder_contact: PlaceholderOption = False,
) -> None:
    """Visit every server that is due, store what they say, and publish as it goes."""
    seconds = duration_seconds(duration) if duration else None
    limits = _settings(connect_to, ca_file, allow_address, concurrency, placeholder_contact)
    named = read_seeds(seeds) if seeds is not None else _kept_seeds(limits)
    frontier = {
        "FRONTIER": LIVENESS_FRONTIER if is_liveness else FRONTIER,
        "HERDBOOK_DATA": str(limits.data),
        "CRAWL_ID": f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}",
        "CRAWL_LIMIT": limit,
        "SEEDS": [str(hostname) for hostname in named],
        "ADMITS_RESERVED": bool(limits.connect_to),
        "PUBLISH_EVERY_SECONDS": PUBLISH_EVERY_SECONDS,
        "CONTACT_URL": limits.contact_url,
    }
    quiet_logs()
    keep_out()
    give_memory_back()
    wear_belt(limits)
    with Progress(limit=limit, is_quiet=quiet) as watch:
        problems = asyncio.run(
            crawl(
                limits,
                frontier_from(frontier),
                watch,
                seconds=seconds,
                publish_every_seconds=PUBLISH_EVERY_SECONDS,
                passing_errors=frontier_errors(),
            )
        )
    for problem in problems:
        _say(problem)
    if problems:
        raise typer.Exit(1)


@app.command("check")
def check_command(
    host: Annotated[str, typer.Argument(metavar="HOST", help="Whom to ask.")],
    json: Annotated[bool, typer.Option("--json", help="The whole check as JSON.")] = False,
    connect_to: ConnectToOption = None,
    ca_file: CaFileOption = None,
    allow_address: AllowAddressOption = None,
    placeholder_contact: PlaceholderOption = False,
) -> None:
    """Ask one server everything that a crawl asks, and show the conversation. Nothing is stored."""
    hostname = _host(host)
    limits = _settings(connect_to, ca_file, allow_address, None, placeholder_contact)
    quiet_logs()
    wear_belt(limits)
    done = asyncio.run(_check(hostname, limits))
    if json:
        sys.stdout.buffer.write(as_json(done))
    else:
        # a terminal of another encoding shows what it can
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.buffer.write(as_text(done).encode(encoding, "replace"))
    sys.stdout.flush()
    if done.outcome is not Outcome.OK:
        raise typer.Exit(1)


@app.command("deliver", hidden=True)
def deliver_command(
    connect_to: ConnectToOption = None,
    ca_file: CaFileOption = None,
    allow_address: AllowAddressOption = None,
    placeholder_contact: PlaceholderOption = False,
) -> None:
    """Hand letters from standard input over, once each; what became of them is on standard output."""
    limits = _settings(connect_to, ca_file, allow_address, None, placeholder_contact)
    quiet_logs()
    wear_belt(limits)
    done = asyncio.run(_deliver(sys.stdin.buffer.read(), limits))
    sys.stdout.buffer.write(done)
    sys.stdout.flush()


@app.command("replica")
def replica_command(
    servers: Annotated[int, typer.Option("--servers", metavar="N", min=1)] = 2000,
    seed: Annotated[int, typer.Option("--seed", metavar="S")] = 1,
    port: Annotated[int | None, typer.Option("--port", metavar="PORT")] = None,
    day: Annotated[
        int, typer.Option("--day", metavar="D", min=0, help="Days that have passed there.")
    ] = 0,
    liars: Annotated[
        float,
        typer.Option("--liars", metavar="RATIO", help="Share of servers that lie, 0 to 0.2."),
    ] = 0.0,
) -> None:
    """Serve a small fediverse on loopback, to practise on."""
    # it needs nothing of the above, and the crawl nothing of it
    replica = import_module("crawler.replica.main")
    limits = Settings.from_environment(os.environ)
    replica.run(servers=servers, seed=seed, port=port, data=limits.data, day=day, liars=liars)


async def _check(hostname: Hostname, limits: Settings) -> Any:
    client = Client(limits)
    try:
        await client.self_test()
        return await check_server(hostname, client, now=datetime.now(UTC))
    finally:
        await client.close()


async def _deliver(told: bytes, limits: Settings) -> bytes:
    client = Client(limits)
    try:
        await client.self_test()
        return receipts_json(await deliver(letters(told), client))
    finally:
        await client.close()


def _settings(
    connect_to: list[str] | None,
    ca_file: Path | None,
    allow_address: list[str] | None,
    concurrency: int | None,
    is_placeholder_fine: bool,
) -> Settings:
    limits = Settings.from_environment(
        os.environ,
        connect_to=connect_to or (),
        ca_file=ca_file,
        allow_address=allow_address or (),
        concurrency=concurrency,
    )
    limits.want_contact(is_placeholder_fine)
    return limits


def _host(text: str) -> Hostname:
    try:
        return Hostname.parse(text)
    except HostnameError as error:
        raise SettingsError(f"{error}. Give a bare name such as mastodon.social") from None


def _kept_seeds(limits: Settings) -> list[Hostname]:
    """The hand-kept seeds; none where the crawl is led elsewhere."""
    path = CHECKOUT / "data" / "seeds.csv"
    return read_seeds(path) if not limits.connect_to and path.exists() else []


def _say(message: str) -> None:
    sys.stderr.write(f"herdbook: {' '.join(message.split())}\n")


def main() -> NoReturn:
    """Run a command; what an operator can mend is one line with the next step, never a traceback."""
    mendable: tuple[type[Exception], ...] = (CrawlerError, OSError, *frontier_errors())
    try:
        app(prog_name="herdbook")
    except (SettingsError, SeedsError) as error:
        _say(str(error))
        sys.exit(2)
    except mendable as error:
        _say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        _say("stopped")
        sys.exit(130)
    sys.exit(0)


if __name__ == "__main__":
    main()
