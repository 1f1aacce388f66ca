"""The command line: `vendor-review <command>` or `python -m bot <command>`.

To add a command: a function with its docstring here, and its line in docs/commands.md (a test compares them).
"""

from __future__ import annotations

import asyncio
import logging
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import config
from bot.cli_checklist import checklist

cli = typer.Typer(
    help="Vendor Review: information security of outsourcing partners, inside Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # an unexpected traceback must not show local values: tokens are among them
)
cli.add_typer(checklist, name="checklist")


def settings_or_exit() -> config.Settings:
    """The settings, or one clear line on standard error and exit status 2."""
    try:
        return config.load()
    except config.SettingsError as error:
        raise _wrong(f"{error} (docs/settings.md)", 2) from None


def _wrong(what: str, status: int) -> typer.Exit:
    """One clear line on standard error; to be raised."""
    typer.echo(f"vendor-review: {what}", err=True)
    return typer.Exit(status)


REGISTER = "register"


@cli.callback()
def _options() -> None:
    """Information security of outsourcing partners, inside Slack."""


@cli.command()
def run() -> None:
    """Listen to Slack (Socket Mode or HTTP, by the settings) and serve until SIGTERM."""
    settings = settings_or_exit()
    from bot.app import run as serve
    from bot.serving import SILENT, Silence
    from bot.startup import StartError

    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s", stream=sys.stderr
    )
    for talkative in ("httpx", "alembic", "sqlalchemy"):
        logging.getLogger(talkative).setLevel(logging.ERROR)
    for loose in ("slack_sdk", "slack_bolt", "aiohttp", "aiosqlite", "psycopg"):
        logging.getLogger(loose).setLevel(
            max(logging.INFO, logging.getLogger().level)
        )  # their DEBUG holds what people write
    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # its own noise; a tick logs what goes wrong in it
    try:
        asyncio.run(serve(settings))
    except StartError as error:
        raise _wrong(str(error), 1) from None
    except Silence:
        raise typer.Exit(SILENT) from None


@cli.command("import")
def import_(
    what: Annotated[str, typer.Argument(help="what it is: suppliers (or the file itself), or register")],
    file: Annotated[Path | None, typer.Argument(help="CSV or .xlsx (docs/examples/suppliers.csv)")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only say what an import would do")] = False,
    map_: Annotated[list[str] | None, typer.Option("--map", help="HEADING=FIELD, for a column of another name")] = None,
    keep: Annotated[bool, typer.Option("--keep-unknown", help="unknown columns become fields of your own")] = False,
    ignore: Annotated[bool, typer.Option("--ignore-unknown", help="unknown columns are left out")] = False,
    every: Annotated[bool, typer.Option("--all-rows", help="say what becomes of every row")] = False,
) -> None:
    """Import suppliers and their work from a CSV or Excel file: all rows, or none and what is wrong with them.

    `import register FILE` takes the tax agency's corporate-number data as the register form's look-up.
    """
    if what == REGISTER and file is not None:
        _import_register(file)
        return
    file = _file_of("suppliers", what, file)
    choices = _choices(map_ or [], keep=keep, ignore=ignore)
    settings = settings_or_exit()
    from bot.domain.refusal import Refusal
    from bot.operating import OperatingError, import_suppliers

    try:
        content = file.read_bytes()
        report, lines = asyncio.run(import_suppliers(settings, content, dry_run=dry_run, choices=choices, every=every))
    except OSError as error:
        raise _wrong(f"{file}: {error.strerror or error}", 2) from None
    except OperatingError as error:
        raise _wrong(str(error), 1) from None
    except Refusal as refused:
        raise _wrong(f"the import did not happen ({refused.code.value}); please try again", 1) from None
    typer.echo("\n".join(lines))
    if not report.ok:
        raise typer.Exit(1)


def _import_register(file: Path) -> None:
    """The agency's own CSV, whole or differential; a row takes the place of what was known of its number."""
    settings = settings_or_exit()
    from bot.operating import OperatingError, import_register

    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            well, said = asyncio.run(import_register(settings, opened))
    except OSError as error:
        raise _wrong(f"{file}: {error.strerror or error}", 2) from None
    except OperatingError as error:
        raise _wrong(str(error), 1) from None
    typer.echo(said)
    if not well:
        raise typer.Exit(1)


def _file_of(word: str, what: str, file: Path | None) -> Path:
    """`import suppliers FILE`; `import FILE` means the same."""
    if file is None and what != word:
        return Path(what)
    if file is None or what != word:
        raise _wrong(f"say: {word} FILE", 2)
    return file


def _choices(maps: list[str], *, keep: bool, ignore: bool) -> Any:
    """What the command line says about columns of other names."""
    from bot.domain.columns import Choices, Unknown, target_of

    columns: dict[str, str] = {}
    for pair in maps:
        heading, equals, word = pair.partition("=")
        target = target_of(word) if equals else None
        if target is None or not heading.strip():
            raise _wrong(f"--map {pair}: HEADING=FIELD, where FIELD is a column of docs/commands.md, free or -", 2)
        columns[heading.strip()] = target
    if keep and ignore:
        raise _wrong("--keep-unknown and --ignore-unknown exclude each other", 2)
    unknown = Unknown.KEEP if keep else Unknown.IGNORE if ignore else Unknown.REFUSE
    return Choices(columns=columns, unknown=unknown)


@cli.command("export")
def export(
    what: Annotated[str, typer.Argument(help="what it is: ledger (or the file itself)")],
    file: Annotated[Path | None, typer.Argument(help="where it goes")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="where it goes; .xlsx makes a workbook, else CSV")] = None,
) -> None:
    """Write the whole ledger as CSV (UTF-8 with a BOM, as spreadsheets want it) or as an Excel workbook."""
    file = _file_of("ledger", what, file or out)
    settings = settings_or_exit()
    from bot.operating import OperatingError, export_ledger

    kind = "xlsx" if file.suffix.lower() == ".xlsx" else "csv"
    try:
        size = file.write_bytes(asyncio.run(export_ledger(settings, kind)))
    except OSError as error:
        raise _wrong(f"{file}: {error.strerror or error}", 2) from None
    except OperatingError as error:
        raise _wrong(str(error), 1) from None
    typer.echo(f"{file}: {size} bytes")


