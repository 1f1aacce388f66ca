"""Asking somebody about one more piece of work in a round that is open: they learn of it, once."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import CardKind, Notice, NoticeKind, NoticeState
from bot.domain.rounds import Attestation
from bot.services.recipients import person_place
from bot.services.telling.base import new_notice
from storage import notices
from storage.tx import Tx


async def ask(tx: Tx, person_id: str, attestation: Attestation, real: datetime) -> None:
    """Somebody is newly asked: they get a digest, or theirs grows and a line in its thread says so.

    A digest that was not sent yet will hold the new card anyway; one that could not be sent is tried again.
    """
    place = person_place(person_id)
    card = await notices.make_card(tx, CardKind.DIGEST, attestation.round_id, person_id)
    await notices.refresh(tx, CardKind.DIGEST, attestation.round_id, person_id)
    told = await tx.find(
        Notice, kind=NoticeKind.DIGEST.value, subject_id=attestation.round_id, place=place, order="cycle"
    )
    state = told[-1].state if told else NoticeState.CANCELLED
    if state is NoticeState.PENDING:
        return
    if state in {NoticeState.CANCELLED, NoticeState.FAILED}:
        cycle = told[-1].cycle + 1 if told else 1
        await notices.tell(tx, new_notice(NoticeKind.DIGEST, place, attestation.round_id, real, cycle=cycle))
        return
    grown = new_notice(NoticeKind.DIGEST_ADDED, place, attestation.id, real, cycle=attestation.cycle, thread_of=card.id)
    await notices.tell(tx, grown)
