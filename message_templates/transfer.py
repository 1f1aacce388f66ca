"""The cards and the modal of a ledger file: what an import would do, with its buttons; what it did; why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.columns import NEW_FREE
from bot.domain.fields import FIELDS
from bot.domain.refusal import Code
from bot.domain.transfers import MANY_COLUMNS, Transfer, TransferState, Way
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]
LEAVE = "leave"
_WHOLE_FILE = {Code.FILE_TOO_BIG.value}


def transfer_text(t: Text, transfer: Transfer) -> str:
    """The one sentence of the card."""
    if transfer.state is TransferState.REFUSED:
        reason = transfer.reason
        return t(f"refusal.{reason}") if reason in _WHOLE_FILE else t(f"transfer.problem.{reason}")
    if transfer.is_document:
        return t("document.which")
    return str(transfer.report["outcome"][t.language])


def transfer_blocks(t: Text, transfer: Transfer) -> list[Json]:
    """The card."""
    blocks = [kit.section(kit.plain(transfer_text(t, transfer)))]
    if transfer.name:
        key = "transfer.file" if transfer.way is Way.IN and not transfer.is_document else "record.file"
        blocks.insert(0, kit.context(kit.plain(t(key, name=kit.cut(transfer.name, 150)))))
    if transfer.state is TransferState.REFUSED:
        return blocks
    if transfer.is_document:
        return [*blocks, kit.actions(_document_buttons(t, transfer))]
    lines = transfer.report["lines"][t.language]
    if lines:
        blocks.append(kit.section(kit.plain("\n".join(kit.cut(line, 200) for line in lines))))
    if transfer.state is TransferState.SHOWN:
        if next_step := _next(transfer):
            blocks.append(kit.section(kit.plain(t(next_step))))
        blocks.append(kit.actions(_buttons(t, transfer)))
    return blocks


def _next(transfer: Transfer) -> str:
    """The key of what to do where nothing can be imported yet; '' where the button says it."""
    if transfer.report["unknown_columns"]:
        return "transfer.next_columns"
    return "" if transfer.report["ok"] else "transfer.next_mend"


def _buttons(t: Text, transfer: Transfer) -> list[Json]:
    value = ids.pack(transfer.id, str(transfer.cycle))
    buttons = []
    counts = transfer.report["counts"]
    if transfer.report["ok"] and counts["created"] + counts["updated"]:
        buttons.append(kit.button(t("transfer.import"), ids.Do.FILE_IMPORT, value, style="primary"))
    if transfer.report["unknown_columns"]:
        buttons.append(kit.button(t("transfer.columns"), ids.Do.FILE_COLUMNS, value, style="primary"))
    buttons.append(kit.button(t("common.cancel"), ids.Do.FILE_STOP, value))
    return buttons


def _document_buttons(t: Text, transfer: Transfer) -> list[Json]:
    value = ids.pack(transfer.id, str(transfer.cycle))
    return [
        kit.button(t("document.where_button"), ids.Do.DOCUMENT_FILE, value, style="primary"),
        kit.button(t("document.not_kept"), ids.Do.FILE_STOP, value),
    ]


def columns_view(t: Text, transfer_id: str, cycle: int, unknown: Sequence[str]) -> Json:
    """For each unknown column a menu: a field of ours, a field of the team's own, or nothing."""
    options = [kit.option(t("transfer.keep"), NEW_FREE), kit.option(t("transfer.pass"), LEAVE)]
    options += [kit.option(t(f"ledger.field.{field.name}"), field.name) for field in FIELDS]
    blocks = [kit.section(kit.plain(t("transfer.columns_hint")))]
    blocks += [
        kit.input_block(
            heading, kit.select(ids.Field.VALUE, options, LEAVE), ids.field_block(f"column{n}"), optional=False
        )
        for n, heading in enumerate(unknown[:MANY_COLUMNS])
    ]
    return kit.modal(
        t("transfer.columns_title"),
        blocks,
        callback_id=ids.View.FILE_COLUMNS,
        metadata=ids.pack(transfer_id, str(cycle)),
        submit=t("transfer.check_again"),
        close=t("common.cancel"),
    )
