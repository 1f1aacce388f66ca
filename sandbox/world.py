"""What exists in the local Slack: plain data and look-ups. No I/O, no clock of its own, no rules of the Web API.

Home workspace = where the app is installed. Partner workspaces are other companies, joined by Slack Connect: a channel
is shared when `connected` names partner teams; it may be hosted by a partner, and then home is among the connected.
Guests are members of the home workspace with `kind` guest (several channels) or single_guest. To extend: add a field
here, fill it in `world_file.py`, show it in `web_api/`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
Kind = Literal["member", "admin", "guest", "single_guest", "bot"]


@dataclass
class Team:
    """A workspace. `id` is T…; `enterprise_id` is E… on Enterprise Grid, else empty. `paid`: user groups need a paid plan."""

    id: str
    name: str
    domain: str
    enterprise_id: str = ""
    paid: bool = True


@dataclass
class User:
    """A person or bot; `team_id` is their own workspace (a guest's is the host's)."""

    id: str
    team_id: str
    name: str
    real_name: str
    email: str = ""
    kind: Kind = "member"
    locale: str = "ja-JP"
    deleted: bool = False
    is_bot: bool = False
    title: str = ""  # of the profile: what they do


@dataclass
class Message:
    """One message; `blocks` and `text` as Slack stores them. Bot messages carry app_id, bot_id and metadata."""

    channel: str
    ts: str
    user: str
    text: str
    blocks: list[Json] = field(default_factory=list)
    thread_ts: str = ""
    bot_id: str = ""
    app_id: str = ""
    metadata: Json | None = None
    files: list[str] = field(default_factory=list)
    edited: bool = False
    mrkdwn: bool = True
    only_for: str = ""  # an ephemeral's one reader; such messages live in World.ephemerals, not in the channel
    at: str = ""  # business time at which it was said (ISO); what retention counts from


@dataclass
class Channel:
    """A channel or DM. `team_id` hosts it; `connected` are the other teams of a Connect channel.

    `pending`: invited and not there yet, "" where Slack does not know which company a mail address belongs to. `limited`:
    teams whose people are "post only" there (external_limited, facts §1.2). `frozen`: why it is a read-only copy; such a
    channel is archived too ([CBO] "frozen and disconnected"). `names`: other companies' own names for it (settings may
    differ per workspace [CBO]). `retention`: days after which messages are deleted, 0 for never.
    """

    id: str
    name: str
    team_id: str
    is_private: bool = False
    is_im: bool = False
    members: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    archived: bool = False
    pending: list[str] = field(default_factory=list)
    limited: list[str] = field(default_factory=list)
    frozen: str = ""
    names: dict[str, str] = field(default_factory=dict)
    retention: int = 0
    messages: list[Message] = field(default_factory=list)

    @property
    def sides(self) -> list[str]:
        """The workspaces it belongs to, the host's first."""
        return [self.team_id, *self.connected]


@dataclass
class Invite:
    """An invitation to a Connect channel. `team` is "" until the company is known; `user` accepted it."""

    id: str
    channel: str
    by: str
    team: str = ""
    email: str = ""
    limited: bool = True
    user: str = ""


@dataclass
class UserGroup:
    id: str
    handle: str
    name: str
    users: list[str] = field(default_factory=list)


@dataclass
class File:
    id: str
    name: str
    user: str
    mimetype: str
    data: bytes
    channels: list[str] = field(default_factory=list)
    deleted: bool = False
    created: int = 0  # seconds since 1970, of business time; set when it is kept


@dataclass
class View:
    """A modal or Home tab as one person sees it. `stack` order is by `previous_id`."""

    id: str
    user: str
    type: str
    content: Json
    hash: str
    root_id: str
    previous_id: str = ""
    external_id: str = ""
    values: Json = field(default_factory=dict)  # what the person has entered: block_id -> action_id -> state value
    errors: dict[str, str] = field(default_factory=dict)  # shown under the inputs after response_action errors
    open: bool = True


@dataclass
class App:
    app_id: str
    bot_id: str
    bot_user: str
    bot_token: str
    app_token: str
    team_id: str
    scopes: frozenset[str] = frozenset()
    commands: tuple[str, ...] = ()
    events: frozenset[str] = frozenset()
    escaped_commands: frozenset[str] = frozenset()  # commands with should_escape
    home_tab: bool = False
    shortcuts: dict[str, str] = field(default_factory=dict)  # name of a global shortcut -> its callback_id
    hints: dict[str, str] = field(default_factory=dict)  # command -> what is suggested while it is typed


@dataclass
class World:
    """Everything. `app.team_id` is the home workspace."""

    app: App
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    groups: dict[str, UserGroup] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    ephemerals: list[Message] = field(default_factory=list)
    invites: dict[str, Invite] = field(default_factory=dict)

    @property
    def home(self) -> str:
        return self.app.team_id

    def is_external(self, user: User) -> bool:
        """Somebody of another workspace (Slack Connect), as seen from home."""
        return user.team_id != self.home

    def org(self, team_id: str) -> str:
        """The company as Slack names it to others: the organisation (E…) of a workspace on Grid, else the workspace."""
        return self.teams[team_id].enterprise_id or team_id

    def belongs(self, user: User, channel: Channel) -> bool:
        """Whether somebody's company is in the channel; all workspaces of an organisation are one company."""
        return self.org(user.team_id) in {self.org(team) for team in channel.sides}

    def post_only(self, user: User, channel: Channel) -> bool:
        """Whether somebody may read and write there but not use apps (facts §1.2: external_limited, the strict reading)."""
        return self.org(user.team_id) in {self.org(team) for team in channel.limited}

    def shares_channel(self, user: User) -> bool:
        """False for a stranger: an external person with whom the bot shares no channel (users.info: is_stranger)."""
        return any(user.id in c.members and self.app.bot_user in c.members for c in self.channels.values())

    def message(self, channel: str, ts: str) -> Message | None:
        found = self.channels.get(channel)
        return next((m for m in found.messages if m.ts == ts), None) if found else None
