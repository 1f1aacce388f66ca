"""Looking people, channels and companies up in Slack. Never before an acknowledgement: every method asks the network.

Reading is safe to repeat, so the client may (and should) have the SDK's retry handlers for cut lines and rate limits
(`clients.reading_client`). What cannot be known raises SendFailed; what is not there is None.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.channels import slack_shapes as shapes
from bot.channels.errors import reading
from bot.domain.people import Seen
from bot.services.ports import ChannelFacts, SendFailed

log = logging.getLogger(__name__)

NOBODY = frozenset({"user_not_found", "users_not_found", "user_not_visible"})
NO_CHANNEL = frozenset({"channel_not_found", "not_in_channel", "is_archived"})
PAGE = 200
AT_ONCE = 10

Json = dict[str, Any]


class SlackDirectory:
    """`ports.Directory` on Slack."""

    def __init__(self, client: AsyncWebClient) -> None:
        self._client = client
        self._home: frozenset[str] = frozenset()
        self._team = ""
        self._team_names: dict[str, str] = {}

    async def person(self, slack_user_id: str, teams: tuple[str, ...] = ()) -> Seen | None:
        """One person, with their language; None for bots and where there is nobody. Raises SendFailed."""
        return await self._person(slack_user_id, teams)

    async def everybody(self) -> list[Seen]:
        """Everybody of our own workspace, guests and deactivated people included, bots left out. Raises SendFailed."""
        home = await self._home_ids()
        found = [
            shapes.seen(user, home)
            async for user in self._pages("members", self._client.users_list, include_locale=True, **self._on_grid())
        ]
        return [person for person in found if person]

    async def channel(self, channel_id: str) -> ChannelFacts | None:
        """A channel with its companies and people; None where it is gone or we are not in it. Raises SendFailed."""
        shown = await self._info(channel_id)
        if shown is None:
            return None
        home = await self._home_ids()
        teams = shapes.partners(shown, home)
        ids = await self._members(channel_id)
        members = [
            person
            for start in range(0, len(ids), AT_ONCE)
            for person in await self._several(ids[start : start + AT_ONCE], teams)
        ]
        return shapes.facts(shown, home, tuple(members))

    async def overview(self, channel_id: str) -> ChannelFacts | None:
        """A channel with its companies, without its people: one call. Raises SendFailed."""
        shown = await self._info(channel_id)
        return shapes.facts(shown, await self._home_ids(), ()) if shown else None

    async def companies(self, channel_id: str) -> tuple[str, ...] | None:
        """The companies connected or invited now: one call. None where nothing can be posted. Raises SendFailed."""
        shown = await self._info(channel_id)
        if shown is None or shapes.gone(shown):
            return None
        home = await self._home_ids()
        return (*shapes.partners(shown, home), *shapes.invited(shown, home))

    async def group(self, source: str) -> list[str]:
        """The people of a user group (S…) or of a channel, by Slack id. Raises SendFailed."""
        if not source.startswith("S"):
            return await self._members(source)
        await self._home_ids()
        answer = await reading(self._client.usergroups_users_list(usergroup=source, **self._on_grid()))
        return list(answer["users"])

    async def team_name(self, team_id: str) -> str:
        """A company's name, best effort: Slack does not tell every partner's, and then its id has to do."""
        if team_id not in self._team_names:
            try:
                answer = await reading(self._client.team_info(team=team_id))
            except SendFailed as failed:
                log.info("team.info %s: %s", team_id, failed.error)
                return team_id
            self._team_names[team_id] = answer["team"]["name"]
        return self._team_names[team_id]

    async def user_groups(self) -> list[tuple[str, str]]:
        """(id, name) of the user groups that are in use. Raises SendFailed."""
        await self._home_ids()
        answer = await reading(self._client.usergroups_list(**self._on_grid()))
        return [(group["id"], group["name"]) for group in answer["usergroups"] if not group.get("date_delete")]

    async def shared_channels(self) -> list[tuple[str, str]]:
        """(id, name) of the channels shared with an outside company in which we are. Raises SendFailed.

        conversations.list shows every public channel, so it may take several pages in a large workspace; whether it tells
        `is_member` of private ones is not needed: only those are listed in which we are.
        """
        await self._home_ids()
        kinds = {"types": "public_channel,private_channel", "exclude_archived": True}
        listed = self._pages("channels", self._client.conversations_list, **kinds, **self._on_grid())
        return [(c["id"], c["name"]) async for c in listed if c.get("is_ext_shared") and c.get("is_member", True)]

    async def _person(self, slack_user_id: str, teams: tuple[str, ...]) -> Seen | None:
        home = await self._home_ids()
        try:
            answer = await reading(self._client.users_info(user=slack_user_id, include_locale=True))
        except SendFailed as failed:
            if failed.error in NOBODY:
                return None
            raise
        return shapes.seen(answer["user"], home, teams)

    async def _several(self, slack_user_ids: list[str], teams: tuple[str, ...]) -> list[Seen]:
        """Looked up side by side; all are awaited, so that a failure leaves nothing running."""
        looks = (self._person(user, teams) for user in slack_user_ids)
        found = await asyncio.gather(*looks, return_exceptions=True)
        for one in found:
            if isinstance(one, BaseException):
                raise one
        return [one for one in found if isinstance(one, Seen)]

    async def _info(self, channel_id: str) -> Json | None:
        """The channel object; None where there is none for us. A public channel can be seen, but not posted to, from outside."""
        try:
            answer = await reading(self._client.conversations_info(channel=channel_id))
        except SendFailed as failed:
            if failed.error in NO_CHANNEL:
                return None
            raise
        shown: Json = answer["channel"]
        return shown if shown.get("is_member") else None

    async def _members(self, channel_id: str) -> list[str]:
        return [user async for user in self._pages("members", self._client.conversations_members, channel=channel_id)]

    async def _home_ids(self) -> frozenset[str]:
        if not self._home:
            me = await reading(self._client.auth_test())
            self._team = me.get("team_id") or ""
            self._home = frozenset(filter(None, (self._team, me.get("enterprise_id"))))
        return self._home

    def _on_grid(self) -> Json:
        """`team_id`, which an organisation's token needs and which never hurts (§5)."""
        return {"team_id": self._team} if self._team.startswith("T") else {}

    async def _pages(self, key: str, method: Callable[..., Awaitable[Any]], **asked: Any) -> AsyncIterator[Any]:
        """The items of a list over all its pages."""
        while True:
            page = await reading(method(limit=PAGE, **asked))
            for item in page[key]:
                yield item
            asked["cursor"] = (page.get("response_metadata") or {}).get("next_cursor")
            if not asked["cursor"]:
                return
