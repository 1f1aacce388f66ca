"""What stands on the stage of departments, owners and contracts that end: of the first supplier's owner, and without one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from bot.domain.closing_list import ClosingItem, Item, ItemState
from bot.domain.contract_end import Step
from bot.domain.departments import DepartmentList
from bot.domain.ending import EndQuestion
from bot.domain.ledger import Department, Engagement, EngagementState, Owner, OwnerRole, Supplier
from bot.domain.names import name_key
from bot.domain.people import Person
from bot.services.telling.owning import LINES
from message_templates import endings, ids, owners
from message_templates.catalogs import Text
from message_templates.department import departments_view
from storage import ledger, owning
from storage.db import Database
from storage.ids import new_id
from tests.handlers.books import START
from tests.handlers.cast import GONE, LOBBY, OWNER, SEC, mark
from tests.handlers.slackside import Card, Modal, card

if TYPE_CHECKING:
    from tests.handlers.stage import Scene

S = EngagementState


async def ends_things(made: Scene, typed: Any, opened: Any) -> None:
    """Cards as they are sent, and what opens from them."""
    found = await _rows(made.app.db)
    made.ids |= found
    slack, t = made.slack, Text("ja")
    question = EndQuestion(
        engagement_id=found["ends"], supplier=mark(1, "終了社"), business=mark(1, "の業務"), ends_on=date(2026, 12, 1),
        step=Step.END,
    )  # fmt: skip
    made.cards["ends"] = card(endings.question_blocks(t, [question], 1), LOBBY)
    made.cards["unanswered"] = card(endings.unanswered_blocks(t, [], 1), LOBBY)
    for name in ("closing", "settled"):
        blocks = endings.opened_blocks(t, found[name], mark(1, "終了社"), mark(1, "の業務"), None)
        made.cards[name] = card(blocks, LOBBY)
    async with made.app.db.read() as tx:
        lines, total = await owning.unowned(tx, LINES)
    made.cards["owner left"] = card(owners.left_blocks(t, lines, total, 0), LOBBY)

    async def pressed(user: str, thing: Card | Modal, do: str, **how: Any) -> Modal:
        modal: Modal = await opened(made, user, slack.press(user, thing, do, **how))
        return modal

    made.modals["renew"] = await pressed(OWNER, made.cards["ends"], ids.Do.END_RENEW)
    made.modals["end form"] = await pressed(OWNER, made.cards["ends"], ids.Do.END_ENDS)
    made.modals["closing"] = await pressed(OWNER, made.cards["closing"], ids.Do.CLOSING_OPEN)
    made.modals["proof"] = await pressed(OWNER, made.modals["closing"], ids.Do.RECORD_EDIT)
    made.modals["closing item"] = await pressed(OWNER, made.modals["closing"], ids.Do.CLOSING_ITEM)
    made.modals["settled"] = await pressed(SEC, made.cards["settled"], ids.Do.CLOSING_OPEN)
    made.modals["departments"] = await typed("department")
    second = DepartmentList(lines=(), total=20, page=2, pages=2)
    made.modals["departments 2"] = Modal(departments_view(t, second))
    made.modals["department move"] = await pressed(SEC, made.modals["departments"], ids.Do.DEPT_MOVE)
    made.modals["owners"] = await typed("owners")
    made.modals["owner"] = await pressed(SEC, made.modals["owners"], ids.Do.OWNER_CHANGE)


async def _rows(db: Database) -> dict[str, str]:
    """Work that ends soon, work that is being closed (with an open item, and settled), work without an owner."""
    async with db.read() as tx:
        owner, gone = [await tx.one(Person, slack_user_id=user) for user in (OWNER, GONE)]
        goods = await tx.one(Department, name="物流部")
    assert owner
    assert gone
    assert goods
    idle = Department(id=new_id(), name="旧部門", primary_id=owner.id)
    theirs, other = _supplier(mark(1, "終了社")), _supplier(mark(9, "不在社"))
    ends = _work(1, theirs, goods, state=S.ACTIVE, ends_on=date(2026, 12, 1))
    closing, settled = (_work(1, theirs, goods, state=S.CLOSING, ends_on=date(2026, 11, 20)) for _ in range(2))
    alone = _work(9, other, goods)
    rows: list[Any] = [idle, theirs, other, ends, closing, settled, alone]
    rows += [_owner(work, owner) for work in (ends, closing, settled)] + [_owner(alone, gone)]
    rows += [_item(closing, Item.DATA), _item(closing, Item.NDA, owner), _item(settled, Item.DATA, owner)]
    async with db.begin("test.ends") as tx:
        await ledger.insert_all(tx, rows)
    return {"ends": ends.id, "closing": closing.id, "settled": settled.id, "idle": idle.id}


def _supplier(name: str) -> Supplier:
    return Supplier(id=new_id(), name=name, name_key=name_key(name), created_at=START)


def _work(n: int, supplier: Supplier, department: Department, **more: Any) -> Engagement:
    return Engagement(
        id=new_id(),
        supplier_id=supplier.id,
        department_id=department.id,
        business=mark(n, "の業務"),
        starts_on=date(2025, 4, 1),
        created_at=START,
        **more,
    )


def _owner(work: Engagement, person: Person) -> Owner:
    return Owner(id=new_id(), engagement_id=work.id, person_id=person.id, role=OwnerRole.PRIMARY, since=work.created_at)


def _item(work: Engagement, key: Item, by: Person | None = None) -> ClosingItem:
    state = ItemState.DONE if by else ItemState.OPEN
    note = mark(1, "の証明") if by else ""
    at = work.created_at if by else None
    return ClosingItem(
        id=new_id(), engagement_id=work.id, key=key, state=state, note=note, by_id=by.id if by else None, at=at
    )
