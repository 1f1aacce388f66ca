"""Merging two records of one company, and taking a merging back. One commit each; the history of both is kept.

Every row that changes hands leaves an entry in the history, so "as of" a day shows it where it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.base import Root
from bot.domain.ledger import Change, Supplier, SupplierState
from bot.domain.merge_facts import differing, suggested, taken
from bot.domain.merging import (
    LISTED,
    UNDOABLE,
    Merge,
    MergeDone,
    MergeForm,
    MergeLine,
    MergeLines,
    MergePreview,
    Moved,
    Side,
    check,
    joined,
    parted,
    together_still,
)
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.reading import Candidate, Candidates
from bot.domain.refusal import Code, Refusal
from bot.services import history
from bot.services.desk import Desk
from bot.services.finding import find
from bot.services.merge_ways import ways
from storage import companies, ledger, merging, people
from storage.ids import new_id
from storage.tx import Tx

CAUSE, UNDO = "merge", "merge_undone"
NOTHING: Mapping[str, str] = {}


class Merging:
    """For the security team. `zone` is the company's: which day something was merged on."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def form(self, press: Press, words: str) -> MergeForm | Candidates:
        """The record meant by `words` with those that look like it. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> MergeForm | Candidates:
            require(Action.MERGE, roles(actor))
            found = await find(tx, words)
            if isinstance(found, Candidates):
                return found
            alike = await ledger.alike(tx, found.name_key, LISTED + 1)
            others = [s.id for s in alike if s.id != found.id and s.state is not SupplierState.MERGED][:LISTED]
            (one, *rest) = await merging.sides(tx, [found.id, *others])
            return MergeForm(one=one, others=tuple(rest))

        return await self._desk.look(press, work)

    async def preview(self, press: Press, one_id: str, other: str, words: str, kept: str) -> MergePreview:
        """What it would do. `other`: an id, or '' where `words` name the record; `kept`: 'one' or 'other'.

        Raises Refusal on the field `other`.
        """

        async def work(tx: Tx, actor: Actor, _now: datetime) -> MergePreview:
            require(Action.MERGE, roles(actor))
            other_id = other or await _meant(tx, words)
            pair = (one_id, other_id) if kept == "one" else (other_id, one_id)
            one, two, sides = await _pair(tx, *pair)
            moved, left = await merging.moving(tx, one.id, two.id)
            after = joined(one, two, suggested(one, two))[0]
            asked = differing(one, two)
            return MergePreview(
                kept=sides[0],
                gone=sides[1],
                counts=merging.counts(moved),
                left=left,
                number_moves=after.corporate_number != one.corporate_number,
                taken=tuple(t for t in taken(one, after) if t.field not in {d.field for d in asked}),
                differing=asked,
                ways=await ways(tx, one, two),
            )

        return await self._desk.look(press, work)

    async def merge(self, press: Press, kept_id: str, gone_id: str, chosen: Mapping[str, str] = NOTHING) -> MergeDone:
        """Do it. `chosen`: whose fact stands where they differ, by field. Raises Refusal where it cannot be (any more)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> MergeDone:
            require(Action.MERGE, roles(actor))
            await companies.hold(tx, [kept_id, gone_id])  # what is added meanwhile would stay behind
            kept, gone, _sides = await _pair(tx, kept_id, gone_id)
            wanted, left = await merging.moving(tx, kept.id, gone.id)
            kept_after, gone_after = joined(kept, gone, chosen)
            await _put(tx, [(gone, gone_after), (kept, kept_after)], actor, now, CAUSE)
            moved = await _hand_over(tx, wanted, gone.id, kept.id, actor, now, CAUSE)
            done = Merge(
                id=new_id(),
                kept_id=kept.id,
                gone_id=gone.id,
                moved=tuple(moved),
                number_moved=kept_after.corporate_number != kept.corporate_number,
                taken=taken(kept, kept_after),
                by_id=actor.person_id,
                at=now,
            )
            tx.add(done)
            tx.audit(now, actor, "supplier:merged", "supplier", gone.id, into=kept.id, merge=done.id)
            return MergeDone(kept=kept.name, gone=gone.name, moved=len(moved), left=left)

        return await self._desk.once("merging.merge", press, MergeDone, work)

    async def lines(self, press: Press) -> MergeLines:
        """The newest mergings. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> MergeLines:
            require(Action.MERGE, roles(actor))
            found = await merging.latest(tx, UNDOABLE)
            wanted = {s for m in found for s in (m.kept_id, m.gone_id)}
            suppliers = {s.id: s for s in await tx.find(Supplier, id=wanted)} if wanted else {}
            names = await people.names(tx, [m.by_id for m in found])
            return MergeLines(lines=tuple(_line(m, suppliers, names.get(m.by_id, ""), self._zone) for m in found))

        return await self._desk.look(press, work)

    async def undo(self, press: Press, merge_id: str) -> MergeDone:
        """Take it back: what was moved and still is with the kept record returns, with the documents about it; and what the
        kept record got, it has no more.

        Nothing of the one is asked about at an endpoint of the other afterwards. Raises Refusal(CHANGED_MEANWHILE,
        MERGED_SINCE, REVIEW_UNDER_WAY, NUMBER_TAKEN).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> MergeDone:
            require(Action.MERGE, roles(actor))
            merge = await tx.get(Merge, merge_id)
            if merge is None:
                raise Refusal(Code.NOT_FOUND)
            await companies.hold(tx, [merge.kept_id, merge.gone_id])
            kept, gone = await tx.need(Supplier, merge.kept_id), await tx.need(Supplier, merge.gone_id)
            kept_after, gone_after = await _parted(tx, merge, kept, gone)
            together_still(await merging.reviews_of_both(tx, kept.id, merge.moved), gone)
            await _put(tx, [(kept, kept_after), (gone, gone_after)], actor, now, UNDO)
            back = await _hand_over(tx, merge.moved, kept.id, gone.id, actor, now, UNDO)
            papers = await merging.papers_of_both(tx, kept.id, gone.id)
            await _hand_over(tx, papers, kept.id, gone.id, actor, now, UNDO)
            for one in await merging.work_elsewhere(tx, kept.id, gone.id):
                await _put(tx, [(one, one.model_copy(update={"endpoint_id": None}))], actor, now, UNDO)
            await tx.put(merge.model_copy(update={"undone_by": actor.person_id, "undone_at": now}))
            tx.audit(now, actor, "supplier:merge_undone", "supplier", gone.id, into=kept.id, merge=merge.id)
            return MergeDone(kept=kept.name, gone=gone.name, moved=len(back), left=len(merge.moved) - len(back))

        return await self._desk.once("merging.undo", press, MergeDone, work)


