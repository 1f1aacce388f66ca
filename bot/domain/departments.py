"""Departments in the form: what was entered, what is shown, and what is allowed."""

from __future__ import annotations

from bot.domain.base import Value
from bot.domain.people import Person, PersonKind
from bot.domain.refusal import Code, Refusal

PEOPLE = ("primary", "deputy", "escalation")
ANSWERS = "primary"


class DepartmentEntry(Value):
    """What the form held; people are Slack user ids, '' where nobody was chosen."""

    name: str = ""
    primary: str = ""
    deputy: str = ""
    escalation: str = ""


class DepartmentForm(Value):
    """The form to show: empty, or with a department that is there already. `version` notices who was faster."""

    department_id: str = ""
    version: int = 0
    entry: DepartmentEntry = DepartmentEntry()


class DepartmentSaved(Value):
    """What became of it."""

    name: str
    created: bool
    primary: str
    deputy: str = ""
    escalation: str = ""


def check_people(entry: DepartmentEntry, known: dict[str, Person]) -> list[Refusal]:
    """What is wrong with the chosen people; `known` is our cache by Slack user id.

    Only active employees answer for a department; whom the cache does not know is nobody (the sweep knows everybody).
    The deputy and the escalation contact are for when the primary is silent, so they are somebody else.
    """
    refused = []
    for field in PEOPLE:
        chosen = getattr(entry, field)
        person = known.get(chosen)
        if not chosen:
            refused += [Refusal(Code.EMPTY, field)] if field == ANSWERS else []
        elif person is None or not person.active or person.kind is not PersonKind.EMPLOYEE:
            refused.append(Refusal(Code.PERSON_NOT_EMPLOYEE, field))
        elif field != ANSWERS and chosen == entry.primary:
            refused.append(Refusal(Code.SAME_PERSON, field))
    return refused
