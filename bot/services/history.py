"""The ledger's history: what changed, field by field, in the same transaction as the change itself.

A new record is one entry with the field `created` and the whole record after it; so "as of" a day is the present record
with every later entry undone. To record another kind of change: call `changed` with the value before and after.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.domain.base import Value
from bot.domain.ledger import Change
from bot.domain.people import Actor
from storage.ids import new_id

CREATED = "created"
PROPOSAL = "proposal"
_SILENT = {"id", "version"}


def created(value: Value, actor: Actor, now: datetime, cause: str) -> Change:
    """The entry of a new record."""
    return _entry(value, CREATED, None, value.model_dump(mode="json"), actor, now, cause)


def changed(before: Value, after: Value, actor: Actor, now: datetime, cause: str) -> list[Change]:
    """One entry for each field that differs; none where nothing does."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    differing = [name for name in new if name not in _SILENT and old.get(name) != new[name]]
    return [_entry(after, name, old.get(name), new[name], actor, now, cause) for name in differing]


def proposed(engagement_id: str, said: Mapping[str, Any], actor: Actor, now: datetime, cause: str) -> list[Change]:
    """What a proposal says of a record that is there already: written down, and nobody's value until it is confirmed."""
    by = actor.person_id or actor.who.slack_user_id
    what = {"subject": PROPOSAL, "subject_id": engagement_id, "actor_id": by, "at": now, "cause": cause}
    return [Change(id=new_id(), field=field, after=value, **what) for field, value in said.items()]


def _entry(value: Value, field: str, before: Any, after: Any, actor: Actor, now: datetime, cause: str) -> Change:
    return Change(
        id=new_id(),
        subject=type(value).__name__.lower(),
        subject_id=str(getattr(value, "id", "")),
        field=field,
        before=before,
        after=after,
        actor_id=actor.person_id or actor.who.slack_user_id,
        at=now,
        cause=cause,
    )
