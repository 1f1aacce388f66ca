"""The one slash command: its first word chooses a story's handler; help is made from the same table.

To add a subcommand: a Subcommand in the story's file, its help line in both catalogs, the story in `all_routes.py`.
"""

from __future__ import annotations

import unicodedata

from bot.services import Services
from handlers.slack.knowing import on_known
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Reply, whisper
from handlers.slack.requests import Command
from message_templates.catalogs import Text
from message_templates.help import help_blocks

COMMAND = "/vendor-review"
HELP = "help"


def command_routes(*tables: tuple[Subcommand, ...]) -> tuple[Route, ...]:
    """The route of the command, from all stories' subcommands in the order of help. A word twice is a ValueError."""
    known: dict[str, Subcommand] = {}
    for subcommand in (s for table in tables for s in table):
        if subcommand.name in known or subcommand.name == HELP:
            raise ValueError(f"two subcommands {subcommand.name}")
        known[subcommand.name] = subcommand
    words = {word: one for one in known.values() for word in (one.name, *one.also)}

    async def on_help(services: Services, request: Command) -> Reply:
        told = await services.reading.help(request.press)
        t = Text(await services.people.language(request.who))
        return whisper(t("help.title" if told.full else "help.what"), help_blocks(t, told, (*known, HELP)))

    async def on_command(services: Services, request: Command) -> Reply:
        word = unicodedata.normalize("NFKC", request.words[0]).casefold() if request.words else HELP
        if word == HELP:
            return await on_help(services, request)
        if word not in words:  # then it is somebody's name: what is known of them comes before any form
            return await on_known(services, request)
        return await words[word].handle(services, request)

    return (Route("command", COMMAND, on_command),)
