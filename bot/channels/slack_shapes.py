"""Slack's user and channel objects, read into our values. Pure; facts: slack_platform §1.1.

Our home is a *set* of ids: the workspace (T…) and, on Enterprise Grid, its organisation (E…). A team id alone says little:
guests of ours carry our team id, and people of a partner's Grid may appear under their workspace or their organisation.
"""

from __future__ import annotations

from typing import Any

from bot.domain.channel_check import UNKNOWN_TEAM
from bot.domain.people import PersonKind, Seen
from bot.services.ports import ChannelFacts

Json = dict[str, Any]
Home = frozenset[str]

_SLACKBOT = "USLACKBOT"


def seen(user: Json, home: Home, teams: tuple[str, ...] = ()) -> Seen | None:
    """What a user object tells of a person; None for bots. `teams`: the companies of the channel they were met in."""
    if user.get("is_bot") or user["id"] == _SLACKBOT:
        return None
    ids = _team_ids(user)
    kind = _kind(user, home, ids)
    profile = user.get("profile") or {}
    name = profile.get("real_name") or user.get("real_name") or profile.get("display_name") or user.get("name") or ""
    return Seen(
        slack_user_id=user["id"],
        team_id=_team_id(ids, teams) if kind is PersonKind.EXTERNAL else user.get("team_id") or "",
        kind=kind,
        active=not user.get("deleted", False),
        language=_language(user.get("locale") or ""),
        name=name.strip(),
        mail=profile.get("email") or "",
    )


def _kind(user: Json, home: Home, ids: list[str]) -> PersonKind:
    if user.get("is_stranger") or not home.intersection(ids):
        return PersonKind.EXTERNAL
    restricted = user.get("is_restricted") or user.get("is_ultra_restricted")
    return PersonKind.GUEST if restricted else PersonKind.EMPLOYEE


def _team_ids(user: Json) -> list[str]:
    """The organisation first: that is under which a Grid partner is usually reported."""
    enterprise = user.get("enterprise_user") or {}
    ids = (enterprise.get("enterprise_id"), user.get("enterprise_id"), user.get("team_id"))
    return [each for each in ids if each]


def _team_id(ids: list[str], teams: tuple[str, ...]) -> str:
    """The id under which the channel knows the company, where it does."""
    return next((each for each in ids if each in teams), ids[0] if ids else "")


def _language(locale: str) -> str:
    """'ja', 'en' for every other language, '' where Slack does not tell (outsiders never have one)."""
    if not locale:
        return ""
    return "ja" if locale.lower().startswith("ja") else "en"


def partners(channel: Json, home: Home) -> tuple[str, ...]:
    """The other companies in a channel. `is_shared` is not asked: it is true within an organisation too."""
    if not channel.get("is_ext_shared"):
        return ()
    named = [
        *(channel.get("connected_team_ids") or ()),
        *(channel.get("shared_team_ids") or ()),
        channel.get("conversation_host_id") or "",
    ]
    ours = home.union(channel.get("internal_team_ids") or ())
    return tuple(sorted({team for team in named if team} - ours))


def invited(channel: Json, home: Home) -> tuple[str, ...]:
    """Companies that were invited and have not joined; UNKNOWN_TEAM where Slack says only that there is one."""
    named = [*(channel.get("pending_shared") or ()), *(channel.get("pending_connected_team_ids") or ())]
    found = tuple(sorted(set(named) - home - {""}))
    return found or ((UNKNOWN_TEAM,) if channel.get("is_pending_ext_shared") else ())


def gone(channel: Json) -> bool:
    """Archived, or frozen since the other side cut the connection: nothing can be posted."""
    return bool(channel.get("is_archived") or channel.get("is_frozen") or channel.get("frozen_reason"))


def facts(channel: Json, home: Home, members: tuple[Seen, ...]) -> ChannelFacts:
    """A channel object with its people."""
    return ChannelFacts(
        channel_id=channel["id"],
        name=channel.get("name") or "",
        private=bool(channel.get("is_private")),
        archived=gone(channel),
        teams=partners(channel, home),
        pending=invited(channel, home),
        members=members,
        creator=channel.get("creator") or "",
    )
