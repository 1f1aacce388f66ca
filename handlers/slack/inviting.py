"""`/vendor-review invite [supplier]`: a channel, the addresses, the last look; and what became of invitations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.domain.inviting import InvitationLine
from bot.domain.press import Press
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, Whisper, looked, show, waiting
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids, inviting, kit
from message_templates.catalogs import Text, text
from message_templates.kit import Json
from message_templates.notes import wait_view

Decide = Callable[[Press, str, int], Awaitable[InvitationLine]]


async def on_invite(services: Services, command: Command) -> Reply:
    """Who may is asked of the database before the ack; whether the app may is asked of Slack after it."""
    asked = await services.inviting.ask(command.press)
    t = Text(asked.language)
    return waiting(command.press, t, _form(services, t, command.press, command.words[1:]))


async def on_open(services: Services, request: ActionPress) -> Reply:
    """The same for one supplier, from the list of its endpoints; on top of the modal that is open."""
    (supplier_id,) = ids.unpack(_chosen(request), 1)
    asked = await services.inviting.ask(request.press)
    t = Text(asked.language)
    work = _form(services, t, request.press, (), supplier_id)

    async def then(view_id: str) -> Reply:
        return Reply(effects=(UpdateView(view_id, await looked(t, work)),))

    return Reply(effects=(OpenView(request.trigger_id, wait_view(t), push=bool(request.view_id), then=then),))


def _form(
    services: Services, t: Text, press: Press, words: Sequence[str], supplier_id: str = ""
) -> Callable[[], Awaitable[Json]]:
    async def look() -> Json:
        return inviting.form_view(t, await services.inviting.form(press, words, supplier_id))

    return look


async def on_channel(services: Services, form: Submitted) -> Reply:
    """The channel is looked at behind a 'please wait'."""
    asked = await services.inviting.ask(form.press)
    press = form.press.model_copy(update={"channel_id": _entered(form, inviting.CHANNEL)})
    supplier_id, t = _entered(form, inviting.SUPPLIER), Text(asked.language)

    async def look() -> dict[str, Any]:
        return inviting.addresses_view(t, await services.inviting.look(press, supplier_id))

    async def then() -> Reply:
        return Reply(effects=(UpdateView(form.view_id, await looked(t, look)),))

    return Reply(ack=show(wait_view(t)).ack, effects=(Later(then),))


async def on_addresses(services: Services, form: Submitted) -> Reply:
    """The last look."""
    look_id, supplier_id, private = ids.unpack(form.metadata, 3)
    contacts, typed = _several(form, inviting.CONTACTS), _entered(form, inviting.TYPED)
    shown = await services.inviting.preview(form.press, look_id, supplier_id, contacts, typed, private=private == "1")
    return show(inviting.confirm_view(await _words(services, form), shown))


async def on_confirmed(services: Services, form: Submitted) -> Reply:
    """They are wanted; the tick sends them."""
    look_id, supplier_id = ids.unpack(form.metadata, 2)
    done = await services.inviting.confirm(form.press, look_id, supplier_id, _several(form, inviting.MAILS))
    return show(inviting.done_view(await _words(services, form), done))


async def on_arrived(services: Services, request: ActionPress) -> Reply:
    """A person saw that it is out."""
    return await _decided(services, request, services.inviting.arrived)


async def on_again(services: Services, request: ActionPress) -> Reply:
    """A person saw that it is not."""
    return await _decided(services, request, services.inviting.again)


async def on_withdraw(services: Services, request: ActionPress) -> Reply:
    """It is over."""
    return await _decided(services, request, services.inviting.withdraw)


async def _decided(services: Services, request: ActionPress, decide: Decide) -> Reply:
    """The list as it is now, or in a message a word to whoever pressed."""
    invitation_id, step = ids.unpack(_chosen(request), 2)
    line = await decide(request.press, invitation_id, ids.number(step))
    t = await _words(services, request)
    if request.view_id:
        found = await services.inviting.lines(request.press)
        return Reply(effects=(UpdateView(request.view_id, inviting.list_view(t, found.lines)),))
    said = t("invite.noted", mail=kit.clean(line.mail), state=inviting.state_of(t, line))
    return Reply(effects=(Whisper(request.response_url, kit.fallback(said), [kit.section(kit.plain(said))]),))


def _entered(form: Submitted, name: str) -> str:
    found = form.values.get(ids.field_block(name))
    return found if isinstance(found, str) else ""


def _several(form: Submitted, name: str) -> list[str]:
    found = form.values.get(ids.field_block(name))
    return found if isinstance(found, list) else []


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.INVITE_OPEN, on_open),
    Route("view", ids.View.INVITE, on_channel),
    Route("view", ids.View.INVITE_TO, on_addresses),
    Route("view", ids.View.INVITE_CONFIRM, on_confirmed),
    Route("action", ids.Do.INVITE_ARRIVED, on_arrived),
    Route("action", ids.Do.INVITE_AGAIN, on_again),
    Route("action", ids.Do.INVITE_WITHDRAW, on_withdraw),
)
SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("invite", on_invite),)
