"""Proposals: the security team's notice with its two buttons, the list of what waits, the form of a refusal, the outcome."""

from __future__ import annotations

from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.ledger import EngagementState
from bot.domain.proposing import Decided, Proposal, Proposals
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

SHORT = 200
FACTS = ("personal_data", "secret_data", "system_access", "work_stops")


def proposed_text(t: Text, what: Proposal) -> str:
    """The notice for screen readers and notifications."""
    return kit.fallback(t("proposal.new", supplier=kit.cut(what.supplier.name, SHORT)))


def proposed(t: Text, what: Proposal) -> list[Json]:
    """The notice: who proposes what, what is entrusted, yes or no."""
    head = t("proposal.new", supplier=kit.cut(what.supplier.name, SHORT))
    return [kit.section(kit.plain(head)), *_lines(t, what)]


def proposal_list(t: Text, found: Proposals) -> list[Json]:
    """What waits, as an answer to the command."""
    if not found.total:
        return [kit.section(kit.plain(t("proposal.none")))]
    blocks = [kit.section(kit.plain(t("proposal.waiting", count=found.total)))]
    for one in found.listed:
        name = kit.plain(kit.cut(one.supplier.name, SHORT))
        blocks += [kit.divider(), kit.section(name), *_lines(t, one)]
    if found.total > len(found.listed):
        blocks.append(kit.context(kit.plain(t("proposal.more", count=found.total - len(found.listed)))))
    return blocks[: kit.MESSAGE_BLOCKS]


def _lines(t: Text, what: Proposal) -> list[Json]:
    engagement, supplier = what.engagement, what.supplier
    number = grouped(supplier.corporate_number) if supplier.corporate_number else "-"
    work = t(
        "proposal.work",
        business=kit.cut(engagement.business, 500),
        department=what.department,
        proposer=what.proposer or "-",
        number=number,
        starts=t.date(engagement.starts_on),
    )
    facts = [t("proposal.fact", field=t(f"ledger.field.{f}"), value=_said(t, getattr(engagement, f))) for f in FACTS]
    facts = [t("proposal.between").join(facts)]
    if what.news:
        said = [t("proposal.fact", field=t(f"ledger.field.{f}"), value=_said(t, v)) for f, v in what.news.items()]
        facts.append(t("proposal.news", facts=t("proposal.between").join(said)))
    blocks = [kit.section(kit.plain(work)), kit.context(*map(kit.plain, facts))]
    if supplier.closed_on:
        blocks.append(kit.context(kit.plain(t("register.closed", day=t.date(supplier.closed_on)))))
    value = ids.pack(engagement.id)
    yes = kit.button(t("proposal.confirm"), ids.Do.PROPOSAL_CONFIRM, value, style="primary")
    no = kit.button(t("proposal.refuse"), ids.Do.PROPOSAL_REFUSE, value)
    return [*blocks, kit.actions([yes, no], block_id=f"vr1.proposal.{engagement.id}")]


def _said(t: Text, value: bool | None) -> str:
    return t("proposal.unsaid") if value is None else t("common.yes" if value else "common.no")


def refuse_modal(t: Text, what: Proposal) -> Json:
    """Why not: one line that the proposer reads."""
    name = kit.cut(what.supplier.name, SHORT)
    return kit.modal(
        t("proposal.refuse_title"),
        [
            kit.section(kit.plain(t("proposal.what", supplier=name, business=kit.cut(what.engagement.business, 500)))),
            kit.input_block(
                t("proposal.reason"),
                kit.text_input(ids.Field.VALUE, multiline=True, limit=1000),
                ids.field_block("reason"),
                hint=t("proposal.reason_hint"),
                optional=False,
            ),
        ],
        callback_id=ids.View.PROPOSAL_REFUSE,
        metadata=ids.pack(what.engagement.id),
        submit=t("proposal.refuse"),
        close=t("common.cancel"),
    )


def decided_text(t: Text, done: Decided) -> str:
    """The sentence for whoever decided."""
    key = "proposal.refused_over" if done.over else "proposal.refused"
    if done.state is EngagementState.ACTIVE:
        key = "proposal.confirmed"
    return t(key, supplier=kit.cut(done.supplier, SHORT), business=kit.cut(done.business, SHORT))


def outcome_text(t: Text, what: Proposal, reason: str) -> str:
    """What the proposer is told."""
    key = "proposal.outcome_no" if reason else "proposal.outcome_yes"
    name = kit.cut(what.supplier.name, SHORT)
    return kit.fallback(t(key, supplier=name, business=kit.cut(what.engagement.business, SHORT)))


def outcome(t: Text, what: Proposal, reason: str) -> list[Json]:
    """The same as blocks, with the reason where it was not taken in."""
    key = "proposal.outcome_no" if reason else "proposal.outcome_yes"
    name = kit.cut(what.supplier.name, SHORT)
    sentence = t(key, supplier=name, business=kit.cut(what.engagement.business, SHORT))
    blocks = [kit.section(kit.plain(sentence))]
    if reason:
        blocks.append(kit.section(kit.plain(t("proposal.why", reason=reason))))
    return blocks
