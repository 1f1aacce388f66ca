"""What Slack sends to the app for a command, a press, a submission, a closed modal. Pure: world in, JSON out.

Every key that a recorded payload has is there, null where Slack sends null. Facts: slack_platform.md §1.1: in a press
`team` is the host and `user.team_id` the actor's own (E… on Grid); in a submission `team` is the SUBMITTER's and the
installation is in `view.app_installed_team_id`. Shapes: json-logs/samples/app-backend of java-slack-sdk.
To add a payload, write one function; events are in `events.py`.
"""

from __future__ import annotations

from sandbox import messages
from sandbox.core import Sandbox
from sandbox.elements import state_values
from sandbox.world import Channel, Json, Message, Team, User, View, World

HOME_TITLE = {"type": "plain_text", "text": "View Title", "emoji": True}
"""Slack sends one for a Home tab too, which has none (recorded in java-slack-sdk's BlockActionPayloadTest)."""
VERIFICATION_TOKEN = "local-verification-token"  # noqa: S105 - Slack's deprecated constant, no secret


def own_team_id(world: World, user: User) -> str:
    """As payloads report it: the organisation (E…) for people of an Enterprise Grid."""
    return world.org(user.team_id)


def slash_command(
    sandbox: Sandbox, user: User, channel: Channel, command: str, text: str, *, trigger_id: str, response_url: str
) -> Json:
    """Flat fields, no `type`. A direct message is named `directmessage`, a private channel `privategroup`."""
    team = sandbox.world.teams[sandbox.world.home]
    grid = {"enterprise_id": team.enterprise_id, "enterprise_name": team.name} if team.enterprise_id else {}
    return {
        "token": VERIFICATION_TOKEN,
        "team_id": team.id,
        "team_domain": team.domain,
        **grid,
        "channel_id": channel.id,
        "channel_name": _channel_name(channel),
        "user_id": user.id,
        "user_name": user.name,
        "command": command,
        "text": text,
        "api_app_id": sandbox.world.app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger_id,
    }


def global_shortcut(sandbox: Sandbox, user: User, callback_id: str, *, trigger_id: str) -> Json:
    """A global shortcut, from the menu or the search: no channel, no message, no response_url.

    Shape: @slack/bolt src/types/shortcuts/global-shortcut.ts; who has one: slack_platform.md §1.
    """
    host = sandbox.world.teams[sandbox.world.home]
    return {
        "type": "shortcut",
        "token": VERIFICATION_TOKEN,
        "action_ts": sandbox.next_ts(),
        "team": _team(host),
        "enterprise": _enterprise(host),
        "is_enterprise_install": False,
        "user": {name: value for name, value in _user(sandbox.world, user).items() if name != "name"},
        "callback_id": callback_id,
        "trigger_id": trigger_id,
    }


def message_action(
    sandbox: Sandbox, user: User, message: Message, action: Json, state: Json, *, trigger_id: str, response_url: str
) -> Json:
    """block_actions of an element in a message; `state` is what stands in the message's inputs for this person."""
    payload = _message_head(sandbox, user, message, trigger_id)
    return payload | {"state": {"values": state}, "response_url": response_url, "actions": [action]}


def view_action(sandbox: Sandbox, user: User, view: View, action: Json, *, trigger_id: str) -> Json:
    """block_actions of an element in a modal or in the Home tab."""
    return _in_view(sandbox, user, view, trigger_id) | {"actions": [action]}


def view_submission(sandbox: Sandbox, user: User, view: View, *, trigger_id: str) -> Json:
    payload = _view_head(sandbox, "view_submission", user)
    payload |= {"trigger_id": trigger_id, "view": view_object(sandbox.world, view), "response_urls": []}
    return payload


def view_closed(sandbox: Sandbox, user: User, view: View, *, is_cleared: bool) -> Json:
    return _view_head(sandbox, "view_closed", user) | {
        "view": view_object(sandbox.world, view),
        "is_cleared": is_cleared,
    }


