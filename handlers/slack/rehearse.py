"""`/vendor-review rehearse [end]` and the two buttons of the Home tab: begin or come back, and end."""

from __future__ import annotations

from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, whisper
from handlers.slack.requests import ActionPress, Command, Request
from message_templates import ids, kit
from message_templates.catalogs import LANGUAGES, Text, text
from message_templates.notes import note_view
from message_templates.rehearsal import begun_text

END = frozenset(text(language)("rehearsal.word_end") for language in LANGUAGES)


async def on_rehearse(services: Services, request: Command) -> Reply:
    """The command."""
    ends = bool(request.words[1:]) and request.words[1].casefold() in END
    sentence = await (_end(services, request) if ends else _begin(services, request))
    return whisper(sentence, [kit.section(kit.plain(sentence))])


async def on_begin(services: Services, request: ActionPress) -> Reply:
    """The guide's button."""
    sentence = await _begin(services, request)
    return Reply(effects=(OpenView(request.trigger_id, note_view(await _words(services, request), sentence)),))


async def on_end(services: Services, request: ActionPress) -> Reply:
    """The way out, confirmed. The tab shows that it is gone."""
    sentence = await _end(services, request)
    view = note_view(await _words(services, request), sentence, "note.done_title")
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def _begin(services: Services, request: Request) -> str:
    begun = await services.rehearsing.start(request.press)
    return begun_text(await _words(services, request), begun.part, fresh=begun.fresh, paused=begun.paused)


async def _end(services: Services, request: Request) -> str:
    ended = await services.rehearsing.end(request.press)
    t = await _words(services, request)
    return t("rehearsal.ended" if ended.there else "rehearsal.none")


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.HOME_REHEARSE, on_begin),
    Route("action", ids.Do.HOME_END, on_end),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("rehearse", on_rehearse, also=(text("ja")("rehearsal.word"),)),)
