"""One press of "unchanged" answers the whole attestation checklist; other presses answer what was said."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.attested import said
from bot.domain.attesting import Answered, What
from bot.domain.checklist import check_value, content_hash, missing, questions_for
from bot.domain.rounds import AttestationKind
from storage.checklist_files import load_all

QUESTIONS = load_all()["attestation"]
DAY = date(2026, 11, 30)


def test_unchanged_leaves_nothing_open() -> None:
    told = said(QUESTIONS, Answered(kind=AttestationKind.UNCHANGED))
    assert told["checklist"] == content_hash(QUESTIONS)
    assert missing(questions_for(QUESTIONS, {}, told["answers"]), told["answers"]) == ()
    assert told["answers"]["at_in_use"] == "in_use"
    assert set(told["answers"].values()) == {"in_use", "unchanged"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (
            Answered(kind=AttestationKind.CHANGED, what=(What.DATA, What.ACCESS), ends_on=DAY),
            {
                "at_in_use": "in_use",
                "at_data": "changed",
                "at_contract_end": "changed",
                "at_contract_end_date": "2026-11-30",
            },
        ),
        (
            Answered(kind=AttestationKind.ENDED, ends_on=DAY),
            {"at_in_use": "ended", "at_ended_on": "2026-11-30"},
        ),
    ],
)
def test_other_presses_answer_what_was_said(answer: Answered, expected: dict[str, str]) -> None:
    assert said(QUESTIONS, answer)["answers"] == expected


@pytest.mark.parametrize("kind", [AttestationKind.UNCHANGED, AttestationKind.CHANGED, AttestationKind.ENDED])
def test_every_answer_is_one_that_the_checklist_knows(kind: AttestationKind) -> None:
    answers = said(QUESTIONS, Answered(kind=kind, what=tuple(What), ends_on=DAY))["answers"]
    by_key = {q.key: q for q in QUESTIONS.questions}
    for key, value in answers.items():
        assert check_value(by_key[key], value) is None, key
