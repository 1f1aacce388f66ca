"""What conditions of a checklist may look at, from the ledger's facts of the work. Pure.

Each name of `checklist_schema.FACTS` has its function here; a new fact is a row there and one here (a test holds the two
together). None means that nobody said, and unknown means ask. Several pieces of work: a yes of one is a yes; where the words
differ all of them count, so a question that fits any of the work is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from bot.domain.ledger import DataKind, Engagement, Supplier

SPECIAL = {DataKind.SENSITIVE, DataKind.HEALTH}


def facts_of(supplier: Supplier, engagements: Iterable[Engagement]) -> dict[str, Any]:
    """The facts of some work that one supplier does, by name."""
    works = list(engagements)
    return {name: read(supplier, works) for name, read in _FACTS.items()}


def _any(values: Iterable[bool | None]) -> str | None:
    """One yes is a yes; else one that nobody answered leaves it unknown."""
    found = list(values)
    if any(found):
        return "yes"
    return None if None in found or not found else "no"


def _of_kind(engagement: Engagement, kinds: set[DataKind]) -> bool | None:
    """Whether data of these kinds is entrusted; personal data of which nobody said the kinds may be any."""
    if not engagement.personal_data:
        return False
    return bool(kinds.intersection(engagement.data_kinds)) if engagement.data_kinds else None


def _all(values: Iterable[Any]) -> list[str] | None:
    found = list(values)
    return sorted({str(value) for value in found}) if found and None not in found else None


def _count(works: Sequence[Engagement]) -> int | None:
    counts = [work.data_count if work.personal_data else 0 for work in works]
    return max((count for count in counts if count is not None), default=0) if None not in counts else None


_FACTS: dict[str, Callable[[Supplier, Sequence[Engagement]], Any]] = {
    "personal_data": lambda _, works: _any(work.personal_data for work in works),
    "special_care_data": lambda _, works: _any(_of_kind(work, SPECIAL) for work in works),
    "my_number": lambda _, works: _any(_of_kind(work, {DataKind.MY_NUMBER}) for work in works),
    "secret_data": lambda _, works: _any(work.secret_data for work in works),
    "network_access": lambda _, works: _any(work.system_access for work in works),
    "work_stops": lambda _, works: _any(work.work_stops for work in works),
    "subcontracting": lambda supplier, _: _any([supplier.subcontracts]),
    # the ledger does not say where data is handled; a foreign company handles it abroad, of others nobody knows
    "overseas": lambda supplier, _: "yes" if supplier.kind == "foreign" else None,
    "contract_type": lambda _, works: _all(work.contract_type for work in works),
    "supplier_kind": lambda supplier, _: str(supplier.kind),
    "devices": lambda _, works: _all(work.devices for work in works),
    "workplace": lambda _, works: _all(work.workplace for work in works),
    "record_count": lambda _, works: _count(works),
}
