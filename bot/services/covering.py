"""Which certificates answer questions of a checklist for an engagement: those whose standing is confirmed, by the policy.

What a certificate is worth is decided in one place (`certificates.standing`); that a question is covered by one stands in
the checklist (`covered_by`). Here the two meet. To let another scheme count: its checklist name in `SCHEMES`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.domain.certificates import Scheme, Standing
from bot.domain.ledger import Engagement
from bot.services.policies import policy
from storage import certificates
from storage.tx import Tx

SCHEMES = {Scheme.ISMS: "isms", Scheme.PMARK: "p_mark"}
"""A scheme in the ledger → what checklists and the policy call it."""


async def covering(tx: Tx, engagements: Sequence[Engagement], today: date) -> dict[str, frozenset[str]]:
    """Engagement id → the schemes that answer questions about it on this day. Two statements."""
    counted = set(policy().certificates)
    return {
        engagement_id: frozenset(
            SCHEMES[one.scheme] for one, worth in found if worth is Standing.CONFIRMED and one.scheme in SCHEMES
        )
        & counted
        for engagement_id, found in (await certificates.worth(tx, engagements, today)).items()
    }
