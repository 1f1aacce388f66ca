"""Warning the security team of certificates that run out: what became due goes into one message, and each step goes once.

The memory is `CertificateWarning`, whose key forbids a second row for the same step of the same day: two processes that
decide at once tell it once. The message itself is looked at again when it is claimed (`telling/certificates.py`): what was
renewed or ended meanwhile is left out of it, and where nothing is left it is cancelled.
"""

from __future__ import annotations

import logging
from datetime import date, datetime

from bot.domain.certificate_warnings import FIRST, WarningDue, due, reach
from bot.domain.certificates import CertificateWarning
from bot.domain.delivery import NoticeKind
from bot.domain.people import SYSTEM
from bot.domain.reminders import Hours
from bot.domain.settings import PAUSED, Setting
from bot.services.ports import Clock
from bot.services.recipients import security_places
from bot.services.telling.base import new_notice
from storage import certificates, notices
from storage.db import Database
from storage.ids import new_id
from storage.tx import Stale, Taken, Tx

log = logging.getLogger(__name__)

Due = list[tuple[str, WarningDue]]


class CertificateWarnings:
    """Queues what is due. `hours`: when the company works; nothing is queued outside of it."""

    def __init__(self, db: Database, clock: Clock, hours: Hours) -> None:
        self._db = db
        self._clock = clock
        self._hours = hours

    async def run_due(self, now: datetime) -> int:
        """Queue what is due at `now` (business time); how many steps. No statement on a day off or in quiet hours."""
        if not self._hours.open(now):
            return 0
        upto = reach(self._hours.day(now), self._hours.days)
        async with self._db.read() as tx:
            found = await _due(tx, upto)
        return await self._queue(upto, now) if found else 0

    async def _queue(self, upto: date, now: datetime) -> int:
        """Decide once more where it is written, so that nobody's renewal of this moment is overlooked."""
        try:
            async with self._db.begin("certificates.warn") as tx:
                found = await _due(tx, upto)
                places = await security_places(tx)
                if not found or not places:  # nobody to tell: it is told as soon as there is a team
                    tx.abandon()
                    return 0
                await self._write(tx, found, places, now)
        except (Stale, Taken):
            log.info("certificates were warned of by another process")
            return 0
        return len(found)

    async def _write(self, tx: Tx, found: Due, places: list[str], now: datetime) -> None:
        batch, real = new_id(), self._clock.real()
        for certificate_id, one in found:
            warning = CertificateWarning(
                id=new_id(),
                certificate_id=certificate_id,
                what=one.what,
                day=one.day,
                step=one.step,
                batch=batch,
                at=now,
            )
            tx.add(warning)
            for step in one.merged:
                tx.audit(
                    now, SYSTEM, "warning:skipped", "certificate", certificate_id, "merged", step=step, instead=one.step
                )
        told = [new_notice(NoticeKind.CERTIFICATES_END, place, batch, real, step="warning") for place in places]
        await notices.tell(tx, *told)


async def _due(tx: Tx, upto: date) -> Due:
    """(certificate id, step) of everything that is to be told now; nothing while everything is paused."""
    paused = await tx.get(Setting, PAUSED)
    if paused and paused.value.get("on"):
        return []
    found = await certificates.warnable(tx, upto + FIRST)
    told = await certificates.warned(tx, [c.id for c in found])
    return [(c.id, one) for c in found for one in due(c, [(w.what, w.day, w.step) for w in told.get(c.id, [])], upto)]
