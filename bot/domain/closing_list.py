"""The closing checklist of an engagement that ends (契約終了の確認): what is to be settled, by whom, and when it is over. Pure.

An engagement that ends is CLOSING until each item is settled by its owner and the security team has confirmed it; then it is
ENDED, and its record is kept as it is (content_ja.md §3 5.20, §4 GV.SC-10, §5.2 2-1-5).
To add an item: a member of `Item`, its condition in `items_for`, its words `closing.item.<key>` and `closing.hint.<key>`.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from enum import StrEnum
from typing import Protocol

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.ledger import Devices, Engagement, EngagementState
from bot.domain.refusal import Code, Refusal

NOTE_LIMIT = 1000
LATE_AFTER = 10
"""Business days after the end; what is open then counts as overdue."""
REMIND_AFTER = (7, 30)
"""Calendar days after the end on which whoever answers for the work is reminded of open items; after that it is overdue."""
REMIND_GAP = 7
"""Calendar days between two reminders to one person, over however many lists."""
OVER = frozenset({EngagementState.ENDED, EngagementState.REFUSED})


class Item(StrEnum):
    """What has to be settled, in the order in which it is shown."""

    DATA = "data"
    ACCOUNTS = "accounts"
    DEVICES = "devices"
    CHANNEL = "channel"
    NDA = "nda"
    ALONE = "alone"
    """Never asked about: why one person confirmed their own items, because nobody else could (docs/adr/0014)."""


class ItemState(StrEnum):
    OPEN = "open"
    DONE = "done"
    NOT_APPLICABLE = "not_applicable"


NEEDS_PROOF = frozenset({Item.DATA, Item.NDA})
"""Items that are only done with words: the certificate of deletion or return, and until when secrecy holds."""


class ClosingItem(Root):
    """One item of one engagement's list. `note`: the proof (a text or a link) where it is done, the reason where it is not."""

    engagement_id: str
    key: Item
    state: ItemState = ItemState.OPEN
    note: str = ""
    by_id: str | None = None
    at: AwareDatetime | None = None


class Unsettled(Value):
    """A list with open items."""

    engagement_id: str
    supplier: str
    business: str
    ends_on: date | None
    open_items: int


class Days(Protocol):
    """The company's business days (`business_days.Calendar`)."""

    def add_business_days(self, day: date, n: int) -> date: ...


def items_for(engagement: Engagement, *, last_at_endpoint: bool) -> tuple[Item, ...]:
    """What is to be settled. `last_at_endpoint`: no other work of the supplier lives at the channel of this one."""
    left_out = {Item.ALONE}
    if engagement.devices not in {Devices.LENT, Devices.BOTH}:
        left_out.add(Item.DEVICES)
    if not last_at_endpoint:
        left_out.add(Item.CHANNEL)
    return tuple(item for item in Item if item not in left_out)


def settle(item: ClosingItem, state: ItemState, note: str, by_id: str, at: AwareDatetime) -> ClosingItem:
    """The item as it was settled. Raises Refusal(NO_PROOF, NO_REASON) on `note`; opened again it holds nothing."""
    if state is ItemState.OPEN:
        return item.model_copy(update={"state": state, "note": "", "by_id": None, "at": None})
    if state is ItemState.NOT_APPLICABLE and not note:
        raise Refusal(Code.NO_REASON, "note")
    if state is ItemState.DONE and item.key in NEEDS_PROOF and not note:
        raise Refusal(Code.NO_PROOF, "note")
    return item.model_copy(update={"state": state, "note": note, "by_id": by_id, "at": at})


def alone(items: Collection[ClosingItem], by_id: str, team: Collection[str]) -> bool:
    """Whether somebody settled items themselves and nobody of the team (`team`: those who are there) could confirm instead."""
    settled = {item.by_id for item in items}
    return by_id in settled and not set(team) - settled - {by_id}


def require_settled(
    engagement: Engagement,
    items: Collection[ClosingItem],
    by_id: str,
    today: date,
    team: Collection[str] | None = None,
    why: str = "",
) -> None:
    """Raise Refusal unless this person may confirm that all is over: CLOSED, CLOSING_EARLY, CLOSING_OPEN, OWN_ITEMS.

    Nobody confirms what they have settled themselves (content_ja.md §8.3 J5). Where nobody else of the `team` could, they
    may, and say `why`: NO_REASON on `alone` without. Without a `team` there is no exception.
    """
    require_closing(engagement)
    if engagement.ends_on and engagement.ends_on > today:
        raise Refusal(Code.CLOSING_EARLY)
    if any(item.state is ItemState.OPEN for item in items):
        raise Refusal(Code.CLOSING_OPEN, count=sum(item.state is ItemState.OPEN for item in items))
    if not any(item.by_id == by_id for item in items):
        return
    if team is None or not alone(items, by_id, team):
        raise Refusal(Code.OWN_ITEMS)
    if not why:
        raise Refusal(Code.NO_REASON, "alone")


def require_closing(engagement: Engagement) -> None:
    """Raise Refusal(CLOSED) where the engagement is not being closed (any more)."""
    if engagement.state is not EngagementState.CLOSING:
        raise Refusal(Code.CLOSED)


def editable(engagement: Engagement) -> bool:
    """Whether the record of an engagement may still be changed: it is kept as it was once it has ended."""
    return engagement.state not in OVER


def require_editable(engagement: Engagement) -> None:
    """Raise Refusal(RECORD_KEPT) where the record may only be read."""
    if not editable(engagement):
        raise Refusal(Code.RECORD_KEPT)


def late_on(ends_on: date, days: Days) -> date:
    """The last day on which an open item is not overdue."""
    return days.add_business_days(ends_on, LATE_AFTER)


def waits(begun: date, today: date) -> bool:
    """Whether a list that counts from a day has waited long enough for a reminder to name it."""
    return _day(begun, REMIND_AFTER[0]) <= today


def reminder_due(begun: Collection[date], last: date | None, today: date) -> bool:
    """Whether somebody is reminded today. `begun`: from when each of their lists counts; `last`: their last reminder.

    A reminder is over all of their lists, so a step that came before the last one was told with it.
    """
    if last is not None and today < _day(last, REMIND_GAP):
        return False
    steps = [_day(day, after) for day in begun for after in REMIND_AFTER]
    return any(step <= today and (last is None or step > last) for step in steps)


def _day(day: date, after: int) -> date:
    return date.fromordinal(day.toordinal() + after)


def supplier_over(states: Collection[EngagementState]) -> bool:
    """Whether all work of a supplier has ended or was refused. One that never had any (a sub-contractor) is not over."""
    return bool(states) and all(state in OVER for state in states)