async def _meant(tx: Tx, words: str) -> str:
    """The one record that is meant by what was typed. Raises Refusal on the field."""
    if not words.strip():
        raise Refusal(Code.EMPTY, "other")
    try:
        found = await find(tx, words)
    except Refusal as refusal:
        raise Refusal(refusal.code, "words", **refusal.params) from refusal
    if isinstance(found, Candidates):
        raise Refusal(Code.SEVERAL_MATCH, "words")
    return found.id


async def _pair(tx: Tx, kept_id: str, gone_id: str) -> tuple[Supplier, Supplier, list[Side]]:
    sides = await merging.sides(tx, [kept_id, gone_id])
    reviews = next((side.open_reviews for side in sides if side.id == gone_id), 0)
    kept, gone = check(await tx.get(Supplier, kept_id), await tx.get(Supplier, gone_id), reviews)
    if await merging.subcontracts_between(tx, kept.id, gone.id):
        raise Refusal(Code.OWN_SUBCONTRACTOR, "other")
    return kept, gone, sides


async def _put(tx: Tx, pairs: Iterable[tuple[Root, Root]], actor: Actor, now: datetime, cause: str) -> None:
    """In this order: a number is given up before it is taken."""
    for before, after in pairs:
        if before != after:
            await tx.put(after)
            await tx.flush()
            tx.add(*history.changed(before, after, actor, now, cause))


async def _hand_over(
    tx: Tx, rows: Iterable[Moved], giver: str, taker: str, actor: Actor, now: datetime, cause: str
) -> list[Moved]:
    given = await merging.hand_over(tx, list(rows), owner_id=taker, held_by=giver)
    who = actor.person_id
    entries = [
        Change(
            id=new_id(),
            subject=row.table.replace("_", ""),
            subject_id=row.id,
            field=merging.MOVES[row.table],
            before=giver,
            after=taker,
            actor_id=who,
            at=now,
            cause=cause,
        )
        for row in given
    ]
    await ledger.insert_all(tx, entries)
    return given


async def _parted(tx: Tx, merge: Merge, kept: Supplier, gone: Supplier) -> tuple[Supplier, Supplier]:
    """Both records after undoing, from what `gone` was before: its history knows. Raises Refusal."""
    state = await _before(tx, gone.id, "state")
    number = await _before(tx, gone.id, "corporate_number") if merge.number_moved else None
    works = await merging.work_of_its_own(tx, kept.id, merge.moved)
    after = parted(merge, kept, gone, SupplierState(state or SupplierState.ACTIVE), number, works=works)
    holder = await tx.one(Supplier, corporate_number=number) if number else None
    if holder and holder.id != kept.id:
        raise Refusal(Code.NUMBER_TAKEN, name=holder.name)
    return after


async def _before(tx: Tx, supplier_id: str, field: str) -> str | None:
    """What stood in a field before the last merging."""
    entries = await tx.find(Change, subject="supplier", subject_id=supplier_id, field=field, cause=CAUSE)
    return str(entries[-1].before) if entries else None


def _line(merge: Merge, suppliers: dict[str, Supplier], by: str, zone: ZoneInfo) -> MergeLine:
    kept, gone = suppliers[merge.kept_id], suppliers[merge.gone_id]
    return MergeLine(
        id=merge.id,
        kept=Candidate(name=kept.name, corporate_number=kept.corporate_number),
        gone=Candidate(name=gone.name, corporate_number=gone.corporate_number),
        on=merge.at.astimezone(zone).date(),
        by=by,
    )


async def merged_ids(tx: Tx, supplier: Supplier, _engagements: Sequence[str]) -> list[str]:
    """The records that were merged into this one: their history is a part of its own."""
    return await merging.into(tx, supplier.id)
