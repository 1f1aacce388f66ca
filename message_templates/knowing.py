"""Answers before it asks: what is known of a supplier, whether the need is that work, and what new work would mean."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.knowing import NEEDS, OVER, KnownSupplier, KnownWork, Meaning, Nobody, SameWork
from bot.domain.reading import Candidates
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.tier import one_reason

Json = dict[str, Any]

NAME = 80
REASON = 300
OFFERED = 10
NEW = "new"


def known_title(t: Text, found: KnownSupplier) -> str:
    """The notification's text."""
    return t("known.title", supplier=kit.cut(found.name, NAME))


def known_blocks(t: Text, found: KnownSupplier) -> list[Json]:
    """The supplier with its work; each work has a button "it is this"."""
    number = grouped(found.corporate_number) if found.corporate_number else t("known.no_number")
    facts = f"{number} {t(f'ledger.state.supplier.{found.state}')}"
    blocks = [kit.header(found.name), kit.context(kit.plain(facts))]
    if found.refused:
        blocks.append(kit.section(kit.plain(t("known.refused"))))
    for work in found.works:
        blocks += _work(t, work, found.today)
    if not found.works:
        blocks.append(kit.section(kit.plain(t("known.no_work"))))
    if found.more:
        blocks.append(kit.context(kit.plain(t("ledger.more", count=found.more))))
    new = kit.button(t("known.new"), ids.Do.KNOWN_NEW, ids.pack(found.supplier_id))
    return [*blocks, kit.divider(), kit.section(kit.plain(t("known.ask"))), kit.actions([new])]


def _work(t: Text, work: KnownWork, today: date) -> list[Json]:
    over = work.state in OVER
    button = None if over else kit.button(t("known.same"), ids.Do.KNOWN_SAME, ids.pack(work.engagement_id))
    lines = [_owned(t, work), _judged(t, work, today)]
    if work.reason:
        lines.append(t("known.reason", reason=kit.cut(work.reason, REASON)))
    return [
        kit.section(kit.plain(kit.cut(work.business, REASON)), accessory=button),
        kit.context(kit.plain("\n".join(lines))),
    ]


def _owned(t: Text, work: KnownWork) -> str:
    owner = kit.cut(work.owner, NAME) if work.owner else t("ledger.no_owner")
    state = t(f"ledger.state.engagement.{work.state}")
    end = t("known.until", day=t.date(work.ends_on)) if work.ends_on else t("known.open_end")
    return t("known.owned", department=work.department, owner=owner, state=state, end=end)


def _judged(t: Text, work: KnownWork, today: date) -> str:
    if work.judgement is None or work.judged_on is None:
        return t("known.never")
    value = t(f"ledger.judgement.{work.judgement}")
    if work.valid_until is None:
        return t("known.judged", value=value, day=t.date(work.judged_on), days=(today - work.judged_on).days)
    key = "known.judged_over" if work.expired(today) else "known.judged_until"
    return t(key, value=value, day=t.date(work.judged_on), until=t.date(work.valid_until))


def nobody_blocks(t: Text, found: Nobody) -> list[Json]:
    """Nothing is registered under these words."""
    register = kit.button(t("known.register"), ids.Do.KNOWN_REGISTER, ids.pack(NEW))
    return [
        kit.section(kit.plain(t("known.nobody", words=kit.cut(found.words, NAME)))),
        kit.context(kit.md(t, "known.help")),
        kit.actions([register]),
    ]


def candidates_choice(t: Text, found: Candidates) -> list[Json]:
    """Several could be meant: each with a button."""
    blocks = [kit.section(kit.plain(t("known.several", words=kit.cut(found.words, NAME), total=found.total)))]
    for candidate in found.found[:OFFERED]:
        number = f" ({grouped(candidate.corporate_number)})" if candidate.corporate_number else ""
        see = kit.button(t("known.see"), ids.Do.KNOWN_OPEN, ids.pack(candidate.id))
        blocks.append(kit.section(kit.plain(f"{kit.cut(candidate.name, NAME)}{number}"), accessory=see))
    more = found.total - len(found.found[:OFFERED])
    return blocks + ([kit.context(kit.plain(t("ledger.more", count=more)))] if more > 0 else [])


def same_blocks(t: Text, same: SameWork) -> list[Json]:
    """Nothing has to be registered."""
    work = same.work
    lines = f"{_owned(t, work)}\n{_judged(t, work, same.today)}"
    name = t("ledger.row", supplier=kit.cut(same.supplier, NAME), business=kit.cut(work.business, REASON))
    return [
        kit.section(kit.plain(t("known.same_done"))),
        kit.section(kit.plain(name)),
        kit.context(kit.plain(lines)),
        kit.context(kit.plain(t("known.same_next" if work.owner else "known.same_next_team"))),
    ]


def need_view(t: Text, found: KnownSupplier) -> Json:
    """Four questions about the new work."""
    value = ids.Field.VALUE
    yes_no = [kit.option(t("common.yes"), "yes"), kit.option(t("common.no"), "no")]
    blocks = [kit.section(kit.plain(t("known.need", supplier=kit.cut(found.name, NAME))))]
    for name in NEEDS:
        optional = name != "personal_data"
        block = ids.field_block(name)
        blocks.append(kit.input_block(t(f"ledger.field.{name}"), kit.radio(value, yes_no), block, optional=optional))
    return kit.modal(
        t("known.need_title"),
        blocks,
        callback_id=ids.View.NEED,
        metadata=ids.pack(found.supplier_id),
        submit=t("common.next"),
        close=t("common.cancel"),
    )


def meaning_view(t: Text, found: Meaning, titles: Mapping[str, str]) -> Json:
    """The tier, why, and what would be asked; then the way to the register form. `titles`: checklist key → title."""
    names = found.tier.name
    tier = names.en if t.language == "en" else names.ja
    why = t("tier.comma").join(one_reason(t, reason) for reason in found.reasons)
    blocks = [
        kit.section(kit.plain(t("known.tier", tier=tier, why=why))),
        kit.section(kit.plain(_asked(t, found, titles))),
    ]
    if found.refused:
        blocks.append(kit.section(kit.plain(t("known.refused"))))
    register = kit.button(t("known.go_on"), ids.Do.KNOWN_REGISTER, ids.pack(found.supplier_id))
    return kit.modal(
        t("known.means_title"),
        [*blocks, kit.actions([register])],
        callback_id=ids.View.DONE,
        close=t("common.close"),
    )


def _asked(t: Text, found: Meaning, titles: Mapping[str, str]) -> str:
    if found.exempt:
        return t("known.exempt", reason=t(f"round.reason.{found.exempt}"))
    checklists = "、".join(f"「{titles.get(key, key)}」" for key in found.asked)
    return t("known.asked", checklists=checklists, months=found.tier.cadence)
