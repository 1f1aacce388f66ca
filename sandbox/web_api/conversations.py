"""conversations.info, members, list and open: rooms and who is in them. Reading messages is in `history.py`.

Facts: slack_platform.md §1.1 (is_ext_shared, connected_team_ids; conversations.list has no connected_team_ids;
members include outsiders; frozen copies), §1.2 (pending invitations), §1 (DMs to outsiders), §5. A company of a Grid is
named by its organisation (E…), as the events do. Nothing here tells that a company is "post only" (external_limited):
no method that reads it is documented.
"""

from __future__ import annotations

from sandbox.core import Sandbox
from sandbox.errors import SlackError, invalid_arguments
from sandbox.scopes import require_any
from sandbox.web_api import rooms
from sandbox.web_api.method import Arg, Method, optional, page, required
from sandbox.world import Channel, Json, User, World

_READ = ("channels:read", "groups:read", "im:read", "mpim:read")
_TYPES = {"public_channel": "channels", "private_channel": "groups", "im": "im", "mpim": "mpim"}
_CREATED = 1_700_000_000


def info(sandbox: Sandbox, args: Json) -> Json:
    """conversations.info."""
    channel = rooms.visible(sandbox, args["channel"])
    rooms.require_scope(sandbox, channel, "read")
    shown = as_json(sandbox, channel)
    if args.get("include_num_members"):
        shown["num_members"] = len(channel.members)
    if args.get("include_locale"):
        shown["locale"] = sandbox.bot.locale
    return {"channel": shown}


def members(sandbox: Sandbox, args: Json) -> Json:
    """conversations.members: outsiders and the bot included."""
    channel = rooms.visible(sandbox, args["channel"])
    rooms.require_scope(sandbox, channel, "read")
    found, metadata = page(channel.members, args, most=1000)
    return {"members": found, "response_metadata": metadata}


def list_all(sandbox: Sandbox, args: Json) -> Json:
    """conversations.list: by default public channels only; private ones and DMs where the bot is in them."""
    types = args.get("types", ["public_channel"])
    unknown = [kind for kind in types if kind not in _TYPES]
    if unknown:
        raise SlackError("invalid_types")
    wanted = {_TYPES[kind] for kind in types}
    for kind in sorted(wanted):
        require_any(sandbox.world.app, (f"{kind}:read",))
    seen = [c for c in sandbox.world.channels.values() if rooms.kind_of(c) in wanted and rooms.listed(sandbox, c)]
    if args.get("exclude_archived"):
        seen = [c for c in seen if not c.archived]
    found, metadata = page(seen, args, most=999)
    rows = [as_json(sandbox, c) for c in found]
    for row in rows:
        row.pop("connected_team_ids", None)
    return {"channels": rows, "response_metadata": metadata}


def open_dm(sandbox: Sandbox, args: Json) -> Json:
    """conversations.open: the DM with one person, made when there is none."""
    channel, already = _conversation(sandbox, args)
    shown = as_json(sandbox, channel) if args.get("return_im") else {"id": channel.id}
    return {"channel": shown, **({"already_open": True, "no_op": True} if already else {})}


def _conversation(sandbox: Sandbox, args: Json) -> tuple[Channel, bool]:
    if "channel" in args:
        channel = rooms.joined(sandbox, args["channel"])
        if not channel.is_im:
            raise SlackError("method_not_supported_for_channel_type")
        return channel, True
    users = args.get("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise invalid_arguments("direct messages of several people are not supported by the local Slack")
    before = len(sandbox.world.channels)
    channel = rooms.dm_with(sandbox, _addressee(sandbox, users[0]))
    return channel, len(sandbox.world.channels) == before


def _addressee(sandbox: Sandbox, user_id: str) -> User:
    world = sandbox.world
    user = world.users.get(user_id)
    if user is None:
        raise SlackError("user_not_found")
    if user.deleted:
        raise SlackError("user_disabled")
    if user.is_bot:
        raise SlackError("cannot_dm_bot")
    if not rooms.may_reach(world, user):
        raise SlackError("invalid_user_combination")
    return user


def as_json(sandbox: Sandbox, channel: Channel) -> Json:
    """The conversation object. Every shared_* key is there, as in Slack, also where nothing is shared."""
    world = sandbox.world
    shared = bool(channel.connected)
    waiting = list(dict.fromkeys(world.org(team) for team in channel.pending if team))
    common = {"id": channel.id, "created": _CREATED, "is_archived": channel.archived, "context_team_id": world.home}
    if channel.is_im:
        user = rooms.partner(world, channel)
        gone = {"is_user_deleted": user.deleted, "is_open": True, "priority": 0}
        outside = {"is_shared": world.is_external(user), "is_ext_shared": world.is_external(user)}
        return {**common, "is_im": True, "is_org_shared": False, "user": user.id, **outside, **gone}
    return {
        **common,
        "name": channel.name,
        "name_normalized": channel.name,
        "is_channel": not channel.is_private,
        "is_group": channel.is_private,
        "is_im": False,
        "is_mpim": False,
        "is_private": channel.is_private,
        "is_general": False,
        "is_frozen": False,
        "creator": next(iter(channel.members), ""),
        "unlinked": 0,
        "updated": _CREATED * 1000,
        "parent_conversation": None,
        "is_member": rooms.is_member(sandbox, channel),
        "is_shared": shared,
        "is_ext_shared": shared,
        "is_org_shared": False,
        "is_pending_ext_shared": bool(channel.pending),
        "pending_shared": [],
        "conversation_host_id": world.org(channel.team_id),
        "internal_team_ids": [],
        "shared_team_ids": list(dict.fromkeys(world.org(team) for team in channel.sides)),
        "pending_connected_team_ids": waiting,
        **({"connected_team_ids": _partners(world, channel)} if shared else {}),
        **({"is_frozen": True, "frozen_reason": channel.frozen} if channel.frozen else {}),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def _partners(world: World, channel: Channel) -> list[str]:
    """The other companies in the channel, as seen from home, the host's first where that is another one."""
    named = dict.fromkeys(world.org(team) for team in channel.sides)
    return [team for team in named if team != world.org(world.home)]


METHODS = {
    "conversations.info": Method(
        info,
        {"channel": required(), **optional("include_locale", "include_num_members", kind="bool")},
        scopes=_READ,
    ),
    "conversations.members": Method(
        members, {"channel": required(), **optional("cursor"), **optional("limit", kind="int")}, scopes=_READ
    ),
    "conversations.list": Method(
        list_all,
        {
            **optional("cursor", "team_id"),
            **optional("limit", kind="int"),
            **optional("types", kind="ids"),
            **optional("exclude_archived", kind="bool"),
        },
        scopes=_READ,
    ),
    "conversations.open": Method(
        open_dm,
        {
            **optional("channel"),
            **optional("users", kind="ids"),
            **optional("return_im", kind="bool"),
            "prevent_creation": Arg("bool", refused="only look whether there is a DM"),
        },
        scopes=("im:write",),
    ),
}
