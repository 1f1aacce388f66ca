"""The owners' answers: one press where nothing changed, a form where something did, and handing on what is not theirs.

Whoever answers first counts: the one who is asked, or a deputy. An answer changes the ledger, withdraws what has ended,
and lets the review go out when it was the last one, all in one commit.
"""

from __future__ import annotations

from datetime import datetime

from bot.domain.attested import said
from bot.domain.attesting import (
    Answered,
    Asked,
    OpenOwner,
    changed_engagement,
    checked,
    clean_note,
    next_in_line,
    require_open,
)
from bot.domain.base import Language, Value
from bot.domain.business_days import Calendar
from bot.domain.checklist import Checklist
from bot.domain.delivery import CardKind
from bot.domain.digests import Work
from bot.domain.ledger import Owner, OwnerRole
from bot.domain.people import Actor, Person
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import AttestationAnswer, AttestationKind, AttestationState, ItemState, Review, move
from bot.services import ending, sending
from bot.services.asking import ask
from bot.services.desk import Desk
from bot.services.history import changed, created
from bot.services.recipients import security_places
from bot.services.telling.owner import owner_missing
from bot.services.tiering import retier
from message_templates.catalogs import text
from storage import attestations, notices
from storage.ids import new_id
from storage.tx import Tx

CAUSE = "attestation"


class AttestForm(Value):
    """What a modal shows of the work it is about."""

    language: Language
    attestation_id: str
    work: Work


class Attested(Value):
    """The answer is in; the digest shows it."""

    kind: AttestationKind


class Attesting:
    """The owners' use cases. `questions` is the attestation checklist; what was confirmed is recorded in its terms."""

    def __init__(self, desk: Desk, calendar: Calendar, questions: Checklist | None = None) -> None:
        self._desk = desk
        self._calendar = calendar
        self._questions = questions

    async def form(self, press: Press, attestation_id: str) -> AttestForm:
        """The work behind a card, for a modal. Refuses like an answer would."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> AttestForm:
            asked = await _asked(tx, actor, attestation_id)
            language = text(actor.person.language if actor.person else "").language
            return AttestForm(language=language, attestation_id=attestation_id, work=_work(asked))

        return await self._desk.look(press, work, attestation_id)

    async def answer(self, press: Press, attestation_id: str, answer: Answered) -> Attested:
        """Unchanged, changed or ended."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Attested:
            asked = await _asked(tx, actor, attestation_id)
            settled = checked(answer, asked.engagement, self._calendar.local_day(now))
            in_words = said(self._questions, settled) if self._questions else {}
            await _record(tx, actor, asked, settled.kind, {**settled.detail(), **in_words}, now)
            state = move(asked.attestation.state, AttestationState.ANSWERED)
            await tx.put(asked.attestation.model_copy(update={"state": state}))
            await self._change_ledger(tx, actor, asked, settled, now)
            await self._carry_on(tx, asked, now)
            return Attested(kind=settled.kind)

        return await self._desk.once("attesting.answer", press, Attested, work, attestation_id)

    async def hand_on(self, press: Press, attestation_id: str, slack_user_id: str, note: str) -> Attested:
        """Not mine. With a person: they are the owner from now on, and are asked. Without: whoever is next in line."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Attested:
            asked = await _asked(tx, actor, attestation_id)
            named = await _named(tx, actor, slack_user_id)
            detail = {"to": named, "note": clean_note(note)}
            await _record(tx, actor, asked, AttestationKind.NOT_MINE, {k: v for k, v in detail.items() if v}, now)
            left = await _change_owners(tx, actor, asked, named, now)
            await self._ask_next(tx, asked, actor.person_id, named, left)
            await self._carry_on(tx, asked, now)
            return Attested(kind=AttestationKind.NOT_MINE)

        return await self._desk.once("attesting.hand_on", press, Attested, work, attestation_id)

    async def _ask_next(self, tx: Tx, asked: Asked, by: str, named: str | None, left: tuple[OpenOwner, ...]) -> None:
        """The next person in a new cycle; nobody: the question is void. Whoever else is asked already stays asked."""
        attestation, real = asked.attestation, self._desk.clock.real()
        person = named or (attestation.owner_id if asked.stays(by) else await _next(tx, asked, left))
        if person is None:
            void = move(attestation.state, AttestationState.VOID)
            await tx.put(attestation.model_copy(update={"state": void}))
        elif person != attestation.owner_id:
            again = attestation.model_copy(update={"owner_id": person, "cycle": attestation.cycle + 1})
            await tx.put(again)
            await ask(tx, person, again, real)
        if not named and not any(o.fit and o.role is OwnerRole.PRIMARY for o in left):
            for place in await security_places(tx):
                missing = owner_missing(attestation.round_id, place, asked.engagement.id, attestation.cycle, real)
                await notices.tell(tx, missing)

    async def _change_ledger(self, tx: Tx, actor: Actor, asked: Asked, answer: Answered, now: datetime) -> None:
        """The engagement's fields, each with its history; work that has ended is not reviewed, its closing list begins."""
        after = changed_engagement(answer, asked.engagement)
        if after != asked.engagement:
            await tx.put(after)
            tx.add(*changed(asked.engagement, after, actor, now, CAUSE))
            await retier(tx, [after], actor, now, CAUSE)
        if answer.kind is AttestationKind.ENDED:
            withdrawn = {"state": move(asked.item.state, ItemState.WITHDRAWN), "reason": "engagement_ended"}
            await tx.put(asked.item.model_copy(update=withdrawn))
            tx.audit(now, actor, "item:withdrawn", "item", asked.item.id, "engagement_ended")
            await notices.refresh(tx, CardKind.HUB, asked.review.id)
            await tx.flush()
            await ending.begin(tx, asked.engagement, after, actor, now, self._desk.clock.real())

    async def _carry_on(self, tx: Tx, asked: Asked, now: datetime) -> None:
        """Show it in the digest, and let the review go on when it waited for this."""
        await notices.refresh(tx, CardKind.DIGEST, asked.attestation.round_id, asked.attestation.owner_id)
        await sending.advance(tx, await tx.need(Review, asked.review.id), now, self._desk.clock.real())


