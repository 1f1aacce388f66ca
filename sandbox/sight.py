"""What a person sees in their Slack, as JSON for `client.py`; CannotDo where their screen has no such thing.

A person sees the channels they are in, ephemerals meant for them, their own modals and Home tab, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import views
from sandbox.cannot import CannotDo
from sandbox.elements import state_values
from sandbox.live import Live
from sandbox.world import Channel, Json, Message, User, View

STILL_IN_PROGRESS = "This is still a work in progress"
"""What people of other workspaces see in place of the Home tab (facts: slack_platform.md §1, App Home)."""


def person(live: Live, user_id: str) -> User:
    """Somebody who can act: not unknown, not deactivated, not a bot."""
    user = live.sandbox.world.users.get(user_id)
    if user is None or user.deleted or user.is_bot:
        raise CannotDo(f"{user_id}: no such person, or deactivated")
    return user


def channel_of(live: Live, user: User, channel_id: str) -> Channel:
    """A channel the person is in."""
    channel = live.sandbox.world.channels.get(channel_id)
    if channel is None or user.id not in channel.members:
        raise CannotDo(f"{user.name} is not in {channel_id}")
    return channel


def bot_dm(live: Live, user: User) -> Channel | None:
    """The direct messages with the app, if there have been any."""
    bot = live.sandbox.world.app.bot_user
    channels = live.sandbox.world.channels.values()
    return next((c for c in channels if c.is_im and set(c.members) == {user.id, bot}), None)


def message_of(live: Live, user: User, channel_id: str, ts: str) -> Message:
    """A message or ephemeral in its present version, to act on.

    Not in a channel that was cut off (frozen, mem), nor for people who are "post only" there: such people "cannot use
    workflows or apps" (facts §1.2, external_limited; the strict reading, Slack's own pages do not say).
    """
    channel = channel_of(live, user, channel_id)
    if channel.frozen:
        raise CannotDo(f"#{channel.name} is a frozen copy: {channel.frozen}")
    if live.sandbox.world.post_only(user, channel):
        raise CannotDo(f"{user.name} is 'post only' in #{channel.name}: no buttons, no menus")
    for message in live.sandbox.world.ephemerals:
        if message.ts == ts and message.channel == channel_id and message.only_for == user.id:
            return message
    found = live.sandbox.world.message(channel_id, ts)
    if found is None:
        raise CannotDo(f"no message {ts} in {channel_id} (any more)")
    return found


def view_of(live: Live, user: User, view_id: str) -> View:
    """The modal on top, or the Home tab; a modal under another one cannot be reached."""
    view = live.sandbox.world.views.get(view_id)
    if view is None or view.user != user.id or not view.open:
        raise CannotDo(f"{user.name} has no view {view_id} (any more)")
    if view.type == "modal" and view is not top_modal(live, user):
        raise CannotDo(f"view {view_id} lies under another one")
    return view


def top_modal(live: Live, user: User) -> View | None:
    stack = views.stack(live.sandbox.world, user.id)
    return stack[-1] if stack else None


def messages(live: Live, user: User, channel_id: str) -> list[Json]:
    """Roots and replies, oldest first."""
    return [show(live, user, message) for message in channel_of(live, user, channel_id).messages]


def dm_messages(live: Live, user: User) -> list[Json]:
    channel = bot_dm(live, user)
    return messages(live, user, channel.id) if channel else []


def ephemerals(live: Live, user: User, channel: str | None = None) -> list[Json]:
    mine = (m for m in live.sandbox.world.ephemerals if m.only_for == user.id and channel in (None, m.channel))
    return [show(live, user, message) for message in mine]


def modal(live: Live, user: User) -> Json | None:
    view = top_modal(live, user)
    return show_view(view) if view else None


def home(live: Live, user: User) -> Json | None:
    """The Home tab; people of other workspaces are told that it is work in progress."""
    view = views.home_of(live.sandbox.world, user.id)
    if live.sandbox.world.is_external(user):
        notice = {"type": "section", "block_id": "notice", "text": {"type": "plain_text", "text": STILL_IN_PROGRESS}}
        return {"id": "", "hash": "", "content": {"type": "home", "blocks": [notice]}, "errors": {}, "values": {}}
    return show_view(view) if view else None


def show(live: Live, user: User, message: Message) -> Json:
    """With the person's own choices in the message's inputs."""
    world = live.sandbox.world
    entered = live.message_values.get((user.id, message.channel, message.ts), {})
    return {
        "channel": message.channel,
        "ts": message.ts,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "text": message.text,
        "blocks": message.blocks,
        "bot": bool(message.bot_id),
        "edited": message.edited,
        "ephemeral": bool(message.only_for),
        "files": [{"id": file, "name": world.files[file].name} for file in message.files],
        "values": state_values(message.blocks, entered),
    }


def show_view(view: View) -> Json:
    values = state_values(view.content["blocks"], view.values)
    return {"id": view.id, "hash": view.hash, "content": view.content, "errors": view.errors, "values": values}


def everything(live: Live, user: User, channel: str | None = None) -> list[Json]:
    """All messages of one or all of the person's channels, and the ephemerals there, oldest first."""
    channels = [channel_of(live, user, channel)] if channel else live.sandbox.world.channels.values()
    mine = (m for each in channels if user.id in each.members for m in each.messages)
    shown = [show(live, user, message) for message in mine]
    return sorted([*shown, *ephemerals(live, user, channel)], key=lambda message: str(message["ts"]))


LOOKS: dict[str, Callable[..., Any]] = {
    "messages": messages,
    "dm": dm_messages,
    "ephemerals": ephemerals,
    "everything": everything,
    "modal": modal,
    "home": home,
}
"""What `client.py` reaches over HTTP by name; `messages` and `ephemerals` take a channel."""
