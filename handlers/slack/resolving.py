"""`/vendor-review unresolved`: messages in doubt, and a person who says whether they are there."""

from __future__ import annotations

from bot.domain.press import Press
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, Whisper, show, whisper
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids, kit
from message_templates.catalogs import Text, text
from message_templates.notes import note_view
from message_templates.resolving import stuck_list, stuck_text, where_modal
from message_templates.starting import list_modal


async def on_unresolved(services: Services, request: Command) -> Reply:
    """The list."""
    stuck = await services.resolving.stuck(request.press)
    t = await _words(services, request)
    return whisper(stuck_text(t, stuck), stuck_list(t, stuck))


async def on_there(services: Services, request: ActionPress) -> Reply:
    """It is there: recorded, or (a card) asked where."""
    (notice_id,) = ids.unpack(_chosen(request), 1)
    resolved = await services.resolving.there(request.press, notice_id)
    if resolved.ask_where:
        view = where_modal(await _words(services, request), notice_id)
        return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))
    return await _list_again(services, request, request.press)


async def on_again(services: Services, request: ActionPress) -> Reply:
    """Send it again."""
    (notice_id,) = ids.unpack(_chosen(request), 1)
    await services.resolving.again(request.press, notice_id)
    return await _list_again(services, request, request.press)


async def on_where(services: Services, request: Submitted) -> Reply:
    """The link of a card that is there."""
    (notice_id,) = ids.unpack(request.metadata, 1)
    link = request.values.get(ids.field_block("link"))
    await services.resolving.there_at(request.press, notice_id, link if isinstance(link, str) else "")
    t = await _words(services, request)
    return show(note_view(t, t("resolve.recorded"), "note.done_title"))


async def _list_again(services: Services, request: ActionPress, press: Press) -> Reply:
    """The list as it is now, in place of the one that was pressed."""
    stuck = await services.resolving.stuck(press)
    t = await _words(services, request)
    if request.view_id:  # opened from the Home tab
        return Reply(effects=(UpdateView(request.view_id, list_modal(t, "home.unresolved", stuck_list(t, stuck))),))
    blocks = stuck_list(t, stuck)[: kit.MESSAGE_BLOCKS]
    return Reply(effects=(Whisper(request.response_url, kit.fallback(stuck_text(t, stuck)), blocks, replace=True),))


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.NOTICE_THERE, on_there),
    Route("action", ids.Do.NOTICE_AGAIN, on_again),
    Route("view", ids.View.NOTICE_THERE, on_where),
)
SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("unresolved", on_unresolved),)
