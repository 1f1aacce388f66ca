"""What `doctor` asks of Slack: who we are, what the token may, one channel with everybody in it. It only ever reads.

Two clients: `reading` may wait where Slack asks it to, `once` never repeats (a rate limit is then an answer). Everything
that cannot be had raises SendFailed with Slack's error name, or with a name of ours where Slack was not reached
(`unreachable`). Facts: slack_platform §1.1, §3, §4.
"""

from __future__ import annotations

import asyncio
import json
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import slack_shapes as shapes
from bot.channels.errors import TOO_MANY, reading
from bot.domain.base import Value
from bot.domain.people import Seen
from bot.services.ports import SendFailed
from bot.slack_answers import IN_DOUBT

HELLO_SECONDS = 10.0
SAMPLE = 16
"""Messages asked for: apps under the tighter terms get 15 at most (slack_platform §3)."""
PAGE = 200
CROWD = 200
"""People of one channel who are looked up; Slack lets about a hundred a minute be asked for."""

Json = dict[str, Any]


class Identity(Value):
    """auth.test. `scopes` None where the answer names none; `date` is the server's clock as its header tells it."""

    team: str
    team_id: str
    enterprise_id: str
    user: str
    user_id: str
    url: str
    scopes: frozenset[str] | None
    date: datetime | None

    @property
    def home(self) -> frozenset[str]:
        """Our workspace, and our organisation where there is one."""
        return frozenset({self.team_id, self.enterprise_id} - {""})


class Occupant(Value):
    """Somebody in a channel; `seen` None for a bot."""

    slack_user_id: str
    name: str
    seen: Seen | None


class Room(Value):
    """A channel as it is now. `host` is the team that owns it; `cut` how many people were not looked up."""

    channel_id: str
    name: str
    private: bool
    member: bool
    archived: bool
    frozen: bool
    host: str
    teams: tuple[str, ...]
    pending: tuple[str, ...]
    occupants: tuple[Occupant, ...] = ()
    cut: int = 0


def unreachable(error: str) -> bool:
    """Whether an error of SendFailed says that there was no answer to the question (no way there, Slack in trouble, too many
    questions), not that Slack refused."""
    passing = error in {"not_connected", "timeout", *IN_DOUBT, *TOO_MANY}
    return passing or error.startswith("http_") or error[:1].isupper()


class SlackInspect:
    """The look-ups of one look."""

    def __init__(self, patient: AsyncWebClient, once: AsyncWebClient, session: aiohttp.ClientSession) -> None:
        self._patient = patient
        self._once = once
        self._session = session

    async def identity(self) -> Identity:
        """auth.test with its headers. Raises SendFailed."""
        answer = await reading(self._once.auth_test())
        headers = {name.lower(): value for name, value in answer.headers.items()}
        scopes = headers.get("x-oauth-scopes")
        return Identity(
            team=str(answer.get("team") or ""),
            team_id=str(answer.get("team_id") or ""),
            enterprise_id=str(answer.get("enterprise_id") or ""),
            user=str(answer.get("user") or ""),
            user_id=str(answer.get("user_id") or ""),
            url=str(answer.get("url") or ""),
            scopes=None if scopes is None else frozenset(filter(None, (s.strip() for s in scopes.split(",")))),
            date=_date(headers.get("date", "")),
        )

    async def socket_url(self, app_token: str) -> str:
        """apps.connections.open: proves the app token. Raises SendFailed."""
        answer = await reading(self._once.apps_connections_open(app_token=app_token))
        return str(answer["url"])

    async def hello(self, url: str) -> int | None:
        """Connect, wait for Slack's `hello`, leave at once; how many *other* connections there are. None without a hello.

        Slack may hand a payload to this connection as to any other, so it lives no longer than the first message.
        """
        try:
            async with asyncio.timeout(HELLO_SECONDS), self._session.ws_connect(url) as socket:
                told = json.loads(await socket.receive_str())
        except (aiohttp.ClientError, TimeoutError, OSError, TypeError, ValueError):
            return None
        if told.get("type") != "hello":
            return None
        return max(0, int(told.get("num_connections") or 1) - 1)

    async def history(self, channel_id: str) -> tuple[int, bool]:
        """The look-up of a send in doubt, as the product asks it: how many messages came, and whether there are more.

        Raises SendFailed.
        """
        asked = self._once.conversations_history(channel=channel_id, include_all_metadata=True, limit=SAMPLE)
        answer = await reading(asked)
        return len(answer["messages"]), bool(answer.get("has_more"))

    async def channel_id(self, name: str) -> str:
        """The id of a channel by its name (with or without #), among those the bot can see; '' where there is none."""
        asked: Json = {"types": "public_channel,private_channel", "limit": PAGE}
        while True:
            page = await reading(self._patient.conversations_list(**asked))
            for channel in page["channels"]:
                if channel.get("name") == name.removeprefix("#"):
                    return str(channel["id"])
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return ""

    async def room(self, channel_id: str, home: frozenset[str]) -> Room:
        """A channel and everybody in it, bots too. Raises SendFailed (channel_not_found where it cannot be seen)."""
        shown: Json = (await reading(self._patient.conversations_info(channel=channel_id)))["channel"]
        teams = shapes.partners(shown, home)
        ids = await self._members(channel_id)
        found = [await self._occupant(user, home, teams) for user in ids[:CROWD]]
        return Room(
            channel_id=str(shown["id"]),
            name=str(shown.get("name") or ""),
            private=bool(shown.get("is_private")),
            member=bool(shown.get("is_member")),
            archived=bool(shown.get("is_archived")),
            frozen=bool(shown.get("is_frozen") or shown.get("frozen_reason")),
            host=str(shown.get("conversation_host_id") or ""),
            teams=teams,
            pending=shapes.invited(shown, home),
            occupants=tuple(found),
            cut=max(0, len(ids) - CROWD),
        )

    async def _members(self, channel_id: str) -> list[str]:
        asked: Json = {"channel": channel_id, "limit": PAGE}
        found: list[str] = []
        while True:
            page = await reading(self._patient.conversations_members(**asked))
            found += page["members"]
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"] or len(found) > CROWD:
                return found

    async def _occupant(self, user_id: str, home: frozenset[str], teams: tuple[str, ...]) -> Occupant:
        try:
            user: Json = (await reading(self._patient.users_info(user=user_id)))["user"]
        except SendFailed as failed:
            if failed.error not in {"user_not_found", "user_not_visible"}:
                raise
            return Occupant(slack_user_id=user_id, name=user_id, seen=None)
        seen = shapes.seen(user, home, teams)
        return Occupant(slack_user_id=user_id, name=(seen and seen.name) or user.get("name") or user_id, seen=seen)


def _date(header: str) -> datetime | None:
    try:
        return parsedate_to_datetime(header)
    except ValueError:
        return None
