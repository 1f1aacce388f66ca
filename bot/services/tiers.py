"""Risk tiers in people's hands: a supplier's tiers with their reasons, setting another one for a time, what needs a look.

What follows from facts is decided in `tiering.py`, in the transaction that changes the facts. A decision is never changed:
setting a tier, and taking that back, are new ones. That a set tier has run out is computed from the day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.domain.ledger import Engagement, Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal
from bot.domain.tier_views import TierForm, TierLine, TierPart, TierSet, TierSheet, names_of
from bot.domain.tiers import TierDecision, Wish, checked
from bot.services.desk import Desk
from bot.services.finding import find
from bot.services.policies import policy
from bot.services.rounds import language_of
from bot.services.tiering import retier
from storage import people, tiers
from storage.ids import new_id
from storage.tx import Tx

LISTED = 15
USUAL = timedelta(days=180)
"""How long the form proposes to set a tier for."""


class Tiers:
    """The security team's use cases. `zone` is the company's: which day is today."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def sheet(self, press: Press, words: str) -> TierSheet | Candidates:
        """A supplier's tiers, or who could be meant; without words, what needs a look. Raises Refusal(NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> TierSheet | Candidates:
            require(Action.SET_TIER, roles(actor))
            if not words.strip():
                return await self._todo(tx, actor, now)
            found = await find(tx, words)
            return found if isinstance(found, Candidates) else await self._of(tx, actor, found, now)

        return await self._desk.look(press, work)

    async def form(self, press: Press, engagement_id: str) -> TierForm:
        """The form for one engagement."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> TierForm:
            require(Action.SET_TIER, roles(actor))
            engagement, supplier = await _engagement(tx, engagement_id)
            decision = (await tiers.current(tx, [engagement_id])).get(engagement_id)
            return TierForm(
                language=language_of(actor),
                names=names_of(policy()),
                line=_line(supplier.name, engagement, decision),
                back=bool(decision and (decision.override or decision.overtaken)),
                until=self._day(now) + USUAL,
            )

        return await self._desk.look(press, work)

    async def set(self, press: Press, engagement_id: str, shown: int, wish: Wish) -> TierSet:
        """Set a tier, or let the rules count again. `shown`: the number of the decision that the form showed.

        Raises Refusal on the input, or CHANGED_MEANWHILE where somebody was faster.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> TierSet:
            require(Action.SET_TIER, roles(actor))
            engagement, _supplier = await _engagement(tx, engagement_id)
            before = (await tiers.current(tx, [engagement_id])).get(engagement_id)
            if (before.n if before else 0) != shown:
                raise Refusal(Code.CHANGED_MEANWHILE)
            await retier(tx, [engagement], actor, now, "policy")  # missing, or made by other rules
            last = (await tiers.current(tx, [engagement_id]))[engagement_id]
            made = _set(last, checked(wish, last, policy(), self._day(now)), actor, now)
            tx.add(made)
            action = "tier:set" if made.override else "tier:taken_back"
            tx.audit(now, actor, action, "engagement", engagement_id, n=made.n, tier=made.override or made.tier)
            return TierSet(
                language=language_of(actor),
                names=names_of(policy()),
                business=engagement.business,
                tier=made.override or made.tier,
                until=made.override_until,
            )

        return await self._desk.once("tiers.set", press, TierSet, work)

    async def _of(self, tx: Tx, actor: Actor, supplier: Supplier, now: datetime) -> TierSheet:
        works = [e for e in await tx.find(Engagement, supplier_id=supplier.id) if e.state.value in tiers.ALIVE]
        found = await tiers.current(tx, [e.id for e in works[:LISTED]])
        lines = [_line(supplier.name, e, found.get(e.id)) for e in works[:LISTED]]
        return await self._sheet(tx, actor, lines, now, more=len(works) - len(lines))

    async def _todo(self, tx: Tx, actor: Actor, now: datetime) -> TierSheet:
        today = self._day(now)
        total = await tiers.attention_count(tx, today)
        lines = [
            TierLine(supplier=name, business=work, engagement_id=d.engagement_id, decision=d)
            for name, work, d in await tiers.attention(tx, today, LISTED)
        ]
        return await self._sheet(tx, actor, lines, now, more=total - len(lines), todo=True)

    async def _sheet(
        self, tx: Tx, actor: Actor, lines: list[TierLine], now: datetime, *, more: int, todo: bool = False
    ) -> TierSheet:
        part = await _part(tx, lines, self._day(now))
        return TierSheet(language=language_of(actor), todo=todo, more=more, **dict(part))

    def _day(self, now: datetime) -> date:
        return now.astimezone(self._zone).date()


async def tiers_part(tx: Tx, supplier: Supplier, engagement_ids: Sequence[str], today: date) -> TierPart | None:
    """What a supplier's record shows of its tiers (`record_parts.LOADERS`)."""
    works = await tx.find(Engagement, id=list(engagement_ids))
    found = await tiers.current(tx, [e.id for e in works])
    return await _part(tx, [_line(supplier.name, e, found.get(e.id)) for e in works], today) if found else None


async def retiered(tx: Tx, actor: Actor, _before: Engagement, after: Engagement, now: datetime) -> None:
    """What an edited record leads to (`record_parts.EDITED`)."""
    await retier(tx, [after], actor, now, "edit")


async def _part(tx: Tx, lines: list[TierLine], today: date) -> TierPart:
    setters = {line.decision.override_by for line in lines if line.decision and line.decision.override_by}
    names = await people.names(tx, sorted(setters)) if setters else {}
    rules = policy()
    return TierPart(
        names=names_of(rules),
        lines=tuple(_named(line, names) for line in lines),
        today=today,
        outdated=frozenset(line.engagement_id for line in lines if line.other_rules(rules)),
    )


def _line(supplier: str, engagement: Engagement, decision: TierDecision | None) -> TierLine:
    return TierLine(supplier=supplier, business=engagement.business, engagement_id=engagement.id, decision=decision)


def _named(line: TierLine, names: dict[str, str]) -> TierLine:
    setter = line.decision.override_by if line.decision else ""
    return line.model_copy(update={"by": names.get(setter, "")})


async def _engagement(tx: Tx, engagement_id: str) -> tuple[Engagement, Supplier]:
    engagement = await tx.get(Engagement, engagement_id)
    if engagement is None or engagement.state.value not in tiers.ALIVE:
        raise Refusal(Code.NOT_FOUND)
    return engagement, await tx.need(Supplier, engagement.supplier_id)


def _set(last: TierDecision, wish: Wish, actor: Actor, now: datetime) -> TierDecision:
    """The decision that follows: like the last one, with what the person wants."""
    return last.model_copy(
        update={
            "id": new_id(),
            "n": last.n + 1,
            "override": wish.tier or None,
            "override_reason": wish.reason,
            "override_by": actor.person_id if wish.tier else "",
            "override_until": wish.until,
            "overtaken": False,
            "by": actor.person_id,
            "at": now,
            "cause": "override",
        }
    )
