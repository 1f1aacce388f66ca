"""What two records say of one company: blanks are filled, differences are chosen, a pause and a stop are never lost."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.ledger import Profession, Supplier, SupplierKind, SupplierState
from bot.domain.merge_facts import FACTS, GONE, KEPT, differing, given_back, suggested, taken
from bot.domain.merging import joined
from bot.domain.refusal import Code, Refusal
from tests.kit import START

NUMBER = "7999901000001"
OTHERWISE = {
    "version",  # each record's own
    *("id", "name", "name_key", "created_at", "merged_into"),  # what makes it the record that it is
    *("corporate_number", "closed_on", "successor_number", "register_checked_on"),  # go together, by `number_moved`
    *("paused", "state"),  # the cautious one wins
}


def supplier(**fields: Any) -> Supplier:
    return Supplier(id="s", name="みかづき運輸", name_key="みかづき運輸", created_at=START, **fields)


def merged(kept: Supplier, gone: Supplier, **chosen: str) -> Supplier:
    return joined(kept, gone, suggested(kept, gone) | chosen)[0]


def test_every_field_of_a_supplier_says_what_becomes_of_it() -> None:
    """A new one: into FACTS, or here with the reason."""
    assert set(Supplier.model_fields) == {*FACTS, *OTHERWISE}


@pytest.mark.parametrize(
    ("field", "value"),
    [("reading", "ミカヅキ"), ("address", "東京都"), ("subcontracts", False), ("profession", Profession.LAWYER)],
)
def test_a_blank_takes_what_the_other_says_and_is_not_asked_about(field: str, value: Any) -> None:
    kept, gone = supplier(), supplier(**{field: value})
    assert differing(kept, gone) == ()
    after = merged(kept, gone)
    assert getattr(after, field) == value
    assert [t.field for t in taken(kept, after)] == [field]
    assert merged(gone, kept) == gone


@pytest.mark.parametrize(
    ("field", "kept", "gone", "suggests"),
    [
        ("kind", SupplierKind.COMPANY, SupplierKind.PUBLIC, KEPT),
        ("language", "ja", "en", KEPT),
        ("subcontracts", False, True, GONE),
        ("subcontracts", True, False, KEPT),
        ("group_company", True, False, GONE),
        ("group_company", False, True, KEPT),
        ("profession", Profession.LAWYER, Profession.NOTARY, KEPT),
        ("address", "東京都", "大阪府", KEPT),
    ],
)
def test_a_difference_is_chosen_and_the_cautious_one_is_suggested(
    field: str, kept: Any, gone: Any, suggests: str
) -> None:
    one, other = supplier(**{field: kept}), supplier(**{field: gone})
    [asked] = differing(one, other)
    assert (asked.field, asked.kept, asked.gone, asked.suggested) == (field, kept, gone, suggests)
    assert getattr(merged(one, other, **{field: KEPT}), field) == kept
    assert getattr(merged(one, other, **{field: GONE}), field) == gone


def test_what_differs_and_was_not_shown_is_not_decided_silently() -> None:
    with pytest.raises(Refusal) as refused:
        joined(supplier(language="ja"), supplier(language="en"), {})
    assert refused.value.code is Code.CHANGED_MEANWHILE


def test_a_pause_and_a_stop_win_whichever_record_is_kept() -> None:
    plain, stopped = supplier(), supplier(paused=True, state=SupplierState.BLOCKED)
    for kept, gone in ((plain, stopped), (stopped, plain)):
        after = merged(kept, gone)
        assert (after.paused, after.state) == (True, SupplierState.BLOCKED)


def test_with_a_record_that_is_active_the_kept_one_is() -> None:
    ended = supplier(state=SupplierState.ENDED)
    assert merged(ended, supplier()).state is merged(supplier(), ended).state is SupplierState.ACTIVE
    assert merged(ended, ended).state is SupplierState.ENDED


def test_what_the_register_said_goes_with_the_number_and_a_sole_trader_has_none() -> None:
    bare = supplier(kind=SupplierKind.SOLE_TRADER)
    numbered = supplier(corporate_number=NUMBER, closed_on=date(2026, 3, 31), register_checked_on=date(2026, 4, 1))
    after = merged(bare, numbered)
    assert (after.corporate_number, after.closed_on, after.kind) == (NUMBER, date(2026, 3, 31), SupplierKind.COMPANY)
    with pytest.raises(Refusal) as refused:
        merged(bare, numbered, kind=KEPT)
    assert (refused.value.code, refused.value.field) == (Code.SOLE_TRADER_NUMBER, "kind")


def test_undone_what_came_goes_and_what_was_written_since_stays() -> None:
    kept = supplier(state=SupplierState.ENDED)
    gone = supplier(reading="ミカヅキ", address="東京都", closed_on=None, paused=True, profession=Profession.LAWYER)
    after = merged(kept, gone)
    got = taken(kept, after)
    assert given_back(after, got, works=False) == kept
    since = after.model_copy(update={"address": "大阪府"})
    assert given_back(since, got, works=False) == kept.model_copy(update={"address": "大阪府"})
    assert given_back(after, got, works=True).state is SupplierState.ACTIVE
