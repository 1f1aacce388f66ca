"""Slack Connect: invitations, companies that join and are cut off, "post only".

Facts: slack_platform.md §1.1 (ids flip the moment a share is initiated; the invited side's copy gets a new id after a
disconnect, the host keeps the original), §1.2 (invitation, acceptance, approval; external_limited is true unless said
otherwise; only the host shares), §1 (up to 250 companies). To add a turn: a function (live, **what the client sends) and
a row in TURNS.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox import event_shapes, invite_shapes
from sandbox.cannot import CannotDo
from sandbox.live import Live
from sandbox.moving import frozen_copy, move
from sandbox.story_base import channel_of, of_host, team_of, user_of
from sandbox.web_api.invitations import MOST_COMPANIES, keep
from sandbox.world import Channel, Invite, User


def invite_shared(
    live: Live, channel: str, by: str, team: str = "", email: str = "", limited: bool = True
) -> dict[str, str]:
    """A company is invited, by name or only by somebody's mail address; gives {"invite", "channel"}: the id may have flipped.

    Until it has joined, the channel is pending. conversations.info names the company where Slack knows it.
    """
    where, who = channel_of(live, channel), user_of(live, by)
    of_host(live, where, who, "share")
    if not team and not email:
        raise CannotDo("whom?")
    if team:
        _may_come(live, where, team)
    _initiated(live, where)
    invite = keep(live.sandbox, where, by, team=team, email=email, limited=limited)
    return {"invite": invite.id, "channel": where.id}


def accept(live: Live, invite: str, user: str, approval: bool = True) -> None:
    """Somebody of the invited company accepts. With `approval` an admin has to approve before the channel is shared."""
    found, who = _invite(live, invite), user_of(live, user)
    where = channel_of(live, found.channel)
    if found.user or (found.team and found.team != who.team_id):
        raise CannotDo(f"{user} cannot accept {invite}")
    _may_come(live, where, who.team_id, invited=bool(found.team))
    where.pending[where.pending.index(found.team)] = who.team_id
    found.team, found.user = who.team_id, user
    event = invite_shapes.accepted(live.sandbox, found, who, approval_required=approval)
    live.sandbox.emit(event, channel=where, actor=who)
    if not approval:
        _joined(live, where, found)


def approve(live: Live, invite: str, user: str) -> None:
    """An admin of either side approves an accepted invitation: the channel is shared, whoever accepted is in it."""
    found, who = _invite(live, invite), _admin(live, user)
    where = channel_of(live, found.channel)
    if not found.user:
        raise CannotDo(f"{invite} is not accepted yet")
    live.sandbox.emit(invite_shapes.approved(live.sandbox, found, who), channel=where, actor=who)
    _joined(live, where, found)


def decline(live: Live, invite: str, user: str) -> None:
    """The invited company or an admin of ours says no; nothing is pending any more."""
    found, who = _invite(live, invite), user_of(live, user)
    where = channel_of(live, found.channel)
    where.pending.remove(found.team)
    live.sandbox.emit(invite_shapes.declined(live.sandbox, found, who), channel=where, actor=who)
    del live.sandbox.world.invites[invite]
    live.sandbox.record.write("declined", channel=where.id, team=found.team, user=user)


def connect(live: Live, channel: str, team: str, limited: bool = False) -> str:
    """All of it at once: invited, accepted, approved. The company's people may join; gives the channel's id."""
    where = channel_of(live, channel)
    _may_come(live, where, team)
    _initiated(live, where)
    _share(live, where, team, limited=limited)
    return where.id


def disconnect(live: Live, channel: str, team: str, by: str = "") -> str:
    """A company's part ends, at once for all its people; gives the id of the channel as that company has it from now on.

    The host may cut anybody off, a company itself (`by`: a team; the host where it is left out). Whoever was invited keeps
    a frozen copy under a new id. Where the host itself is named, it is over for all. There is no member_left_channel for
    each person.
    """
    where, world = channel_of(live, channel), live.sandbox.world
    if team not in where.sides or not where.connected:
        raise CannotDo(f"{team} is not in {channel}")
    if (by or where.team_id) not in (where.team_id, team):
        raise CannotDo(f"{by} may not cut {team} off")
    cut = list(where.connected) if team == where.team_id else [team]
    copies = {each: _cut_off(live, where, each) for each in cut}
    return copies[world.home].id if world.home in copies else where.id


def post_only(live: Live, channel: str, team: str, limited: bool = True) -> None:
    """The host lets a company's people only read and write, or use apps too (externalInvitePermissions.set, facts §1.2)."""
    where = channel_of(live, channel)
    if team not in where.connected:
        raise CannotDo(f"{team} is not in {channel}")
    where.limited[:] = [each for each in where.limited if each != team] + [team] * limited
    live.sandbox.record.write("permissions", channel=channel, team=team, limited=limited)


