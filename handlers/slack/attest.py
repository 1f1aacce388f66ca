"""The buttons on an owner's digest: nothing changed (one press), and the three that ask for more in a modal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.attesting import Answered, What
from bot.domain.digests import Work
from bot.domain.entered import day
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import AttestationKind
from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply
from handlers.slack.requests import ActionPress, FormValue, Submitted
from message_templates import ids
from message_templates.attest import changed_modal, ended_modal, not_mine_modal
from message_templates.catalogs import Text, text

Draw = Callable[[Text, str, Work], dict[str, Any]]


async def on_same(services: Services, request: ActionPress) -> Reply:
    """Nothing changed. The digest shows it."""
    await services.attesting.answer(request.press, _pressed(request), Answered(kind=AttestationKind.UNCHANGED))
    return Reply()


async def on_changed(services: Services, request: ActionPress) -> Reply:
    """Something changed: what?"""
    return await _ask(services, request, changed_modal)


async def on_ended(services: Services, request: ActionPress) -> Reply:
    """It has ended: when?"""
    return await _ask(services, request, ended_modal)


async def on_not_mine(services: Services, request: ActionPress) -> Reply:
    """Not mine: whose?"""
    return await _ask(services, request, not_mine_modal)


async def on_changed_sent(services: Services, request: Submitted) -> Reply:
    """What changed."""
    entered = request.values
    chosen = entered.get(ids.field_block("what")) or []
    answer = Answered(
        kind=AttestationKind.CHANGED,
        what=tuple(what for what in What if what.value in chosen),
        ends_on=day(_text(entered, "ends_on"), "ends_on"),
        personal_data={"yes": True, "no": False}.get(_text(entered, "personal_data")),
        note=_text(entered, "note"),
    )
    await services.attesting.answer(request.press, _of_modal(request), answer)
    return Reply()


async def on_ended_sent(services: Services, request: Submitted) -> Reply:
    """When it ended."""
    ended = day(_text(request.values, "ends_on"), "ends_on")
    answer = Answered(kind=AttestationKind.ENDED, ends_on=ended, note=_text(request.values, "note"))
    await services.attesting.answer(request.press, _of_modal(request), answer)
    return Reply()


async def on_not_mine_sent(services: Services, request: Submitted) -> Reply:
    """Whose it is, or nobody they know of."""
    person, note = _text(request.values, "person"), _text(request.values, "note")
    await services.attesting.hand_on(request.press, _of_modal(request), person, note)
    return Reply()


async def _ask(services: Services, request: ActionPress, draw: Draw) -> Reply:
    form = await services.attesting.form(request.press, _pressed(request))
    view = draw(text(form.language), form.attestation_id, form.work)
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


def _pressed(request: ActionPress) -> str:
    if not isinstance(request.chosen, str):
        raise Refusal(Code.NOT_FOUND)
    return ids.unpack(request.chosen, 1)[0]


def _of_modal(request: Submitted) -> str:
    return ids.unpack(request.metadata, 1)[0]


def _text(values: dict[str, FormValue], name: str) -> str:
    found = values.get(ids.field_block(name))
    return found if isinstance(found, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.ATTEST_SAME, on_same),
    Route("action", ids.Do.ATTEST_CHANGED, on_changed),
    Route("action", ids.Do.ATTEST_ENDED, on_ended),
    Route("action", ids.Do.ATTEST_NOT_MINE, on_not_mine),
    Route("view", ids.View.ATTEST_CHANGED, on_changed_sent),
    Route("view", ids.View.ATTEST_ENDED, on_ended_sent),
    Route("view", ids.View.ATTEST_NOT_MINE, on_not_mine_sent),
)
