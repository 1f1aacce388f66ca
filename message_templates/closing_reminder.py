"""The reminder of closing lists with open items: which ones, how much is left, and the way into each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.closing_list import Unsettled
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NAME = 80


def reminder_text(t: Text, total: int) -> str:
    """The sentence; also the notification's text."""
    return t("closing.reminder", count=total)


def reminder_blocks(t: Text, found: Sequence[Unsettled], total: int) -> list[Json]:
    """Each list with its button, the earliest end first. `total`: how many there are."""
    blocks = [kit.section(kit.plain(reminder_text(t, total)))]
    blocks += [kit.section(kit.plain(_line(t, one)), _open(t, one)) for one in found]
    if total > len(found):
        blocks.append(kit.context(kit.md(t, "ends.more", count=total - len(found))))
    return [*blocks, kit.context(kit.plain(t("closing.reminder_how")))]


def _line(t: Text, one: Unsettled) -> str:
    work = t("ends.work", supplier=kit.cut(one.supplier, NAME), business=kit.cut(one.business, NAME))
    on = t.date(one.ends_on) if one.ends_on else "-"
    return t("closing.reminder_line", work=work, on=on, left=one.open_items)


def _open(t: Text, one: Unsettled) -> Json:
    return kit.button(t("closing.open"), ids.Do.CLOSING_OPEN, ids.pack(one.engagement_id))
