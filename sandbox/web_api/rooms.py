"""Conversations as the bot may see and enter them: look-ups that refuse the way Slack does. Not a family of methods."""

from __future__ import annotations

from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.scopes import require_any
from sandbox.world import Channel, Message, User, World


def kind_of(channel: Channel) -> str:
    """The scope prefix of a conversation: channels, groups or im."""
    if channel.is_im:
        return "im"
    return "groups" if channel.is_private else "channels"


def visible(sandbox: Sandbox, channel_id: str) -> Channel:
    """A conversation the bot can see: home's public channels, and whatever it is in. channel_not_found otherwise."""
    channel = sandbox.world.channels.get(channel_id)
    if channel is None or not listed(sandbox, channel):
        raise SlackError("channel_not_found")
    return channel


def _public_at_home(sandbox: Sandbox, channel: Channel) -> bool:
    """Another company's channels, and its copies of what was cut off, are none of ours."""
    return not channel.is_private and not channel.is_im and sandbox.world.home in channel.sides


def listed(sandbox: Sandbox, channel: Channel) -> bool:
    """Whether conversations.list names it."""
    return is_member(sandbox, channel) or _public_at_home(sandbox, channel)


def joined(sandbox: Sandbox, channel_id: str) -> Channel:
    """A conversation the bot is in: as `visible`, and not_in_channel for a public channel it has not joined."""
    channel = visible(sandbox, channel_id)
    if not is_member(sandbox, channel):
        raise SlackError("not_in_channel")
    return channel


def is_member(sandbox: Sandbox, channel: Channel) -> bool:
    return sandbox.world.app.bot_user in channel.members


def require_scope(sandbox: Sandbox, channel: Channel, action: str) -> None:
    """missing_scope unless the scope for this kind of conversation, e.g. groups:history, was granted."""
    require_any(sandbox.world.app, (f"{kind_of(channel)}:{action}",))


def shares_room(world: World, user: User) -> bool:
    """In some channel, not a DM, together with the bot."""
    members = (c.members for c in world.channels.values() if not c.is_im and not c.archived)
    return any(user.id in each and world.app.bot_user in each for each in members)


def may_reach(world: World, user: User) -> bool:
    """Whether the bot may send direct messages: anybody at home, outsiders only while they share a channel [CBO]."""
    return not world.is_external(user) or shares_room(world, user)


def dm_with(sandbox: Sandbox, user: User) -> Channel:
    """The direct message conversation of the bot and this person, made when there is none yet."""
    world = sandbox.world
    found = next((c for c in world.channels.values() if c.is_im and user.id in c.members), None)
    if found is None:
        found = Channel(
            id=sandbox.next_id("D"),
            name="",
            team_id=world.home,
            is_private=True,
            is_im=True,
            members=[user.id, world.app.bot_user],
        )
        world.channels[found.id] = found
    return found


def partner(world: World, channel: Channel) -> User:
    """The person at the other end of a DM."""
    return next(world.users[member] for member in channel.members if member != world.app.bot_user)


def root_of(world: World, channel: Channel, thread_ts: str) -> Message:
    """The message a thread hangs on. thread_not_found, or cannot_reply_to_message when it is a reply itself."""
    root = world.message(channel.id, thread_ts)
    if root is None:
        raise SlackError("thread_not_found")
    if root.thread_ts:
        raise SlackError("cannot_reply_to_message")
    return root
