"""Which scopes the app needs, and for what: the one table. Each other list of scopes is held against this one.

app.yaml asks for exactly these (tests/meta/test_scopes.py), docs/security.md explains each, and `doctor` compares what the
installed token was granted. What each is for, in words, is `doctor.scope.<scope>` in the catalogs. To add a scope: its row
here, its words in both catalogs, its line in app.yaml and its row in docs/security.md. One that is not asked for, but used where
somebody has added it, stands in OPTIONAL, and as a commented line in app.yaml.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Need:
    """What stops without a scope: methods of the Web API (as the SDK names them) and events of app.yaml."""

    methods: frozenset[str] = frozenset()
    events: frozenset[str] = frozenset()


def _need(methods: str = "", events: str = "") -> Need:
    return Need(frozenset(methods.split()), frozenset(events.split()))


_LOOK = "conversations_history conversations_replies"
_ROOM = "conversations_info conversations_list conversations_members"
_CAME = "channel_id_changed channel_shared channel_unshared member_joined_channel member_left_channel"

SCOPES: dict[str, Need] = {
    "commands": _need(),  # the slash command itself; no method and no event needs it
    "chat:write": _need("chat_postMessage chat_update"),
    "im:write": _need("conversations_open"),
    "channels:read": _need(_ROOM, f"channel_archive channel_deleted {_CAME}"),
    "groups:read": _need(_ROOM, f"group_archive group_deleted {_CAME}"),
    "channels:history": _need(_LOOK, "message.channels"),
    "groups:history": _need(_LOOK, "message.groups"),
    "im:history": _need(_LOOK, "message.im"),
    "users:read": _need("users_info users_list", "user_change"),
    "usergroups:read": _need("usergroups_list usergroups_users_list", "subteam_members_changed"),
    "team:read": _need("team_info"),
    "files:read": _need("files_info"),
    "files:write": _need("files_getUploadURLExternal files_completeUploadExternal"),
}
"""Scope → what needs it. A method that stands at several needs the one of the kind of conversation it is called for."""

OPTIONAL: dict[str, Need] = {"conversations.connect:write": _need("conversations_inviteShared")}
"""What the app does without: it lets an app reach other companies, so it is for each company to decide."""


def missing(granted: frozenset[str]) -> list[str]:
    """What the token lacks, in the order of the table."""
    return [scope for scope in SCOPES if scope not in granted]


def more(granted: frozenset[str]) -> list[str]:
    """What it has beyond the need. Slack itself adds `identify` to the list of some tokens; it grants nothing here."""
    return sorted(granted - SCOPES.keys() - OPTIONAL.keys() - {"identify"})


def optional(granted: frozenset[str]) -> list[str]:
    """What could be added, in the order of the table."""
    return [scope for scope in OPTIONAL if scope not in granted]
