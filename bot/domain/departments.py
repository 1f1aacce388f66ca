"""Departments in the form and in the list: what was entered, what is shown, and what is allowed."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.base import Value
from bot.domain.ledger import Department
from bot.domain.people import Person, PersonKind
from bot.domain.refusal import Code, Refusal

PEOPLE = ("primary", "deputies", "escalation")
ANSWERS = "primary"
SEVERAL = "deputies"
USER_GROUPS = "user_groups"
"""The setting in which a sweep keeps the user groups of our workspace, so that a form can offer them at once."""
MOST_GROUPS = 100


class DepartmentEntry(Value):
    """What the form held; people are Slack user ids, '' where nobody was chosen. `group` is a user group's id, or ''."""

    name: str = ""
    primary: str = ""
    deputies: tuple[str, ...] = ()
    escalation: str = ""
    group: str = ""

    def chosen(self, field: str) -> tuple[str, ...]:
        """Who was chosen in a field of PEOPLE."""
        held = getattr(self, field)
        return held if isinstance(held, tuple) else (held,) if held else ()

    def everybody(self) -> list[str]:
        """All that were chosen."""
        return [person for field in PEOPLE for person in self.chosen(field)]


class DepartmentForm(Value):
    """The form to show: empty, or with a department that is there already. `version` notices who was faster.

    `groups`: (id, name) of the user groups that can be chosen.
    """

    department_id: str = ""
    version: int = 0
    entry: DepartmentEntry = DepartmentEntry()
    groups: tuple[tuple[str, str], ...] = ()


class DepartmentSaved(Value):
    """What became of it; people and the group by their names."""

    name: str
    created: bool
    primary: str
    deputies: str = ""
    escalation: str = ""
    group: str = ""
    group_id: str = ""


class DepartmentLine(Value):
    """One department in the list: who answers for it, and how much there is. `unowned`: work whose owner has left."""

    id: str
    name: str
    primary: str = ""
    primary_fit: bool = True
    deputies: int = 0
    group: str = ""
    escalation: str = ""
    engagements: int = 0
    unowned: int = 0
    archived: bool = False


class DepartmentList(Value):
    """A page of them."""

    lines: tuple[DepartmentLine, ...]
    total: int
    page: int = 1
    pages: int = 1


class DepartmentMove(Value):
    """The form that moves a department's work: where from, how much, where to."""

    department_id: str
    name: str
    engagements: int
    others: tuple[tuple[str, str], ...]


class DepartmentDone(Value):
    """What became of a department's work, or of the department: moved, archived, restored."""

    what: str
    name: str
    to: str = ""
    count: int = 0


def check_people(entry: DepartmentEntry, known: dict[str, Person]) -> list[Refusal]:
    """What is wrong with the chosen people; `known` is our cache by Slack user id.

    Only active employees answer for a department; whom the cache does not know is nobody (the sweep knows everybody).
    The deputies and the escalation contact are for when the primary is silent, so they are somebody else.
    """
    refused = []
    for field in PEOPLE:
        chosen = entry.chosen(field)
        if not chosen and field == ANSWERS:
            refused.append(Refusal(Code.EMPTY, field))
        elif not all(fit(known.get(one)) for one in chosen):
            refused.append(Refusal(Code.PERSON_NOT_EMPLOYEE, field))
        elif field != ANSWERS and entry.primary in chosen:
            refused.append(Refusal(Code.SAME_PERSON, field))
    return refused


def fit(person: Person | None) -> bool:
    """Whether somebody can answer for work: an active employee."""
    return person is not None and person.active and person.kind is PersonKind.EMPLOYEE


def require_archivable(department: Department, businesses: Collection[str], total: int) -> None:
    """Raise Refusal(DEPARTMENT_BUSY) with what the department still answers for, or CLOSED where it is archived already."""
    if department.archived_at:
        raise Refusal(Code.CLOSED)
    if total:
        shown = "、".join(businesses) + ("…" if total > len(businesses) else "")
        raise Refusal(Code.DEPARTMENT_BUSY, count=total, list=shown)
