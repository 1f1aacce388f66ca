"""Queries of endpoints and of what people were shown of channels."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, update
from sqlmodel import col, select

from bot.domain.delivery import NoticeState
from bot.domain.inviting import OUT
from bot.domain.ledger import ChannelLook, Endpoint, EndpointState, SupplierState
from bot.domain.linking import Candidate
from bot.domain.people import PersonKind, channel_group
from storage import inviting
from storage.tables.delivery import LiveCardRow, NoticeRow
from storage.tables.endpoints import OldHubRow
from storage.tables.ledger import ChannelLookRow, EndpointRow, SupplierRow
from storage.tables.people import MembershipRow, PersonRow
from storage.tx import Tx

LOOKS_KEPT = timedelta(days=1)


async def at(tx: Tx, channel_id: str) -> Endpoint | None:
    """The endpoint in a channel that is not severed."""
    query = select(EndpointRow).where(
        EndpointRow.channel_id == channel_id, EndpointRow.state != EndpointState.SEVERED.value
    )
    found = await tx.values(Endpoint, query)
    return found[0] if found else None


async def older(tx: Tx, endpoint_ids: Collection[str], than: datetime) -> list[Endpoint]:
    """Those of the verified endpoints whose channel was last seen to agree before `than` (or never)."""
    query = select(EndpointRow).where(
        col(EndpointRow.id).in_(endpoint_ids),
        EndpointRow.state == EndpointState.VERIFIED.value,
        col(EndpointRow.checked_at).is_(None) | (col(EndpointRow.checked_at) < than),
    )
    return await tx.values(Endpoint, query.order_by(col(EndpointRow.id)))


async def agreed(tx: Tx, endpoint_ids: Collection[str], real: datetime) -> None:
    """Their channels were looked at just now and are what was confirmed."""
    statement = update(EndpointRow).where(
        col(EndpointRow.id).in_(endpoint_ids), col(EndpointRow.state) == EndpointState.VERIFIED.value
    )
    await tx.run(statement.values(checked_at=real))


async def guests_in(tx: Tx, channel_ids: Iterable[str]) -> dict[str, set[str]]:
    """Slack ids of the active guests in each channel, as the cache knows them."""
    groups = {channel_group(channel): channel for channel in channel_ids}
    query = (
        select(MembershipRow.group, PersonRow.slack_user_id)
        .join(PersonRow, col(PersonRow.id) == col(MembershipRow.person_id))
        .where(
            col(MembershipRow.group).in_(groups),
            PersonRow.kind == PersonKind.GUEST.value,
            col(PersonRow.active),
        )
    )
    found: dict[str, set[str]] = {channel: set() for channel in groups.values()}
    for group, user in await tx.rows(query):
        found[groups[group]].add(user)
    return found


async def candidates(tx: Tx, channel_id: str) -> list[Candidate]:
    """Every active supplier, with whether it has an endpoint, and whether here, or is invited here."""
    places = await tx.rows(
        select(EndpointRow.supplier_id, EndpointRow.channel_id).where(EndpointRow.state != EndpointState.SEVERED.value)
    )
    linked = {supplier_id for supplier_id, _ in places}
    here = {supplier_id for supplier_id, channel in places if channel == channel_id}
    out = {one.supplier_id for one in await inviting.open_in(tx, channel_id) if one.state in OUT}
    query = select(SupplierRow.id, SupplierRow.name, SupplierRow.name_key, col(SupplierRow.corporate_number))
    rows = await tx.rows(query.where(SupplierRow.state == SupplierState.ACTIVE.value))
    return [
        Candidate(
            id=i,
            name=name,
            key=key,
            corporate_number=number or "",
            linked=i in linked,
            here=i in here,
            invited=i in out,
        )
        for i, name, key, number in rows
    ]


async def keep_look(tx: Tx, look: ChannelLook) -> None:
    """Remember what was shown; what nobody confirmed within a day is forgotten."""
    await tx.run(delete(ChannelLookRow).where(col(ChannelLookRow.seen_at) < look.seen_at - LOOKS_KEPT))
    tx.add(look)


async def spoil_looks(tx: Tx, channel_id: str, at: datetime) -> None:
    """Something happened in a channel at this real time: what was shown before is not what is there."""
    statement = update(ChannelLookRow).where(
        col(ChannelLookRow.channel_id) == channel_id, col(ChannelLookRow.seen_at) <= at
    )
    await tx.run(statement.values(changed=True))


async def hold_notices(tx: Tx, endpoint_ids: Collection[str], until: datetime, reason: str) -> int:
    """Nothing goes to these endpoints before `until` (real time); how many notices wait."""
    statement = update(NoticeRow).where(
        col(NoticeRow.endpoint_id).in_(endpoint_ids), col(NoticeRow.state) == NoticeState.PENDING.value
    )
    return await tx.run(statement.values(retry_at=until, reason=reason))


async def move_channel(tx: Tx, old: str, new: str) -> None:
    """A channel has another id from now on: notices, live cards, memberships and looks follow.

    A notice's key names its place, and what has been told must stay told: keys of sent notices follow too, or a reminder
    of last week would look new.
    """
    before, after = f"channel:{old}", f"channel:{new}"
    await tx.run(
        update(NoticeRow)
        .where(col(NoticeRow.place) == before)
        .values(place=after, key=func.replace(NoticeRow.key, before, after))
    )
    await tx.run(update(NoticeRow).where(col(NoticeRow.channel) == old).values(channel=new))
    await tx.run(update(LiveCardRow).where(col(LiveCardRow.channel) == old).values(channel=new))
    await tx.run(update(OldHubRow).where(col(OldHubRow.channel) == old).values(channel=new))
    await inviting.move_channel(tx, old, new)
    await tx.run(delete(MembershipRow).where(col(MembershipRow.group) == channel_group(new)))
    await tx.run(
        update(MembershipRow).where(col(MembershipRow.group) == channel_group(old)).values(group=channel_group(new))
    )
    await tx.run(
        update(ChannelLookRow).where(col(ChannelLookRow.channel_id) == old).values(channel_id=new, changed=True)
    )
