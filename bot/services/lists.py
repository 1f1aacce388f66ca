"""Which published checklists a round asks of whom: those that were chosen for it, or what the policy says of each work.

A round pins the versions it may ask when it is drafted, so that what was previewed is what is sent, whatever is published
meanwhile. Which of them a piece of work gets is decided when it is sent: the owner's answer may have changed its tier.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date

from bot.domain.answering import ReviewQuestion
from bot.domain.base import Language, Value
from bot.domain.checklist import Checklist
from bot.domain.checklist_facts import facts_of
from bot.domain.choosing import Listed, choose
from bot.domain.ledger import Engagement, Supplier
from bot.domain.policy import Policy
from bot.domain.rounds import ChecklistVersion, Review, Round
from bot.services.policies import policy
from message_templates.catalogs import text
from storage import reviews, tiers
from storage.tx import Tx

WHOLE = 5  # minutes are said in steps of five, rounded up


class Heading(Value):
    """What a request says of its lists: their titles, what they are for, and about how many minutes they take."""

    title: str
    purpose: str
    minutes: int


async def versions(tx: Tx, ids: Iterable[str]) -> list[Listed]:
    """The published checklists with these ids, in that order. One statement."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return []
    found = {one.id: one for one in await tx.find(ChecklistVersion, id=wanted)}
    return [Listed(key, Checklist.model_validate(found[key].body)) for key in wanted]


async def of_round(tx: Tx, round_: Round) -> list[Listed]:
    """Every list that a round may ask."""
    return await versions(tx, round_.checklist_version_ids)


async def for_work(
    tx: Tx, round_: Round, supplier: Supplier, engagements: Sequence[Engagement], today: date
) -> dict[str, tuple[Listed, ...]]:
    """Engagement id → the lists it is asked, each with its reason."""
    pinned = await of_round(tx, round_)
    if not round_.by_policy:
        return {one.id: tuple(pinned) for one in engagements}
    decisions = await tiers.current(tx, [one.id for one in engagements])
    rules = policy()
    return {
        one.id: _chosen(rules, pinned, decisions[one.id].in_force(today) if one.id in decisions else "", supplier, one)
        for one in engagements
    }


def _chosen(
    rules: Policy, pinned: Sequence[Listed], tier: str, supplier: Supplier, work: Engagement
) -> tuple[Listed, ...]:
    """What the policy says now, of what was pinned; where a later policy names none of that any more, the first of it."""
    by_key = {one.checklist.key: one for one in pinned}
    chosen = choose(rules, tier, facts_of(supplier, [work]), work.tags, by_key)
    found = [replace(by_key[key], why=why) for key, why in chosen.items()]
    return tuple(found or pinned[:1])


def heading(lists: Sequence[Listed], questions: Collection[ReviewQuestion], language: Language) -> Heading:
    """The heading of a request that asks these questions of these lists."""
    minutes = sum(_minutes(one, questions) for one in lists)
    return Heading(
        title=titles(lists, language),
        purpose=lists[0].checklist.purpose.in_language(language),
        minutes=max(WHOLE, math.ceil(minutes / WHOLE) * WHOLE),
    )


def titles(lists: Sequence[Listed], language: Language) -> str:
    """Their titles as one."""
    return text(language)("round.list_separator").join(one.checklist.title.in_language(language) for one in lists)


def _minutes(one: Listed, questions: Collection[ReviewQuestion]) -> float:
    """A list's own minutes, by the share of its questions that is asked at all (of those about several works, once)."""
    asked = {q.key for q in questions if q.included and q.version_id == one.version_id}
    return one.checklist.minutes * len(asked) / len(one.checklist.questions)


async def asked_in(tx: Tx, review: Review, ids: Iterable[str]) -> list[Listed]:
    """The lists (version ids) of which a review asks something; before it is frozen, those that its round may ask."""
    return await versions(tx, ids) or await of_round(tx, await tx.need(Round, review.round_id))


async def title_of(tx: Tx, review: Review, language: str) -> str:
    """The titles of what a review asks, as its requests show them."""
    lists = await asked_in(tx, review, await reviews.versions_asked(tx, review.id))
    return titles(lists, "en" if language == "en" else "ja")
