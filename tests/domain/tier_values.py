"""Engagements and decisions for tests of tiers, from the facts that matter."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from bot.domain.ledger import Engagement
from bot.domain.tiers import TierDecision, next_decision
from storage.policy_file import shipped

TODAY = date(2026, 11, 25)
ON = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)


def engagement(**facts: Any) -> Engagement:
    """An engagement with these facts; nobody has said anything about the others."""
    known = {"id": "e", "supplier_id": "s", "department_id": "d", "business": "配送業務", "starts_on": TODAY}
    return Engagement(**{**known, "created_at": ON, **facts})


def decision(**facts: Any) -> TierDecision:
    """The first decision about it."""
    made = next_decision(engagement(**facts), None, shipped(), by="p", at=ON, cause="register", new_id="first")
    assert made
    return made
