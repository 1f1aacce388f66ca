"""What stands on the stage of invitations: one that nobody knows the end of, one that waits, and the three screens.

The app of the stage has no scope to invite, as app.yaml has none; what the first command then says is tried too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.domain.inviting import Invitation, InvitationState, InviteForm, Preview, invitees, line_of
from bot.domain.ledger import Supplier
from bot.domain.linking import candidates
from bot.domain.people import Person
from message_templates import inviting
from message_templates.catalogs import Text
from storage import endpoints
from storage.ids import new_id
from tests.handlers.books import START
from tests.handlers.cast import HOME, LOBBY, SEC
from tests.handlers.slackside import Modal, card
from tests.kit import press

if TYPE_CHECKING:
    from tests.handlers.stage import Scene


async def invitations(made: Scene) -> None:
    """The screens as the services fill them, and the message about the one in doubt."""
    t, service = Text("ja"), made.app.services.inviting
    look = await service.look(press(SEC, team=HOME, channel_id=LOBBY), made.ids["first supplier"])
    async with made.app.db.begin("test.invitations") as tx:
        supplier = await tx.need(Supplier, made.ids["first supplier"])
        sec = await tx.one(Person, slack_user_id=SEC)
        assert sec
        unknown, waits = (
            Invitation(
                id=new_id(),
                supplier_id=supplier.id,
                channel_id=LOBBY,
                channel_name="general",
                mail=f"{state.value}@example.com",
                mail_key=f"{state.value}@example.com",
                state=state,
                reason="timeout" if state is InvitationState.UNKNOWN else "",
                attempts=1 if state is InvitationState.UNKNOWN else 0,
                confirmed_by=sec.id,
                confirmed_at=START,
            )
            for state in (InvitationState.UNKNOWN, InvitationState.WANTED)
        )
        tx.add(unknown, waits)
    listed = (await service.lines(press(SEC, team=HOME))).lines
    blocks = inviting.told_blocks(t, "unknown", line_of(unknown, supplier.name))
    made.cards["invitation"] = card(blocks, LOBBY)
    made.modals["invitations"] = Modal(inviting.list_view(t, listed))
    async with made.app.db.read() as tx:
        suppliers = candidates(await endpoints.candidates(tx, ""), ())
    made.modals["invite"] = Modal(inviting.form_view(t, InviteForm(may=True, suppliers=suppliers, lines=listed)))
    made.modals["invite to"] = Modal(inviting.addresses_view(t, look))
    shown = Preview(**dict(look), invitees=invitees(["new@example.com"], ()))
    made.modals["invite confirm"] = Modal(inviting.confirm_view(t, shown))