async def _asked(tx: Tx, actor: Actor, attestation_id: str) -> Asked:
    """The attestation, where this person may answer it and it can still be answered."""
    asked = await attestations.asked(tx, attestation_id)
    if asked is None and actor.security:
        raise Refusal(Code.NOT_FOUND)  # a rehearsal of theirs that has ended: not "somebody else may"
    require(Action.ATTEST, roles(actor, owner=asked is not None and asked.answered_by(actor.person_id)))
    if asked is None:
        raise Refusal(Code.NOT_FOUND)
    require_open(asked)
    return asked


def _work(asked: Asked) -> Work:
    one = asked.engagement
    return Work(
        supplier=asked.supplier,
        business=one.business,
        starts_on=one.starts_on,
        ends_on=one.ends_on,
        personal_data=one.personal_data,
    )


async def _named(tx: Tx, actor: Actor, slack_user_id: str) -> str | None:
    """The person that was named, who has to be an active employee other than whoever names them."""
    if not slack_user_id:
        return None
    if tx.practice_of:
        raise Refusal(Code.NOT_IN_REHEARSAL, "person")
    person = await tx.one(Person, slack_user_id=slack_user_id)
    if person is None or not Actor(who=actor.who, person=person).employee:
        raise Refusal(Code.PERSON_NOT_EMPLOYEE, "person")
    if person.id == actor.person_id:
        raise Refusal(Code.BAD_VALUE, "person")
    return person.id


async def _next(tx: Tx, asked: Asked, left: tuple[OpenOwner, ...]) -> str | None:
    refused = await tx.find(
        AttestationAnswer, attestation_id=asked.attestation.id, kind=AttestationKind.NOT_MINE.value, order="n"
    )
    return next_in_line(asked, left, {answer.by for answer in refused})


async def _record(
    tx: Tx, actor: Actor, asked: Asked, kind: AttestationKind, detail: dict[str, object], now: datetime
) -> None:
    """The answer as a new row, and the audit trail (which says nothing that somebody typed)."""
    before = await tx.find(AttestationAnswer, attestation_id=asked.attestation.id, order="n")
    n = before[-1].n + 1 if before else 1
    tx.add(
        AttestationAnswer(
            id=new_id(),
            attestation_id=asked.attestation.id,
            n=n,
            kind=kind,
            detail=detail,
            by=actor.person_id,
            at=now,
        )
    )
    tx.audit(now, actor, f"attestation:{kind.value}", "attestation", asked.attestation.id, n=n)


async def _change_owners(tx: Tx, actor: Actor, asked: Asked, named: str | None, now: datetime) -> tuple[OpenOwner, ...]:
    """Close whoever is not responsible any more, open the named one as primary; who is responsible now."""
    engagement = asked.engagement.id
    primary = next((o.person_id for o in asked.owners if o.role is OwnerRole.PRIMARY), None)
    replaced = named is not None and named != primary
    for row in await tx.find(Owner, engagement_id=engagement, until=None):
        if row.person_id == actor.person_id or (replaced and row.role is OwnerRole.PRIMARY):
            closed = row.model_copy(update={"until": now})
            await tx.put(closed)
            tx.add(*changed(row, closed, actor, now, CAUSE))
    await tx.flush()  # the old primary is closed before the new one opens: only one may be open
    if named and replaced:
        owner = Owner(id=new_id(), engagement_id=engagement, person_id=named, role=OwnerRole.PRIMARY, since=now)
        tx.add(owner, created(owner, actor, now, CAUSE))
    return await attestations.owners(tx, engagement)
