"""The rows that an import writes, as columns: records, owners, tiers and their history, thousands at a time.

Says the same as `registering.new_records` (a test compares them), several times faster: the tier of work with the same facts
is decided once in a file.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.base import Value
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.import_steps import Step
from bot.domain.ledger import Engagement
from bot.domain.people import Actor
from bot.domain.placing import first_owners
from bot.domain.tiers import TierDecision, facts_of
from bot.services import history, tiering
from bot.services.spool import Batch
from storage.bulk import Columns, as_columns
from storage.ids import new_id

CAUSE = "import"


class ImportRows:
    """Gathers what rows of a file make; one for each import."""

    def __init__(self, actor: Actor, now: datetime) -> None:
        self._actor = actor
        self._now = now
        self._tiers: dict[tuple[Any, ...], Columns] = {}
        self._begin()

    def _begin(self) -> None:
        self._new: list[Value] = []
        self._tier_rows: list[Columns] = []
        self._changed: list[Value] = []
        self._retier: list[Value] = []

    def add(self, step: Step) -> None:
        """Everything that one row makes, with its history."""
        if step.new_supplier:
            self._created(step.supplier)
        if step.new_engagement:
            self._created(step.new_engagement)
            self._new += first_owners(step.new_engagement.id, step.department, new_id, self._now)
            self._tier_rows.append(self._tier(step.new_engagement))
        for before, after in step.changes:
            self._new += history.changed(before, after, self._actor, self._now, CAUSE)
            self._changed.append(after)
            if isinstance(after, Engagement):
                self._retier.append(after)
        for value in step.added:
            if isinstance(value, Contact | Document):
                self._created(value)
            else:
                self._new.append(value)

    def batch(self) -> Batch:
        """What was added since the last one."""
        rows = as_columns(self._new)
        if self._tier_rows:
            rows[TierDecision] = self._tier_rows
        made = Batch(rows, self._changed, self._retier)
        self._begin()
        return made

    def _created(self, value: Value) -> None:
        self._new += [value, history.created(value, self._actor, self._now, CAUSE)]

    def _tier(self, engagement: Engagement) -> Columns:
        facts = tuple(facts_of(engagement).__dict__.values())
        if facts not in self._tiers:
            first = tiering.first(engagement, self._actor, self._now, CAUSE)
            (self._tiers[facts],) = as_columns([first])[TierDecision]
        return self._tiers[facts] | {"id": new_id(), "engagement_id": engagement.id}
