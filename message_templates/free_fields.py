"""The free fields: their list, and the form of one."""

from __future__ import annotations

from typing import Any

from bot.domain.free_fields import FreeField, FreeFieldForm, FreeFieldList, FreeKind
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NEW = "new"
SHOWN = 90


def list_view(t: Text, found: FreeFieldList) -> Json:
    """The fields, those in use first, each with its button; and one to add another."""
    fields = sorted(found.fields, key=lambda f: (f.archived_at is not None, f.id))
    add = kit.button(t("free.add"), f"{ids.Do.FREE_FIELD}.new", ids.pack(NEW))
    blocks = [kit.section(kit.plain(t("free.intro"))), kit.actions([add])]
    for n, field in enumerate(fields[:SHOWN]):
        button = kit.button(t("record.edit"), f"{ids.Do.FREE_FIELD}.{n}", ids.pack(field.id))
        blocks.append(kit.section(kit.plain(_line(t, field)), button))
    if len(fields) > SHOWN:
        blocks.append(kit.context(kit.plain(t("ledger.more", count=len(fields) - SHOWN))))
    return kit.modal(t("free.title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _line(t: Text, field: FreeField) -> str:
    archived = t("free.archived_mark") if field.archived_at else ""
    return t("free.line", label=field.label(t.language), kind=t(f"free.kind.{field.kind}"), archived=archived)


def field_view(t: Text, form: FreeFieldForm) -> Json:
    """The form. What a field asks is chosen once; only its names and choices may change later."""
    value, field = ids.Field.VALUE, form.field
    ja = kit.text_input(value, field.label_ja if field else "")
    en = kit.text_input(value, field.label_en if field else "")
    blocks = [
        kit.input_block(t("free.label_ja"), ja, ids.field_block("label_ja"), optional=False),
        kit.input_block(t("free.label_en"), en, ids.field_block("label_en"), hint=t("free.hint.label_en")),
    ]
    if field is None:
        kinds = [kit.option(t(f"free.kind.{kind}"), kind) for kind in FreeKind]
        blocks.append(kit.input_block(t("free.kind"), kit.radio(value, kinds), ids.field_block("kind"), optional=False))
    if field is None or field.kind is FreeKind.CHOICE:
        choices = kit.text_input(value, "\n".join(field.choices) if field else "", multiline=True)
        hint = t("free.hint.choices")
        block, needed = ids.field_block("choices"), field is not None
        blocks.append(kit.input_block(t("free.choices"), choices, block, hint=hint, optional=not needed))
    if field is not None:
        options = [kit.option(t("free.in_use"), "no"), kit.option(t("free.archived"), "yes")]
        radio = kit.radio(value, options, "yes" if field.archived_at else "no")
        hint = t("free.hint.archived")
        blocks.append(kit.input_block(t("free.use"), radio, ids.field_block("archived"), hint=hint, optional=False))
    return kit.modal(
        t("free.title"),
        blocks,
        callback_id=ids.View.FREE_FIELD,
        metadata=ids.pack(field.id if field else NEW, field.version if field else 0),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def field_saved_view(t: Text, form: FreeFieldForm) -> Json:
    """That it was saved."""
    name = form.field.label(t.language) if form.field else ""
    blocks = [kit.section(kit.plain(t("free.saved", label=name)))]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))
