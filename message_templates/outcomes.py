"""How a review ended: to an owner with value and reason, to a supplier in fitting words.

Fair dealing (content_ja.md §5.3): what is asked for comes with the offer to talk about its cost, nothing is threatened or
cut off by itself, and a person will get in touch. The judges' reasons are not in what goes to a supplier.
"""

from __future__ import annotations

from typing import Any

from bot.domain.judging import Outcome, OutcomeLine
from bot.domain.rounds import JudgementValue
from message_templates import kit
from message_templates.catalogs import Text

Json = dict[str, Any]
NAME = 80
LINES = 40
TO_MEND = frozenset({JudgementValue.IMPROVE, JudgementValue.NO_CONTRACT})


def owner_text(t: Text, outcome: Outcome) -> str:
    """The sentence of notifications."""
    return t("outcome.owner", supplier=kit.cut(outcome.supplier, NAME), title=outcome.title)


def owner(t: Text, outcome: Outcome) -> list[Json]:
    """To an owner: every piece of work with value and reason."""
    blocks = [kit.section(kit.plain(owner_text(t, outcome)))]
    blocks += [kit.section(kit.plain(_owner_line(t, line))) for line in outcome.lines[:LINES]]
    if any(line.value is JudgementValue.NO_CONTRACT for line in outcome.lines):
        blocks.append(kit.context(kit.plain(t("outcome.owner_no_contract"))))
    return blocks


def _owner_line(t: Text, line: OutcomeLine) -> str:
    value = t(f"judge.value_{line.value.value}")
    text = t("outcome.owner_line", business=kit.cut(line.business, NAME), value=value, reason=line.reason)
    return text + (t("outcome.owner_until", until=t.date(line.until)) if line.until else "")


def supplier_text(t: Text, outcome: Outcome) -> str:
    """The sentence of notifications: no result in it, it shows on lock screens."""
    return t("outcome.supplier", title=outcome.title)


def supplier(t: Text, outcome: Outcome) -> list[Json]:
    """To a supplier's people: thanks, each piece of work in fitting words, what happens next."""
    dear = t("outcome.supplier_dear", supplier=kit.cut(outcome.supplier, NAME))
    intro = t("outcome.supplier_answered" if outcome.answered else "outcome.supplier_silent", title=outcome.title)
    blocks = [kit.section(kit.plain(f"{dear}\n\n{intro}"))]
    blocks += [kit.section(kit.plain(_supplier_line(t, line))) for line in outcome.lines[:LINES]]
    closing = []
    if any(line.value in TO_MEND for line in outcome.lines):
        closing += [t("outcome.supplier_cost"), t("outcome.supplier_contact")]
    elif outcome.answered:
        closing.append(t("outcome.supplier_thanks"))
    return [*blocks, *[kit.section(kit.plain(sentence)) for sentence in closing]]


def _supplier_line(t: Text, line: OutcomeLine) -> str:
    text = t(f"outcome.supplier_{line.value.value}", business=kit.cut(line.business, NAME))
    return text + (t("outcome.supplier_letter", letter=line.letter) if line.letter else "")
