"""Who may do what: the whole table, on one screen. Every service asks `require` with the actor's roles for its subject.

To add an action: a member and its row. `tests/handlers/test_wrong_people.py` tries every route with every wrong person,
so a row that is missing or too generous fails there. Unknown people have no role, so they may do nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bot.domain.people import Actor
from bot.domain.refusal import Code, Refusal


class Role(StrEnum):
    """What somebody is *for the subject at hand*; worked out from the cache, never from a value in a button."""

    FIRST_ADMIN = "first_admin"
    SECURITY = "security"
    EMPLOYEE = "employee"
    OWNER = "owner"
    SUPPLIER = "supplier"
    REHEARSING = "rehearsing"


class Action(StrEnum):
    """Everything a person can ask for."""

    HELP = "help"
    SET_TEAM = "set_team"
    EDIT_DEPARTMENTS = "edit_departments"
    REGISTER = "register"
    READ_LEDGER = "read_ledger"
    LINK = "link"
    INVITE = "invite"
    OPEN_ROUND = "open_round"
    ATTEST = "attest"
    ANSWER = "answer"
    SUBMIT = "submit"
    JUDGE = "judge"
    PAUSE = "pause"
    RESOLVE_NOTICE = "resolve_notice"
    SET_UP = "set_up"
    REHEARSE = "rehearse"
    EDIT_OWNERS = "edit_owners"
    LIST_ENDS = "list_ends"
    ANSWER_END = "answer_end"
    SETTLE_END = "settle_end"
    CONFIRM_END = "confirm_end"
    EDIT_CERTIFICATES = "edit_certificates"
    EDIT_SUBCONTRACTORS = "edit_subcontractors"
    PROPOSE = "propose"
    EDIT_RECORD = "edit_record"
    ADD_DOCUMENT = "add_document"
    MERGE = "merge"
    ASK = "ask"
    SET_TIER = "set_tier"
    ANSWER_STRANGER = "answer_stranger"
    EDIT_CHECKLISTS = "edit_checklists"


MAY: dict[Action, frozenset[Role]] = {
    Action.HELP: frozenset({Role.EMPLOYEE}),
    Action.SET_TEAM: frozenset({Role.FIRST_ADMIN, Role.SECURITY}),
    Action.EDIT_DEPARTMENTS: frozenset({Role.SECURITY}),
    Action.REGISTER: frozenset({Role.SECURITY}),
    Action.READ_LEDGER: frozenset({Role.SECURITY}),
    Action.LINK: frozenset({Role.SECURITY}),
    Action.INVITE: frozenset({Role.SECURITY}),
    Action.OPEN_ROUND: frozenset({Role.SECURITY}),
    Action.ATTEST: frozenset({Role.OWNER}),
    Action.ANSWER: frozenset({Role.SUPPLIER, Role.REHEARSING}),
    Action.SUBMIT: frozenset({Role.SUPPLIER, Role.REHEARSING}),
    Action.JUDGE: frozenset({Role.SECURITY}),
    Action.PAUSE: frozenset({Role.SECURITY}),
    Action.RESOLVE_NOTICE: frozenset({Role.SECURITY}),
    Action.SET_UP: frozenset({Role.SECURITY}),
    Action.REHEARSE: frozenset({Role.SECURITY}),
    Action.SET_TIER: frozenset({Role.SECURITY}),
    Action.EDIT_OWNERS: frozenset({Role.SECURITY}),
    Action.LIST_ENDS: frozenset({Role.EMPLOYEE}),
    Action.ANSWER_END: frozenset({Role.OWNER, Role.SECURITY}),
    Action.SETTLE_END: frozenset({Role.OWNER, Role.SECURITY}),
    Action.CONFIRM_END: frozenset({Role.SECURITY}),
    Action.EDIT_CERTIFICATES: frozenset({Role.SECURITY}),
    Action.EDIT_SUBCONTRACTORS: frozenset({Role.SECURITY}),
    Action.PROPOSE: frozenset({Role.EMPLOYEE}),
    Action.EDIT_RECORD: frozenset({Role.SECURITY}),
    Action.ADD_DOCUMENT: frozenset({Role.OWNER, Role.SECURITY}),
    Action.MERGE: frozenset({Role.SECURITY}),
    Action.ASK: frozenset({Role.EMPLOYEE}),
    Action.ANSWER_STRANGER: frozenset({Role.OWNER, Role.SECURITY}),
    Action.EDIT_CHECKLISTS: frozenset({Role.SECURITY}),
}


def roles(actor: Actor, *, owner: bool = False, supplier: bool = False, rehearsing: bool = False) -> frozenset[Role]:
    """The actor's roles; `owner`, `supplier` and `rehearsing` say how they stand to the subject, and count for fit people.

    An owner must be an active employee; a supplier's person must be active and must not be one of our employees
    (an employee who sits in the shared channel does not answer for the supplier). `rehearsing`: the subject is in the
    actor's own rehearsal, where they play the supplier too.
    """
    held = set()
    if actor.employee:
        held.add(Role.EMPLOYEE)
        held |= {Role.SECURITY} if actor.security else set()
        held |= {Role.FIRST_ADMIN} if actor.first_admin else set()
        held |= {Role.OWNER} if owner else set()
        held |= {Role.REHEARSING} if rehearsing else set()
    elif supplier and actor.person and actor.person.active:
        held.add(Role.SUPPLIER)
    return frozenset(held)


def allows(action: Action, held: Collection[Role]) -> bool:
    """Whether one of the held roles may do this."""
    return not MAY.get(action, frozenset()).isdisjoint(held)


def require(action: Action, held: frozenset[Role]) -> None:
    """Raise Refusal(NOT_YOURS) unless one of the held roles may do this."""
    if not allows(action, held):
        raise Refusal(Code.NOT_YOURS)
