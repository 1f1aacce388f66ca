"""The facts that conditions look at: every known name is filled from the ledger, and unknown stays unknown (ask)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.checklist_facts import facts_of
from bot.domain.checklist_schema import FACTS
from bot.domain.ledger import ContractType, DataKind, Devices, SupplierKind, Workplace
from tests.ledger_rows import ledger_row


def of(*works: dict[str, Any], **supplier: Any) -> dict[str, Any]:
    rows = [ledger_row(**work) for work in works]
    return facts_of(ledger_row(**supplier).supplier, [row.engagement for row in rows])


def test_every_fact_that_a_checklist_may_name_is_filled() -> None:
    assert list(of({})) == list(FACTS)


def test_a_value_is_one_that_a_condition_can_name() -> None:
    """Otherwise a condition on it could never be true, however the ledger is filled."""
    for kind in SupplierKind:
        assert of({}, kind=kind)["supplier_kind"] in FACTS["supplier_kind"]
    for name, field, values in (
        ("contract_type", "contract_type", ContractType),
        ("devices", "devices", Devices),
        ("workplace", "workplace", Workplace),
    ):
        found = {of({field: value})[name][0] for value in values}
        assert found == set(FACTS[name])


@pytest.mark.parametrize(
    ("works", "expected"),
    [
        (({"secret_data": True}, {"secret_data": None}), "yes"),
        (({"secret_data": False}, {"secret_data": None}), None),
        (({"secret_data": False}, {"secret_data": False}), "no"),
        ((), None),
    ],
)
def test_one_yes_is_enough_and_a_blank_leaves_it_open(works: tuple[dict[str, Any], ...], expected: str | None) -> None:
    assert of(*works)["secret_data"] == expected


def test_kinds_of_data_that_nobody_named_may_be_any() -> None:
    assert of({"personal_data": True})["special_care_data"] is None
    assert of({"personal_data": True, "data_kinds": (DataKind.CONTACT,)})["special_care_data"] == "no"
    assert of({"personal_data": True, "data_kinds": (DataKind.HEALTH,)})["special_care_data"] == "yes"
    assert of({"personal_data": False})["special_care_data"] == "no"
    assert of({"personal_data": True, "data_kinds": (DataKind.MY_NUMBER,)})["my_number"] == "yes"


def test_the_largest_count_counts_and_no_personal_data_is_none_at_all() -> None:
    assert of({"data_count": 5}, {"data_count": 900})["record_count"] == 900
    assert of({"data_count": 5}, {"data_count": None})["record_count"] is None
    assert of({"personal_data": False, "data_count": None})["record_count"] == 0


def test_works_that_differ_are_all_named() -> None:
    both = of({"workplace": Workplace.HOME}, {"workplace": Workplace.THEIRS})
    assert both["workplace"] == ["home", "theirs"]
    assert of({"workplace": Workplace.HOME}, {})["workplace"] is None


def test_a_foreign_company_handles_data_abroad_and_of_others_nobody_knows() -> None:
    assert of({}, kind=SupplierKind.FOREIGN)["overseas"] == "yes"
    assert of({})["overseas"] is None
