"""conversations.inviteShared: an outsider is invited to a channel, by mail or by id, and the channel waits for their company.

Facts: slack_platform.md §1.2 (one mail address or one person a call, bots name whom, "post only" unless said otherwise,
only the host, only where it pays) and [K:conversations.inviteShared]. What becomes of an invitation is in
`story_connect.py`, which sends a person's own ones through `keep` too. To add a refusal, raise it in the function that
looks at what is refused: the room, the company or whom.

Unverified, and chosen here: the order of the refusals; that a second invitation to the same address goes out again (an app
must not lean on Slack for that); that nobody of the own workspace is found. Not here: #general (no channel of the local
Slack is mandatory), the limit of mails per person, and ids of the old kind (G…), which flip when a person shares them.
"""

from __future__ import annotations

import re

from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments
from sandbox.web_api import rooms
from sandbox.web_api.method import Method, optional, required
from sandbox.world import Channel, Invite, Json, User

MOST_COMPANIES = 250
_MAIL = re.compile(r"[!-?A-~]+@[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII | re.IGNORECASE)


def invite_shared(sandbox: Sandbox, args: Json) -> Json:
    """conversations.inviteShared."""
    channel = rooms.joined(sandbox, args["channel"])
    _may_be_shared(sandbox, channel)
    mail, person = _whom(args)
    team = _person(sandbox, channel, person) if person else _address(sandbox, channel, mail)
    limited = args.get("external_limited", True)
    kept = keep(sandbox, channel, sandbox.world.app.bot_user, team=team, email=mail, limited=limited)
    return {"invite_id": kept.id, "is_legacy_shared_channel": False}


def keep(sandbox: Sandbox, channel: Channel, by: str, *, team: str, email: str, limited: bool) -> Invite:
    """The invitation is out: it is kept and recorded, and the channel waits for `team` ("" where only the mail is known)."""
    invite = Invite(sandbox.next_id("I"), channel.id, by, team, email, limited)
    sandbox.world.invites[invite.id] = invite
    channel.pending.append(team)
    sandbox.record.write("invited", channel=channel.id, team=team, email=email, user=by, limited=limited)
    return invite


def _may_be_shared(sandbox: Sandbox, channel: Channel) -> None:
    world = sandbox.world
    if channel.is_im:
        raise SlackError("invalid_channel_type")
    if channel.archived:
        raise SlackError("channel_archived")
    if world.org(channel.team_id) != world.org(world.home):
        raise SlackError("not_owner")
    if not world.teams[world.home].paid:
        raise SlackError("not_paid")
    if len(channel.sides) + len(channel.pending) >= MOST_COMPANIES:
        raise SlackError("connection_limit_exceeded")
    if channel.id.startswith("G"):
        raise invalid_arguments("sharing a channel with an id of the old kind is not supported by the local Slack")


def _whom(args: Json) -> tuple[str, str]:
    """(mail address, person's id), one of them "". SlackError where none is named, or more than one."""
    mails, people = args.get("emails", []), args.get("user_ids", [])
    if not mails and not people:
        raise SlackError("recipients_not_specified")
    if len(mails) > 1:
        raise SlackError("too_many_emails")
    if len(mails) + len(people) > 1:
        raise invalid_arguments("only one email or one user ID may be invited at a time")
    return ("".join(mails), "".join(people))


def _address(sandbox: Sandbox, channel: Channel, mail: str) -> str:
    """Nobody's company is known by their mail address until they accept: always ""."""
    if not _MAIL.fullmatch(mail):
        raise SlackError("invalid_email")
    there = (sandbox.world.users[member] for member in channel.members)
    if any(user.email.lower() == mail.lower() for user in there):
        raise SlackError("already_in_channel")
    return ""


def _person(sandbox: Sandbox, channel: Channel, user_id: str) -> str:
    """The company of somebody whom Slack knows; a company that is there already sends its people itself."""
    user = sandbox.world.users.get(user_id)
    if user is None or not _may_come(sandbox, user):
        raise SlackError("user_not_found")
    if user.id in channel.members or user.team_id in channel.sides:
        raise SlackError("already_in_channel")
    return user.team_id


def _may_come(sandbox: Sandbox, user: User) -> bool:
    return sandbox.world.is_external(user) and not user.deleted and not user.is_bot


METHODS = {
    "conversations.inviteShared": Method(
        invite_shared,
        {
            "channel": required(),
            **optional("emails", "user_ids", kind="ids"),
            **optional("external_limited", kind="bool"),
        },
        scopes=("conversations.connect:write",),
    ),
}
