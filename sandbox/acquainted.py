"""Whom a person knows, as Slack lets them: what its lists offer to pick and name, and what a window may show the names of.

People of their channels and whoever has written there; of their own workspace, but for guests, who see their channels only.
Channels they are in and, for members, the public ones of their workspace. Facts: slack_platform.md §1 (guests, strangers).
"""

from __future__ import annotations

from sandbox.world import Channel, User, World

GUESTS = ("guest", "single_guest")


def rooms(world: World, user: User) -> list[Channel]:
    """Channels and direct messages they are in."""
    return [channel for channel in world.channels.values() if user.id in channel.members]


def people(world: World, user: User) -> set[str]:
    """User ids, their own too."""
    theirs = rooms(world, user)
    met = {user.id} | {member for room in theirs for member in room.members}
    met |= {message.user for room in theirs for message in room.messages}
    if user.kind not in GUESTS:
        met |= {one.id for one in world.users.values() if one.team_id == user.team_id}
    return met & world.users.keys()


def channels(world: World, user: User) -> set[str]:
    """Channel ids."""
    open_to_all = (c for c in world.channels.values() if _is_open(user, c))
    return {channel.id for channel in (*rooms(world, user), *open_to_all)}


def groups(world: World, user: User) -> set[str]:
    """Ids of user groups: those of the home workspace, to its own people."""
    ours = user.team_id == world.home and user.kind not in GUESTS
    return set(world.groups) if ours else set()


def called(channel: Channel, user: User) -> str:
    """Under the name that the user's company gave it; another company's own name for it is its own affair."""
    return channel.names.get(user.team_id, channel.name)


def _is_open(user: User, channel: Channel) -> bool:
    own = channel.team_id == user.team_id and user.kind not in GUESTS
    return own and not channel.is_private and not channel.is_im
