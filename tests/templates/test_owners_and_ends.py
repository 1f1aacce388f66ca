"""Cards and modals of departments, owners and contracts that end: with ordinary, hostile, endless and empty text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, get_args

import pytest

from bot.domain.closing_list import ClosingItem, Item, ItemState
from bot.domain.contract_end import Step
from bot.domain.departments import DepartmentLine, DepartmentList, DepartmentMove
from bot.domain.ending import (
    ClosingView,
    EndForm,
    EndingLine,
    EndingPage,
    EndQuestion,
    EndSettled,
    ItemForm,
    SettledItem,
)
from bot.domain.owning import OwnerForm, Unowned, UnownedPage
from bot.domain.scoping import Asked
from message_templates import closing, department, endings, owners
from message_templates.catalogs import LANGUAGES, Text
from sandbox.limits import check_message, check_view

TEXTS = ["みかづき運輸", "", "<!channel> *太字* <https://evil.invalid|こちら>", "あ" * 3000, "=HYPERLINK(1)\n👩‍👩‍👧"]
DAY, ID = date(2026, 12, 31), "0" * 32
AT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def inert(found: Any) -> None:
    """People's text is nowhere interpreted."""
    if isinstance(found, list):
        for one in found:
            inert(one)
    elif isinstance(found, dict):
        if found.get("type") == "mrkdwn":
            assert "evil" not in found["text"]
            assert "<!" not in found["text"]
        for part in found.values():
            inert(part)


def message(blocks: list[Any]) -> None:
    assert check_message(blocks) == []
    inert(blocks)


def view(found: Any) -> None:
    assert check_view(found) == []
    inert(found)


@pytest.mark.parametrize("text", TEXTS)
def test_messages(t: Text, text: str) -> None:
    questions = [
        EndQuestion(
            engagement_id=ID[:-1] + str(n), supplier=text, business=text, ends_on=DAY, step=step, notice_by=DAY,
            notice_passed=n == 1,
        )
        for n, step in enumerate(Step)
    ] * 2  # fmt: skip
    settled = [
        EndSettled(supplier=text, business=text, what=what, ends_on=DAY, by=text, on=DAY)
        for what in get_args(EndSettled.model_fields["what"].annotation)
    ]
    message(endings.question_blocks(t, questions, 37, settled * 4))
    message(endings.question_blocks(t, [], 0, settled))
    message(endings.unanswered_blocks(t, [(text, text, DAY)] * 20, 21))
    message(endings.opened_blocks(t, ID, text, text, DAY))
    message(endings.ready_blocks(t, ID, text, text, None))
    lines = [
        Unowned(engagement_id=ID, supplier=text, business=text, department=text, was=text, instead=text, role=role)
        for role in Asked
    ]
    message(owners.left_blocks(t, lines * 3, 40, 3))


@pytest.mark.parametrize("text", TEXTS)
def test_modals(t: Text, text: str) -> None:
    ends = EndForm(language="ja", engagement_id=ID, supplier=text, business=text, ends_on=None, proposed=DAY)
    view(endings.renew_view(t, ends))
    view(endings.ends_view(t, ends))
    line = EndingLine(engagement_id=ID, supplier=text, business=text, department=text, ends_on=DAY)
    closed = line.model_copy(update={"closing": True, "open_items": 2, "overdue": True})
    view(endings.endings_view(t, EndingPage(lines=(line, closed) * 5, total=30, page=2, pages=3)))
    view(endings.endings_view(t, EndingPage(lines=(), total=0)))
    item = ClosingItem(id=ID, engagement_id=ID, key=Item.DATA, state=ItemState.DONE, note=text, by_id="p", at=AT)
    view(closing.item_view(t, ItemForm(language="ja", supplier=text, business=text, item=item)))
    facts: dict[str, Any] = {"language": "ja", "engagement_id": ID, "supplier_id": ID, "supplier": text}
    facts |= {"business": text, "ends_on": DAY}
    rows = [
        SettledItem(item=item.model_copy(update={"key": key, "state": state}), by=text, on=DAY)
        for key in Item
        for state in ItemState
    ]
    for over, may in ((False, False), (False, True), (True, False)):
        view(closing.closing_view(t, ClosingView(items=tuple(rows), overdue=True, over=over, may_confirm=may, **facts)))
    form = OwnerForm(engagement_id=ID, supplier=text, business=text, department=text, owner=text)
    view(owners.owner_view(t, form))


@pytest.mark.parametrize("text", TEXTS)
def test_lists(t: Text, text: str) -> None:
    unowned = [
        Unowned(engagement_id=f"{n:032}", supplier=text, business=text, department=text, role=Asked.NOBODY)
        for n in range(10)
    ]
    view(owners.unowned_view(t, UnownedPage(lines=tuple(unowned), total=25, page=2, pages=3)))
    view(owners.unowned_view(t, UnownedPage(lines=(), total=0)))
    lines = [
        DepartmentLine(
            id=f"{n:032}", name=text or "部", primary=text, primary_fit=n > 0, deputies=n, group=text, escalation=text,
            engagements=n, unowned=n, archived=n == 3,
        )
        for n in range(10)
    ]  # fmt: skip
    view(department.departments_view(t, DepartmentList(lines=tuple(lines), total=25, page=2, pages=3)))
    others = tuple((f"{n:032}", text or "部") for n in range(150))
    view(department.move_view(t, DepartmentMove(department_id=ID, name=text, engagements=3, others=others)))


def test_days_are_named(t: Text) -> None:
    one = EndQuestion(engagement_id=ID, supplier="A", business="B", ends_on=DAY, step=Step.END, notice_by=None)
    assert t.date(DAY) in str(endings.question_blocks(t, [one], 1))
