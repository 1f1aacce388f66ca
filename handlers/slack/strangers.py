"""Outside people whom nobody registered: the answers to the question, and `/vendor-review strangers`."""

from __future__ import annotations

from bot.domain.strangers import StrangerState
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids, strangers
from message_templates.catalogs import Text, text
from message_templates.kit import Json
from message_templates.notes import note_view
from message_templates.register import register_view


async def on_strangers(services: Services, command: Command) -> Reply:
    """The list."""
    page = await services.strangers.page(command.press)
    view = strangers.list_view(await _words(services, command), page)
    return Reply(effects=(OpenView(command.press.trigger_id, view),))


async def on_home(services: Services, request: ActionPress) -> Reply:
    """The same from the Home tab."""
    page = await services.strangers.page(request.press)
    return _opened(request, strangers.list_view(await _words(services, request), page))


async def on_page(services: Services, request: ActionPress) -> Reply:
    """Another page of the list."""
    (number,) = ids.unpack(_chosen(request), 1)
    page = await services.strangers.page(request.press, ids.number(number))
    return _in_place(request, strangers.list_view(await _words(services, request), page))


async def on_yes(services: Services, request: ActionPress) -> Reply:
    """A partner: remembered, and the register form begins with its name."""
    stranger_id, cycle = ids.unpack(_chosen(request), 2)
    empty = await services.companies.form(request.press)  # refuses before anything is remembered
    done = await services.strangers.answer(request.press, stranger_id, ids.number(cycle), StrangerState.PARTNER)
    form = await services.companies.form(request.press, done.words) if done.words else empty
    return _opened(request, register_view(await _words(services, request), form))


async def on_no(services: Services, request: ActionPress) -> Reply:
    """The reason is asked for."""
    stranger_id, cycle = ids.unpack(_chosen(request), 2)
    line = await services.strangers.line(request.press, stranger_id, ids.number(cycle))
    return _opened(request, strangers.no_view(await _words(services, request), line))


async def on_no_said(services: Services, form: Submitted) -> Reply:
    """No, and why."""
    stranger_id, cycle = ids.unpack(form.metadata, 2)
    reason = form.values.get(ids.field_block("reason"))
    written = reason if isinstance(reason, str) else ""
    await services.strangers.answer(form.press, stranger_id, ids.number(cycle), StrangerState.NO, written)
    t = await _words(services, form)
    return show(note_view(t, t("strangers.noted_no"), "note.done_title"))


async def on_unsure(services: Services, request: ActionPress) -> Reply:
    """It goes on to the security team."""
    stranger_id, cycle = ids.unpack(_chosen(request), 2)
    await services.strangers.answer(request.press, stranger_id, ids.number(cycle), StrangerState.UNSURE)
    t = await _words(services, request)
    return _opened(request, note_view(t, t("strangers.noted_unsure"), "note.done_title"))


def _opened(request: ActionPress, view: Json) -> Reply:
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


def _in_place(request: ActionPress, view: Json) -> Reply:
    if request.view_id:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return _opened(request, view)


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.STRANGER_YES, on_yes),
    Route("action", ids.Do.STRANGER_NO, on_no),
    Route("view", ids.View.STRANGER_NO, on_no_said),
    Route("action", ids.Do.STRANGER_UNSURE, on_unsure),
    Route("action", ids.Do.STRANGER_PAGE, on_page),
    Route("action", ids.Do.HOME_STRANGERS, on_home),
)
SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("strangers", on_strangers),)
