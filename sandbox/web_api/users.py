"""users.info, users.list, users.lookupByEmail: people.

Facts: slack_platform.md §1.1: an outsider has `is_stranger` (false while they share a channel), never a locale, and
users.list leaves them out; a guest is a member of home with `is_restricted`. Mail needs users:read.email, and the mail
of an outsider is withheld. People of a Grid have `enterprise_user` with their organisation (that outsiders have it: mem).
"""

from __future__ import annotations

from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.web_api import rooms
from sandbox.web_api.method import Method, optional, page, required
from sandbox.world import Json, Team, User


def info(sandbox: Sandbox, args: Json) -> Json:
    """users.info, also of outsiders."""
    user = sandbox.world.users.get(args["user"])
    if user is None:
        raise SlackError("user_not_found")
    return {"user": as_json(sandbox, user, locale=args.get("include_locale", False))}


def list_all(sandbox: Sandbox, args: Json) -> Json:
    """users.list: the home workspace, deactivated people and bots included."""
    world = sandbox.world
    home = [user for user in world.users.values() if not world.is_external(user)]
    found, metadata = page(home, args, most=1000)
    rows = [as_json(sandbox, user, locale=args.get("include_locale", False)) for user in found]
    return {"members": rows, "cache_ts": int(float(sandbox.next_ts())), "response_metadata": metadata}


def by_email(sandbox: Sandbox, args: Json) -> Json:
    """users.lookupByEmail: active people of the home workspace."""
    world, email = sandbox.world, args["email"].casefold()
    home = (user for user in world.users.values() if not world.is_external(user) and not user.deleted)
    user = next((user for user in home if user.email and user.email.casefold() == email), None)
    if user is None:
        raise SlackError("users_not_found")
    return {"user": as_json(sandbox, user, locale=False)}


def as_json(sandbox: Sandbox, user: User, *, locale: bool) -> Json:
    """The user object."""
    world = sandbox.world
    external = world.is_external(user)
    shown: Json = {
        "id": user.id,
        "team_id": user.team_id,
        "name": user.name,
        "real_name": user.real_name,
        "color": "9f69e7",
        "deleted": user.deleted,
        "is_bot": user.is_bot,
        "is_app_user": False,
        "updated": 1_700_000_000,
        "tz": "Asia/Tokyo",
        "tz_label": "Japan Standard Time",
        "who_can_share_contact_card": "EVERYONE",
        "tz_offset": 32_400,
        "profile": _profile(sandbox, user, external),
    }
    team = world.teams[user.team_id]
    if team.enterprise_id:
        shown["enterprise_user"] = _grid(team, user)
    if external:
        return shown | {"is_stranger": not rooms.shares_room(world, user)}
    if not user.deleted:
        shown |= {
            "is_admin": user.kind == "admin",
            "is_owner": False,
            "is_primary_owner": False,
            "is_restricted": user.kind in ("guest", "single_guest"),
            "is_ultra_restricted": user.kind == "single_guest",
            "is_email_confirmed": True,
        }
    return shown | ({"locale": user.locale} if locale else {})


def _grid(team: Team, user: User) -> Json:
    named = {"id": user.id, "enterprise_id": team.enterprise_id, "enterprise_name": team.name}
    return named | {"is_admin": False, "is_owner": False, "teams": [team.id]}


def _profile(sandbox: Sandbox, user: User, external: bool) -> Json:
    profile: Json = _EMPTY | {"real_name": user.real_name, "display_name": user.name, "team": user.team_id}
    profile |= {f"{key}_normalized": profile[key] for key in ("real_name", "display_name")}
    profile |= pictures(user)
    readable = "users:read.email" in sandbox.world.app.scopes and not external
    return profile | ({"email": user.email} if readable and user.email else {})


def pictures(user: User) -> dict[str, str]:
    """Addresses that lead nowhere: nobody has a picture here."""
    return {f"image_{size}": f"https://avatars.example.invalid/{user.id}_{size}.png" for size in _IMAGES}


_IMAGES = (24, 32, 48, 72, 192, 512)
_EMPTY: Json = {
    **dict.fromkeys(("title", "phone", "skype", "first_name", "last_name", "avatar_hash"), ""),
    **dict.fromkeys(("status_text", "status_text_canonical", "status_emoji"), ""),
    "status_emoji_display_info": [],
    "status_expiration": 0,
    "fields": None,
}
"""What nobody here has filled in."""

METHODS = {
    "users.info": Method(info, {"user": required(), **optional("include_locale", kind="bool")}, scopes=("users:read",)),
    "users.list": Method(
        list_all,
        {
            **optional("cursor", "team_id"),
            **optional("limit", kind="int"),
            **optional("include_locale", kind="bool"),
        },
        scopes=("users:read",),
    ),
    "users.lookupByEmail": Method(by_email, {"email": required()}, scopes=("users:read.email",)),
}
