"""The guide's own forms: who the security team is, and which of the shared channels becomes an endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.homes import Group, SharedChannel
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

GROUPS = 100
LISTED = 30


def team_modal(t: Text, groups: Sequence[Group]) -> Json:
    """A user group, or a private channel: one of the two."""
    blocks = [kit.section(kit.plain(t("start.team_intro")))]
    if groups:
        options = [kit.option(group.name, group.id) for group in groups[:GROUPS]]
        menu = kit.select(ids.Field.VALUE, options, placeholder=t("start.choose"))
        blocks.append(kit.input_block(t("start.group"), menu, ids.field_block("group")))
    else:
        blocks.append(kit.context(kit.plain(t("start.no_groups"))))
    if len(groups) > GROUPS:
        blocks.append(kit.context(kit.md(t, "start.many_groups", count=GROUPS)))
    hint = t("start.channel_hint")
    blocks.append(kit.input_block(t("start.channel"), _private_channel(), ids.field_block("channel"), hint=hint))
    return kit.modal(
        t("start.team_title"), blocks, callback_id=ids.View.TEAM, submit=t("common.save"), close=t("common.cancel")
    )


def _private_channel() -> Json:
    """The channels that this person sees; which of them fit is checked when one is chosen."""
    wanted = {"include": ["private"], "exclude_external_shared_channels": True, "exclude_bot_users": True}
    return {"type": "conversations_select", "action_id": ids.Field.VALUE.value, "filter": wanted}


def channels_modal(t: Text, channels: Sequence[SharedChannel]) -> Json:
    """The shared channels that are free, with a button each, and how one more gets onto the list."""
    blocks = [kit.section(kit.plain(t("start.channels_intro" if channels else "start.channels_none")))]
    for channel in channels[:LISTED]:
        button = kit.button(t("start.look"), f"{ids.Do.HOME_LINK}.{len(blocks)}", ids.pack(channel.id))
        blocks.append(kit.section(kit.plain(t("start.channel_line", name=kit.cut(channel.name, 80))), button))
    if len(channels) > LISTED:
        blocks.append(kit.context(kit.plain(t("start.channels_more", count=len(channels) - LISTED))))
    blocks += [kit.divider(), kit.context(kit.md(t, "start.invite")), kit.context(kit.md(t, "start.invite_guests"))]
    return kit.modal(t("start.channels_title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def list_modal(t: Text, title_key: str, blocks: Sequence[Json]) -> Json:
    """A list with its buttons that a command would whisper: the Home tab has no place to whisper in."""
    return kit.modal(t(title_key), blocks, callback_id=ids.View.LIST, close=t("common.close"))
