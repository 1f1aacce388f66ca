"""A press, command or submission as it reaches a service: who, when, and the key under which it counts once."""

from __future__ import annotations

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.people import Who


class Press(Value):
    """`key` is stable over redelivery and changes when the person does something else (data_model.md, Inbox)."""

    key: str
    kind: str
    who: Who
    at: AwareDatetime
    channel_id: str = ""
    trigger_id: str = ""
    response_url: str = ""


class Event(Value):
    """An Events API event, reduced to what is used. `kind` is the event's type; ids are Slack's.

    `inviter` is who brought the person of a `member_joined_channel`, where Slack says so. `tab` and `view_hash` belong to the
    app's Home: which tab was opened, and the hash of the picture that is there.
    """

    key: str
    kind: str
    who: Who
    channel_id: str = ""
    team_id: str = ""
    thread_ts: str = ""
    ts: str = ""
    group_id: str = ""
    new_id: str = ""
    inviter: str = ""
    files: tuple[str, ...] = ()
    tab: str = ""
    view_hash: str = ""

    @property
    def in_dm(self) -> bool:
        """Whether it happened in a conversation with the bot alone."""
        return self.channel_id.startswith("D")
