"""Files that suppliers' people drop in the hub's thread, once they are fetched: evidence of the review, and acknowledged."""

from __future__ import annotations

from datetime import datetime

from bot.domain.answering import EvidenceLink
from bot.domain.delivery import CardKind, NoticeKind
from bot.domain.evidence import safe_name
from bot.domain.fetching import FetchState, FileFetch
from bot.domain.ledger import Endpoint
from bot.domain.people import SYSTEM
from bot.domain.rounds import Review
from bot.services.ports import FetchedFile
from bot.services.recipients import channel_place
from bot.services.telling.base import new_notice
from storage import notices
from storage.ids import new_id
from storage.tx import Tx


class ReviewFiles:
    """The taker of evidence."""

    async def take(
        self, tx: Tx, fetch: FileFetch, got: FetchedFile, sha256: str, now: datetime, real: datetime
    ) -> None:
        """It belongs to the review and the endpoint from now on: once for each person and name."""
        name = safe_name(got.name)
        link = {"review_id": fetch.review_id, "endpoint_id": fetch.endpoint_id, "sha256": sha256, "name": name}
        if not await tx.one(EvidenceLink, person_id=fetch.person_id, **link):
            made = {"id": new_id(), "person_id": fetch.person_id, "at": now}
            tx.add(EvidenceLink.model_validate(link | made))
        await _tell(tx, NoticeKind.EVIDENCE_STORED, fetch, {"name": name}, real)
        tx.audit(now, SYSTEM, "evidence:stored", "review", fetch.review_id or "", sha256=sha256)

    async def refuse(self, tx: Tx, fetch: FileFetch, name: str, why: str, now: datetime, real: datetime) -> None:
        """It was not taken."""
        await _tell(tx, NoticeKind.EVIDENCE_REFUSED, fetch, {"name": name, "why": why}, real)
        said = "gone" if not name else FetchState.REFUSED.value
        tx.audit(now, SYSTEM, f"evidence:{said}", "review", fetch.review_id or "", why)


async def _tell(tx: Tx, kind: NoticeKind, fetch: FileFetch, params: dict[str, str], real: datetime) -> None:
    """One line in the hub's thread per file."""
    endpoint = await tx.need(Endpoint, fetch.endpoint_id or "")
    review = await tx.need(Review, fetch.review_id or "")
    card = await notices.card(tx, CardKind.HUB, review.id, endpoint.id)
    told = new_notice(
        kind,
        channel_place(endpoint.channel_id),
        review.id,
        real,
        step=fetch.id,
        supplier_id=review.supplier_id,
        endpoint_id=endpoint.id,
        thread_of=card.id if card else None,
        params=params,
    )
    await notices.tell(tx, told)
