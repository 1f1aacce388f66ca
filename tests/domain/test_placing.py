"""Where a registration belongs: the number decides, a name decides only among records without one."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest

from bot.domain.ledger import (
    ContractType,
    Department,
    Engagement,
    EngagementState,
    OwnerRole,
    Supplier,
    SupplierKind,
    SupplierState,
)
from bot.domain.placing import Known, Place, first_owners, new_engagement, new_supplier
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.registration import Registration, check
from tests.domain.test_registration import entry

NOW = datetime(2026, 11, 25, tzinfo=UTC)
NUMBERED = check(entry())
NAMELESS = check(entry(corporate_number="", kind="sole_trader", name="佐藤　花子"))


def ids(start: int = 1) -> "count[int]":
    return count(start)


def with_(registration: Registration, **said: Any) -> Registration:
    """The same, saying something else."""
    update = {
        whose: getattr(registration, whose) | {n: v for n, v in said.items() if n in model.model_fields}
        for whose, model in (("supplier", Supplier), ("engagement", Engagement))
    }
    return registration.model_copy(update=update)


def stored(registration: Registration, department_id: str = "d1", first: int = 1) -> tuple[Supplier, Engagement]:
    numbers = ids(first)
    supplier = new_supplier(registration, lambda: f"s{next(numbers)}", NOW)
    return supplier, new_engagement(registration, supplier.id, department_id, lambda: f"e{next(numbers)}", NOW)


def test_nobody_is_known_at_first() -> None:
    assert Known().place(NUMBERED, "d1") == Place()


def test_the_same_number_is_the_same_record_however_its_name_is_written() -> None:
    supplier, engagement = stored(NUMBERED)
    known = Known([supplier], engagements=[engagement])
    again = with_(NUMBERED, name="ﾐｶﾂﾞｷ運輸㈱")
    assert known.place(again, "d1") == Place(supplier=supplier, engagement=engagement)
    assert known.place(again, "d2") == Place(supplier=supplier)
    other_work = with_(again, business="倉庫の管理")
    assert known.place(other_work, "d1") == Place(supplier=supplier)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "別の会社"}, Code.NUMBER_TAKEN),
        ({"state": SupplierState.MERGED}, Code.SUPPLIER_BLOCKED),
        ({"state": SupplierState.BLOCKED}, Code.SUPPLIER_BLOCKED),
    ],
)
def test_a_number_with_another_name_names_the_record(change: dict[str, object], code: Code) -> None:
    supplier, _ = stored(NUMBERED)
    registration = with_(NUMBERED, name=change.get("name", NUMBERED.name))
    known = Known([supplier.model_copy(update={"state": change.get("state", supplier.state)})])
    with pytest.raises(Refusal) as refused:
        known.place(registration, "d1")
    assert (refused.value.code, refused.value.field) == (code, "corporate_number")
    assert refused.value.params == {"name": "株式会社みかづき運輸"}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"kind": SupplierKind.PUBLIC, "language": "en"}, {"kind", "language"}),
        ({"contract_type": ContractType.MANDATE}, {"contract_type"}),
        (
            {"starts_on": date(2025, 1, 1), "ends_on": None, "personal_data": False},
            {"starts_on", "ends_on", "personal_data"},
        ),
    ],
)
def test_what_differs_from_the_record_is_said_field_by_field(change: dict[str, object], fields: set[str]) -> None:
    supplier, engagement = stored(NUMBERED)
    with pytest.raises(Refusals) as refused:
        Known([supplier], engagements=[engagement]).place(with_(NUMBERED, **change), "d1")
    assert {r.field for r in refused.value.refusals} == fields
    assert {r.code for r in refused.value.refusals} == {Code.DIFFERS}


@pytest.mark.parametrize("state", [EngagementState.ENDED, EngagementState.REFUSED])
def test_work_that_is_over_may_begin_again(state: EngagementState) -> None:
    supplier, engagement = stored(NUMBERED)
    over = engagement.model_copy(update={"state": state})
    assert Known([supplier], engagements=[over]).place(NUMBERED, "d1") == Place(supplier=supplier)


def test_without_a_number_the_exact_name_is_found_again() -> None:
    supplier, engagement = stored(NAMELESS)
    known = Known(named=[supplier], engagements=[engagement])
    assert known.place(NAMELESS, "d1") == Place(supplier=supplier, engagement=engagement)
    assert known.place(with_(NAMELESS, name="佐藤花子"), "d1") == Place()


def test_a_record_with_a_number_is_not_found_by_its_name() -> None:
    supplier, _ = stored(NUMBERED)
    without = with_(NUMBERED, corporate_number=None)
    assert Known([supplier]).place(without, "d1") == Place()


def test_two_of_one_name_are_told_apart_by_their_work_or_not_at_all() -> None:
    one, work = stored(NAMELESS)
    two, _ = stored(NAMELESS, first=9)
    known = Known(named=[one, two], engagements=[work])
    assert known.place(NAMELESS, "d1") == Place(supplier=one, engagement=work)
    with pytest.raises(Refusal) as refused:
        known.place(NAMELESS, "d2")
    assert (refused.value.code, refused.value.field) == (Code.SEVERAL_MATCH, "name")


def test_owners_come_from_the_department() -> None:
    numbers = ids()
    both = Department(id="d", name="総務部", primary_id="p1", deputy_ids=("p2",), escalation_id="p3")
    made = first_owners("e", both, lambda: str(next(numbers)), NOW)
    assert [(o.person_id, o.role, o.since, o.until) for o in made] == [
        ("p1", OwnerRole.PRIMARY, NOW, None),
        ("p2", OwnerRole.DEPUTY, NOW, None),
    ]
    alone = first_owners("e", both.model_copy(update={"deputy_ids": ()}), lambda: "1", NOW)
    assert [o.role for o in alone] == [OwnerRole.PRIMARY]
