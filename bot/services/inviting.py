"""`/vendor-review invite`: a supplier's people are invited to a channel, by the security team, after two looks at who and where.

Three screens. The channel is looked at after the ack and remembered as it was shown (like linking); the addresses are chosen;
the last screen shows exactly who is invited to where, and only that is stored. Nothing is sent here: `invitations.py` does, in
the tick. An invitation cannot be taken back, so what linking would refuse is refused before it, and so is a channel in which
anybody from outside is already, or to which somebody else has invited by hand.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.contacts import Contact
from bot.domain.inviting import (
    Addressee,
    Addresses,
    Invitation,
    InvitationLine,
    InvitationState,
    Invited,
    InviteForm,
    Preview,
    addresses,
    invitees,
    line_of,
    move,
)
from bot.domain.ledger import ChannelLook, Supplier, SupplierState
from bot.domain.linking import candidates
from bot.domain.people import Actor, Person
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.services import history, invited
from bot.services.desk import Desk
from bot.services.invitable import outsiders, seen, why_not
from bot.services.linking import Asked, held
from bot.services.ports import ChannelFacts, Directory, Inviter, SendFailed
from storage import companies, endpoints, inviting, people
from storage.ids import new_id
from storage.tx import Tx

log = logging.getLogger(__name__)

LISTED = 12


class Inviting:
    """The use cases of inviting."""

    def __init__(self, desk: Desk, directory: Directory, inviter: Inviter, zone: ZoneInfo) -> None:
        self._desk = desk
        self._directory = directory
        self._inviter = inviter
        self._zone = zone

    async def ask(self, press: Press) -> Asked:
        """Whether this person may invite, before Slack is asked anything. Raises Refusal(NOT_YOURS)."""

        async def work(_tx: Tx, actor: Actor, _now: datetime) -> Asked:
            require(Action.INVITE, roles(actor))
            return Asked(language=actor.person.language if actor.person else "")

        return await self._desk.look(press, work)

    async def form(self, press: Press, words: Sequence[str] = (), supplier_id: str = "") -> InviteForm:
        """The first screen. Asks Slack: after the ack only. Raises Refusal(NOT_YOURS, BUSY)."""
        may = await self._may()

        async def work(tx: Tx, actor: Actor, _now: datetime) -> InviteForm:
            require(Action.INVITE, roles(actor))
            everyone = await endpoints.candidates(tx, "")
            one = [c for c in everyone if c.id == supplier_id]
            return InviteForm(
                may=may,
                suppliers=candidates(one or everyone, words),
                chosen=one[0].id if one else "",
                lines=await self._lines(tx, supplier_id),
            )

        return await self._desk.look(press, work)

    async def lines(self, press: Press) -> InviteForm:
        """The list alone, after something was decided. Raises Refusal(NOT_YOURS)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> InviteForm:
            require(Action.INVITE, roles(actor))
            return InviteForm(may=True, suppliers=candidates((), ()), lines=await self._lines(tx, ""))

        return await self._desk.look(press, work)

    async def _lines(self, tx: Tx, supplier_id: str) -> tuple[InvitationLine, ...]:
        return tuple(line_of(one, name) for one, name in await inviting.newest(tx, LISTED, supplier_id))

    async def _may(self) -> bool:
        try:
            return await self._inviter.may()
        except SendFailed as failed:
            log.warning("the app's scopes could not be asked for: %s", failed.error)
            raise Refusal(Code.BUSY) from failed

    # -- the channel and the addresses -----------------------------------------------------------------------------------

    async def look(self, press: Press, supplier_id: str) -> Addresses:
        """Look the channel up (`press.channel_id`), and remember what is shown of it. Asks Slack: after the ack only.

        Raises Refusal(NOT_YOURS, NOT_FOUND, BUSY, and why the channel is unfit).
        """
        seen_at = self._desk.clock.real()
        facts = await self._facts(press.channel_id)

        async def work(tx: Tx, actor: Actor, now: datetime) -> Addresses:
            require(Action.INVITE, roles(actor))
            supplier = await _supplier(tx, supplier_id)
            await _fit(tx, facts.channel_id, supplier_id, outside=outsiders(facts), pending=bool(facts.pending))
            persons = [await people.see(tx, each, seen_at) for each in facts.members if each.active]
            look = _look(facts, persons, actor, seen_at)
            await endpoints.keep_look(tx, look)
            return await self._addresses(tx, look, supplier, now, private=facts.private)

        again = press.model_copy(update={"key": f"{press.key}/look"})
        return await self._desk.once("inviting.look", again, Addresses, work)

    async def _facts(self, channel_id: str) -> ChannelFacts:
        """The channel with its people."""
        try:
            found = await seen(self._directory, channel_id)
        except SendFailed as failed:
            log.warning("channel %s could not be looked up: %s", channel_id, failed.error)
            raise Refusal(Code.BUSY) from failed
        if isinstance(found, Code):
            raise Refusal(found, "channel")
        return found

    async def _addresses(
        self, tx: Tx, look: ChannelLook, supplier: Supplier, now: datetime, *, private: bool
    ) -> Addresses:
        names = await people.names(tx, look.members)
        return Addresses(
            look_id=look.id,
            supplier_id=supplier.id,
            supplier=supplier.name,
            channel_id=look.channel_id,
            channel=look.name,
            private=private,
            readers=tuple(names.get(member, "") for member in look.members),
            contacts=await self._contacts(tx, supplier.id, now),
        )

    async def _contacts(self, tx: Tx, supplier_id: str, now: datetime) -> tuple[Addressee, ...]:
        today = now.astimezone(self._zone).date()
        found = await tx.find(Contact, supplier_id=supplier_id)
        return tuple(Addressee(name=c.name, mail=c.mail) for c in found if c.mail and c.current(today))

    async def preview(
        self, press: Press, look_id: str, supplier_id: str, chosen: Sequence[str], typed: str, *, private: bool
    ) -> Preview:
        """The last screen. Stores nothing. Raises Refusal(NOT_YOURS, CHANNEL_UNCHECKED, CHANNEL_CHANGED, NO_ADDRESS, BAD_MAIL,
        MAIL_OF_OTHER, ALREADY_INVITED …).
        """

        async def work(tx: Tx, actor: Actor, now: datetime) -> Preview:
            look, supplier, mails = await self._checked(tx, actor, look_id, supplier_id, chosen, typed)
            shown = await self._addresses(tx, look, supplier, now, private=private)
            return Preview(**dict(shown), invitees=invitees(mails, shown.contacts))

        return await self._desk.look(press, work)

    async def confirm(self, press: Press, look_id: str, supplier_id: str, mails: Sequence[str]) -> Invited:
        """What was on the last screen is wanted from now on. Raises as `preview` does."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Invited:
            look, supplier, wanted = await self._checked(tx, actor, look_id, supplier_id, mails, "")
            await companies.hold(tx, [supplier.id])
            for mail in wanted:
                one = Invitation(
                    id=new_id(),
                    supplier_id=supplier.id,
                    channel_id=look.channel_id,
                    channel_name=look.name,
                    mail=mail,
                    mail_key=mail.lower(),
                    confirmed_by=actor.person_id,
                    confirmed_at=now,
                )
                tx.add(one, history.created(one, actor, now, invited.CAUSE))
                tx.audit(now, actor, "invitation:wanted", "invitation", one.id, channel=one.channel_id)
            await tx.flush()
            return Invited(
                supplier=supplier.name,
                channel_id=look.channel_id,
                mails=tuple(wanted),
                paused=supplier.paused or await invited.paused(tx),
            )

        return await self._desk.once("inviting.confirm", press, Invited, work)

    async def _checked(
        self, tx: Tx, actor: Actor, look_id: str, supplier_id: str, chosen: Sequence[str], typed: str
    ) -> tuple[ChannelLook, Supplier, list[str]]:
        """What may be invited now: the channel as it was shown, the supplier, the addresses."""
        require(Action.INVITE, roles(actor))
        look = await self._held(tx, actor, look_id)
        supplier = await _supplier(tx, supplier_id)
        outside = bool(look.teams or look.guests)  # it may have been shown for another purpose
        await _fit(tx, look.channel_id, supplier.id, outside=outside, pending=bool(look.pending))
        mails = addresses(chosen, typed)
        keys = [mail.lower() for mail in mails]
        if await inviting.others_mails(tx, supplier.id, keys):
            raise Refusal(Code.MAIL_OF_OTHER, "typed")
        if {one.mail_key for one in await inviting.open_in(tx, look.channel_id)} & set(keys):
            raise Refusal(Code.ALREADY_INVITED, "typed")
        return look, supplier, mails

    async def _held(self, tx: Tx, actor: Actor, look_id: str) -> ChannelLook:
        """The channel as it was shown, in the words of this story where it is not."""
        try:
            return await held(tx, actor, look_id, self._desk.clock.real())
        except Refusal as refused:
            changed = refused.code is Code.CHANNEL_CHANGED
            raise Refusal(Code.INVITE_CHANGED if changed else Code.INVITE_UNCHECKED) from refused

    # -- what became of one ------------------------------------------------------------------------------------------------

    async def arrived(self, press: Press, invitation_id: str, step: int) -> InvitationLine:
        """The answer was lost, and a person saw in Slack that it is out. Raises Refusal(NOT_YOURS, NOT_FOUND, ILLEGAL_MOVE)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> InvitationLine:
            return await _settle(tx, actor, invitation_id, step, InvitationState.SENT, now)

        return await self._desk.once("inviting.arrived", press, InvitationLine, work)

    async def again(self, press: Press, invitation_id: str, step: int) -> InvitationLine:
        """The answer was lost, and a person saw in Slack that nobody was invited: it is asked once more. Raises as `arrived`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> InvitationLine:
            return await _settle(tx, actor, invitation_id, step, InvitationState.WANTED, now)

        return await self._desk.once("inviting.again", press, InvitationLine, work)

    async def withdraw(self, press: Press, invitation_id: str, step: int) -> InvitationLine:
        """It is not sent any more; or one that is out is over (declined, expired, revoked in Slack). Raises as `arrived`."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> InvitationLine:
            return await _settle(tx, actor, invitation_id, step, InvitationState.WITHDRAWN, now)

        return await self._desk.once("inviting.withdraw", press, InvitationLine, work)


