"""What a round leaves out: the lines under the preview's counts, the list of proposals, and the form that changes one."""

from __future__ import annotations

from typing import Any

from bot.domain.round_views import Preview
from bot.domain.scope_views import PAGE, WORKS, ScopeForm, ScopeLine, ScopePage
from bot.domain.scoping import PROPOSED, Reason
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.question_reasons import reasons_button
from message_templates.tier import tier_name

Json = dict[str, Any]

NAME = 80
WORK = 200


def scope_notes(t: Text, preview: Preview) -> list[str]:
    """What the policy proposes, and what deserves a thought before the round is opened."""
    counts = dict(preview.outside)
    proposed = [(reason, counts[reason.value]) for reason in PROPOSED if reason.value in counts]
    notes = []
    if proposed:
        said = [t("scope.reasons", reason=t(f"round.reason.{reason.value}"), count=n) for reason, n in proposed]
        notes.append(t("scope.proposed", reasons=t("preview.comma").join(said)))
    if counts.get(Reason.NDA_PERSONAL_DATA.value):
        notes.append(t("scope.nda", count=counts[Reason.NDA_PERSONAL_DATA.value]))
    for key, count in preview.too_much:
        notes.append(t("scope.too_much", tier=tier_name(t, preview.tiers, key), count=count))
    return notes


def scope_buttons(t: Text, preview: Preview) -> list[Json]:
    """The ways from the preview: the proposals, where there are some, and leaving out the supplier that is shown."""
    buttons = []
    if preview.turnable:
        buttons.append(kit.button(t("scope.see"), ids.Do.SCOPE_SEE, ids.pack(preview.round_id, 0)))
    if preview.letter and preview.letter.recipient.kind == "supplier":
        value = ids.pack(preview.round_id, preview.letter.recipient.id)
        buttons.append(kit.button(t("scope.leave"), ids.Do.SCOPE_LEAVE, value))
        buttons.append(reasons_button(t, "round", preview.round_id, preview.letter.recipient.id))
    return buttons


def scope_modal(t: Text, page: ScopePage) -> Json:
    """The list, in place of the preview."""
    first, last = page.page * PAGE + 1, page.page * PAGE + len(page.lines)
    said = t("scope.count", first=first, last=last, total=page.total) if page.lines else t("scope.none")
    blocks = [kit.section(kit.plain(said))]
    for number, line in enumerate(page.lines):
        blocks += _line(t, page, line, number)
    return kit.modal(
        t("scope.title"),
        [*blocks, kit.divider(), _turning(t, page)],
        callback_id=ids.View.SCOPE_LIST,
        close=t("common.close"),
    )


def _line(t: Text, page: ScopePage, line: ScopeLine, number: int) -> list[Json]:
    label = t("scope.undo" if line.choice else "scope.put_back")
    value = ids.pack(page.round_id, line.engagement_id)
    blocks = [kit.section(kit.plain(_words(t, line)), kit.button(label, f"{ids.Do.SCOPE_TURN}.{number}", value))]
    if line.choice:
        note = t("scope.note", name=kit.cut(line.by, NAME) or t("preview.no_name"), note=line.choice.note)
        blocks.append(kit.context(kit.plain(note)))
    return blocks


def _words(t: Text, line: ScopeLine) -> str:
    return t(
        "scope.line_in" if line.inside else "scope.line_out",
        supplier=kit.cut(line.supplier, NAME),
        business=kit.cut(line.business, WORK),
        reason=t(f"round.reason.{line.reason}"),
    )


def _turning(t: Text, page: ScopePage) -> Json:
    buttons = [kit.button(t("scope.back"), ids.Do.ROUND_PREVIOUS, ids.pack(page.round_id, 0))]
    if page.page > 0:
        value = ids.pack(page.round_id, page.page - 1)
        buttons.append(kit.button(t("ledger.previous"), f"{ids.Do.SCOPE_SEE}.1", value))
    if page.page + 1 < page.pages:
        value = ids.pack(page.round_id, page.page + 1)
        buttons.append(kit.button(t("ledger.next"), f"{ids.Do.SCOPE_SEE}.2", value))
    return kit.actions(buttons)


def scope_form(t: Text, form: ScopeForm) -> Json:
    """The form: why."""
    blocks = [kit.section(kit.plain(_intro(t, form)))]
    if form.works:
        blocks.append(kit.input_block(t("scope.works"), _works(form), ids.field_block("works"), optional=False))
    reason = kit.text_input(ids.Field.VALUE, limit=1000, multiline=True)
    hint = t("scope.reason_hint")
    blocks.append(kit.input_block(t("scope.reason"), reason, ids.field_block("note"), hint=hint, optional=False))
    return kit.modal(
        t("scope.form_title"),
        blocks,
        callback_id=ids.View.SCOPE,
        metadata=ids.pack(form.round_id, form.subject_id, form.kind),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _intro(t: Text, form: ScopeForm) -> str:
    supplier = kit.cut(form.supplier, NAME)
    if form.line is None:
        return t("scope.form_out", supplier=supplier)
    key = "scope.form_undo" if form.line.choice else "scope.form_in"
    reason = t(f"round.reason.{form.line.reason}")
    return t(key, supplier=supplier, business=kit.cut(form.line.business, WORK), reason=reason)


def _works(form: ScopeForm) -> Json:
    options = [kit.option(business, key) for key, business in form.works]
    if len(options) <= WORKS:
        only = [form.works[0][0]] if len(form.works) == 1 else []
        return kit.checkboxes(ids.Field.VALUE, options, only)
    return {"type": "multi_static_select", "action_id": ids.Field.VALUE.value, "options": options}
