"""What two records of one company say of it, when they become one: what goes over, what a person chooses, what is safer.

A blank of the kept record takes what the other one says. Where both say something else, a person chooses on the screen that
confirms; what is suggested is the more cautious one. A pause and a stop are never lost by a merging. What the kept record
got is remembered, so that undoing takes back exactly that and nothing that somebody wrote since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.base import Value
from bot.domain.ledger import Profession, Supplier, SupplierKind, SupplierState
from bot.domain.refusal import Code, Refusal

KEPT, GONE = "kept", "gone"
FACTS = ("kind", "language", "reading", "address", "subcontracts", "group_company", "profession")
_BLANK: Mapping[str, Any] = {"reading": "", "address": "", "subcontracts": None, "profession": Profession.NONE}
"""What nobody has said; the other facts always say something."""
_SAFER: Mapping[str, Any] = {"subcontracts": True, "group_company": False}
"""The answer with which more is asked and looked at."""
_OF_NUMBER = ("closed_on", "successor_number", "register_checked_on")
"""What the national register said of a number goes where the number goes."""


class Taken(Value):
    """A field of the kept record that a merging changed, before and after as JSON."""

    field: str
    before: Any = None
    after: Any = None


class Differing(Value):
    """A fact of which the records say something else; `suggested`: KEPT or GONE."""

    field: str
    kept: Any
    gone: Any
    suggested: str = KEPT


def differing(kept: Supplier, gone: Supplier) -> tuple[Differing, ...]:
    """What a person has to choose."""
    found = []
    for name in FACTS:
        one, other = getattr(kept, name), getattr(gone, name)
        if one != other and name in _BLANK and _BLANK[name] in (one, other):
            continue
        if one != other:
            found.append(Differing(field=name, kept=one, gone=other, suggested=_suggested(name, kept, gone)))
    return tuple(found)


def _suggested(name: str, kept: Supplier, gone: Supplier) -> str:
    if name == "kind" and not kept.corporate_number and gone.corporate_number:
        return GONE  # the number comes over, and a sole trader has none
    return GONE if getattr(gone, name) == _SAFER.get(name, object()) else KEPT


def with_facts(kept: Supplier, gone: Supplier, chosen: Mapping[str, str]) -> Supplier:
    """The kept record with what goes over to it and what was chosen; its number is already the one that it will have.

    Raises Refusal(CHANGED_MEANWHILE) where something differs that nobody was shown, SOLE_TRADER_NUMBER on `kind`.
    """
    taken: dict[str, Any] = {}
    for name, blank in _BLANK.items():
        if getattr(kept, name) == blank:
            taken[name] = getattr(gone, name)
    for one in differing(kept, gone):
        if chosen.get(one.field) not in (KEPT, GONE):
            raise Refusal(Code.CHANGED_MEANWHILE)
        taken[one.field] = getattr(gone if chosen[one.field] == GONE else kept, one.field)
    taken |= {"paused": kept.paused or gone.paused, "state": _state(kept.state, gone.state)}
    after = kept.model_copy(update=taken)
    if after.corporate_number and after.kind is SupplierKind.SOLE_TRADER:
        raise Refusal(Code.SOLE_TRADER_NUMBER, "kind")
    return after


def _state(kept: SupplierState, gone: SupplierState) -> SupplierState:
    """A stop wins; else one of them that has work is enough."""
    order = (SupplierState.BLOCKED, SupplierState.ACTIVE, SupplierState.ENDED)
    return next(state for state in order if state in (kept, gone))


def register_facts(gone: Supplier) -> dict[str, Any]:
    """What goes over with the number."""
    return {name: getattr(gone, name) for name in _OF_NUMBER}


def suggested(kept: Supplier, gone: Supplier) -> dict[str, str]:
    """The choice that the screen begins with."""
    return {one.field: one.suggested for one in differing(kept, gone)}


def taken(before: Supplier, after: Supplier) -> tuple[Taken, ...]:
    """What the kept record got, its number aside: that is remembered by itself."""
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    names = (*FACTS, *_OF_NUMBER, "paused", "state")
    return tuple(Taken(field=n, before=old[n], after=new[n]) for n in names if old[n] != new[n])


def given_back(kept: Supplier, got: Sequence[Taken], *, works: bool) -> Supplier:
    """The kept record without what it got; what was changed since stays. `works`: work of its own goes on there."""
    now = kept.model_dump(mode="json")
    back = {one.field: one.before for one in got if now[one.field] == one.after}
    if works and back.get("state") == SupplierState.ENDED.value:
        del back["state"]
    return Supplier.model_validate(kept.model_dump() | back) if back else kept
