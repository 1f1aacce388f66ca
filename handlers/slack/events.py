"""Events: kept before they are acknowledged, worked through by the tick (`bot/services/watching.py`).

Left out on purpose, although Slack offers them: `shared_channel_invite_*` need a scope with which an app can invite other
companies (conversations.connect:write or :manage); `channel_shared` tells the same a moment later, and invitations are
seen by the look before anything is sent. `app_home_opened` is not kept: it is answered by drawing the tab (`home.py`),
and the next opening does the same.
"""

from __future__ import annotations

from bot.domain.press import Event
from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import Reply


async def on_event(services: Services, event: Event) -> Reply:
    """Keep it."""
    await services.watching.keep(event)
    return Reply()


KINDS = (
    "member_joined_channel",
    "member_left_channel",
    "channel_shared",
    "channel_unshared",
    "channel_archive",
    "channel_deleted",
    "group_archive",
    "group_deleted",
    "channel_id_changed",
    "user_change",
    "subteam_members_changed",
    "message",
)

ROUTES: tuple[Route, ...] = tuple(Route("event", kind, on_event) for kind in KINDS)
