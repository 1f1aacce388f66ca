"""Many engagements at once: another primary owner, a tag more or less. One transaction, with history, done once.

A fixed number of statements, and a thousand at most (MOST): a press is answered within Slack's three seconds, and on
SQLite everybody else waits while it writes. Reviews are started by the round's own form, which is limited to what is
chosen (`rounds.py`), however much that is.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.bulk import MOST, BulkDone, BulkForm, Left, What, mark_of, one_tag, tagged
from bot.domain.ledger import Engagement
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.services import history
from bot.services.desk import Desk
from bot.services.listing import chosen, look_of, when_of
from bot.services.owning import change_owner
from storage import ledger
from storage.tx import Tx

CAUSE = "bulk"


class Bulk:
    """The use cases. `zone` is the company's."""

    def __init__(self, desk: Desk, zone: ZoneInfo) -> None:
        self._desk = desk
        self._zone = zone

    async def form(self, press: Press, list_id: str) -> BulkForm:
        """What is chosen in a list. Raises Refusal(NOT_YOURS, NOTHING_CHOSEN)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> BulkForm:
            require(Action.EDIT_RECORD, roles(actor))
            found = await chosen(tx, await look_of(tx, actor, list_id), when_of(now, self._zone))
            return BulkForm(list_id=list_id, chosen=len(found), seen=mark_of(found))

        return await self._desk.look(press, work)

    async def run(self, press: Press, list_id: str, what: What, person: str, tag: str, *, seen: str = "") -> BulkDone:
        """Do it. Raises Refusal(NOT_YOURS, NOTHING_CHOSEN), TOO_MANY_AT_ONCE on `what`, others on `person` and `tag`.

        `seen`: the mark of what the form was about. Raises CHANGED_MEANWHILE where other work matches or is ticked by now.
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> BulkDone:
            require(Action.EDIT_RECORD, roles(actor))
            wanted = await chosen(tx, await look_of(tx, actor, list_id), when_of(now, self._zone))
            if seen and mark_of(wanted) != seen:
                raise Refusal(Code.CHANGED_MEANWHILE)
            if len(wanted) > MOST:
                raise Refusal(Code.TOO_MANY_AT_ONCE, "what", most=MOST, chosen=len(wanted))
            told = await self._some(tx, actor, wanted, what, person, tag, now)
            done = told.pop(None, 0)
            tx.audit(now, actor, f"bulk:{what}", "list", list_id, chosen=len(wanted), done=done)
            return BulkDone(list_id=list_id, chosen=len(wanted), done=done, left=tuple(told.items()))

        return await self._desk.once("bulk.run", press, BulkDone, work)

    async def _some(
        self, tx: Tx, actor: Actor, some: Sequence[str], what: What, person: str, tag: str, now: datetime
    ) -> Counter[Left | None]:
        """Change them; None counts what was changed."""
        found = await tx.find(Engagement, id=list(some))
        told: Counter[Left | None] = Counter({Left.GONE: len(some) - len(found)})
        if what is What.OWNER:
            return +(told + await self._give(tx, actor, [one.id for one in found], person, now))
        if what is What.ROUNDS:
            raise Refusal(Code.BAD_VALUE, "what")
        changed = []
        for before in found:
            after = tagged(before, one_tag(tag), on=what is What.TAG)
            if isinstance(after, Left):
                told[after] += 1
                continue
            changed.append(after)
            tx.add(*history.changed(before, after, actor, now, CAUSE))
        await ledger.rewrite(tx, changed)
        return +(told + Counter({None: len(changed)}))

    async def _give(
        self, tx: Tx, actor: Actor, some: Sequence[str], person: str, now: datetime
    ) -> Counter[Left | None]:
        given = await change_owner(tx, actor, some, person, now, self._desk.clock.real())
        return Counter({None: given.changed, Left.SAME: given.same, Left.READ_ONLY: given.kept})
