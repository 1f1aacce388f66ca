"""What the services need from outside, as Protocols that they own; `bot/app.py` passes the instances in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from bot.domain.base import Value
from bot.domain.national_register import Answer
from bot.domain.people import Seen


class Clock(Protocol):
    """Two clocks. Business time decides what is due; real time is for leases, message ts and pacing."""

    def now(self) -> datetime:
        """Business time, aware, UTC."""
        ...

    def real(self) -> datetime:
        """Real time, aware, UTC."""
        ...


class Message(Value):
    """What a template made: fallback text for notifications and screen readers, and blocks."""

    text: str
    blocks: list[dict[str, Any]]


class Posted(Value):
    """Where a message stands."""

    channel: str
    ts: str


class SendFailed(Exception):  # noqa: N818
    """The receiver said no. `permanent` False means: try again after `after` seconds.

    `gone`: the message that was to be changed, or answered in its thread, is not there any more.
    """

    def __init__(self, error: str, *, permanent: bool, after: float = 0.0, gone: bool = False) -> None:
        super().__init__(error)
        self.error = error
        self.permanent = permanent
        self.after = after
        self.gone = gone


class SendInDoubt(Exception):  # noqa: N818
    """Nobody knows whether it arrived (cut line, time-out, internal_error): look before repeating."""


class Channel(Protocol):
    """A way out. `place` is `channel:<id>` or `user:<slack user id>`."""

    async def post(self, place: str, message: Message, *, notice_id: str, thread_ts: str) -> Posted:
        """Post once. Raises SendFailed or SendInDoubt."""
        ...

    async def find(self, place: str, *, notice_id: str, thread_ts: str, since: datetime) -> Posted | None:
        """Look for a message by the notice id in its metadata. Raises SendFailed where looking is impossible."""
        ...

    async def update(self, where: Posted, message: Message) -> None:
        """Replace a message's content (idempotent). Raises SendFailed or SendInDoubt."""
        ...


class ChannelFacts(Value):
    """What the directory tells of a channel: partner teams connected or pending, who is in it, who made it (a Slack id)."""

    channel_id: str
    name: str
    private: bool
    archived: bool
    teams: tuple[str, ...]
    pending: tuple[str, ...]
    members: tuple[Seen, ...]
    creator: str = ""


class Directory(Protocol):
    """Looking people and channels up (Slack's users.*, conversations.*, usergroups.*). Never before an ack."""

    async def person(self, slack_user_id: str, teams: tuple[str, ...] = ()) -> Seen | None:
        """`teams`: ids under which their company is known. A Grid partner has two, its workspace's and its organisation's."""
        ...

    async def everybody(self) -> list[Seen]: ...

    async def channel(self, channel_id: str) -> ChannelFacts | None: ...

    async def overview(self, channel_id: str) -> ChannelFacts | None:
        """A channel without its people: one call."""
        ...

    async def companies(self, channel_id: str) -> tuple[str, ...] | None:
        """The partner teams connected or pending right now; None where the channel is gone or archived."""
        ...

    async def group(self, source: str) -> list[str]:
        """Slack user ids of a user group (S…) or of a channel's members (C…)."""
        ...

    async def team_name(self, team_id: str) -> str: ...

    async def user_groups(self) -> list[tuple[str, str]]:
        """(id, name) of our user groups. Raises SendFailed, permanent where the plan has none."""
        ...

    async def shared_channels(self) -> list[tuple[str, str]]:
        """(id, name) of the channels shared with an outside company that we are in. Raises SendFailed."""
        ...


class Inviter(Protocol):
    """Inviting people of other companies to a channel. Never before an ack."""

    async def may(self) -> bool:
        """Whether this installation may invite at all. Raises SendFailed."""
        ...

    async def invite(self, channel_id: str, mail: str) -> str:
        """Invite once; the receiver's id of the invitation. Raises SendFailed or SendInDoubt."""
        ...


class FetchedFile(Value):
    """A file as it was downloaded."""

    name: str
    content: bytes


class Files(Protocol):
    """Files out of Slack."""

    async def fetch(self, slack_file_id: str) -> FetchedFile:
        """The file's content. Raises SendFailed: permanent where it is gone or is no file (a link elsewhere)."""
        ...


class Vault(Protocol):
    """The content-addressed store of evidence."""

    def put(self, content: bytes) -> str:
        """Store and return the SHA-256 in hex; the same content is stored once."""
        ...

    def get(self, digest: str) -> bytes:
        """What was stored. Raises FileNotFoundError."""
        ...


class Uploads(Protocol):
    """Files into Slack."""

    async def upload(self, name: str, content: bytes) -> str:
        """Hand over the bytes; the id of a file that nobody sees yet. Raises SendFailed."""
        ...

    async def share(self, file_id: str, place: str, title: str, comment: str) -> None:
        """Show it at `user:<slack user id>`, once however often it is asked. Raises SendFailed or SendInDoubt."""
        ...


class RegisterFailed(Exception):  # noqa: N818
    """The national register did not tell. `reason` is a code with a sentence (`bot.domain.registering.Note`).

    `after`: seconds until it is asked again.
    """

    def __init__(self, reason: str, after: float = 0.0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after


class NationalRegister(Protocol):
    """The public register of corporate numbers (法人番号公表サイト). Never before an ack."""

    async def numbered(self, numbers: Sequence[str], today: date) -> Answer:
        """What it says of these corporate numbers. Raises RegisterFailed."""
        ...

    async def named(self, name: str, today: date) -> Answer:
        """Companies with this in their name. Raises RegisterFailed."""
        ...
