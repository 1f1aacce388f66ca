"""What other stories put into a supplier's record, and what they do when a record was edited.

To add a section to the record: a loader here in `LOADERS` under a name of yours (it reads what the section shows, one
statement or two whatever the size), and a section under the same name in `message_templates/record_sections.py`, which
draws it. On a day in the past ("as of") only what is stored in the record itself is shown, so loaders are not asked.
To do something in the transaction in which an engagement was edited (a new tier, another end): a function in `EDITED`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime

from bot.domain.base import Value
from bot.domain.ledger import Engagement, Supplier
from bot.domain.people import Actor
from bot.services.certificates import certificate_ids, certificates_part
from bot.services.ending import end_moved
from bot.services.inviting import invitation_ids
from bot.services.merging import merged_ids
from bot.services.relocating import endpoints_part
from bot.services.subcontracting import edge_ids, subcontractors_part
from bot.services.tiers import retiered, tiers_part
from storage.tx import Tx

Loader = Callable[[Tx, Supplier, Sequence[str], date], Awaitable[Value | None]]
"""(tx, supplier, engagement ids, today) → what the section is drawn from; None: nothing to show."""

Edited = Callable[[Tx, Actor, Engagement, Engagement, datetime], Awaitable[None]]
"""(tx, who, engagement before, engagement after, now): called after the new values and their history are queued."""

Subjects = Callable[[Tx, Supplier, Sequence[str]], Awaitable[list[str]]]
"""(tx, supplier, engagement ids) → ids of what else belongs to the record: its changes stand in the record's history."""

SUBJECTS: tuple[Subjects, ...] = (certificate_ids, edge_ids, merged_ids, invitation_ids)

LOADERS: Mapping[str, Loader] = {
    "certificates": certificates_part,
    "subcontractors": subcontractors_part,
    "tiers": tiers_part,
    "endpoints": endpoints_part,
}

EDITED: tuple[Edited, ...] = (retiered, end_moved)
