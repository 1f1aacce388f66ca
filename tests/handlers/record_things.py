"""What stands on the stage of a supplier's record: its pages, the forms that lie on them, and the team's own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.answering import Evidence
from bot.domain.documents import Document
from bot.domain.ledger import Supplier
from bot.domain.people import Person
from bot.domain.transfers import Transfer, TransferState, Way
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.transfer import transfer_blocks
from storage.ids import new_id
from tests.handlers.books import START
from tests.handlers.cast import LOBBY, SEC, mark
from tests.handlers.slackside import Modal, card

SHA = "0" * 64

if TYPE_CHECKING:
    from tests.handlers.stage import Scene


async def record_things(made: Scene, opened: Any) -> None:
    """Opened as the security team opens them."""
    slack = made.slack

    async def pressed(thing: Any, do: str, **how: Any) -> Modal:
        found: Modal = await opened(made, SEC, slack.press(SEC, thing, do, **how))
        return found

    done = await slack.send(slack.command(SEC, f"show {mark(1, '株式会社')}", LOBBY))
    made.cards["glance"] = card(done.ack["blocks"], LOBBY, alone=True)
    made.modals["record"] = await pressed(made.cards["glance"], ids.Do.RECORD_OPEN)
    made.modals["record work"] = work = await pressed(made.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    made.modals["record edit"] = await pressed(work, ids.Do.RECORD_EDIT)
    made.modals["cloud"] = await pressed(work, ids.Do.CLOUD)
    papers = await pressed(made.modals["record"], ids.Do.RECORD_PAGE, choose="書類")
    form = await pressed(papers, ids.Do.RECORD_EDIT)
    body = slack.submit(SEC, form, {"title": mark(1, "契約書"), "link": "https://docs.example.com/1"})
    saved = await slack.send(body)
    assert "登録しました" in saved.returned, saved.returned
    await stored_file(made)
    made.modals["document form"] = await pressed(papers, ids.Do.RECORD_EDIT)
    made.modals["record papers"] = await pressed(made.modals["record"], ids.Do.RECORD_PAGE, choose="書類")
    made.modals["record then"] = await pressed(made.modals["record"], ids.Do.RECORD_DAY, choose="2026-11-01")
    made.modals["fields"] = await opened(made, SEC, slack.command(SEC, "fields", LOBBY))
    made.modals["field"] = await pressed(made.modals["fields"], ids.Do.FREE_FIELD)


async def stored_file(made: Scene) -> None:
    """A document that is a stored file, one that was dropped in the DM, and the form that asks where that belongs."""
    async with made.app.db.begin("test.papers") as tx:
        sec = await tx.one(Person, slack_user_id=SEC)
        supplier = await tx.one(Supplier, name=mark(1, "株式会社"))
        assert sec
        assert supplier
        made.ids |= {"document": new_id(), "dropped": new_id(), "first supplier": supplier.id}
        tx.add(Evidence(id=SHA, size=8, at=START))
        await tx.flush()
        document = {"sha256": SHA, "file_name": "nda.pdf", "added_by": sec.id, "added_at": START}
        tx.add(Document(id=made.ids["document"], supplier_id=supplier.id, title=mark(1, "秘密保持契約"), **document))
        tx.add(
            Transfer(
                id=made.ids["dropped"],
                way=Way.IN,
                person_id=sec.id,
                slack_file_id="F0DROPPED",
                name=mark(1, "覚書.pdf"),
                format="pdf",
                sha256="1" * 64,
                report={"size": 8},
                state=TransferState.SHOWN,
                cycle=1,
                at=START,
            )
        )
    async with made.app.db.read() as tx:
        blocks = transfer_blocks(Text("ja"), await tx.need(Transfer, made.ids["dropped"]))
        made.cards["dropped"] = card(blocks, LOBBY)
    done = await made.slack.send(made.slack.press(SEC, made.cards["dropped"], ids.Do.DOCUMENT_FILE))
    assert not done.problems, done.problems
    made.modals["dropped"] = made.slack.modal_of(SEC)