def _cut_off(live: Live, where: Channel, team: str) -> Channel:
    """One invited company less. What the app is told names the id it knows; for home's own end that is the one that is gone

    by then (which of the two ids Slack names there is unverified, and no channel_id_changed is documented for it).
    """
    world, home = live.sandbox.world, live.sandbox.world.home
    copy = frozen_copy(live, where, team)
    where.connected.remove(team)
    where.limited[:] = [each for each in where.limited if each != team]
    where.members[:] = [member for member in where.members if member not in copy.members]
    live.sandbox.record.write("unshared", channel=where.id, team=team, copy=copy.id)
    ours = team == home
    event = event_shapes.unshared(live.sandbox, where, where.team_id if ours else team, gone=ours)
    live.sandbox.emit(event, channel=copy if ours else where, actor=None)
    if not copy.members:
        del world.channels[copy.id]
    return copy


def _initiated(live: Live, where: Channel) -> None:
    """A share is initiated: a G… id becomes C…, even if nobody ever joins ([CBO] "changing IDs")."""
    if not where.id.startswith("G"):
        return
    old = where.id
    move(live, where, live.sandbox.next_id("C"))
    live.sandbox.record.write("moved", channel=where.id, was=old)
    live.sandbox.emit(event_shapes.id_changed(live.sandbox, old, where.id), channel=where, actor=None)


def _joined(live: Live, where: Channel, invite: Invite) -> None:
    where.pending.remove(invite.team)
    del live.sandbox.world.invites[invite.id]
    _share(live, where, invite.team, limited=invite.limited)
    where.members.append(invite.user)
    who = live.sandbox.world.users[invite.user]
    live.sandbox.record.write("joined", channel=where.id, user=who.id)
    live.sandbox.emit(event_shapes.member_joined(live.sandbox, who, where, invite.by), channel=where, actor=who)


def _share(live: Live, where: Channel, team: str, *, limited: bool) -> None:
    where.connected.append(team)
    where.limited += [team] * limited
    live.sandbox.record.write("shared", channel=where.id, team=team)
    live.sandbox.emit(event_shapes.shared(live.sandbox, where, team), channel=where, actor=None)


def _may_come(live: Live, where: Channel, team: str, *, invited: bool = False) -> None:
    world = live.sandbox.world
    team_of(live, team)
    if world.org(team) in {world.org(side) for side in where.sides}:
        raise CannotDo(f"{team} is in {where.id} already")
    if not invited and team in where.pending:
        raise CannotDo(f"{team} is invited to {where.id} already")
    if where.archived:
        raise CannotDo(f"#{where.name} is archived")
    if not invited and len(where.sides) + len(where.pending) >= MOST_COMPANIES:
        raise CannotDo(f"no more than {MOST_COMPANIES} companies in a channel")


def _invite(live: Live, invite_id: str) -> Invite:
    found = live.sandbox.world.invites.get(invite_id)
    if found is None:
        raise CannotDo(f"no invitation {invite_id}")
    return found


def _admin(live: Live, user_id: str) -> User:
    who = user_of(live, user_id)
    if who.kind != "admin":
        raise CannotDo(f"{user_id} is no admin")
    return who


TURNS: dict[str, Callable[..., Any]] = {
    "invite_shared": invite_shared,
    "accept": accept,
    "approve": approve,
    "decline": decline,
    "connect": connect,
    "disconnect": disconnect,
    "post_only": post_only,
}
