"""What the pages of a record are made of: lines, paragraphs, edit buttons, changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.domain.editing import Target
from bot.domain.ledger import SupplierState
from bot.domain.record import Record
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.record_spots import pack_target
from message_templates.record_values import change_lines, label

Json = dict[str, Any]


def edit_button(t: Text, target: Target, words: str, style: str = "") -> Json:
    """A button that opens a form."""
    return kit.button(t(words), f"{ids.Do.RECORD_EDIT}.{target.part}", pack_target(target), style=style)


def is_open(record: Record) -> bool:
    """Whether the record may be edited as it is shown: today's, and not merged into another."""
    return record.spot.on is None and record.supplier.state is not SupplierState.MERGED


def line(t: Text, subject: str, name: str, value: str) -> str:
    """A field and its value."""
    return t("ledger.basic", label=label(t, subject, name), value=value)


def paragraphs(lines: Iterable[str]) -> list[Json]:
    """Lines in as few paragraphs as Slack's limit allows; no line is cut where it fits into one of its own."""
    blocks: list[str] = []
    for line in lines:
        if blocks and len(blocks[-1]) + len(line) + 1 <= kit.SECTION:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
    return [kit.section(kit.plain(text)) for text in blocks]


def change_texts(t: Text, record: Record, room: int) -> list[str]:
    """The changes that the record was loaded with; values are cut to `room` characters."""
    return [line for c in record.changes for line in change_lines(t, c, record.names, record.free_fields, room)]
