"""auth.test, apps.connections.open, team.info: who the app is and where it is installed."""

from __future__ import annotations

from sandbox.core import Sandbox
from sandbox.errors import SlackError
from sandbox.web_api.method import Arg, Method, optional
from sandbox.world import Json


def test(sandbox: Sandbox, args: Json) -> Json:
    """auth.test."""
    del args
    app, team = sandbox.world.app, sandbox.world.teams[sandbox.world.home]
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": sandbox.bot.name,
        "team_id": team.id,
        "user_id": app.bot_user,
        "bot_id": app.bot_id,
        "is_enterprise_install": False,
        **({"enterprise_id": team.enterprise_id} if team.enterprise_id else {}),
    }


def open_connection(sandbox: Sandbox, args: Json) -> Json:
    """apps.connections.open: where to connect a WebSocket for Socket Mode."""
    del args
    return {"url": sandbox.new_socket_url()}


def team_info(sandbox: Sandbox, args: Json) -> Json:
    """team.info of the home workspace, or of a partner that shares a channel with the bot."""
    world = sandbox.world
    wanted = args.get("team", world.home)
    bot_channels = [c for c in world.channels.values() if world.app.bot_user in c.members]
    seen = {world.home, *(team for c in bot_channels for team in (c.team_id, *c.connected))}
    if wanted not in seen:
        raise SlackError("team_not_found")
    team = world.teams[wanted]
    return {
        "team": {
            "id": team.id,
            "name": team.name,
            "domain": team.domain,
            "email_domain": "",
            "icon": {"image_default": True},
            **({"enterprise_id": team.enterprise_id} if team.enterprise_id else {}),
        }
    }


METHODS = {
    "auth.test": Method(test),
    "apps.connections.open": Method(open_connection, token="app"),  # noqa: S106 - a type of token
    "team.info": Method(
        team_info,
        {**optional("team"), "domain": Arg(refused="look up a team by its domain")},
        scopes=("team:read",),
    ),
}
