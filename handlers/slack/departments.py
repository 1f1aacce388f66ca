"""`/vendor-review department [name]`: without a name the list with its buttons, with one the form; saving, moving, archiving."""

from __future__ import annotations

from bot.domain.departments import SEVERAL, DepartmentEntry
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.department import (
    NEW,
    department_saved_view,
    department_view,
    departments_view,
    done_sentence,
    move_view,
)
from message_templates.notes import note_view


async def on_department(services: Services, request: Command) -> Reply:
    """The list; the form where a name is given, or where there is no department yet."""
    name = " ".join(request.words[1:])
    found = None if name else await services.departments.page(request.press, 1)
    t = await _words(services, request)
    if found and found.total:
        return Reply(effects=(OpenView(request.press.trigger_id, departments_view(t, found)),))
    form = await services.departments.form(request.press, name)
    return Reply(effects=(OpenView(request.press.trigger_id, department_view(t, form)),))


async def on_new(services: Services, request: ActionPress) -> Reply:
    """The empty form, on top of the list."""
    form = await services.departments.form(request.press, "")
    return _push(request, department_view(await _words(services, request), form))


async def on_edit(services: Services, request: ActionPress) -> Reply:
    """The form of one of the list."""
    form = await services.departments.form_of(request.press, _pressed(request))
    return _push(request, department_view(await _words(services, request), form))


async def on_move(services: Services, request: ActionPress) -> Reply:
    """Where shall its work go?"""
    move = await services.departments.moving(request.press, _pressed(request))
    return _push(request, move_view(await _words(services, request), move))


async def on_archive(services: Services, request: ActionPress) -> Reply:
    """Out of use, or in use again: said on top of the list, which follows."""
    done = await services.departments.archive(request.press, _pressed(request))
    t = await _words(services, request)
    said = _push(request, note_view(t, done_sentence(t, done)))
    found = await services.departments.page(request.press, 1)
    return Reply(effects=(UpdateView(request.view_id, departments_view(t, found)), *said.effects))


async def on_page(services: Services, request: ActionPress) -> Reply:
    """Another page in place of this one."""
    found = await services.departments.page(request.press, ids.number(_pressed(request)))
    return Reply(effects=(UpdateView(request.view_id, departments_view(await _words(services, request), found)),))


async def on_department_saved(services: Services, request: Submitted) -> Reply:
    """Save it; who is in its user group is looked up afterwards."""
    department_id, version = ids.unpack(request.metadata, 2)
    if not version.isdecimal():
        raise Refusal(Code.NOT_FOUND)
    saved = await services.departments.save(
        request.press, "" if department_id == NEW else department_id, int(version), _entered(request)
    )
    reply = show(department_saved_view(await _words(services, request), saved))
    if not saved.group_id:
        return reply

    async def meet() -> Reply:
        await services.people.sweep_group(saved.group_id)
        return Reply()

    return Reply(ack=reply.ack, effects=(Later(meet),))


async def on_moved(services: Services, request: Submitted) -> Reply:
    """Move it."""
    (department_id,) = ids.unpack(request.metadata, 1)
    to = request.values.get(ids.field_block("to"))
    done = await services.departments.move(request.press, department_id, to if isinstance(to, str) else "")
    t = await _words(services, request)
    return show(note_view(t, done_sentence(t, done)))


def _entered(request: Submitted) -> DepartmentEntry:
    held = {field: request.values.get(ids.field_block(field)) for field in DepartmentEntry.model_fields}
    several = held.pop(SEVERAL)
    chosen = tuple(several) if isinstance(several, list) else ()
    return DepartmentEntry(**{field: str(one or "") for field, one in held.items()}, deputies=chosen)


def _push(request: ActionPress, view: dict[str, object]) -> Reply:
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


def _pressed(request: ActionPress) -> str:
    return ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)[0]


async def _words(services: Services, request: Request) -> Text:
    return Text(await services.people.language(request.who))


ROUTES: tuple[Route, ...] = (
    Route("view", ids.View.DEPARTMENT, on_department_saved),
    Route("view", ids.View.DEPT_MOVE, on_moved),
    Route("action", ids.Do.DEPT_NEW, on_new),
    Route("action", ids.Do.DEPT_EDIT, on_edit),
    Route("action", ids.Do.DEPT_MOVE, on_move),
    Route("action", ids.Do.DEPT_ARCHIVE, on_archive),
    Route("action", ids.Do.DEPT_PAGE, on_page),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("department", on_department),)
