"""What a form cannot be saved without does not say "optional"; what may be left out does, and what it says is true."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from bot.domain.digests import Work
from bot.domain.free_fields import FreeField, FreeFieldForm, FreeKind
from bot.domain.scope_views import ScopeForm
from bot.domain.tier_views import TierForm, TierLine
from message_templates import ids
from message_templates.attest import ended_modal
from message_templates.catalogs import Text
from message_templates.free_fields import field_view
from message_templates.resolving import where_modal
from message_templates.scope import scope_form
from message_templates.tier import tier_modal
from tests.kit import START

T, KEY, DAY = Text("ja"), "0" * 32, date(2026, 11, 25)
LINE = TierLine(supplier="みかづき運輸", business="配送", engagement_id=KEY, decision=None)


def tier(*, back: bool) -> Any:
    return tier_modal(T, TierForm(language="ja", names={}, line=LINE, back=back, until=DAY))


def scope() -> Any:
    form = ScopeForm(
        language="ja", round_id=KEY, kind="leave", subject_id=KEY, supplier="みかづき運輸", works=((KEY, "配送"),)
    )
    return scope_form(T, form)


def field(kind: FreeKind | None) -> Any:
    there = FreeField(id=KEY, label_ja="稟議", kind=kind, choices=("有", "無"), created_at=START) if kind else None
    return field_view(T, FreeFieldForm(field=there))


WORK = Work(supplier="みかづき運輸", business="配送", starts_on=DAY, ends_on=None, personal_data=False)


@pytest.mark.parametrize(
    ("view", "optional"),
    [
        (tier(back=False), set()),
        (tier(back=True), {"reason", "until"}),  # taking a setting back needs neither
        (scope(), set()),
        (field(None), {"label_en", "choices"}),  # choices: only for that kind
        (field(FreeKind.CHOICE), {"label_en"}),
        (field(FreeKind.DAY), {"label_en"}),
        (ended_modal(T, KEY, WORK), {"note"}),
        (where_modal(T, KEY), set()),
    ],
)
def test_only_what_may_be_left_out_says_so(view: Any, optional: set[str]) -> None:
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert {ids.field_name(block["block_id"]) for block in inputs if block["optional"]} == optional
    assert inputs
