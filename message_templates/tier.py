"""Risk tiers: a supplier's work with its tiers and why, the form that sets one, and what is said afterwards.

`tier_name`, `tier_line` and `why_lines` are for whoever shows a tier elsewhere (the ledger, the record): values in, words out.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from bot.domain.tier_views import Names, TierForm, TierLine, TierPart, TierSet, TierSheet
from bot.domain.tiers import LONGEST, TierDecision, TierReason
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NAME = 80
WORK = 200
BACK = "rules"
"""The choice that lets the rules count again; no tier's key, because keys are checked against the policy."""


def tier_name(t: Text, names: Names, key: str) -> str:
    """What a tier is called. A tier that the policy no longer has is said to be one."""
    if not key:
        return t("tier.none")
    return names[key].in_language("en" if t.language == "en" else "ja") if key in names else t("tier.unknown", key=key)


def reasons(t: Text, decision: TierDecision) -> str:
    """Why the rules give this tier, in words."""
    return t("tier.comma").join(one_reason(t, reason) for reason in decision.reasons)


def one_reason(t: Text, reason: TierReason) -> str:
    """One of them."""
    if reason.unanswered:
        return t(f"tier.unanswered.{reason.fact}")
    value = t(f"ledger.data_kind.{reason.value}") if reason.fact == "data_kinds" else reason.value
    return t(f"tier.reason.{reason.fact}", value=value)


def tier_line(t: Text, names: Names, line: TierLine, today: date) -> str:
    """The work, the tier that counts, and whether the rules or a person made it."""
    decision = line.decision
    tier = tier_name(t, names, decision.in_force(today) if decision else "")
    why = t("tier.by_rules")
    if decision and decision.overridden(today) and decision.override_until:
        why = t("tier.by_person", name=kit.cut(line.by, NAME), day=t.date(decision.override_until))
    return t("tier.of", business=kit.cut(line.business, WORK), tier=tier, why=why)


def why_lines(t: Text, names: Names, decision: TierDecision, today: date, *, outdated: bool = False) -> str:
    """The reasons, what a person wrote, and what has ended since; a line each."""
    lines = [t("tier.reasons", tier=tier_name(t, names, decision.tier), reasons=reasons(t, decision))]
    if decision.overridden(today):
        lines.append(t("tier.because", reason=decision.override_reason))
    elif decision.override and decision.override_until:
        lines.append(t("tier.expired", day=t.date(decision.override_until)))
    if decision.overtaken:
        lines.append(t("tier.overtaken"))
    if outdated:
        lines.append(t("tier.other_rules"))
    return "\n".join(lines)


def tiers_modal(t: Text, sheet: TierSheet) -> Json:
    """The list."""
    blocks = _heading(t, sheet)
    for number, line in enumerate(sheet.lines):
        blocks += _line(t, sheet, line, number)
    if sheet.more > 0:
        blocks.append(kit.context(kit.plain(t("tier.more", count=sheet.more))))
    title = t("tier.todo_title" if sheet.todo else "tier.title")
    return kit.modal(title, blocks, callback_id=ids.View.TIERS, close=t("common.close"))


def _heading(t: Text, sheet: TierSheet) -> list[Json]:
    if sheet.todo:
        said = t("tier.todo", count=len(sheet.lines) + sheet.more) if sheet.lines else t("tier.todo_none")
        return [kit.section(kit.plain(said))]
    if not sheet.lines:
        return [kit.section(kit.plain(t("tier.no_work")))]
    return [kit.header(sheet.lines[0].supplier)]


def _line(t: Text, sheet: TierSheet, line: TierLine, number: int) -> list[Json]:
    said = tier_line(t, sheet.names, line, sheet.today)
    return _told(t, sheet, line, f"{kit.cut(line.supplier, NAME)}\n{said}" if sheet.todo else said, number)


def tier_section(t: Text, _record: Any, part: TierPart, engagement_id: str) -> list[Json]:
    """The tier in an engagement's record (`record_sections.ENGAGEMENT`)."""
    line = next((one for one in part.lines if one.engagement_id == engagement_id), None)
    return _told(t, part, line, tier_line(t, part.names, line, part.today), 0) if line else []


def _told(t: Text, sheet: TierPart, line: TierLine, said: str, number: int) -> list[Json]:
    """The tier with the button that sets another one, and why."""
    button = kit.button(t("tier.change"), f"{ids.Do.TIER_CHANGE}.{number}", ids.pack(line.engagement_id))
    blocks = [kit.section(kit.plain(said), button)]
    if line.decision:
        outdated = line.engagement_id in sheet.outdated
        why = why_lines(t, sheet.names, line.decision, sheet.today, outdated=outdated)
        blocks.append(kit.context(kit.plain(why)))
    return blocks


def tier_modal(t: Text, form: TierForm) -> Json:
    """The form. Taking a setting back needs neither a reason nor a day, so where that is offered they are optional."""
    line, value = form.line, ids.Field.VALUE
    by_rules = line.decision.tier if line.decision else ""
    options = [kit.option(tier_name(t, form.names, key), key) for key in form.names if key != by_rules]
    options += [kit.option(t("tier.back"), BACK)] if form.back else []
    intro = t(
        "tier.form_intro",
        supplier=kit.cut(line.supplier, NAME),
        business=kit.cut(line.business, WORK),
        tier=tier_name(t, form.names, by_rules),
    )
    blocks = [
        kit.section(kit.plain(intro)),
        *([kit.context(kit.plain(reasons(t, line.decision)))] if line.decision else []),
        _input(t, "tier", kit.select(value, options)),
        _input(t, "reason", kit.text_input(value, limit=1000, multiline=True), optional=form.back),
        _input(t, "until", kit.date_input(value, form.until.isoformat()), optional=form.back, days=LONGEST),
    ]
    return kit.modal(
        t("tier.form_title"),
        blocks,
        callback_id=ids.View.TIER,
        metadata=ids.pack(line.engagement_id, line.decision.n if line.decision else 0),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _input(t: Text, name: str, element: Json, *, optional: bool = False, **hint: int) -> Json:
    words = t(f"tier.{name}_hint", **hint)
    return kit.input_block(t(f"tier.{name}"), element, ids.field_block(name), hint=words, optional=optional)


def set_sentence(t: Text, done: TierSet) -> str:
    """What came of it."""
    tier, business = tier_name(t, done.names, done.tier), kit.cut(done.business, WORK)
    if done.until is None:
        return t("tier.saved_back", business=business, tier=tier)
    return t("tier.saved", business=business, tier=tier, day=t.date(done.until))
