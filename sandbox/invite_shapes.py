"""The inner events of invitations to Connect channels. Pure. Shapes: slack_platform.md §1.2, types:events/shared-channel.ts.

Only an app that may invite (conversations.connect:write or :manage) hears of them. Mail addresses are withheld.
To add one, write a builder here and its row among the subscriptions.
"""

from __future__ import annotations

from sandbox.core import Sandbox
from sandbox.web_api.users import pictures
from sandbox.world import Invite, Json, User

_DATE = 1_700_000_000
_VALID = 14 * 86_400  # seconds; an invitation lapses after 14 days (mem)


def accepted(sandbox: Sandbox, invite: Invite, who: User, *, approval_required: bool) -> Json:
    head = _head(sandbox, "accepted", invite)
    return head | {"approval_required": approval_required, "accepting_user": _user(who)}


def approved(sandbox: Sandbox, invite: Invite, who: User) -> Json:
    approving = {"approving_team_id": sandbox.world.org(who.team_id), "approving_user": _user(who)}
    return _head(sandbox, "approved", invite) | approving


def declined(sandbox: Sandbox, invite: Invite, who: User) -> Json:
    declining = {"declining_team_id": sandbox.world.org(who.team_id), "declining_user": _user(who)}
    return _head(sandbox, "declined", invite) | declining


def _head(sandbox: Sandbox, what: str, invite: Invite) -> Json:
    channel = sandbox.world.channels[invite.channel]
    return {
        "type": f"shared_channel_invite_{what}",
        "invite": _invite(sandbox, invite),
        "channel": {"id": channel.id, "is_private": channel.is_private, "is_im": False, "name": channel.name},
        "teams_in_channel": [_team(sandbox, team) for team in channel.sides],
        "event_ts": sandbox.next_ts(),
    }


def _invite(sandbox: Sandbox, invite: Invite) -> Json:
    by = sandbox.world.users[invite.by]
    mail = {"recipient_email": invite.email} if invite.email else {}
    user = {"recipient_user_id": invite.user} if invite.user and not invite.email else {}
    times = {"date_created": _DATE, "date_invalid": _DATE + _VALID}
    inviting = {"inviting_team": _team(sandbox, by.team_id), "inviting_user": _user(by)}
    return {"id": invite.id} | times | inviting | mail | user


def _team(sandbox: Sandbox, team_id: str) -> Json:
    team = sandbox.world.teams[team_id]
    shown = {"id": sandbox.world.org(team_id), "name": team.name, "domain": team.domain}
    return shown | {"icon": {"image_default": True}, "is_verified": False, "date_created": _DATE}


def _user(user: User) -> Json:
    profile = {"real_name": user.real_name, "display_name": user.name, "team": user.team_id, "avatar_hash": ""}
    profile |= {f"{key}_normalized": profile[key] for key in ("real_name", "display_name")}
    profile |= pictures(user)
    return {"id": user.id, "team_id": user.team_id, "name": user.name, "updated": _DATE, "profile": profile}
