"""The Home tab: shown when it is opened, and its buttons. Most of them open a form that its command opens too.

Lists that a command would whisper stand in a modal here, where there is no place to whisper.
"""

from __future__ import annotations

from typing import Any

from bot.domain.permissions import Action
from bot.domain.press import Event
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.home_picture import publish
from handlers.slack.register import on_register
from handlers.slack.registry import Route
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, show, waiting, waiting_in
from handlers.slack.requests import ActionPress, Request, Submitted
from handlers.slack.team import settled_sentence
from message_templates import ids, judge, kit
from message_templates.catalogs import Text, text
from message_templates.department import department_view
from message_templates.moving import here_form
from message_templates.notes import note_view
from message_templates.resolving import stuck_list
from message_templates.round import round_modal
from message_templates.starting import channels_modal, list_modal, team_modal


async def on_opened(services: Services, event: Event) -> Reply:
    """Somebody opened the tab: their own is drawn for them. Nothing is kept; the next opening does the same again."""
    if event.tab != "home":
        return Reply()

    async def meet() -> Reply:
        if not await services.people.known(event.who):
            await services.people.learn(event.who)
        return Reply()

    return Reply(effects=(Later(meet), publish(services, event.who, event.view_hash, opened=True)))


# -- the guide -----------------------------------------------------------------------------------------------------------


async def on_team(services: Services, request: ActionPress) -> Reply:
    """Who the security team is: asked of Slack behind a 'please wait'."""
    allowed = await services.starting.may(request.press, Action.SET_TEAM)
    t = Text(allowed.language)

    async def look() -> dict[str, Any]:
        return team_modal(t, await services.starting.groups())

    return waiting(request.press, t, look)


async def on_team_chosen(services: Services, request: Submitted) -> Reply:
    """The same as `/vendor-review security`: stored at once, looked at afterwards."""
    group, channel = (_entered(request, name) for name in ("group", "channel"))
    if bool(group) == bool(channel):
        raise Refusal(Code.ONE_OF_TWO, "channel")
    chosen = await services.team.choose(request.press, [f"!subteam^{group}" if group else f"#{channel}"])
    t = await _words(services, request)

    async def settle() -> Reply:
        sentence = settled_sentence(t, await services.team.settle(chosen))
        return Reply(effects=(UpdateView(request.view_id, note_view(t, sentence)),))

    return Reply(ack=show(note_view(t, t("team.chosen"))).ack, effects=(Later(settle),))


async def on_department(services: Services, request: ActionPress) -> Reply:
    """The empty form of a department."""
    form = await services.departments.form(request.press, "")
    return _open(request, department_view(await _words(services, request), form))


async def on_channels(services: Services, request: ActionPress) -> Reply:
    """The shared channels that are free: asked of Slack behind a 'please wait'."""
    allowed = await services.starting.may(request.press, Action.LINK)
    t = Text(allowed.language)

    async def look() -> dict[str, Any]:
        return channels_modal(t, await services.starting.channels())

    return waiting(request.press, t, look)


async def on_link(services: Services, request: ActionPress) -> Reply:
    """One of them: who reads what is posted there, as `/vendor-review link` in it would show."""
    (channel_id,) = ids.unpack(_chosen(request), 1)
    press = request.press.model_copy(update={"channel_id": channel_id})
    asked = await services.linking.ask(press)
    t = Text(asked.language)

    async def look() -> dict[str, Any]:
        return here_form(t, await services.linking.look(press, ()))

    return waiting_in(request.view_id, t, look) if request.view_id else waiting(press, t, look)


async def on_round(services: Services, request: ActionPress) -> Reply:
    """The form of a round."""
    form = await services.rounds.form(request.press)
    return _open(request, round_modal(text(form.language), form))


async def on_skip(services: Services, request: ActionPress) -> Reply:
    """あとで."""
    (step,) = ids.unpack(_chosen(request), 1)
    await services.starting.put_off(request.press, step)
    return Reply()


async def on_guide(services: Services, request: ActionPress) -> Reply:
    """Close the guide, or open it again."""
    (which,) = ids.unpack(_chosen(request), 1)
    await services.starting.turn_guide(request.press, closed=which == "close")
    return Reply()


# -- what is there -------------------------------------------------------------------------------------------------------


async def on_judge(services: Services, request: ActionPress) -> Reply:
    """What waits for a judgement."""
    found = await services.judging.waiting(request.press)
    t = await _words(services, request)
    return _open(request, list_modal(t, "judge.title", judge.waiting_list(t, found)))


async def on_stuck(services: Services, request: ActionPress) -> Reply:
    """Messages in doubt."""
    stuck = await services.resolving.stuck(request.press)
    t = await _words(services, request)
    return _open(request, list_modal(t, "home.unresolved", stuck_list(t, stuck)))


def _open(request: ActionPress, view: kit.Json) -> Reply:
    return Reply(effects=(OpenView(request.trigger_id, view),))


def _entered(request: Submitted, name: str) -> str:
    found = request.values.get(ids.field_block(name))
    return found if isinstance(found, str) else ""


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("event", "app_home_opened", on_opened),
    Route("action", ids.Do.HOME_TEAM, on_team),
    Route("view", ids.View.TEAM, on_team_chosen),
    Route("action", ids.Do.HOME_DEPARTMENT, on_department),
    Route("action", ids.Do.HOME_REGISTER, on_register),
    Route("action", ids.Do.HOME_CHANNELS, on_channels),
    Route("action", ids.Do.HOME_LINK, on_link),
    Route("action", ids.Do.HOME_ROUND, on_round),
    Route("action", ids.Do.HOME_SKIP, on_skip),
    Route("action", ids.Do.HOME_GUIDE, on_guide),
    Route("action", ids.Do.HOME_JUDGE, on_judge),
    Route("action", ids.Do.HOME_STUCK, on_stuck),
)
