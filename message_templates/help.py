"""Help: every subcommand with its line, made from the table of subcommands; three sentences for everybody else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.reading import Help
from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]

TOGETHER = 10  # lines in one section


def help_blocks(t: Text, told: Help, names: Sequence[str]) -> list[Json]:
    """What this person can do; `names` are the subcommands, each with a line `help.<name>` in the catalogs."""
    if not told.full:
        return [
            kit.section(kit.plain(t("help.what"))),
            kit.section(kit.plain(t("help.how"))),
            kit.section(kit.md(t, "help.ask")),
        ]
    blocks = [kit.header(t("help.title")), kit.section(kit.md(t, "help.ask"))]
    if not told.team_chosen:
        blocks.append(kit.section(kit.md(t, "help.first")))
    for start in range(0, len(names), TOGETHER):
        lines = "\n".join(t("help.line", name=n, help=t(f"help.{n}")) for n in names[start : start + TOGETHER])
        blocks.append(kit.section({"type": "mrkdwn", "text": lines, "verbatim": True}))
    return blocks
