"""usergroups.list and usergroups.users.list. Facts: slack_platform.md §5."""

from __future__ import annotations

from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.web_api.method import Method, optional, required
from sandbox.world import Json, UserGroup

_SCOPES = ("usergroups:read",)


def list_all(sandbox: Sandbox, args: Json) -> Json:
    """usergroups.list."""
    _paid(sandbox)
    return {"usergroups": [_as_json(sandbox, group, args) for group in sandbox.world.groups.values()]}


def list_users(sandbox: Sandbox, args: Json) -> Json:
    """usergroups.users.list."""
    _paid(sandbox)
    group = sandbox.world.groups.get(args["usergroup"])
    if group is None:
        raise SlackError("no_such_subteam")
    return {"users": list(group.users)}


def _paid(sandbox: Sandbox) -> None:
    """User groups are for paid plans only [K]."""
    if not sandbox.world.teams[sandbox.world.home].paid:
        raise SlackError("plan_upgrade_required")


def _as_json(sandbox: Sandbox, group: UserGroup, args: Json) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": sandbox.world.home,
        "is_usergroup": True,
        "is_subteam": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": 1_700_000_000,
        "date_delete": 0,
        "prefs": {"channels": [], "groups": []},
    }
    if args.get("include_count"):
        shown["user_count"] = len(group.users)
    if args.get("include_users"):
        shown["users"] = list(group.users)
    return shown


METHODS = {
    "usergroups.list": Method(
        list_all,
        {
            **optional("team_id"),
            **optional("include_count", "include_disabled", "include_users", kind="bool"),
        },
        scopes=_SCOPES,
    ),
    "usergroups.users.list": Method(
        list_users,
        {"usergroup": required(), **optional("team_id"), **optional("include_disabled", kind="bool")},
        scopes=_SCOPES,
    ),
}
