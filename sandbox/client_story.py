"""The turns of a story as tests and drivers bring them about: `client.LocalSlack` has all of these methods.

To add one, add it to a TURNS of `story_*.py` and a method here.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sandbox.client_wire import Wire


class Story(Wire):
    """What happens besides messages. Raises CannotDo where Slack would not let it."""

    # -- channels ----------------------------------------------------------------------------------------------------

    async def create_channel(
        self,
        name: str,
        members: Iterable[str] = (),
        *,
        private: bool = False,
        connected: Iterable[str] = (),
        host: str = "",
        old: bool = False,
    ) -> str:
        """A channel of the home workspace, or of `host`; gives its id. `old`: private, with a G… id."""
        turn: dict[str, Any] = {"name": name, "members": list(members), "private": private, "host": host, "old": old}
        return str(await self._turn("create_channel", connected=list(connected), **turn))

    async def join(self, channel: str, user: str, inviter: str = "") -> None:
        await self._turn("join", channel=channel, user=user, inviter=inviter)

    async def leave(self, channel: str, user: str) -> None:
        await self._turn("leave", channel=channel, user=user)

    async def kick(self, channel: str, user: str, by: str) -> None:
        """Somebody takes a person, or the bot, out of a channel."""
        await self._turn("kick", channel=channel, user=user, by=by)

    async def archive(self, channel: str, user: str) -> None:
        await self._turn("archive", channel=channel, user=user)

    async def unarchive(self, channel: str, user: str) -> None:
        await self._turn("unarchive", channel=channel, user=user)

    async def rename(self, channel: str, user: str, name: str) -> None:
        await self._turn("rename", channel=channel, user=user, name=name)

    async def delete_channel(self, channel: str, user: str) -> None:
        await self._turn("delete_channel", channel=channel, user=user)

    # -- Slack Connect -----------------------------------------------------------------------------------------------

    async def invite_shared(
        self, channel: str, by: str, *, team: str = "", email: str = "", limited: bool = True
    ) -> tuple[str, str]:
        """Invites a company; the invitation's id and the channel's, which may be another one from now on."""
        body: dict[str, Any] = {"channel": channel, "by": by, "team": team, "email": email, "limited": limited}
        made = await self._turn("invite_shared", **body)
        return str(made["invite"]), str(made["channel"])

    async def accept(self, invite: str, user: str, *, approval: bool = True) -> None:
        await self._turn("accept", invite=invite, user=user, approval=approval)

    async def approve(self, invite: str, user: str) -> None:
        await self._turn("approve", invite=invite, user=user)

    async def decline(self, invite: str, user: str) -> None:
        await self._turn("decline", invite=invite, user=user)

    async def connect(self, channel: str, team: str, *, limited: bool = False) -> str:
        """Slack Connect, all at once: shares the channel with a partner workspace. Gives the channel's id."""
        return str(await self._turn("connect", channel=channel, team=team, limited=limited))

    async def disconnect(self, channel: str, team: str, by: str = "") -> str:
        """Ends a company's part; gives the id that home has the channel under from now on."""
        return str(await self._turn("disconnect", channel=channel, team=team, by=by))

    async def post_only(self, channel: str, team: str, *, limited: bool = True) -> None:
        """Whether a company's people may only read and write there (external_limited)."""
        await self._turn("post_only", channel=channel, team=team, limited=limited)

    # -- people ------------------------------------------------------------------------------------------------------

    async def add_user(self, name: str, *, team: str, **more: str) -> str:
        """`more`: real_name, kind, email, locale. Gives the id."""
        return str(await self._turn("add_user", name=name, team=team, **more))

    async def add_team(self, name: str, *, domain: str, enterprise_id: str = "") -> str:
        return str(await self._turn("add_team", name=name, domain=domain, enterprise_id=enterprise_id))

    async def deactivate(self, user: str) -> None:
        await self._turn("deactivate", user=user)

    async def reactivate(self, user: str) -> None:
        await self._turn("reactivate", user=user)

    async def change_kind(self, user: str, kind: str) -> None:
        """member, admin, guest or single_guest."""
        await self._turn("change_kind", user=user, kind=kind)

    async def rename_user(self, user: str, *, real_name: str = "", name: str = "") -> None:
        await self._turn("rename_user", user=user, real_name=real_name, name=name)

    async def join_grid(self, team: str, enterprise_id: str) -> None:
        """A workspace becomes part of an organisation (E…)."""
        await self._turn("join_grid", team=team, enterprise_id=enterprise_id)

    async def change_team(self, user: str, team: str) -> None:
        """Somebody moves to another workspace of their organisation."""
        await self._turn("change_team", user=user, team=team)

    async def group_members(self, group: str, users: Iterable[str]) -> None:
        """Who is in a user group from now on."""
        await self._turn("group_members", group=group, users=list(users))

    # -- deletion ----------------------------------------------------------------------------------------------------

    async def retain(self, channel: str, days: int) -> None:
        """How many days of business time a channel's messages are kept; 0 for ever."""
        await self._turn("retain", channel=channel, days=days)

    async def retention_runs(self) -> int:
        """Deletes what is too old; how many messages."""
        return int(await self._turn("retention_runs"))

    async def delete_message(self, channel: str, ts: str, by: str) -> None:
        await self._turn("delete_message", channel=channel, ts=ts, by=by)

    async def delete_file(self, file: str) -> None:
        await self._turn("delete_file", file=file)

    async def _turn(self, turn: str, **body: Any) -> Any:
        return (await self.post(f"/sandbox/story/{turn}", **body))["result"]
