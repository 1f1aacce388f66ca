"""What a person can do in the local Slack. `ACTS` is the table that `client.py` reaches over HTTP by name.

An act raises CannotDo where Slack's screen would not let the person, and else returns what it came to. To add an act,
write a coroutine (live, user, **what the client sends) and a row. Facts: slack_platform.md §1 (who may do what).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from sandbox import event_shapes, files, messages, modals, payloads, pressing, response_urls, sight, views
from sandbox.cannot import CannotDo
from sandbox.errors import SlackError
from sandbox.live import ActResult, Live, bad_ack, interact
from sandbox.mentions import as_sent, rich_text
from sandbox.web_api import rooms
from sandbox.world import Channel, Json, Message, User

Act = Callable[..., Awaitable[Any]]
_COMMAND_ANSWER = frozenset({"text", "blocks", "response_type"})


async def command(live: Live, user: User, command: str, text: str = "", channel: str | None = None) -> ActResult:
    """Types a slash command, in a channel or (without one) in the direct messages with the app."""
    app = live.sandbox.world.app
    if command not in app.commands or live.sandbox.world.is_external(user):
        raise CannotDo(f"{command} is not a valid command")
    if user.kind == "single_guest":
        raise CannotDo("single-channel guests have no slash commands")
    where = sight.channel_of(live, user, channel) if channel else dm_with_app(live, user)
    live.sandbox.record.write("typed", user=user.id, command=command, text=text, channel=where.id)
    payload = payloads.slash_command(
        live.sandbox,
        user,
        where,
        command,
        as_sent(live.sandbox.world, text, user, with_names=True) if command in app.escaped_commands else text,
        trigger_id=live.triggers.issue(user.id),
        response_url=live.urls.issue(live.sandbox.base_url, user.id, where.id),
    )
    doing = f"{command} {text}".strip()
    result = await interact(live, "slash_commands", payload, user=user, doing=doing, answerable=True)
    return _answered(live, user, where, result, doing) if result.payload else result


async def shortcut(live: Live, user: User, which: str) -> ActResult:
    """Chooses a global shortcut by its name. People of other workspaces do not have the app's; single-channel guests neither."""
    app = live.sandbox.world.app
    if which not in app.shortcuts or live.sandbox.world.is_external(user) or user.kind == "single_guest":
        raise CannotDo(f"{which} is no shortcut that {user.name} has")
    doing = f"shortcut {which}"
    payload = payloads.global_shortcut(
        live.sandbox, user, app.shortcuts[which], trigger_id=live.triggers.issue(user.id)
    )
    result = await interact(live, "interactive", payload, user=user, doing=doing, answerable=True)
    if result.payload:
        return bad_ack(live, user, doing, f"a shortcut takes no answer in the ack: {result.payload}", result.ms)
    return result


async def say(
    live: Live,
    user: User,
    channel: str,
    text: str = "",
    thread_ts: str = "",
    uploads: list[tuple[str, str]] | None = None,
) -> Json:
    """Posts a message, in a thread if asked, with files (name, base64). Gives the message as the person sees it."""
    where = sight.channel_of(live, user, channel)
    if where.archived:
        raise CannotDo(f"#{where.name} is archived")
    root = live.sandbox.world.message(channel, thread_ts)
    if thread_ts and (root is None or root.thread_ts):
        raise CannotDo(f"no message {thread_ts} that has a thread")
    said = Message(channel, live.sandbox.next_ts(), user.id, as_sent(live.sandbox.world, text, user, with_names=False))
    said.thread_ts = thread_ts
    said.blocks = [rich_text(said.text)] if text else []
    said.files = [_upload(live, user, said, name, content) for name, content in uploads or []]
    messages.store(live.sandbox, said)
    _tell(live, user, where, said)
    return sight.show(live, user, said)


async def open_home(live: Live, user: User) -> Json | None:
    """Opens the app's Home tab; gives what is shown there now (the app may publish in a moment)."""
    world = live.sandbox.world
    if not world.app.home_tab:
        raise CannotDo("the app has no Home tab")
    channel = dm_with_app(live, user)
    view = views.home_of(world, user.id)
    shown = payloads.view_object(world, view) if view else None
    event = event_shapes.app_home_opened(live.sandbox, user, channel, "home", shown)
    live.sandbox.emit(event, channel=None, actor=user)
    return sight.home(live, user)


async def open_dm(live: Live, user: User) -> str:
    """The channel id of the direct messages with the app."""
    return dm_with_app(live, user).id


def dm_with_app(live: Live, user: User) -> Channel:
    """Opened when there is none yet. People of other workspaces must share a channel with the bot."""
    if not rooms.may_reach(live.sandbox.world, user):
        raise CannotDo(f"{user.name} shares no channel with the app")
    return rooms.dm_with(live.sandbox, user)


def _answered(live: Live, user: User, channel: Channel, result: ActResult, doing: str) -> ActResult:
    """The ack of a command carries a message: for the person alone, or for all with in_channel."""
    strange = sorted(result.payload.keys() - _COMMAND_ANSWER)
    if strange:
        return bad_ack(live, user, doing, f"unknown field {', '.join(strange)}", result.ms)
    try:
        response_urls.check_content(result.payload)
    except SlackError as error:
        return bad_ack(live, user, doing, f"{error.name} {'; '.join(error.messages)}", result.ms)
    response_urls.say(live.sandbox, result.payload, user=user.id, channel=channel.id)
    return result


def _upload(live: Live, user: User, said: Message, name: str, content: str) -> str:
    file = pressing.new_file(live, user, name, content)
    files.keep(live.sandbox, file, channel=said.channel, thread_ts=said.thread_ts)
    return file.id


def _tell(live: Live, user: User, channel: Channel, said: Message) -> None:
    """The events of one message: itself, its files, and a mention of the bot."""
    sandbox = live.sandbox
    sandbox.emit(event_shapes.message(sandbox, said), channel=channel, actor=user)
    for file in said.files:
        sandbox.emit(event_shapes.file_shared(sandbox, file, user, channel), channel=channel, actor=user)
    if f"<@{sandbox.world.app.bot_user}>" in said.text and not channel.is_im:
        sandbox.emit(event_shapes.app_mention(sandbox, said), channel=channel, actor=user)


ACTS: dict[str, Act] = {
    "command": command,
    "shortcut": shortcut,
    "press": pressing.press,
    "enter": pressing.enter,
    "submit": modals.submit,
    "close": modals.close,
    "say": say,
    "open_home": open_home,
    "open_dm": open_dm,
}
