"""The messages of chasing: short, polite, and with the date named (never "tomorrow": they may be read a day later)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.chasing import OwnerEscalation, OwnerReminder, Silence, SupplierReminder, Work
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]
LINES = 15
NAME = 80


def owner_reminder_text(t: Text, card: OwnerReminder) -> str:
    """The sentence of an owner's reminder."""
    return t(f"chase.owner_{card.step.value}", title=card.title, due=t.date(card.due_on), count=len(card.work))


def owner_reminder(t: Text, card: OwnerReminder) -> list[Json]:
    """What is open, and where to answer it."""
    return [
        kit.section(kit.plain(owner_reminder_text(t, card))),
        kit.section(kit.plain(_lines(t, card.work))),
        kit.context(kit.plain(t("chase.owner_where"))),
    ]


def owner_escalation_text(t: Text, card: OwnerEscalation) -> str:
    """The sentence of an escalation within the company."""
    count = sum(len(owner.work) for owner in card.owners)
    return t("chase.owner_escalation", title=card.title, due=t.date(card.due_on), count=count)


def owner_escalation(t: Text, card: OwnerEscalation) -> list[Json]:
    """Who has not answered what; facts, no blame."""
    shown = card.owners[:LINES]
    blocks = [kit.section(kit.plain(owner_escalation_text(t, card)))]
    for owner in shown:
        name = t("chase.owner_name", name=kit.cut(owner.name, NAME) if owner.name else t("chase.somebody"))
        blocks.append(kit.section(kit.plain(f"{name}\n{_lines(t, owner.work)}")))
    if len(card.owners) > len(shown):
        blocks.append(kit.context(kit.plain(t("chase.more_people", count=len(card.owners) - len(shown)))))
    return [*blocks, kit.context(kit.plain(t("chase.owner_escalation_ask")))]


def supplier_reminder_text(t: Text, card: SupplierReminder) -> str:
    """The sentence of a supplier's reminder."""
    return t(f"chase.supplier_{card.step.value}", title=card.title, due=t.date(card.due_on), today=t.date(card.today))


def supplier_reminder(t: Text, card: SupplierReminder) -> list[Json]:
    """In the hub's thread: to whom, what, and the way in."""
    dear = t("chase.supplier_dear", supplier=kit.cut(card.supplier, NAME))
    return [
        kit.section(kit.plain(f"{dear}\n\n{supplier_reminder_text(t, card)}")),
        kit.context(kit.plain(t("chase.supplier_where"))),
    ]


def silence_text(t: Text, card: Silence) -> str:
    """That a supplier did not answer, or was never reached."""
    key = "chase.silence" if card.reached else "chase.silence_not_reached"
    return t(key, supplier=kit.cut(card.supplier, NAME), title=card.title, due=t.date(card.due_on))


def silence_to_owner(t: Text, card: Silence) -> list[Json]:
    """To the owner of the work: what happens now."""
    return [
        kit.section(kit.plain(silence_text(t, card))),
        kit.section(kit.plain(_businesses(t, card.businesses))),
        kit.context(kit.plain(t("chase.silence_owner"))),
    ]


def silence_to_security(t: Text, card: Silence) -> list[Json]:
    """To the security team: the way to judge."""
    return [
        kit.section(kit.plain(silence_text(t, card))),
        kit.section(kit.plain(_businesses(t, card.businesses))),
        kit.context(kit.plain(t("chase.silence_security"))),
        kit.actions(
            [kit.button(t("judge.go"), ids.Do.JUDGE_OPEN, ids.pack(card.review_id), style="primary")],
            block_id="vr1.judge_go",
        ),
    ]


def _lines(t: Text, work: Sequence[Work]) -> str:
    lines = [
        t("chase.line", supplier=kit.cut(w.supplier, NAME), business=kit.cut(w.business, NAME)) for w in work[:LINES]
    ]
    return _listed(t, lines, len(work))


def _businesses(t: Text, businesses: Sequence[str]) -> str:
    return _listed(t, [t("chase.business", business=kit.cut(b, NAME)) for b in businesses[:LINES]], len(businesses))


def _listed(t: Text, lines: list[str], total: int) -> str:
    more = [t("chase.more", count=total - len(lines))] if total > len(lines) else []
    return "\n".join([*lines, *more])
