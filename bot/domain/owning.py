"""Owners: who answers for which work, what becomes of work whose owner has left, and what is shown of both. Pure."""

from __future__ import annotations

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.scoping import Asked


class OwnersChanged(Value):
    """What became of a change: how many got the new owner, how many had them already, how many are kept as they were."""

    owner: str
    changed: int
    same: int = 0
    kept: int = 0


class OwnerForm(Value):
    """The form that gives one piece of work to somebody else."""

    engagement_id: str
    supplier: str
    business: str
    department: str
    owner: str


class Unowned(Value):
    """Work whose primary owner is no active employee; `instead` answers for it today, as `role` ('' nobody)."""

    engagement_id: str
    supplier: str
    business: str
    department: str
    was: str = ""
    instead: str = ""
    role: Asked = Asked.NOBODY


class UnownedPage(Value):
    """A page of such work."""

    lines: tuple[Unowned, ...]
    total: int
    page: int = 1
    pages: int = 1


class Left(Value):
    """A primary owner who is no active employee (since when), and the newest of the owner's rows that are still theirs."""

    person_id: str
    since: AwareDatetime | None
    newest: str


class ToldOfLeft(Value):
    """That the security team was told of it: of which rows, and since when the person was away then."""

    since: str
    newest: str


def to_tell(left: Left, told: list[ToldOfLeft]) -> bool:
    """Whether the security team has to be told: they left (again), or got work although they had left."""
    since = left.since.isoformat() if left.since else ""
    return not any(one.since == since and one.newest >= left.newest for one in told)
