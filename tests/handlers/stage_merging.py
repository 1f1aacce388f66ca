"""What stands on the stage for merging two records, and for asking what is known of a supplier."""

from __future__ import annotations

from typing import Any

from bot.domain.ledger import Supplier, SupplierState
from bot.domain.merging import Merge
from bot.domain.people import Person
from message_templates import ids
from storage.db import Database
from storage.ids import new_id
from tests.handlers.books import START
from tests.handlers.cast import MARK, OWNER, SEC, mark

TWINS = ("おなじ商店", "同商店")


async def merged(db: Database) -> None:
    """Two records that somebody merged, and two that differ in what they say of their company."""
    names = ("統合した会社", "統合された会社", *TWINS)
    kept, gone, *twins = (Supplier(id=new_id(), name=n, name_key=n, created_at=START) for n in names)
    twins[1] = twins[1].model_copy(update={"language": "en", "subcontracts": True})
    gone = gone.model_copy(update={"state": SupplierState.MERGED, "merged_into": kept.id})
    async with db.begin("test.merged") as tx:
        by = await tx.one(Person, slack_user_id=SEC)
        assert by
        tx.add(kept, gone, *twins)
        await tx.flush()
        tx.add(
            Merge(id=new_id(), kept_id=kept.id, gone_id=gone.id, moved=(), number_moved=False, by_id=by.id, at=START)
        )


async def merging_and_knowing(made: Any, typed: Any, whispered: Any, opened: Any) -> None:
    """Forms and cards of both stories."""
    await merged(made.app.db)
    made.cards["merges"] = await whispered("merge")
    made.modals["merge"] = await typed(f"merge {TWINS[0]}")
    other = {"words": TWINS[1], "kept": "other"}
    body = made.slack.submit(SEC, made.modals["merge"], other)
    made.modals["merge confirm"] = await opened(made, SEC, body)
    made.cards["known"] = await whispered(mark(1, "株式会社"))
    made.cards["nobody"] = await whispered("どこにもない会社")
    made.cards["several"] = await whispered(MARK)
    need = made.slack.press(OWNER, made.cards["known"], ids.Do.KNOWN_NEW)
    made.modals["need"] = await opened(made, OWNER, need)
    answers = {"personal_data": "no", "secret_data": "no"}
    made.modals["meaning"] = await opened(made, OWNER, made.slack.submit(OWNER, made.modals["need"], answers))
