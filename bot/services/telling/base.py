"""What a notice becomes when it is looked at again before sending: ready, cancelled for good, or held for a while.

The check happens in the transaction that claims the notice, so what is sent was true at that moment.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.domain.delivery import LiveCard, Notice, NoticeKind, NoticeState, notice_key
from bot.domain.ledger import Endpoint, EndpointState, Supplier
from bot.domain.settings import PAUSED, Setting
from bot.services.ports import Message
from bot.services.recipients import endpoint_place, security_places
from storage import moving, notices
from storage.ids import new_id
from storage.tx import Tx


@dataclass(frozen=True)
class Ready:
    """True and allowed now: this is what is posted, in this language, under this message (thread_ts '' = a new one)."""

    message: Message
    language: str
    thread_ts: str = ""


@dataclass(frozen=True)
class Cancel:
    """Not true any more; it is never sent. `reason` is a code that somebody can read later."""

    reason: str


@dataclass(frozen=True)
class Hold:
    """Not allowed at the moment (paused, suspended, quiet hours, its hub is not there yet): looked at again later.

    `seconds` of real time until then; None is the outbox's usual wait.
    """

    reason: str
    seconds: float | None = None


Told = Ready | Cancel | Hold
Tell = Callable[[Tx, Notice, datetime], Awaitable[Told]]
Draw = Callable[[Tx, LiveCard, datetime], Awaitable[Message | Hold]]


def new_notice(
    kind: NoticeKind,
    place: str,
    subject_id: str,
    real: datetime,
    *,
    cycle: int = 1,
    step: str = "",
    **more: object,
) -> Notice:
    """A pending notice with its key. `more`: any other field of Notice (supplier_id, endpoint_id, thread_of, params …)."""
    key = notice_key(kind, subject_id, cycle, step, place)
    return Notice.model_validate(
        {
            "id": new_id(),
            "key": key,
            "kind": kind,
            "place": place,
            "subject_id": subject_id,
            "cycle": cycle,
            "step": step,
            "created_at": real,
            **more,
        }
    )


async def barrier(tx: Tx, notice: Notice) -> Cancel | Hold | None:
    """What stops any notice: a pause, a supplier's pause, an endpoint that is not verified, a dependency, a missing hub.

    None where nothing stands in the way. Every teller asks this first.
    """
    paused = await tx.get(Setting, PAUSED)
    if paused and paused.value.get("on"):
        return Hold("paused")
    if notice.supplier_id and (await tx.need(Supplier, notice.supplier_id)).paused:
        return Hold("supplier_paused")
    if notice.depends_on:
        first = await tx.need(Notice, notice.depends_on)
        if first.state in {NoticeState.CANCELLED, NoticeState.FAILED}:
            return Cancel("dependency_not_sent")
        if first.state is not NoticeState.SENT:
            return Hold("dependency_waits")
    if notice.endpoint_id:
        return await _endpoint_barrier(tx, notice)
    return await _team_barrier(tx, notice) if notice.place.startswith("channel:") else None


async def _team_barrier(tx: Tx, notice: Notice) -> Cancel | None:
    """The team's channel has become readable by others: whoever is on the team is told in their DM instead."""
    places = await security_places(tx)
    if notice.place in places:
        return None
    told = [
        new_notice(
            notice.kind,
            place,
            notice.subject_id,
            notice.created_at,
            cycle=notice.cycle,
            step=notice.step,
            supplier_id=notice.supplier_id,
            params=notice.params,
            not_before=notice.not_before,
        )
        for place in places
    ]
    await notices.tell(tx, *told)
    return Cancel("told_elsewhere")


async def _endpoint_barrier(tx: Tx, notice: Notice) -> Cancel | Hold | None:
    endpoint = await tx.need(Endpoint, notice.endpoint_id)
    if endpoint.state is EndpointState.SEVERED:
        return Cancel("endpoint_severed")
    if endpoint.state is not EndpointState.VERIFIED:
        return Hold("endpoint_not_verified")
    if notice.place != endpoint_place(endpoint):
        await moving.redirect(
            tx, endpoint.id, endpoint_place(endpoint)
        )  # it had been in somebody's hands while it moved
        return Hold("endpoint_moved", seconds=0)
    return None


async def thread_ts(tx: Tx, notice: Notice) -> str:
    """The ts of the card under which this is posted; '' where it is not there (yet)."""
    card = await tx.get(LiveCard, notice.thread_of) if notice.thread_of else None
    return card.ts if card else ""