async def _settle(
    tx: Tx, actor: Actor, invitation_id: str, step: int, state: InvitationState, now: datetime
) -> InvitationLine:
    """A person's word on one. Only an unknown one can be sent again, or be said to be out."""
    require(Action.INVITE, roles(actor))
    one = await tx.get(Invitation, invitation_id)
    if one is None:
        raise Refusal(Code.NOT_FOUND)
    if one.attempts != step or (state is not InvitationState.WITHDRAWN and one.state is not InvitationState.UNKNOWN):
        raise Refusal(Code.ILLEGAL_MOVE)
    after = move(one, state, settled_by=actor.person_id, settled_at=now, lease_until=None)
    await invited.save(tx, one, after, actor, now)
    supplier = await tx.need(Supplier, one.supplier_id)
    return line_of(after, supplier.name)


# -- the channel ---------------------------------------------------------------------------------------------------------


async def _supplier(tx: Tx, supplier_id: str) -> Supplier:
    found = await tx.get(Supplier, supplier_id)
    if found is None or found.state is not SupplierState.ACTIVE:
        raise Refusal(Code.NOT_FOUND, field="supplier")
    return found


def _look(facts: ChannelFacts, members: Sequence[Person], actor: Actor, seen_at: datetime) -> ChannelLook:
    return ChannelLook(
        id=new_id(),
        channel_id=facts.channel_id,
        name=facts.name,
        teams=facts.teams,
        pending=facts.pending,
        members=tuple(person.id for person in members),
        seen_at=seen_at,
        shown_to=actor.person_id,
    )


async def _fit(tx: Tx, channel_id: str, supplier_id: str, *, outside: bool, pending: bool) -> None:
    why = await why_not(tx, channel_id, supplier_id, outside=outside, pending=pending)
    if why:
        raise Refusal(why, "channel")


async def invitation_ids(tx: Tx, supplier: Supplier, _engagements: Sequence[str]) -> list[str]:
    """What the record's history is read from: who was invited, and what became of it."""
    return [one.id for one in await tx.find(Invitation, supplier_id=supplier.id)]