@cli.command()
def policy(
    apply: Annotated[
        bool, typer.Option("--apply", help="write the new decisions down; without it nothing changes")
    ] = False,
) -> None:
    """Check the policy (POLICY_FILE), and say whose risk tier its rules would change."""
    settings = settings_or_exit()
    from bot.operating import OperatingError, change_policy

    try:
        lines = asyncio.run(change_policy(settings, apply=apply))
    except OperatingError as error:
        raise _wrong(str(error), 1) from None
    typer.echo("\n".join(lines))


@cli.command()
def doctor(
    channel: Annotated[str, typer.Option(help="also look at this channel: its id (C…) or its name")] = "",
    url: Annotated[str, typer.Option(help="HTTP mode: the public address that Slack sends to")] = "",
    lang: Annotated[str, typer.Option(help="ja or en; else the locale decides, else Japanese")] = "",
) -> None:
    """Check the whole installation and say what to do about each fault. Changes nothing. Exit status 1 with a fault."""
    from bot import doctor as look
    from bot.doctor.telling import language, told

    logging.disable(logging.CRITICAL)  # what a library would log is said as a line
    reading, lines = asyncio.run(look.examine(channel=channel, url=url))
    typer.echo("\n".join(told(lines, reading, language(lang))))
    if look.failed(lines):
        raise typer.Exit(1)


@cli.command()
def demo(
    seed: Annotated[int, typer.Option(help="varies names, paths, answers and order")] = 1,
    out: Annotated[Path, typer.Option(help="folder for what the run leaves behind")] = Path("demo-out"),
    suppliers: Annotated[int, typer.Option(min=8, max=54, help="fewer make a shorter run")] = 54,
) -> None:
    """Play the whole journey on a local Slack, with nobody at the keyboard. Exit status 0 where all went as promised."""
    from bot.demo import Demo, DemoError, end_kindly

    end_kindly()
    try:
        raise typer.Exit(Demo(out, seed=seed, suppliers=suppliers).run())
    except DemoError as error:
        raise _wrong(str(error), 2) from None


@cli.command()
def play(
    out: Annotated[Path, typer.Option(help="folder for what it leaves behind; begun afresh each time")] = Path(
        "play-out"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="of the page on 127.0.0.1; 0 takes a free one")] = 0,
) -> None:
    """Serve a local Slack with sample data, the bot, and a page to act on as anybody, until Ctrl-C."""
    from bot.local import LocalError, end_kindly
    from bot.play import play as serve

    end_kindly()
    try:
        serve(out, port=port)
    except LocalError as error:
        raise _wrong(str(error), 1) from None
    except KeyboardInterrupt:
        typer.echo("\nEnded.")


def main() -> None:
    """The entry point of the installed command."""
    cli()
