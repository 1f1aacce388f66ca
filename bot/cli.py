"""The command line: `vendor-review <command>` or `python -m bot <command>`.

To add a command: a function with its docstring here, and its line in docs/commands.md (a test compares them).
"""

from __future__ import annotations

import asyncio
import logging
import sys

import typer

from bot import config

cli = typer.Typer(
    help="Vendor Review: information security of outsourcing partners, inside Slack.", no_args_is_help=True
)


def settings_or_exit() -> config.Settings:
    """The settings, or one clear line on standard error and exit status 2."""
    try:
        return config.load()
    except config.SettingsError as error:
        typer.echo(f"vendor-review: {error} (docs/settings.md)", err=True)
        raise typer.Exit(2) from None


@cli.callback()
def _options() -> None:
    """Information security of outsourcing partners, inside Slack."""


@cli.command()
def run() -> None:
    """Connect to Slack (Socket Mode) and serve until SIGTERM."""
    from bot.app import StartError
    from bot.app import run as serve

    settings = settings_or_exit()
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for talkative in ("httpx", "apscheduler", "alembic"):
        logging.getLogger(talkative).setLevel(logging.ERROR)
    try:
        asyncio.run(serve(settings))
    except StartError as error:
        typer.echo(f"vendor-review: {error}", err=True)
        raise typer.Exit(1) from None


def main() -> None:
    """The entry point of the installed command."""
    cli()
