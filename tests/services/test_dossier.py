"""The points propose nothing where half of the answers are missing: a work's own endpoint, or the company's, that is silent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.domain.forms import COMPANY
from bot.services.dossier import _silent

A, B = "item-a", "item-b"


def case(questions: dict[str, str], submitted: set[str]) -> Any:
    """`questions`: scope → the endpoint that is asked."""
    return SimpleNamespace(
        questions=[SimpleNamespace(scope=scope, endpoint_id=endpoint) for scope, endpoint in questions.items()],
        submissions=dict.fromkeys(submitted),
        items=[SimpleNamespace(item=SimpleNamespace(id=item)) for item in (A, B)],
    )


@pytest.mark.parametrize(
    ("questions", "submitted", "silent"),
    [
        ({COMPANY: "e1", A: "e1", B: "e2"}, {"e1", "e2"}, set()),
        ({COMPANY: "e1", A: "e1", B: "e2"}, {"e1"}, {B}),
        ({COMPANY: "e1", A: "e1", B: "e2"}, {"e2"}, {A, B}),
        ({COMPANY: "e1"}, {"e1"}, set()),
        ({COMPANY: "e1"}, set(), {A, B}),
        ({}, set(), {A, B}),
        ({A: "e1"}, {"e1"}, set()),
    ],
)
def test_work_of_which_not_everything_was_handed_in_gets_no_proposal(
    questions: dict[str, str], submitted: set[str], silent: set[str]
) -> None:
    assert _silent(case(questions, submitted)) == silent
