"""`/vendor-review pause [supplier]` and `/vendor-review resume [supplier]`."""

from __future__ import annotations

from bot.services import Services
from bot.services.pausing import Paused
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Reply, whisper
from handlers.slack.requests import Command
from message_templates import kit
from message_templates.catalogs import Text
from message_templates.ledger import candidates_blocks


async def on_pause(services: Services, request: Command) -> Reply:
    """Hold messages back."""
    return await _switch(services, request, on=True)


async def on_resume(services: Services, request: Command) -> Reply:
    """Let them go out again."""
    return await _switch(services, request, on=False)


async def _switch(services: Services, request: Command, *, on: bool) -> Reply:
    paused = await services.pausing.switch(request.press, " ".join(request.words[1:]), on=on)
    t = Text(await services.people.language(request.who))
    if paused.candidates:
        words, total = paused.candidates.words, paused.candidates.total
        return whisper(t("ledger.candidates", words=words, total=total), candidates_blocks(t, paused.candidates))
    sentence = t(_key(paused), supplier=paused.supplier)
    # a supplier's name is people's text, so it stands in plain text; without one the command may look like one
    shown = kit.plain(sentence) if paused.supplier else kit.md(t, _key(paused))
    return whisper(sentence, [kit.section(shown)])


def _key(paused: Paused) -> str:
    what = "one" if paused.supplier else "all"
    how = "on" if paused.on else "off"
    return f"pause.{what}_{how}" + ("" if paused.changed else "_already")


ROUTES: tuple[Route, ...] = ()

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("pause", on_pause), Subcommand("resume", on_resume))
