"""The modals of a round: the form, the preview with every recipient's letter word for word, and the words at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.round_views import Letter, Preview, RoundForm
from bot.domain.scoping import LEAST_DAYS, PROPOSED, TITLE_LIMIT
from message_templates import ids, kit
from message_templates.catalogs import Text, text
from message_templates.inert import inert
from message_templates.scope import scope_buttons, scope_notes

Json = dict[str, Any]
GROUP = 100


def round_modal(t: Text, form: RoundForm) -> Json:
    """The form."""
    lists: Json = {"type": "multi_static_select", "action_id": ids.Field.VALUE.value}
    lists["options"] = [kit.option(title, key) for key, title in form.checklists[:GROUP]]
    if not form.by_policy:  # a folder of the company's own that the policy does not know
        lists["initial_options"] = lists["options"][:1]
    blocks = [
        kit.section(kit.plain(t("round.form_intro"))),
        _input(t, "title", kit.text_input(ids.Field.VALUE, limit=TITLE_LIMIT, placeholder=t("round.title_example"))),
        _input(t, "checklists", lists, optional=form.by_policy, hint="" if form.by_policy else "checklists_must"),
        _input(t, "attest_by", kit.date_input(ids.Field.VALUE, form.dates.attest_by.isoformat())),
        _input(t, "due_on", kit.date_input(ids.Field.VALUE, form.dates.due_on.isoformat()), days=LEAST_DAYS),
    ]
    if form.listed:
        blocks.insert(0, kit.section(kit.plain(t("round.chosen", count=form.chosen))))
    elif form.departments:
        blocks.append(_input(t, "departments", _departments(form.departments), optional=True))
    return kit.modal(
        t("round.form_title"),
        blocks,
        callback_id=ids.View.ROUND,
        metadata=ids.pack(form.listed) if form.listed else "",
        submit=t("round.form_submit"),
        close=t("common.cancel"),
    )


def _input(t: Text, name: str, element: Json, *, optional: bool = False, hint: str = "", **params: int) -> Json:
    return kit.input_block(
        t(f"round.{name}"),
        element,
        ids.field_block(name),
        hint=t(f"round.{hint or name}_hint", **params),
        optional=optional,
    )


def _departments(departments: Sequence[tuple[str, str]]) -> Json:
    """A menu of several; more than a hundred come in groups, because a menu holds a hundred groups of a hundred."""
    options = [kit.option(name, key) for key, name in departments]
    element: Json = {"type": "multi_static_select", "action_id": ids.Field.VALUE.value}
    if len(options) <= GROUP:
        return element | {"options": options}
    parts = [options[n : n + GROUP] for n in range(0, len(options), GROUP)]
    groups = [
        {"label": kit.plain(f"{kit.cut(part[0]['text']['text'], 35)} –", kit.OPTION), "options": part} for part in parts
    ]
    return element | {"option_groups": groups[:GROUP]}


# -- the preview ---------------------------------------------------------------------------------------------------------


def preview_modal(t: Text, preview: Preview) -> Json:
    """What would leave, before anything leaves: the counts, and one recipient's letter with its neighbours a press away."""
    blocks = [*_changed(t, preview), *_summary(t, preview), kit.divider(), *_recipient(t, preview)]
    return kit.modal(
        t("preview.title"),
        [*blocks, _buttons(t, preview), *_scope(t, preview), kit.divider(), *_letter(preview.letter)],
        callback_id=ids.View.ROUND_PREVIEW,
        metadata=ids.pack(preview.round_id, preview.page),
        submit=t("preview.submit"),
        close=t("common.close"),
    )


def _changed(t: Text, preview: Preview) -> list[Json]:
    return [kit.section(kit.plain(t("preview.changed")))] if preview.changed else []


def _summary(t: Text, preview: Preview) -> list[Json]:
    facts = [
        kit.md(t, "preview.inside", count=preview.inside),
        kit.md(t, "preview.owners", count=preview.owners),
        kit.md(t, "preview.suppliers", count=preview.suppliers),
        kit.md(t, "preview.unreachable", count=preview.unreachable),
        kit.md(t, "preview.attest_by", day=t.date(preview.attest_by)),
        kit.md(t, "preview.due_on", day=t.date(preview.due_on)),
    ]
    notes = [kit.plain(note) for note in _notes(t, preview)]
    key = "preview.heading_by_policy" if preview.by_policy else "preview.heading"
    heading = kit.cut(t(key, title=preview.title, checklist=preview.checklist), kit.SECTION)
    return [kit.section(kit.plain(heading)), kit.fields(facts), *([kit.context(*notes)] if notes else [])]


def _notes(t: Text, preview: Preview) -> list[str]:
    """What deserves a thought before it is opened."""
    notes = []
    outside = [(code, n) for code, n in preview.outside if code not in PROPOSED]
    if outside:
        reasons = [t("preview.reason", reason=t(f"round.reason.{code}"), count=n) for code, n in outside]
        notes.append(t("preview.outside", reasons=t("preview.comma").join(reasons)))
    notes += scope_notes(t, preview)
    if preview.ownerless:
        notes.append(t("preview.ownerless", count=preview.ownerless))
    if preview.unreachable:
        notes.append(t("preview.held"))
    if preview.answer_days < LEAST_DAYS:
        notes.append(t("preview.short", days=preview.answer_days, least=LEAST_DAYS))
    if preview.computed:
        notes.append(t("preview.computed"))
    return notes


def _recipient(t: Text, preview: Preview) -> list[Json]:
    letter = preview.letter
    if letter is None:
        return [kit.section(kit.plain(t("preview.nobody")))]
    name = letter.recipient.name or t("preview.no_name")
    params: dict[str, str | int] = {"number": preview.page + 1, "total": preview.pages, "name": name}
    if letter.recipient.kind == "owner":
        return [kit.section(kit.md(t, "preview.to_owner", **params))]
    blocks = [kit.section(kit.md(t, "preview.to_supplier", **params))]
    where = [kit.md(t, "preview.channel", channel=channel) for channel in letter.channels[:10]]
    return [*blocks, kit.context(*(where or [kit.plain(t("preview.no_channel"))]))]


def _scope(t: Text, preview: Preview) -> list[Json]:
    buttons = scope_buttons(t, preview)
    return [kit.actions(buttons)] if buttons else []


def _letter(letter: Letter | None) -> list[Json]:
    return inert(text(letter.language), letter.blocks) if letter else []


def _buttons(t: Text, preview: Preview) -> Json:
    buttons = []
    if preview.page > 0:
        value = ids.pack(preview.round_id, preview.page - 1)
        buttons.append(kit.button(t("preview.previous"), ids.Do.ROUND_PREVIOUS, value))
    if preview.page + 1 < preview.pages:
        value = ids.pack(preview.round_id, preview.page + 1)
        buttons.append(kit.button(t("preview.next"), ids.Do.ROUND_NEXT, value))
    sure = kit.confirm(t("preview.cancel"), t("preview.cancel_sure"), t("preview.cancel_yes"), t("common.back"))
    cancel = kit.button(t("preview.cancel"), ids.Do.ROUND_CANCEL, ids.pack(preview.round_id), "danger", sure)
    return kit.actions([*buttons, cancel])
