"""The cloud wizard: three questions, the grounds, and what follows from them."""

from __future__ import annotations

from typing import Any

from bot.domain.cloud import ANSWERS, BASIS, QUESTIONS, CloudForm
from bot.domain.editing import Saved
from bot.domain.ledger import CloudClass
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

FIELDS = ("cloud_class", "cloud_basis", "cloud_checked_on")


def cloud_view(t: Text, form: CloudForm, below: str = "") -> Json:
    """The questions. Its metadata says which engagement, what was stored (digests), and which open record lies below."""
    value = ids.Field.VALUE
    now = t(f"ledger.cloud.{form.cloud_class}") if form.cloud_class else t("cloud.not_yet")
    day = t.date(form.checked_on) if form.checked_on else "-"
    blocks = [
        kit.section(kit.plain(t("cloud.about", business=kit.cut(form.business, 500)))),
        kit.context(kit.plain(t("cloud.now", value=now, day=day, basis=kit.cut(form.basis, 1200) or "-"))),
    ]
    options = [kit.option(t(f"cloud.answer.{answer}"), answer) for answer in ANSWERS]
    for question in QUESTIONS:
        hint = t(f"cloud.hint.{question}")
        blocks.append(
            kit.input_block(
                t(f"cloud.{question}"),
                kit.radio(value, options),
                ids.field_block(question),
                hint=hint,
                optional=question != QUESTIONS[0],
            )
        )
    basis = kit.text_input(value, "", multiline=True, limit=BASIS)
    blocks += [
        kit.input_block(t("cloud.basis"), basis, ids.field_block("basis"), hint=t("cloud.hint.basis"), optional=False),
        kit.input_block(t("cloud.url"), kit.text_input(value, placeholder="https://"), ids.field_block("url")),
        kit.input_block(
            t("cloud.checked_on"), kit.date_input(value, form.today.isoformat()), ids.field_block("checked_on")
        ),
    ]
    return kit.modal(
        t("cloud.title"),
        blocks,
        callback_id=ids.View.CLOUD,
        metadata=ids.pack(form.supplier_id, form.engagement_id, below or "-", *(form.shown[name] for name in FIELDS)),
        submit=t("cloud.submit"),
        close=t("common.cancel"),
    )


def classed_view(t: Text, saved: Saved, found: CloudClass) -> Json:
    """What the service is, and what that means."""
    blocks = [
        kit.section(kit.plain(t("cloud.result", business=saved.name, value=t(f"ledger.cloud.{found}")))),
        kit.section(kit.plain(t(f"cloud.means.{found}"))),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))
