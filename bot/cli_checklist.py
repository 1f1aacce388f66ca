"""The command line for those who write checklists: `vendor-review checklist <command>`. Needs no settings.

To add a command: a function here, and its line in docs/commands.md.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

checklist = typer.Typer(help="For those who write checklists.", no_args_is_help=True)


@checklist.callback()
def _options() -> None:
    """For those who write checklists."""


@checklist.command()
def lint(
    files: Annotated[list[Path], typer.Argument(help="checklists (YAML); several are held against each other")],
    format_: Annotated[str, typer.Option("--format", help="text or json")] = "text",
    language: Annotated[str, typer.Option(help="ja or en; else the locale decides, else Japanese")] = "",
    tier: Annotated[str, typer.Option(help="the risk tier it is for; else the lowest one that asks it")] = "",
    policy: Annotated[Path | None, typer.Option(help="the policy with the tiers; else the one that ships")] = None,
) -> None:
    """Say what makes a checklist hard to answer or unfair, with line and column and how to mend it. Status 1 with an error."""
    if format_ not in ("text", "json"):
        raise _unusable(f"--format {format_}: text or json")
    if language not in ("", "ja", "en"):
        raise _unusable(f"--language {language}: ja or en")
    from bot.doctor.telling import language as tongue
    from bot.domain.lint.values import Severity
    from bot.lint_files import UnknownTierError, as_json, as_text, lint_files
    from message_templates.catalogs import text
    from storage.policy_file import SHIPPED, PolicyError, load_policy

    t = text(tongue(language))
    try:
        rules = load_policy(policy or SHIPPED)
        lines = lint_files(files, rules, datetime.now(ZoneInfo("Asia/Tokyo")), t, tier)
    except (UnknownTierError, PolicyError) as error:
        raise _unusable(str(error)) from None
    except OSError as error:
        raise _unusable(f"{error.filename}: {error.strerror or error}") from None
    typer.echo(as_json(lines, len(files)) if format_ == "json" else "\n".join(as_text(lines, len(files), t)))
    if any(one.severity is Severity.ERROR for one in lines):
        raise typer.Exit(1)


def _unusable(what: str) -> typer.Exit:
    typer.echo(f"vendor-review: {what}", err=True)
    return typer.Exit(2)
