"""The closing list: its items with their buttons, the form of one item, and what is said when it is over."""

from __future__ import annotations

from typing import Any

from bot.domain.closing_list import NOTE_LIMIT, ClosingItem, ItemState
from bot.domain.documents import DOCUMENT
from bot.domain.editing import Target
from bot.domain.ending import ClosingView, ItemForm, SettledItem
from bot.domain.fields import Part
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.record_blocks import edit_button

Json = dict[str, Any]

NAME = 80
SHOWN = 300


def closing_view(t: Text, view: ClosingView) -> Json:
    """The list as one person sees it: with a button each while it is open, with a submit where they may confirm."""
    blocks = [kit.section(kit.plain(_head(t, view)))]
    for one in view.items:
        text = kit.plain(_item(t, one))
        button = kit.button(t("closing.settle"), ids.Do.CLOSING_ITEM, ids.pack(one.item.id))
        blocks += [kit.divider(), kit.section(text, None if view.over else button)]
    if view.may_confirm:
        blocks += [kit.divider(), kit.context(kit.plain(t("closing.confirm_how")))]
        blocks += [_alone(t)] if view.alone else []
    if not view.over:
        blocks += [kit.divider(), kit.actions([_proof(t, view), _undo(t, view)], block_id="vr1.closing.undo")]
    return kit.modal(
        t("closing.title"),
        blocks,
        callback_id=ids.View.CLOSING,
        metadata=ids.pack(view.engagement_id),
        submit=t("closing.confirm") if view.may_confirm else "",
        close=t("common.close"),
    )


def _alone(t: Text) -> Json:
    """Nobody else can confirm: why is it confirmed by whoever settled it?"""
    words = kit.text_input(ids.Field.VALUE, multiline=True, limit=NOTE_LIMIT)
    hint = t("closing.alone_hint")
    return kit.input_block(t("closing.alone"), words, ids.field_block("alone"), hint=hint, optional=False)


def _head(t: Text, view: ClosingView) -> str:
    rows = [t("ends.work", supplier=kit.cut(view.supplier, NAME), business=kit.cut(view.business, NAME))]
    rows += [t("ends.end", on=t.date(view.ends_on))] if view.ends_on else []
    rows.append(t("closing.over" if view.over else "closing.what"))
    rows += [t("closing.overdue")] if view.overdue else []
    return "\n".join(rows)


def _item(t: Text, one: SettledItem) -> str:
    item = one.item
    rows = [f"{t(f'closing.mark.{item.state.value}')} {t(f'closing.item.{item.key.value}')}"]
    if item.state is not ItemState.OPEN:
        when = t.date(one.on) if one.on else ""
        rows.append(t(f"closing.{item.state.value}_by", name=kit.cut(one.by, NAME), on=when))
        rows += [kit.cut(item.note, SHOWN)] if item.note else []
    return "\n".join(rows)


def _proof(t: Text, view: ClosingView) -> Json:
    """A proof of return or deletion goes into the record as a document of this work."""
    target = Target(
        subject=DOCUMENT, supplier_id=view.supplier_id, part=Part.DOCUMENT, engagement_id=view.engagement_id
    )
    return edit_button(t, target, "record.add_document")


def _undo(t: Text, view: ClosingView) -> Json:
    sure = kit.confirm(t("closing.undo"), t("closing.undo_sure"), t("closing.undo_yes"), t("common.cancel"))
    return kit.button(t("closing.undo"), ids.Do.CLOSING_UNDO, ids.pack(view.engagement_id), confirm=sure)


def item_view(t: Text, form: ItemForm) -> Json:
    """What became of one item; its metadata says in which state it was shown."""
    item = form.item
    value = ids.Field.VALUE
    states = [kit.option(t(f"closing.state.{state.value}"), state.value) for state in ItemState]
    chosen = ItemState.DONE if item.state is ItemState.OPEN else item.state
    note = kit.text_input(value, item.note, multiline=True, limit=NOTE_LIMIT)
    blocks = [
        kit.section(kit.plain(_about(t, form, item))),
        kit.context(kit.plain(t(f"closing.hint.{item.key.value}"))),
        kit.input_block(t("closing.state"), kit.radio(value, states, chosen), ids.field_block("state"), optional=False),
        kit.input_block(t("closing.note"), note, ids.field_block("note"), hint=t("closing.note_hint")),
    ]
    return kit.modal(
        t("closing.title"),
        blocks,
        callback_id=ids.View.CLOSING_ITEM,
        metadata=ids.pack(item.id, item.version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _about(t: Text, form: ItemForm, item: ClosingItem) -> str:
    work = t("ends.work", supplier=kit.cut(form.supplier, NAME), business=kit.cut(form.business, NAME))
    return f"{work}\n{t(f'closing.item.{item.key.value}')}"
