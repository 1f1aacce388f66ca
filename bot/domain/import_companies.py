"""Which company a row of a file means: by its number, by its name where it has none, or by the id of our own export.

A row that was written for a record merged since is one of the record that was kept, and its company's facts are what that
record says: the same rules as in the form (`placing.py`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

from bot.domain.entered import folded
from bot.domain.import_steps import Around
from bot.domain.ledger import Department, Engagement, Supplier, SupplierState
from bot.domain.ledger_cells import Said
from bot.domain.placing import is_former, stands_for
from bot.domain.refusal import Code, Refusal

Key = tuple[str, str, str]


class Companies:
    """The records around some rows. `placed` says which work is where: (supplier, department, business)."""

    def __init__(self, around: Around, placed: Mapping[Key, Collection[Engagement]]) -> None:
        suppliers = list(around.suppliers)
        self._by_id = {s.id: s for s in suppliers}
        self._numbered = {s.corporate_number: s for s in suppliers if s.corporate_number}
        self._named: dict[str, list[Supplier]] = {}
        for supplier in suppliers:
            if not supplier.corporate_number:
                self._named.setdefault(supplier.name, []).append(supplier)
        self._kept, self._former, self._placed = around.kept, around.former, placed

    def has_number(self, number: str) -> bool:
        """Whether a record has it."""
        return number in self._numbered

    def find(self, said: Said, department: Department, work: Engagement | None) -> tuple[Supplier | None, Said]:
        """The record, None for a new one, and what the row says of it. Raises Refusal(NUMBER_TAKEN, SEVERAL_MATCH)."""
        if work is not None:
            meant: Supplier | None = self._by_id[work.supplier_id]
        else:
            meant = self._numbered.get(said.number) if said.number else self._by_name(said, department)
        if meant is None:
            return None, said
        if meant.state is SupplierState.MERGED:
            return self._of(stands_for(meant, self._standing(meant), said.name), said)
        if self._came_in(meant, said) or is_former(meant, self._former.get(meant.id, ()), said.name):
            return self._of(meant, said)
        return meant, said

    def _came_in(self, meant: Supplier, said: Said) -> bool:
        """Whether the row names a record that was merged into the one that its work belongs to now."""
        named = [self._numbered.get(said.number)] if said.number else self._named.get(said.name, [])
        return any(s is not None and s.id != meant.id and self._standing(s).id == meant.id for s in named)

    def _of(self, kept: Supplier, said: Said) -> tuple[Supplier, Said]:
        return kept, replace(said, name=kept.name, supplier={}, merged=said.name)

    def _standing(self, supplier: Supplier) -> Supplier:
        return self._by_id[self._kept.get(supplier.id, supplier.id)]

    def _by_name(self, said: Said, department: Department) -> Supplier | None:
        """Of several with this name, the only one that has this work. A record and those merged into it are one."""
        found: dict[str, Supplier] = {}
        for one in self._named.get(said.name, ()):
            key = self._standing(one).id
            if key not in found or one.id == key:
                found[key] = one
        work = (department.id, folded(said.engagement["business"]))
        with_work = [s for key, s in found.items() if (key, *work) in self._placed]
        if len(found) > 1 and len(with_work) != 1:
            raise Refusal(Code.SEVERAL_MATCH, "name")
        return next(iter(with_work or found.values()), None)
