"""Registering a supplier with its engagement: the form (command, shortcut, Home), finding the company for it, storing it.

Whatever is asked of others (the national register) is asked after the acknowledgement. Each drawing of the form follows the
press that asked for it: a later press wins whenever its drawing arrives (`UpdateView.wins`), and a search that breaks says so
in the form, so it is never left searching (K02).
"""

from __future__ import annotations

import hashlib
import logging

from bot.domain.fields import BY_NAME
from bot.domain.press import Press
from bot.domain.registering import Note, RegisterForm, Wanted
from bot.domain.registration import Entry
from bot.services import Services
from bot.services.companies import Chosen
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, FormValue, Submitted, Suggest
from message_templates import ids
from message_templates.catalogs import Text, text
from message_templates.register import OTHERS, OURS, Drawn, company_options, register_view, registered_view

log = logging.getLogger(__name__)


async def on_register(services: Services, request: Command | ActionPress) -> Reply:
    """Open the form: from the command (with what was typed behind it), the global shortcut, or the Home tab."""
    words = " ".join(request.words[1:]) if isinstance(request, Command) else ""
    form = await services.companies.form(request.press, words)
    t = text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, register_view(t, form)),))


async def on_typed(services: Services, request: Suggest) -> Reply:
    """Companies for what is being typed: from our database alone, because the options are the acknowledgement."""
    found = await services.companies.suggest(request.press, request.typed)
    t = text(await services.people.language(request.who))
    return Reply(ack=company_options(t, found))


async def on_chosen(services: Services, request: ActionPress) -> Reply:
    """A company was chosen in the searching menu, or among what the register found: it is put into the form."""
    form = await services.companies.choose(request.press, _option(request.chosen))
    return Reply(effects=(await _drawn(services, request, form),))


async def on_ask(services: Services, request: ActionPress) -> Reply:
    """Ask the national register for the number, or for the name where none is written. The form stays open to typing."""
    held = _held(request.values)
    wanted = await services.companies.want(request.press, held.get("corporate_number", ""), held.get("name", ""))
    searching = await _drawn(services, request, wanted.form)

    async def then(seen: str) -> Reply:
        return Reply(effects=(Later(lambda: _answered(services, request, wanted, seen)),))

    return Reply(effects=(UpdateView(searching.view_id, searching.view, searching.hash, searching.wins, then),))


async def _answered(services: Services, request: ActionPress, wanted: Wanted, seen: str) -> Reply:
    """What became of it takes the place of "searching", whatever it is."""
    try:
        form = await services.companies.find(wanted)
    except Exception:
        log.exception("the national register's answer could not be shown")
        form = wanted.form.model_copy(update={"note": Note.CRASH})
    drawing = await _drawn(services, request, form)
    return Reply(effects=(UpdateView(drawing.view_id, drawing.view, seen or drawing.hash, drawing.wins),))


async def on_registered(services: Services, request: Submitted) -> Reply:
    """Check and store; what is wrong stands under its field."""
    held = _held(request.values)
    written = {name: held.get(name, "") for name in BY_NAME}
    chosen = _option(request.metadata)
    done = await services.registering.submit(request.press, Entry(written=written), chosen.supplier_id)
    return show(registered_view(Text(await services.people.language(request.who)), done))


async def _drawn(services: Services, request: ActionPress, form: RegisterForm) -> UpdateView:
    """The form drawn anew over what stands there: what is typed stays, what is put into it gets a fill of its own."""
    fresh = _fill(request.press)
    parts = [ids.field_name(block).partition(".") for block in request.values]
    fills = {name: fill for name, _, fill in parts if name}
    if request.action_id != ids.Do.REGISTER_COMPANY and form.note is not Note.SEARCHING:
        fills["company"] = fresh
    drawn = Drawn(fills=fills, held=_held(request.values), fresh=fresh)
    view = register_view(text(await services.people.language(request.who)), form, drawn)
    press = request.press
    return UpdateView(request.view_id, view, request.view_hash, lambda: services.companies.newest(press))


def _fill(press: Press) -> str:
    """A fill of this press alone: two that race must not share one, or Slack would keep what the first put in."""
    return hashlib.sha256(press.key.encode()).hexdigest()[:8]


def _held(values: dict[str, FormValue]) -> dict[str, str]:
    """What stands in the form's fields, whatever fill is behind their names."""
    return {ids.field_name(b).partition(".")[0]: v for b, v in values.items() if isinstance(v, str) and v}


def _option(value: FormValue) -> Chosen:
    """What an option of a company stands for. Raises Refusal(NOT_FOUND) for one that we did not make."""
    if not isinstance(value, str) or not value:
        return Chosen()
    kind, key = ids.unpack(value, 2)
    return Chosen(supplier_id=key if kind == OURS else "", number=key if kind == OTHERS else "")


ROUTES: tuple[Route, ...] = (
    Route("shortcut", ids.Shortcut.REGISTER, on_register),
    Route("options", ids.Do.REGISTER_COMPANY, on_typed),
    Route("action", ids.Do.REGISTER_COMPANY, on_chosen),
    Route("action", ids.Do.REGISTER_FOUND, on_chosen),
    Route("action", ids.Do.REGISTER_ASK, on_ask),
    Route("view", ids.View.REGISTER, on_registered),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("register", on_register),)
