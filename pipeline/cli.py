"""`herdbook …`: the command line. What asks servers, serves them or draws pages runs as its own program."""

import os
import sys
from typing import Annotated, Any, NoReturn

import typer

from crawler.log import log_to_stderr
from pipeline.exceptions import MappingError, PipelineError
from pipeline.graph_command import graph_command
from pipeline.importing_command import import_command
from pipeline.optouts import refuse_those_who_stay_out
from pipeline.publish import publish
from pipeline.query_command import query_command
from pipeline.release_command import release_command
from pipeline.settings import Settings
from pipeline.unattended_command import register
from pipeline.up import FIRST_LIMIT, REPLICA_SERVERS, Wishes, up

app = typer.Typer(
    name="herdbook",
    help="The public register of the fediverse's servers: crawl, publish, show, ask.",
    epilog="HERDBOOK_DATA moves the data folder; HERDBOOK_CONTACT names the page that says who asks.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

_HANDED_ON: dict[str, Any] = {
    "context_settings": {
        "allow_extra_args": True,
        "ignore_unknown_options": True,
        "help_option_names": [],
    },
}
"""A command whose options are another program's: all of them are handed on, `--help` too."""


@app.command("up")
def up_command(
    port: Annotated[
        int | None,
        typer.Option(
            "--port",
            min=1,
            max=65535,
            help="Port of the dashboard.  [default: 8501 or the next free]",
        ),
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Visit at most N live servers.")
    ] = FIRST_LIMIT,
    is_unlimited: Annotated[
        bool, typer.Option("--all", help="Visit every live server that is due.")
    ] = False,
    is_replica: Annotated[
        bool, typer.Option("--replica", help="Crawl the replica although there may be a network.")
    ] = False,
    servers: Annotated[
        int, typer.Option("--servers", metavar="N", min=1, help="Servers of the replica.")
    ] = REPLICA_SERVERS,
    is_placeholder_fine: Annotated[
        bool,
        typer.Option(
            "--placeholder-contact",
            help="Ask live servers although HERDBOOK_CONTACT names no contact page.",
        ),
    ] = False,
    opens_browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Show the dashboard in a browser.")
    ] = sys.stdout.isatty(),
    ends_with_crawl: Annotated[
        bool, typer.Option("--once", help="End when the crawl has ended.")
    ] = False,
) -> None:
    """Crawl what is due, publish, and show it: everything at once."""
    wishes = Wishes(
        port=port,
        limit=None if is_unlimited else limit,
        is_replica=is_replica,
        servers=servers,
        is_placeholder_fine=is_placeholder_fine,
        opens_browser=opens_browser,
        ends_with_crawl=ends_with_crawl,
    )
    raise typer.Exit(up(Settings.from_environment(), wishes, _tell))


@app.command("crawl", **_HANDED_ON)
def crawl_command(context: typer.Context) -> None:
    """Visit every server that is due, store what they say, and publish as it goes."""
    _become("crawler", "crawl", *context.args)


@app.command("check", **_HANDED_ON)
def check_command(context: typer.Context) -> None:
    """Ask one server everything that a crawl asks, and show the conversation."""
    refuse_those_who_stay_out(Settings.from_environment().data, context.args)
    _become("crawler", "check", *context.args)


app.command("import")(import_command)
register(app)
app.command("graph")(graph_command)
app.command("release")(release_command)


@app.command("publish")
def publish_command(
    accepts: Annotated[
        str | None,
        typer.Option(
            "--accept",
            metavar="NOTE",
            help="Let a release through that is held back; the note is kept with it.",
        ),
    ] = None,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Make everything anew, also what has not changed."),
    ] = False,
) -> None:
    """Publish the warehouse: what readers open, swapped in whole."""
    if accepts is not None and not accepts.strip():
        raise typer.BadParameter("say in a few words why it is right", param_hint="--accept")
    path = publish(Settings.from_environment().data, accepts=accepts, whole=whole)
    _tell(f"Published {path}.")


@app.command("dashboard", **_HANDED_ON)
def dashboard_command(context: typer.Context) -> None:
    """Show what was published, on localhost."""
    _become("dashboard", *context.args)


# a statement may begin with a comment, which looks like an option
app.command("query", context_settings={"ignore_unknown_options": True})(query_command)


@app.command("replica", **_HANDED_ON)
def replica_command(context: typer.Context) -> None:
    """Serve a small fediverse on loopback, to practise on."""
    _become("crawler", "replica", *context.args)


def _become(*arguments: str) -> NoReturn:
    """Be another program from now on: its signals, its terminal and its exit code are ours."""
    sys.stdout.flush()
    sys.stderr.flush()
    # -P: a folder named `crawler` where somebody happens to stand must not be ours
    os.execv(sys.executable, [sys.executable, "-P", "-m", *arguments])


def _tell(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")
    sys.stderr.flush()


def main() -> NoReturn:
    """Run a command; what an operator can mend is one line with the next step, never a traceback."""
    log_to_stderr()
    try:
        app(prog_name="herdbook")
    except MappingError as error:
        _tell(f"herdbook: {error}")
        sys.exit(2)
    except (PipelineError, OSError) as error:
        _tell(f"herdbook: {error}")
        sys.exit(1)
    except KeyboardInterrupt:
        _tell("herdbook: stopped")
        sys.exit(130)
    sys.exit(0)


if __name__ == "__main__":
    main()
