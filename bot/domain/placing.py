"""Where a registration belongs: to a record that is there already, or to a new one.

The corporate number decides; a name decides nothing in the form (a twin is only warned of), and in an import only among
records without a number, because a file that is imported twice must find its own sole traders again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot.domain.base import Value
from bot.domain.entered import folded
from bot.domain.ledger import (
    Department,
    Engagement,
    EngagementState,
    Owner,
    OwnerRole,
    Supplier,
    SupplierState,
)
from bot.domain.names import name_key
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.registration import Registration

NewId = Callable[[], str]
LOOSE = frozenset({"name", "business"})

OPEN_TO_WORK = frozenset({SupplierState.ACTIVE, SupplierState.ENDED})
"""Suppliers that can get new work; one whose work was all over is active again then."""


def require_open(supplier: Supplier) -> None:
    """Raise Refusal(SUPPLIER_BLOCKED) where no new work may be given to it. The form, a proposal and an import ask here.

    A merged record is never asked about: `stands_for` leads to the one that was kept.
    """
    if supplier.state not in OPEN_TO_WORK:
        field = "corporate_number" if supplier.corporate_number else "name"
        raise Refusal(Code.SUPPLIER_BLOCKED, field, name=supplier.name)


def revived(supplier: Supplier) -> Supplier:
    """The supplier once it has new work."""
    over = supplier.state is SupplierState.ENDED
    return supplier.model_copy(update={"state": SupplierState.ACTIVE}) if over else supplier


def stands_for(merged: Supplier, kept: Supplier, name: str) -> Supplier:
    """The kept record, for a merged one that somebody wrote. Raises Refusal(NUMBER_TAKEN) where the name is neither's."""
    if name_key(name) not in {merged.name_key, kept.name_key}:
        raise Refusal(Code.NUMBER_TAKEN, "corporate_number", name=kept.name)
    return kept


def is_former(supplier: Supplier, former: Collection[str], name: str) -> bool:
    """Whether this is not its own name but one of a record that was merged into it (`former`: their name keys)."""
    key = name_key(name)
    return key != supplier.name_key and key in former


class Place(Value):
    """The records that are there already; None means that a new one has to be made."""

    supplier: Supplier | None = None
    engagement: Engagement | None = None


class Known:
    """What the ledger holds that a registration could belong to. Grows while a file is worked through."""

    def __init__(
        self, numbered: Iterable[Supplier] = (), named: Iterable[Supplier] = (), engagements: Iterable[Engagement] = ()
    ) -> None:
        self._numbered: dict[str, Supplier] = {}
        self._named: dict[str, list[Supplier]] = {}
        self._engagements: dict[tuple[str, str, str], Engagement] = {}
        for supplier in (*numbered, *named):
            self.add(supplier)
        for engagement in engagements:
            self.add_engagement(engagement)

    def add(self, supplier: Supplier) -> None:
        """One more supplier."""
        if supplier.corporate_number:
            self._numbered[supplier.corporate_number] = supplier
        else:
            self._named.setdefault(supplier.name, []).append(supplier)

    def add_engagement(self, engagement: Engagement) -> None:
        """One more engagement; those that were over or refused stand in nobody's way."""
        if engagement.state not in {EngagementState.ENDED, EngagementState.REFUSED}:
            self._engagements[engagement.supplier_id, engagement.department_id, folded(engagement.business)] = (
                engagement
            )

    def place(self, registration: Registration, department_id: str) -> Place:
        """Where it belongs. Raises Refusal or Refusals where it contradicts what is stored."""
        work = (department_id, folded(registration.business))
        if registration.corporate_number:
            supplier = self._numbered.get(registration.corporate_number)
        else:
            supplier = self._by_name(registration.name, work)
        if supplier is None:
            return Place()
        _must_agree(registration, supplier)
        engagement = self._engagements.get((supplier.id, *work))
        if engagement:
            _must_be_same(registration, engagement)
        return Place(supplier=supplier, engagement=engagement)

    def _by_name(self, name: str, work: tuple[str, str]) -> Supplier | None:
        found = self._named.get(name, [])
        with_work = [s for s in found if (s.id, *work) in self._engagements]
        if len(found) > 1 and len(with_work) != 1:
            raise Refusal(Code.SEVERAL_MATCH, "name")
        return next(iter(with_work or found), None)


def _must_agree(registration: Registration, supplier: Supplier) -> None:
    if name_key(registration.name) != supplier.name_key:
        raise Refusal(Code.NUMBER_TAKEN, "corporate_number", name=supplier.name)
    require_open(supplier)
    _same_fields(registration.supplier, supplier)


def _must_be_same(registration: Registration, engagement: Engagement) -> None:
    _same_fields(registration.engagement, engagement)


def _same_fields(said: Mapping[str, Any], stored: Value) -> None:
    """What was said must be what is stored; names that are alike are the same, and the work was compared already."""
    differ = [Refusal(Code.DIFFERS, f) for f in said if f not in LOOSE and said[f] != getattr(stored, f)]
    if differ:
        raise Refusals(differ)


def new_supplier(registration: Registration, new_id: NewId, now: datetime) -> Supplier:
    """The supplier's record."""
    key = name_key(registration.name)
    return Supplier(id=new_id(), name_key=key, created_at=now, **registration.supplier)


def new_engagement(
    registration: Registration, supplier_id: str, department_id: str, new_id: NewId, now: datetime
) -> Engagement:
    """The engagement's record."""
    ids = {"id": new_id(), "supplier_id": supplier_id, "department_id": department_id}
    return Engagement(**ids, created_at=now, **registration.engagement)


def first_owners(engagement_id: str, department: Department, new_id: NewId, now: datetime) -> list[Owner]:
    """The department's primary and deputies, as owners of a new engagement (a user group's people follow the group)."""
    people = [(department.primary_id, OwnerRole.PRIMARY), *((p, OwnerRole.DEPUTY) for p in department.deputy_ids)]
    return [
        Owner(id=new_id(), engagement_id=engagement_id, person_id=person, role=role, since=now)
        for person, role in people
        if person
    ]
