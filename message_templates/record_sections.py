"""The sections that other stories draw into a supplier's record.

A section is a function `(t, record, found, engagement_id) -> blocks`. `found` is what the loader of the same name gave
(`bot/services/record_parts.py`); it is not called where that was None. `engagement_id` is '' on the company's page. Text of
people goes through `kit.plain`. A section has room for ROOM blocks; what is beyond is cut, with a line that says so: put what
needs more behind a button. To add one: its row in COMPANY or ENGAGEMENT (in the order in which they are shown).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.domain.base import Value
from bot.domain.record import Record
from message_templates import kit
from message_templates.catalogs import Text
from message_templates.certificate import certificates_section
from message_templates.monitoring import monitoring_section
from message_templates.moving import endpoints_section
from message_templates.subcontract import subcontractors_section
from message_templates.tier import tier_section

Json = dict[str, Any]
Section = Callable[[Text, Record, Any, str], list[Json]]

ROOM = 12

COMPANY: tuple[tuple[str, Section], ...] = (
    ("endpoints", endpoints_section),
    ("certificates", certificates_section),
    ("subcontractors", subcontractors_section),
)

ENGAGEMENT: tuple[tuple[str, Section], ...] = (
    ("monitoring", monitoring_section),
    ("tiers", tier_section),
    ("endpoints", endpoints_section),
)


def sections(t: Text, record: Record, engagement_id: str = "") -> list[Json]:
    """All sections of the company's page, or of one engagement's."""
    blocks: list[Json] = []
    for name, draw in ENGAGEMENT if engagement_id else COMPANY:
        found: Value | None = record.parts.get(name)
        if found is not None:
            blocks += _within(t, draw(t, record, found, engagement_id))
    return blocks


def _within(t: Text, blocks: list[Json]) -> list[Json]:
    if len(blocks) <= ROOM:
        return blocks
    return [*blocks[: ROOM - 1], kit.context(kit.plain(t("record.section_cut")))]
