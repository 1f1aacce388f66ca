"""app.yaml against the code: commands, events and scopes, each used and none missing.

What a method or an event needs stands in the tables below, from Slack's own pages (slack_platform §1.2, §5). A method that
the code starts to use without a row here fails with its name.
"""

from __future__ import annotations

import ast
import inspect
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.all_routes import SUBCOMMANDS, all_routes
from handlers.slack.commands import HELP

ROOT = Path(__file__).resolve().parents[2]
MANIFEST: dict[str, Any] = YAML(typ="safe").load((ROOT / "app.yaml").read_text(encoding="utf-8"))

METHODS: dict[str, set[str]] = {
    "apps_connections_open": set(),  # with the app-level token, whose scope is no scope of the bot
    "auth_test": set(),
    "chat_postMessage": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_history": {"channels:history", "groups:history", "im:history"},
    "conversations_list": {"channels:read", "groups:read"},
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_inviteShared": {"conversations.connect:write"},
    "conversations_members": {"channels:read", "groups:read"},
    "conversations_open": {"im:write"},
    "conversations_replies": {"channels:history", "groups:history", "im:history"},
    "files_completeUploadExternal": {"files:write"},
    "files_getUploadURLExternal": {"files:write"},
    "files_info": {"files:read"},
    "team_info": {"team:read"},
    "usergroups_list": {"usergroups:read"},
    "usergroups_users_list": {"usergroups:read"},
    "users_info": {"users:read"},
    "users_list": {"users:read"},
    "views_open": set(),
    "views_publish": set(),
    "views_push": set(),
    "views_update": set(),
}
"""Scopes of each method for every kind of conversation in which it is called: channels, private channels, and for looking
up a lost post also DMs."""

EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "channel_archive": {"channels:read"},
    "channel_deleted": {"channels:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "group_archive": {"groups:read"},
    "group_deleted": {"groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "subteam_members_changed": {"usergroups:read"},
    "user_change": {"users:read"},
}

TOO_MUCH = {"conversations.connect:write", "conversations.connect:manage", "users:read.email", "chat:write.public"}
"""Scopes that Slack asks about, or that would let the app do what it never does unless a company adds them itself."""

OPTIONAL = {"conversations.connect:write"}
"""Used where a company has added it; the manifest that is pasted does not ask for it."""


def scopes() -> set[str]:
    return set(MANIFEST["oauth_config"]["scopes"]["bot"])


def used_methods() -> set[str]:
    """Every Web API method that is named on any object in the product: `client.chat_postMessage` and the like, and
    `client.api_call("chat.postMessage")`.
    """
    known = {name for name, _ in inspect.getmembers(AsyncWebClient, inspect.iscoroutinefunction) if "_" in name[1:]}
    files = [path for folder in ("bot", "handlers") for path in (ROOT / folder).rglob("*.py")]
    nodes = [node for path in files for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]
    named = {node.attr for node in nodes if isinstance(node, ast.Attribute) and node.attr in known - {"api_call"}}
    return named | {called.replace(".", "_") for node in nodes if (called := _called(node))}


def _called(node: ast.AST) -> str:
    """The method that `api_call` is given; '' for any other node. ValueError where its name is not written out."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "api_call"):
        return ""
    first = node.args[0] if node.args else None
    if not isinstance(first, ast.Constant):
        raise ValueError(f"line {node.lineno}: write the method's name out")
    return str(first.value)


def test_the_scan_finds_what_is_certainly_there() -> None:
    assert {"chat_postMessage", "chat_update", "views_open", "users_info"} <= used_methods()
    assert "conversations_inviteShared" in used_methods(), "what goes through api_call is seen too"


def test_shortcuts_are_those_that_have_a_route_and_fit_into_the_menu() -> None:
    listed = MANIFEST["features"]["shortcuts"]
    assert {row["callback_id"] for row in listed} == {key for kind, key in all_routes() if kind == "shortcut"}
    assert all(row["type"] == "global" for row in listed)


def test_every_method_that_is_used_has_its_scopes_and_no_row_is_left_over() -> None:
    assert used_methods() == set(METHODS)


def test_scopes_are_those_that_are_used_and_no_others() -> None:
    needed = {"commands"}.union(*METHODS.values(), *EVENTS.values()) - OPTIONAL
    assert scopes() == needed
    assert not scopes() & TOO_MUCH


def test_commands_are_those_that_are_routed() -> None:
    commands = {row["command"] for row in MANIFEST["features"]["slash_commands"]}
    assert commands == {route.id for route in all_routes().values() if route.kind == "command"}
    assert all(row["should_escape"] for row in MANIFEST["features"]["slash_commands"]), "ids, not names, reach us"


def test_the_hint_names_subcommands_that_exist() -> None:
    (row,) = MANIFEST["features"]["slash_commands"]
    known = {HELP} | {subcommand.name for table in SUBCOMMANDS for subcommand in table}
    hinted = set(row["usage_hint"].replace("|", " ").split())
    assert hinted <= known
    assert {HELP, "register", "link", "round", "list", "show"} <= hinted


def test_events_are_those_that_are_routed() -> None:
    subscribed = set(MANIFEST["settings"]["event_subscriptions"]["bot_events"])
    assert subscribed == set(EVENTS)
    assert {name.partition(".")[0] for name in subscribed} == {r.id for r in all_routes().values() if r.kind == "event"}


def test_socket_mode_and_interactivity_are_on_and_nothing_names_a_host() -> None:
    settings = MANIFEST["settings"]
    assert settings["socket_mode_enabled"]
    assert settings["interactivity"] == {"is_enabled": True}
    assert "request_url" not in settings["event_subscriptions"]
    assert not settings["token_rotation_enabled"], "a rotating token would need a store that refreshes it"


def test_the_messages_tab_is_there_and_a_home_tab_with_a_view() -> None:
    publishes = "views_publish" in used_methods()
    assert MANIFEST["features"]["app_home"] == {
        "home_tab_enabled": publishes,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_lists_are_sorted_where_order_says_nothing_and_name_nothing_twice() -> None:
    events = MANIFEST["settings"]["event_subscriptions"]["bot_events"]
    assert events == sorted(set(events))
    assert len(scopes()) == len(MANIFEST["oauth_config"]["scopes"]["bot"])
