"""What a round leaves out, in people's hands: look at the proposals in the preview, put one back, leave one out.

Every choice has a reason and stands with the decision it changes; while the round is a preview it can be taken back. The
preview holds with it: `rounds.open` decides anew with the same choices.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.domain.ledger import Supplier
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import RoundDecision
from bot.domain.scope_views import PAGE, ScopeChanged, ScopeForm, ScopeLine, ScopePage
from bot.domain.scoping import IN, PROPOSED, Choice, turned
from bot.services.desk import Desk
from bot.services.rounds import language_of, previewed
from storage import people, rounds, scope
from storage.tx import Tx

MOST = 100


class Scope:
    """The security team's use cases about one previewed round."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def page(self, press: Press, round_id: str, number: int) -> ScopePage:
        """A page of what is proposed or was chosen. A page too far is the last one."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> ScopePage:
            require(Action.OPEN_ROUND, roles(actor))
            await previewed(tx, round_id)
            found = await scope.chosen_or_proposed(tx, round_id, [reason.value for reason in PROPOSED])
            pages = max(1, -(-len(found) // PAGE))
            shown = max(0, min(number, pages - 1))
            return ScopePage(
                language=language_of(actor),
                round_id=round_id,
                lines=await _lines(tx, found[shown * PAGE : (shown + 1) * PAGE]),
                total=len(found),
                page=shown,
                pages=pages,
            )

        return await self._desk.look(press, work)

    async def turn_form(self, press: Press, round_id: str, engagement_id: str) -> ScopeForm:
        """The form that turns one decision around."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> ScopeForm:
            require(Action.OPEN_ROUND, roles(actor))
            await previewed(tx, round_id)
            found = await scope.decision(tx, round_id, engagement_id)
            if found is None:
                raise Refusal(Code.NOT_FOUND)
            (line,) = await _lines(tx, [found])
            return ScopeForm(
                language=language_of(actor),
                round_id=round_id,
                kind="turn",
                subject_id=engagement_id,
                supplier=line.supplier,
                line=line,
            )

        return await self._desk.look(press, work)

    async def leave_form(self, press: Press, round_id: str, supplier_id: str) -> ScopeForm:
        """The form that leaves out work of one supplier."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> ScopeForm:
            require(Action.OPEN_ROUND, roles(actor))
            await previewed(tx, round_id)
            supplier = await tx.get(Supplier, supplier_id)
            works = await rounds.engagements_of(tx, round_id, supplier_id)
            if supplier is None or not works:
                raise Refusal(Code.NOT_FOUND)
            return ScopeForm(
                language=language_of(actor),
                round_id=round_id,
                kind="leave",
                subject_id=supplier_id,
                supplier=supplier.name,
                works=tuple((e.id, e.business) for e in works[:MOST]),
            )

        return await self._desk.look(press, work)

    async def turn(self, press: Press, round_id: str, engagement_ids: Sequence[str], note: str) -> ScopeChanged:
        """Turn these decisions around, all or none. Raises Refusal: NO_REASON, NO_CHOICE, NOTHING_IN_SCOPE, …"""

        async def work(tx: Tx, actor: Actor, now: datetime) -> ScopeChanged:
            require(Action.OPEN_ROUND, roles(actor))
            await rounds.one_at_a_time(tx)  # nobody opens it meanwhile
            await previewed(tx, round_id)
            if not engagement_ids:
                raise Refusal(Code.EMPTY, "works")
            found = await tx.find(RoundDecision, round_id=round_id, engagement_id=list(engagement_ids))
            if len(found) != len(set(engagement_ids)):
                raise Refusal(Code.NOT_FOUND)
            for one in found:
                await _turn(tx, one, note, actor, now)
            await tx.flush()
            if not any(verdict == IN for verdict, _reason in await rounds.counts(tx, round_id)):
                raise Refusal(Code.NOTHING_IN_SCOPE)
            return ScopeChanged(round_id=round_id)

        return await self._desk.once("scope.turn", press, ScopeChanged, work)


async def _turn(tx: Tx, one: RoundDecision, note: str, actor: Actor, now: datetime) -> None:
    verdict, reason, facts = turned((one.verdict, one.reason, one.facts), note, actor.person_id)
    await tx.put(one.model_copy(update={"verdict": verdict, "reason": reason, "facts": facts}))
    tx.audit(now, actor, f"scope:{verdict}", "engagement", one.engagement_id, one.reason, round=one.round_id)


async def _lines(tx: Tx, found: Sequence[tuple[str, str, RoundDecision]]) -> tuple[ScopeLine, ...]:
    choices = {d.id: Choice.model_validate(d.facts["choice"]) for _, _, d in found if "choice" in d.facts}
    names = await people.names(tx, sorted({c.by for c in choices.values()})) if choices else {}
    lines = []
    for supplier, business, one in found:
        choice = choices.get(one.id)
        lines.append(
            ScopeLine(
                engagement_id=one.engagement_id,
                supplier=supplier,
                business=business,
                inside=one.verdict == IN,
                reason=choice.was[1] if choice and choice.verdict == IN else one.reason,
                choice=choice,
                by=names.get(choice.by, "") if choice else "",
            )
        )
    return tuple(lines)
