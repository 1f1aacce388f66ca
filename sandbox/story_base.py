"""What the turns of a story share: look-ups that say CannotDo, fresh ids, telling the app, and who may do what to a channel.

To add a rule that several files need, add a function here; a turn itself stands in `story_<what>.py`.
"""

from __future__ import annotations

from sandbox import event_shapes
from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.web_api.users import as_json as user_json
from sandbox.world import Channel, Team, User


def channel_of(live: Live, channel_id: str) -> Channel:
    """A channel, not a DM."""
    channel = live.sandbox.world.channels.get(channel_id)
    if channel is None or channel.is_im:
        raise CannotDo(f"no channel {channel_id}")
    return channel


def team_of(live: Live, team_id: str) -> Team:
    team = live.sandbox.world.teams.get(team_id)
    if team is None:
        raise CannotDo(f"no workspace {team_id}")
    return team


def user_of(live: Live, user_id: str, *, gone: bool = False) -> User:
    """An account that is active (or deactivated, where `gone`)."""
    user = live.sandbox.world.users.get(user_id)
    if user is None or user.deleted is not gone:
        raise CannotDo(f"no {'deactivated ' if gone else ''}account {user_id}")
    return user


def channels(live: Live) -> list[Channel]:
    """All but DMs."""
    return [channel for channel in live.sandbox.world.channels.values() if not channel.is_im]


def of_host(live: Live, channel: Channel, user: User, doing: str) -> None:
    """Only members of the hosting company do this to a channel (facts §1.2 `not_owner`; for archiving and deleting: mem)."""
    world = live.sandbox.world
    if world.org(user.team_id) != world.org(channel.team_id):
        raise CannotDo(f"only the host of #{channel.name} may {doing} it")
    if user.kind in ("guest", "single_guest"):
        raise CannotDo(f"guests may not {doing} a channel")


def new_id(live: Live, prefix: str) -> str:
    """Of an account or a workspace, of which `next_id` does not know."""
    world = live.sandbox.world
    taken = world.users.keys() | world.teams.keys()
    while (found := live.sandbox.next_id(prefix)) in taken:
        continue
    return found


def tell_user_change(live: Live, user: User) -> None:
    """user_change; of outsiders only while they share a channel with the bot (facts §1.1: strangers are not known)."""
    world = live.sandbox.world
    if world.is_external(user) and not world.shares_channel(user):
        return
    event = event_shapes.user_change(live.sandbox, user_json(live.sandbox, user, locale=True))
    live.sandbox.emit(event, channel=None, actor=user)
