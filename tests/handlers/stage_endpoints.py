"""What stands on the stage of endpoints and of outside people whom nobody registered: of the first supplier, and a stranger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.ledger import Endpoint, Engagement, Supplier
from bot.domain.people import Person
from bot.domain.strangers import Stranger, StrangerKind, StrangerLine, StrangerPage, StrangerState
from bot.services.relocating import endpoints_part
from message_templates import ids, moving, strangers
from message_templates.catalogs import Text
from storage.ids import new_id
from tests.handlers.books import START
from tests.handlers.cast import CH1, CH4, HOME, KURO, LOBBY, OWNER, SEC, mark
from tests.handlers.slackside import Modal, card
from tests.kit import press

if TYPE_CHECKING:
    from tests.handlers.stage import Scene


async def endpoints_and_strangers(made: Scene, opened: Any) -> None:
    """The sections of the record, what opens from them, and the question to whoever made a channel."""
    t = Text("ja")
    endpoint, work = await _section(made, t)
    slack = made.slack
    made.modals["endpoints"] = await opened(made, SEC, slack.press(SEC, made.cards["endpoints"], ids.Do.ENDPOINT_LIST))
    form = await made.app.services.moving.form(press(SEC, team=HOME), endpoint.id)
    made.modals["sever"] = Modal(moving.sever_view(t, form))
    made.modals["move"] = Modal(moving.move_view(t, form))
    look = await made.app.services.moving.look(press(SEC, team=HOME, channel_id=CH4), endpoint.id)
    made.modals["move confirm"] = Modal(moving.move_confirm_view(t, look, endpoint.id))
    own = await made.app.services.moving.override_form(press(SEC, team=HOME), work.id)
    made.modals["own"] = Modal(moving.override_view(t, own))
    await _strangers(made, t)


async def _section(made: Scene, t: Text) -> tuple[Endpoint, Engagement]:
    async with made.app.db.read("") as tx:
        endpoint = await tx.one(Endpoint, channel_id=CH1)
        assert endpoint
        (work, *_) = await tx.find(Engagement, supplier_id=endpoint.supplier_id)
        supplier = await tx.need(Supplier, endpoint.supplier_id)
        found = await endpoints_part(tx, supplier, [], START.date())
    own: Any = type("Shown", (), {"rows": ()})()
    blocks = [*moving.endpoints_section(t, own, found, ""), *moving.endpoints_section(t, own, found, work.id)]
    made.cards["endpoints"] = card(blocks, LOBBY)
    return endpoint, work


async def _strangers(made: Scene, t: Text) -> None:
    async with made.app.db.begin("test.strangers") as tx:
        owner = await tx.one(Person, slack_user_id=OWNER)
        assert owner
        one = Stranger(
            id=new_id(),
            kind=StrangerKind.CHANNEL,
            key="C0KURO",
            name=mark(1, "黒潮"),
            teams=(KURO,),
            brought_by=owner.id,
            asked_of=owner.id,
            state=StrangerState.ASKED,
            first_seen=START,
            asked_at=START,
        )
        tx.add(one)
    line = StrangerLine(
        id=one.id, kind=one.kind, channel_id=one.key, name=one.name, state=one.state, cycle=1, first_seen=START.date()
    )
    made.cards["strangers"] = card(strangers.question_blocks(t, [line]), LOBBY)
    made.modals["stranger no"] = Modal(strangers.no_view(t, line))
    page = StrangerPage(lines=(), page=2, pages=2, total=11, open_=11)
    made.modals["strangers 2"] = Modal(strangers.list_view(t, page))
