"""Contracts that end: `/vendor-review ends`, the owner's answer (renewed or ends), and the closing list."""

from __future__ import annotations

from typing import Any

from bot.domain.closing_list import ItemState
from bot.domain.entered import day
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids
from message_templates.catalogs import Text, text
from message_templates.closing import closing_view, item_view
from message_templates.endings import NO_END, endings_view, ends_view, renew_view, renewed_sentence
from message_templates.notes import note_view


async def on_ends(services: Services, request: Command) -> Reply:
    """What ends soon and what is being closed."""
    page = await services.contract_ends.page(request.press, 1)
    return Reply(effects=(OpenView(request.press.trigger_id, endings_view(await _words(services, request), page)),))


async def on_home(services: Services, request: ActionPress) -> Reply:
    """The same from the Home tab."""
    page = await services.contract_ends.page(request.press, 1)
    return _open(request, endings_view(await _words(services, request), page))


async def on_page(services: Services, request: ActionPress) -> Reply:
    """A page of it: in place of the one that is open, or newly opened from a message."""
    page = await services.contract_ends.page(request.press, ids.number(_pressed(request)))
    view = endings_view(await _words(services, request), page)
    if request.view_id:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return _open(request, view)


async def on_renew(services: Services, request: ActionPress) -> Reply:
    """Until when?"""
    form = await services.contract_ends.renew_form(request.press, _pressed(request))
    return _open(request, renew_view(text(form.language), form))


async def on_renewed(services: Services, request: Submitted) -> Reply:
    """Until then, or without an end."""
    engagement_id, shown = ids.unpack(request.metadata, 2)
    until = None
    if _entered(request, "term") != NO_END:
        until = day(_entered(request, "ends_on"), "ends_on")
        if until is None:
            raise Refusal(Code.EMPTY, "ends_on")
    done = await services.contract_ends.renew(request.press, engagement_id, until, shown)
    t = text(done.language)
    return show(note_view(t, renewed_sentence(t, done), "note.done_title"))


async def on_does_end(services: Services, request: ActionPress) -> Reply:
    """On which day?"""
    form = await services.contract_ends.ends_form(request.press, _pressed(request))
    return _open(request, ends_view(text(form.language), form))


async def on_ended(services: Services, request: Submitted) -> Reply:
    """On that day: the closing list takes the form's place."""
    engagement_id, shown = ids.unpack(request.metadata, 2)
    last = day(_entered(request, "ends_on"), "ends_on")
    if last is None:
        raise Refusal(Code.EMPTY, "ends_on")
    done = await services.contract_ends.end(request.press, engagement_id, last, shown)
    view = await services.closing_lists.view(request.press, engagement_id)
    return show(closing_view(text(done.language), view))


async def on_list(services: Services, request: ActionPress) -> Reply:
    """The closing list."""
    view = await services.closing_lists.view(request.press, _pressed(request))
    return _open(request, closing_view(text(view.language), view))


async def on_item(services: Services, request: ActionPress) -> Reply:
    """The form of one item takes the list's place; saving it leads back."""
    form = await services.closing_lists.form(request.press, _pressed(request))
    return Reply(effects=(UpdateView(request.view_id, item_view(text(form.language), form)),))


async def on_item_saved(services: Services, request: Submitted) -> Reply:
    """What became of it; the list is shown again."""
    item_id, version = ids.unpack(request.metadata, 2)
    states = {state.value: state for state in ItemState}
    state = states.get(_entered(request, "state"))
    if state is None:
        raise Refusal(Code.BAD_VALUE, "state")
    note = _entered(request, "note")
    view = await services.closing_lists.settle(request.press, item_id, ids.number(version), state, note)
    return show(closing_view(text(view.language), view))


async def on_confirmed(services: Services, request: Submitted) -> Reply:
    """Everything is settled, so the work has ended."""
    view = await services.closing_lists.confirm(
        request.press, ids.unpack(request.metadata, 1)[0], _entered(request, "alone")
    )
    return show(closing_view(text(view.language), view))


async def on_undone(services: Services, request: ActionPress) -> Reply:
    """It goes on after all."""
    done = await services.closing_lists.undo(request.press, _pressed(request))
    t = text(done.language)
    sentence = t("closing.undone", work=t("ends.work", supplier=done.supplier, business=done.business))
    return Reply(effects=(UpdateView(request.view_id, note_view(t, sentence, "note.done_title")),))


def _open(request: ActionPress, view: dict[str, Any]) -> Reply:
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


def _pressed(request: ActionPress) -> str:
    return ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)[0]


def _entered(request: Submitted, name: str) -> str:
    found = request.values.get(ids.field_block(name))
    return found if isinstance(found, str) else ""


async def _words(services: Services, request: Request) -> Text:
    return Text(await services.people.language(request.who))


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.HOME_ENDS, on_home),
    Route("action", ids.Do.END_PAGE, on_page),
    Route("action", ids.Do.END_RENEW, on_renew),
    Route("view", ids.View.END_RENEW, on_renewed),
    Route("action", ids.Do.END_ENDS, on_does_end),
    Route("view", ids.View.END_ENDS, on_ended),
    Route("action", ids.Do.CLOSING_OPEN, on_list),
    Route("action", ids.Do.CLOSING_ITEM, on_item),
    Route("view", ids.View.CLOSING_ITEM, on_item_saved),
    Route("view", ids.View.CLOSING, on_confirmed),
    Route("action", ids.Do.CLOSING_UNDO, on_undone),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("ends", on_ends),)
