"""The closing list: what is on it, what counts as settled, who may confirm, and what is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.closing_list import (
    ClosingItem,
    Item,
    ItemState,
    editable,
    items_for,
    late_on,
    require_editable,
    require_settled,
    settle,
    supplier_over,
)
from bot.domain.ledger import Devices, Engagement, EngagementState
from bot.domain.refusal import Code, Refusal
from bot.services.calendars import company_calendar

NOW = datetime(2026, 12, 25, tzinfo=UTC)
TODAY = date(2026, 12, 25)
S = EngagementState


def work(**more: Any) -> Engagement:
    usual = {"id": "e", "supplier_id": "s", "department_id": "d", "business": "配送", "starts_on": date(2025, 4, 1)}
    return Engagement.model_validate(usual | {"created_at": NOW, "state": S.CLOSING, "ends_on": TODAY} | more)


def item(key: Item = Item.DATA, **more: Any) -> ClosingItem:
    return ClosingItem.model_validate({"id": key.value, "engagement_id": "e", "key": key} | more)


@pytest.mark.parametrize(
    ("devices", "last", "expected"),
    [
        (None, False, {Item.DATA, Item.ACCOUNTS, Item.NDA}),
        (Devices.OWN, True, {Item.DATA, Item.ACCOUNTS, Item.CHANNEL, Item.NDA}),
        (Devices.LENT, False, {Item.DATA, Item.ACCOUNTS, Item.DEVICES, Item.NDA}),
        (Devices.BOTH, True, set(Item) - {Item.ALONE}),
    ],
)
def test_what_is_on_the_list(devices: Devices | None, last: bool, expected: set[Item]) -> None:
    found = items_for(work(devices=devices), last_at_endpoint=last)
    assert set(found) == expected
    assert list(found) == [i for i in Item if i in expected]


OWN = (item(state="done", by_id="p"), item(Item.NDA, state="done", by_id="q"))


@pytest.mark.parametrize(
    ("team", "by", "why", "code"),
    [
        (["p"], "p", "一人の担当です", None),
        (["p"], "p", "", Code.NO_REASON),
        (["p", "q"], "p", "二人とも記入しました", None),
        (["p", "q", "r"], "p", "急いでいます", Code.OWN_ITEMS),  # somebody else is there
        (None, "p", "急いでいます", Code.OWN_ITEMS),
        (["p", "r"], "r", "", None),
    ],
)
def test_somebody_alone_may_confirm_with_a_reason(team: list[str] | None, by: str, why: str, code: Code | None) -> None:
    if code is None:
        require_settled(work(), OWN, by, TODAY, team, why)
        return
    with pytest.raises(Refusal) as refused:
        require_settled(work(), OWN, by, TODAY, team, why)
    assert refused.value.code is code


@pytest.mark.parametrize(
    ("key", "state", "note", "code"),
    [
        (Item.DATA, ItemState.DONE, "", Code.NO_PROOF),
        (Item.NDA, ItemState.DONE, "", Code.NO_PROOF),
        (Item.ACCOUNTS, ItemState.NOT_APPLICABLE, "", Code.NO_REASON),
        (Item.DATA, ItemState.NOT_APPLICABLE, "", Code.NO_REASON),
    ],
)
def test_an_item_is_not_settled_without_its_words(key: Item, state: ItemState, note: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        settle(item(key), state, note, "p", NOW)
    assert (refused.value.code, refused.value.field) == (code, "note")


def test_settled_and_opened_again() -> None:
    done = settle(item(), ItemState.DONE, "証明書 No.12", "p", NOW)
    assert (done.state, done.note, done.by_id, done.at) == (ItemState.DONE, "証明書 No.12", "p", NOW)
    again = settle(done, ItemState.OPEN, "x", "q", NOW)
    assert (again.state, again.note, again.by_id, again.at) == (ItemState.OPEN, "", None, None)
    assert settle(item(Item.ACCOUNTS), ItemState.DONE, "", "p", NOW).state is ItemState.DONE


@pytest.mark.parametrize(
    ("changed", "items", "by", "code"),
    [
        ({}, [item(state="done", by_id="p"), item(Item.NDA)], "q", Code.CLOSING_OPEN),
        ({}, [item(state="done", by_id="p")], "p", Code.OWN_ITEMS),
        ({"ends_on": date(2026, 12, 26)}, [item(state="done", by_id="p")], "q", Code.CLOSING_EARLY),
        ({"state": S.ACTIVE}, [item(state="done", by_id="p")], "q", Code.CLOSED),
        ({"state": S.ENDED}, [item(state="done", by_id="p")], "q", Code.CLOSED),
    ],
)
def test_who_may_confirm_and_when(changed: dict[str, Any], items: list[ClosingItem], by: str, code: Code) -> None:
    with pytest.raises(Refusal) as refused:
        require_settled(work(**changed), items, by, TODAY)
    assert refused.value.code is code
    require_settled(work(), [item(state="done", by_id="p")], "q", TODAY)


@pytest.mark.parametrize(
    ("state", "may"), [(S.PROPOSED, True), (S.ACTIVE, True), (S.CLOSING, True), (S.ENDED, False), (S.REFUSED, False)]
)
def test_a_record_that_has_ended_is_kept(state: EngagementState, may: bool) -> None:
    assert editable(work(state=state)) is may
    if may:
        require_editable(work(state=state))
        return
    with pytest.raises(Refusal) as refused:
        require_editable(work(state=state))
    assert refused.value.code is Code.RECORD_KEPT


def test_overdue_is_counted_in_business_days() -> None:
    assert late_on(TODAY, company_calendar()) == date(2027, 1, 15)  # 11 January is 成人の日


@pytest.mark.parametrize(
    ("states", "over"),
    [
        ([S.ENDED], True),
        ([S.ENDED, S.REFUSED], True),
        ([S.ENDED, S.ACTIVE], False),
        ([S.ENDED, S.CLOSING], False),
        ([S.REFUSED], True),
        ([S.REFUSED, S.PROPOSED], False),
        ([S.REFUSED, S.ACTIVE], False),
        ([], False),
    ],
)
def test_a_supplier_is_over_with_its_last_work(states: list[EngagementState], over: bool) -> None:
    assert supplier_over(states) is over
