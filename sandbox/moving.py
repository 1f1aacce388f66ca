"""A channel's id changes: everything that names it follows, and the old id is answered with channel_not_found ([CBO]).

Also a copy of a channel for a company that was cut off. Both are silent; the turns of `story_connect.py` tell of them.
To let one more thing follow a channel, add it to `move`.
"""

from __future__ import annotations

from dataclasses import replace

from sandbox.live import Live
from sandbox.world import Channel

SEVERED = "connection_severed"
"""frozen_reason of a copy (facts §1.1)."""


def move(live: Live, channel: Channel, new: str) -> None:
    """The channel has this id from now on. Slack's own keep their other characters; apps must not count on it."""
    world, old = live.sandbox.world, channel.id
    del world.channels[old]
    channel.id = new
    world.channels[new] = channel
    for message in (*channel.messages, *world.ephemerals):
        if message.channel == old:
            message.channel = new
    for file in world.files.values():
        file.channels[:] = [new if each == old else each for each in file.channels]
    for invite in world.invites.values():
        if invite.channel == old:
            invite.channel = new
    values = live.message_values
    for user, where, ts in [key for key in values if key[1] == old]:
        values[user, new, ts] = values.pop((user, where, ts))
    live.urls.move(old, new)


def frozen_copy(live: Live, channel: Channel, team: str) -> Channel:
    """What a company keeps of a channel that it was invited to: its people, all messages, another id, read-only ([CBO])."""
    world = live.sandbox.world
    mine = [member for member in channel.members if world.org(world.users[member].team_id) == world.org(team)]
    copy = Channel(
        live.sandbox.next_id("C"),
        channel.names.get(team, channel.name),
        team,
        is_private=channel.is_private,
        members=mine,
        archived=True,
        frozen=SEVERED,
    )
    copy.messages = [replace(message, channel=copy.id, blocks=list(message.blocks)) for message in channel.messages]
    world.channels[copy.id] = copy
    for file in world.files.values():
        if channel.id in file.channels:
            file.channels.append(copy.id)
    return copy
