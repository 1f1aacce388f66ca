"""The inbox: presses with the response they got, and events that still have to be worked through."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, literal, or_
from sqlmodel import col, select

from bot.domain.delivery import Inbox
from bot.domain.people import Actor, Who
from storage import people
from storage.practice import WHOSE
from storage.tables.delivery import InboxRow
from storage.tx import Tx

KEPT = timedelta(days=7)


_RESPONSE = select(InboxRow.response).where(InboxRow.id == bindparam("key")).scalar_subquery()
_ARRIVAL = people.BY_USER.add_columns(_RESPONSE, literal(""))
_ARRIVAL_AT = people.BY_USER.add_columns(_RESPONSE, WHOSE)


async def arrival(
    tx: Tx, key: str, who: Who, first_admin: str, subject: str = ""
) -> tuple[Actor, dict[str, Any] | None, str]:
    """Who presses, the stored response where this press came before, whose rehearsal `subject` is: one statement.

    Somebody unknown has no stored response: a refusal for that reason is never stored, and nobody is ever deleted.
    """
    at = {"subject": subject} if subject else {}
    rows = await tx.rows(_ARRIVAL_AT if subject else _ARRIVAL, key=key, user=who.slack_user_id, **at)
    if not rows:
        return Actor(who=who), None, ""
    person, security, response, whose = rows[0]
    return people.actor_of(who, first_admin, person, security), response, whose


def store_response(tx: Tx, key: str, kind: str, answer: dict[str, Any], now: datetime) -> None:
    """Remember a press with its response; the key's uniqueness forbids a second."""
    tx.add(Inbox(id=key, kind=kind, response=answer, at=now))


async def store_event(tx: Tx, key: str, kind: str, payload: dict[str, Any], now: datetime) -> bool:
    """Keep an event for later, before it is acknowledged; False where it was kept already."""
    if await tx.get(Inbox, key):
        return False
    tx.add(Inbox(id=key, kind=kind, payload=payload, done=False, at=now))
    return True


async def waiting_events(tx: Tx, limit: int = 50) -> list[Inbox]:
    """Events not worked through, oldest first."""
    query = select(InboxRow).where(col(InboxRow.done).is_(False)).order_by(col(InboxRow.at), col(InboxRow.id))
    return await tx.values(Inbox, query.limit(limit))


async def forget_old(tx: Tx, now: datetime) -> int:
    """Delete what is older than seven days and done; how many."""
    return await tx.run(delete(InboxRow).where(col(InboxRow.done), col(InboxRow.at) < now - KEPT))


async def overtaken(tx: Tx, key: str) -> bool:
    """Whether a press in a view was followed by a later one in it, or by its submission. `key`: as `payloads.action` makes it.

    A submission that was refused leaves the view as it is, so it counts for nothing.
    """
    place, moment = key.split("/")[1], _moment(key)
    query = select(InboxRow.id, InboxRow.response).where(
        or_(
            col(InboxRow.id).startswith(f"action/{place}/", autoescape=True),
            col(InboxRow.id).startswith(f"submit/{place}/", autoescape=True),
        )
    )
    for other, response in await tx.rows(query):
        stored = response or {}
        if other.startswith("submit/") and "value" in stored:
            return True
        if other.startswith("action/") and "value" in stored and _moment(other) > moment:
            return True
    return False


def _moment(key: str) -> tuple[int, int]:
    """Slack's time of a press, out of its key."""
    seconds, _, part = key.rsplit("/", 2)[1].partition(".")
    return int(seconds), int(part or 0)
