"""Any record as of a day: every field of every record of the ledger, undone and not undone, at the edges of the day."""

from __future__ import annotations

import types
import typing
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import AwareDatetime

from bot.domain.as_of import as_of, end_of
from bot.domain.base import Root, Value
from bot.domain.contacts import Contact
from bot.domain.documents import Document
from bot.domain.ledger import Change, Engagement, Supplier
from bot.domain.people import SYSTEM
from bot.services import history
from storage.mapping import ROW_OF

TOKYO = ZoneInfo("Asia/Tokyo")
BORN = datetime(2026, 4, 1, tzinfo=UTC)
DAY = date(2026, 11, 25)
LATE = datetime(2026, 11, 25, 23, 59, tzinfo=TOKYO)
EARLY = datetime(2026, 11, 26, 0, 1, tzinfo=TOKYO)

ROOMS = ("ledger", "contacts", "documents", "free_fields", "certificates", "subcontracts")
KEPT = [c for c in ROW_OF if issubclass(c, Root) and c.__module__.removeprefix("bot.domain.") in ROOMS]
"""Every record of the ledger: a model that is added to one of these files is tried without a word here."""

NEVER_CHANGES = {"id", "version", "created_at", "added_at"}
"""What a record has from its first moment to its last; `version` is the database's own count."""


def sample(kind: Any, name: str, turn: int) -> Any:
    """A value of a field's type; another one for another turn."""
    origin, args = typing.get_origin(kind), typing.get_args(kind)
    if origin in (types.UnionType, typing.Union):
        return sample(next(a for a in args if a is not type(None)), name, turn)
    if origin is typing.Literal:
        return args[turn]
    if origin is tuple:
        return (sample(args[0], name, turn),)
    if origin is dict:
        return {"k": f"値{turn}"}
    if isinstance(kind, type) and issubclass(kind, Enum):
        return list(kind)[turn]
    plain: dict[Any, Any] = {
        str: f"髙橋\u3000{name}{turn}",
        bool: bool(turn),
        int: 3 + turn,
        AwareDatetime: BORN + timedelta(days=turn),
        date: date(2026, 2, 27 + turn),
    }
    return plain[kind]


def example(cls: type[Root], turn: int = 0) -> Root:
    hints = typing.get_type_hints(cls, include_extras=False)
    made = {name: sample(hints[name], name, turn) for name in cls.model_fields}
    return cls.model_validate(made | {"id": "0" * 32, "version": 1} | _born(cls))


def _born(cls: type[Value]) -> dict[str, Any]:
    return {name: BORN for name in ("created_at", "added_at") if name in cls.model_fields}


def moves() -> list[tuple[type[Root], str, bool]]:
    """Every field of every record, changed to another value and, where it may be empty, emptied."""
    fields = [(cls, name) for cls in KEPT for name in cls.model_fields if name not in NEVER_CHANGES]
    emptied = [(c, n, True) for c, n in fields if _nothing(c, n) not in (..., getattr(example(c), n))]
    return [(c, n, False) for c, n in fields] + emptied


def _nothing(cls: type[Root], name: str) -> Any:
    """What an empty field holds; ... where it cannot be empty."""
    info = cls.model_fields[name]
    return ... if info.is_required() else info.get_default(call_default_factory=True)


@pytest.mark.parametrize(("cls", "field", "empty"), moves())
def test_every_field_the_day_before_and_the_day_after(cls: type[Root], field: str, empty: bool) -> None:
    """A field that escapes the history is shown with today's value on every day: this fails for it."""
    before = example(cls)
    after = before.model_copy(update={field: _nothing(cls, field) if empty else getattr(example(cls, 1), field)})
    changes = history.changed(before, after, SYSTEM, EARLY, "test")
    assert [c.field for c in changes] == [field]
    assert as_of(after, changes, end_of(DAY, TOKYO)) == before
    assert as_of(after, changes, end_of(DAY + timedelta(days=1), TOKYO)) == after


@pytest.mark.parametrize(("at", "on_that_day"), [(LATE, "新"), (EARLY, "旧")])
def test_a_day_is_the_companys(at: datetime, on_that_day: str) -> None:
    before = example(Supplier).model_copy(update={"name": "旧"})
    after = before.model_copy(update={"name": "新"})
    changes = history.changed(before, after, SYSTEM, at.astimezone(UTC), "test")
    then = as_of(after, changes, end_of(DAY, TOKYO))
    assert isinstance(then, Supplier)
    assert then.name == on_that_day


def test_many_changes_are_undone_newest_first_and_other_records_do_not_matter() -> None:
    supplier, changes = example(Supplier), list[Change]()
    stages = [supplier]
    for n in range(5):
        after = stages[-1].model_copy(update={"name": f"名{n}", "paused": bool(n % 2)})
        at = datetime(2026, 11, 20 + n, 3, tzinfo=UTC)
        changes += history.changed(stages[-1], after, SYSTEM, at, "test")
        stages.append(after)
    stranger = example(Supplier).model_copy(update={"id": "1" * 32})
    changes += history.changed(stranger, stranger.model_copy(update={"name": "他社"}), SYSTEM, EARLY, "test")
    changes.sort(key=lambda c: c.field)
    for n in range(6):
        assert as_of(stages[-1], changes, end_of(date(2026, 11, 19 + n), TOKYO)) == stages[n]


def test_two_changes_of_one_moment_are_undone_in_their_order() -> None:
    one = example(Supplier).model_copy(update={"name": "一"})
    two, three = one.model_copy(update={"name": "二"}), one.model_copy(update={"name": "三"})
    changes = [*history.changed(one, two, SYSTEM, EARLY, "t"), *history.changed(two, three, SYSTEM, EARLY, "t")]
    assert as_of(three, changes, end_of(DAY, TOKYO)) == one


@pytest.mark.parametrize("cls", [Supplier, Engagement, Contact, Document])
def test_what_did_not_exist_yet_is_nothing(cls: type[Root]) -> None:
    value = example(cls)
    told = history.created(value, SYSTEM, BORN, "test")
    day = date(2026, 4, 1)
    assert as_of(value, [told], end_of(day, TOKYO)) == value
    assert as_of(value, [told], end_of(day - timedelta(days=1), TOKYO)) is None
    assert as_of(value, [], end_of(day - timedelta(days=1), TOKYO)) is None


def test_a_field_that_the_product_has_no_more_is_passed_over() -> None:
    value = example(Supplier)
    gone = Change(
        id="c", subject="supplier", subject_id=value.id, field="fax", before="1", after="2",
        actor_id="x", at=EARLY, cause="test",
    )  # fmt: skip
    assert as_of(value, [gone], end_of(DAY, TOKYO)) == value
