"""What can be done with what is chosen in the list, and what became of it."""

from __future__ import annotations

from typing import Any

from bot.domain.bulk import BulkDone, BulkForm, What
from bot.domain.entered import TAG
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]


def bulk_view(t: Text, form: BulkForm, below: str) -> Json:
    """The form, on top of the list; `below` is the list's view."""
    value = ids.Field.VALUE
    choices = kit.radio(value, [kit.option(t(f"bulk.what.{what}"), what) for what in What])
    blocks = [
        kit.section(kit.plain(t("bulk.intro", count=form.chosen))),
        kit.input_block(t("bulk.what"), choices, ids.field_block("what"), optional=False),
        kit.input_block(t("bulk.person"), kit.user_input(value), ids.field_block("person"), hint=t("bulk.hint.person")),
        kit.input_block(
            t("bulk.tag"), kit.text_input(value, limit=TAG + 2), ids.field_block("tag"), hint=t("bulk.hint.tag")
        ),
    ]
    return kit.modal(
        t("bulk.title"),
        blocks,
        callback_id=ids.View.LIST_BULK,
        metadata=ids.pack(form.list_id, below, form.seen),
        submit=t("bulk.submit"),
        close=t("common.cancel"),
    )


def bulk_done_view(t: Text, done: BulkDone) -> Json:
    """How many, and why not the others."""
    lines = [t("bulk.left", reason=t(f"bulk.reason.{reason}"), count=count) for reason, count in done.left]
    blocks = [kit.section(kit.plain(t("bulk.done", chosen=done.chosen, done=done.done)))]
    blocks += [kit.context(kit.plain("\n".join(lines)))] if lines else []
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))
