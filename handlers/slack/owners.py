"""`/vendor-review owners`: work without an owner, and the form that gives a piece of work to somebody else."""

from __future__ import annotations

from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.notes import note_view
from message_templates.owners import changed_sentence, owner_view, unowned_view


async def on_owners(services: Services, request: Command) -> Reply:
    """The list."""
    page = await services.owning.unowned(request.press, 1)
    return Reply(effects=(OpenView(request.press.trigger_id, unowned_view(await _words(services, request), page)),))


async def on_home(services: Services, request: ActionPress) -> Reply:
    """The list, from the Home tab."""
    page = await services.owning.unowned(request.press, 1)
    return Reply(effects=(OpenView(request.trigger_id, unowned_view(await _words(services, request), page)),))


async def on_page(services: Services, request: ActionPress) -> Reply:
    """A page: in place of the one that is open, or newly opened from a message."""
    page = await services.owning.unowned(request.press, ids.number(_pressed(request)))
    view = unowned_view(await _words(services, request), page)
    if request.view_id:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def on_change(services: Services, request: ActionPress) -> Reply:
    """Whose shall it be?"""
    form = await services.owning.form(request.press, _pressed(request))
    view = owner_view(await _words(services, request), form)
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


async def on_changed(services: Services, request: Submitted) -> Reply:
    """Theirs."""
    person = request.values.get(ids.field_block("person"))
    chosen = person if isinstance(person, str) else ""
    done = await services.owning.change(request.press, ids.unpack(request.metadata, 1), chosen)
    t = await _words(services, request)
    return show(note_view(t, changed_sentence(t, done), "note.done_title"))


def _pressed(request: ActionPress) -> str:
    return ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)[0]


async def _words(services: Services, request: Request) -> Text:
    return Text(await services.people.language(request.who))


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.HOME_OWNERS, on_home),
    Route("action", ids.Do.OWNER_PAGE, on_page),
    Route("action", ids.Do.OWNER_CHANGE, on_change),
    Route("view", ids.View.OWNER_CHANGE, on_changed),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("owners", on_owners),)
