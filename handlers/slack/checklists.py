"""`/vendor-review checklists`: the list, one of them, what a supplier sees, versions, differences, answers, retiring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Later, OpenView, Reply, UpdateView
from handlers.slack.requests import ActionPress, Command, Submitted
from message_templates import ids
from message_templates.catalogs import Text, text
from message_templates.checklist_difference import difference_view
from message_templates.checklist_form import draft_view
from message_templates.checklists import (
    learning_view,
    list_view,
    overview_view,
    preview_view,
    retire_view,
    versions_view,
)

Look = Callable[[Services, Press, Text, str, str, int], Awaitable[dict[str, Any]]]


async def on_checklists(services: Services, request: Command) -> Reply:
    """The list."""
    found = await services.checklists.list(request.press, 0)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, list_view(t, found)),))


async def on_turn(services: Services, request: ActionPress) -> Reply:
    """Something else in the same modal."""
    what, key, arg, page = ids.unpack(chosen_of(request), 4)
    return await shown(services, request.press, request.view_id, what, key, arg, ids.number(page))


async def shown(
    services: Services, press: Press, view_id: str, what: str, key: str, arg: str = "", page: int = 0
) -> Reply:
    """The modal drawn anew."""
    if what not in LOOKS:
        raise Refusal(Code.NOT_FOUND)
    t = Text(await services.people.language(press.who))
    return Reply(effects=(UpdateView(view_id, await LOOKS[what](services, press, t, key, arg, page)),))


async def _list(services: Services, press: Press, t: Text, _key: str, _arg: str, page: int) -> dict[str, Any]:
    return list_view(t, await services.checklists.list(press, page))


async def _top(services: Services, press: Press, t: Text, key: str, _arg: str, _page: int) -> dict[str, Any]:
    return overview_view(t, await services.checklists.overview(press, key))


async def _see(services: Services, press: Press, t: Text, key: str, arg: str, page: int) -> dict[str, Any]:
    return preview_view(t, await services.checklists.preview(press, key, arg, page))


async def _versions(services: Services, press: Press, t: Text, key: str, _arg: str, page: int) -> dict[str, Any]:
    return versions_view(t, await services.checklists.versions(press, key, page))


async def _differs(services: Services, press: Press, t: Text, key: str, arg: str, page: int) -> dict[str, Any]:
    return difference_view(t, await services.checklists.difference(press, key, arg, page))


async def _learning(services: Services, press: Press, t: Text, key: str, _arg: str, page: int) -> dict[str, Any]:
    return learning_view(t, await services.checklists.learning(press, key, page))


async def _draft(services: Services, press: Press, t: Text, key: str, _arg: str, page: int) -> dict[str, Any]:
    return draft_view(t, await services.checklist_edits.page(press, key, page))


LOOKS: dict[str, Look] = {
    "list": _list,
    "top": _top,
    "see": _see,
    "versions": _versions,
    "differs": _differs,
    "learning": _learning,
    "draft": _draft,
}
"""What the modal can show, by the first part of a button's value."""


async def on_same(services: Services, request: ActionPress) -> Reply:
    """Whether a reworded question means the same; the difference is drawn anew with what was said."""
    from_id, to_id, question, answer, page = ids.unpack(chosen_of(request), 5)
    said = await services.checklists.said(request.press, from_id, to_id, question, same=answer == "yes")
    return await shown(services, request.press, request.view_id, "differs", said.key, to_id, ids.number(page))


async def on_retire(services: Services, request: ActionPress) -> Reply:
    """The form that asks why."""
    (key,) = ids.unpack(chosen_of(request), 1)
    found = await services.checklists.overview(request.press, key)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.trigger_id, retire_view(t, found, request.view_id), push=True),))


async def on_retired(services: Services, request: Submitted) -> Reply:
    """Retired, or brought back; the modal below is drawn anew."""
    key, name, below = ids.unpack(request.metadata, 3)
    reason = str(request.values.get(ids.field_block("reason")) or "")
    await services.checklists.retire(request.press, key, reason, back=name == "back")
    return anew(services, request.press, below, "top", key)


async def on_keep(services: Services, request: ActionPress) -> Reply:
    """The newer file was looked at and is not wanted."""
    (key,) = ids.unpack(chosen_of(request), 1)
    await services.checklists.keep_own(request.press, key)
    return await shown(services, request.press, request.view_id, "top", key)


def anew(services: Services, press: Press, below: str, what: str, key: str, page: int = 0) -> Reply:
    """The form closes, and the modal that it lay on is drawn anew."""

    async def draw() -> Reply:
        return await shown(services, press, below, what, key, "", page)

    return Reply(effects=(Later(draw),))


def chosen_of(request: ActionPress) -> str:
    """A button's value."""
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.CHECKLIST_TURN, on_turn),
    Route("action", ids.Do.CHECKLIST_SAME, on_same),
    Route("action", ids.Do.CHECKLIST_RETIRE, on_retire),
    Route("view", ids.View.CHECKLIST_RETIRE, on_retired),
    Route("action", ids.Do.CHECKLIST_KEEP, on_keep),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("checklists", on_checklists, also=(text("ja")("checklists.word"),)),)