def block_suggestion(sandbox: Sandbox, user: User, on: View | Message, asked: Json) -> Json:
    """What an external_select asks while a person types in it; `asked` has action_id, block_id and value.

    It opens nothing and answers nowhere: no trigger_id, no response_url. In a message the shape is from memory (channel
    and message as in a press), unverified.
    """
    head = _in_view(sandbox, user, on, "") if isinstance(on, View) else _message_head(sandbox, user, on, "")
    del head["trigger_id"]
    return head | {"type": "block_suggestion"} | asked


def view_object(world: World, view: View) -> Json:
    """A whole view with its state, as payloads and the answers of views.* carry it."""
    content = view.content
    return {
        "id": view.id,
        "team_id": world.home,
        "type": view.type,
        "blocks": content["blocks"],
        "private_metadata": content.get("private_metadata") or "",
        "callback_id": content.get("callback_id") or "",
        "state": {"values": state_values(content["blocks"], view.values)},
        "hash": view.hash,
        "title": content.get("title") or HOME_TITLE,
        "clear_on_close": bool(content.get("clear_on_close")),
        "notify_on_close": bool(content.get("notify_on_close")),
        "close": content.get("close"),
        "submit": content.get("submit"),
        "previous_view_id": view.previous_id or None,
        "root_view_id": view.root_id,
        "app_id": world.app.app_id,
        "external_id": view.external_id,
        "app_installed_team_id": world.home,
        "bot_id": world.app.bot_id,
    }


def _in_view(sandbox: Sandbox, user: User, view: View, trigger_id: str) -> Json:
    head = _action_head(sandbox, user, {"type": "view", "view_id": view.id}, trigger_id)
    return head | {"view": view_object(sandbox.world, view)}


def _message_head(sandbox: Sandbox, user: User, message: Message, trigger_id: str) -> Json:
    channel = sandbox.world.channels[message.channel]
    container: Json = {"type": "message", "message_ts": message.ts, "channel_id": channel.id}
    container["is_ephemeral"] = bool(message.only_for)
    if message.thread_ts:
        container["thread_ts"] = message.thread_ts
    head = _action_head(sandbox, user, container, trigger_id)
    head["channel"] = {"id": channel.id, "name": _channel_name(channel)}
    if not message.only_for:  # Slack leaves an ephemeral's message out
        head["message"] = messages.as_json(sandbox, message, all_metadata=True)
    return head


def _action_head(sandbox: Sandbox, user: User, container: Json, trigger_id: str) -> Json:
    world = sandbox.world
    host = world.teams[world.home]
    return {
        "type": "block_actions",
        "user": _user(world, user),
        "api_app_id": world.app.app_id,
        "token": VERIFICATION_TOKEN,
        "container": container,
        "trigger_id": trigger_id,
        "team": _team(host),
        "enterprise": _enterprise(host),
        "is_enterprise_install": False,
    }


def _view_head(sandbox: Sandbox, kind: str, user: User) -> Json:
    world = sandbox.world
    submitter = world.teams[user.team_id]
    return {
        "type": kind,
        "team": _team(submitter),
        "user": _user(world, user),
        "api_app_id": world.app.app_id,
        "token": VERIFICATION_TOKEN,
        "is_enterprise_install": False,
        "enterprise": _enterprise(submitter),
    }


def _user(world: World, user: User) -> Json:
    return {"id": user.id, "username": user.name, "name": user.name, "team_id": own_team_id(world, user)}


def _team(team: Team) -> Json:
    grid = {"enterprise_id": team.enterprise_id, "enterprise_name": team.name} if team.enterprise_id else {}
    return {"id": team.id, "domain": team.domain, **grid}


def _enterprise(team: Team) -> Json | None:
    return {"id": team.enterprise_id, "name": team.name} if team.enterprise_id else None


def _channel_name(channel: Channel) -> str:
    if channel.is_im:
        return "directmessage"
    return "privategroup" if channel.is_private else channel.name
