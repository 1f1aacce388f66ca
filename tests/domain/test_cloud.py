"""The three questions about a cloud service: every answer to every question, and the grounds that are kept."""

from __future__ import annotations

import itertools

import pytest

from bot.domain.cloud import ANSWERS, QUESTIONS, classed, written
from bot.domain.ledger import CloudClass
from bot.domain.refusal import Code, Refusals

E, N, O = CloudClass.ENTRUSTED, CloudClass.NOT_HANDLED, CloudClass.OWN_JUDGEMENT  # noqa: E741


@pytest.mark.parametrize("given", list(itertools.product(ANSWERS, repeat=3)), ids="-".join)
def test_every_answer(given: tuple[str, str, str]) -> None:
    """Only two sure yeses beside a sure no make the exception; what cannot be confirmed never does."""
    expected = E if given[0] == "yes" else N if given == ("no", "yes", "yes") else O
    assert classed(dict(zip(QUESTIONS, given, strict=True))) is expected


def test_clause_url_and_day_are_kept_together() -> None:
    answers = {"terms_entrust": "no", "terms_exclude": "yes", "access_controlled": "yes"}
    assert written(answers, "利用規約\n第11条", "https://cloud.example.com/terms", "2026-11-25") == {
        "cloud_class": "not_handled",
        "cloud_basis": "利用規約 第11条 https://cloud.example.com/terms",
        "cloud_checked_on": "2026-11-25",
    }
    assert written({"terms_entrust": "yes"}, "第8条", "", "2026-11-25")["cloud_basis"] == "第8条"


def test_all_that_is_missing_is_said_at_once() -> None:
    with pytest.raises(Refusals) as refused:
        written({"terms_entrust": "no"}, "", "http://cloud.example.com", "")
    assert {(r.field, r.code) for r in refused.value.refusals} == {
        ("terms_exclude", Code.EMPTY),
        ("access_controlled", Code.EMPTY),
        ("basis", Code.EMPTY),
        ("url", Code.BAD_LINK),
        ("checked_on", Code.EMPTY),
    }
