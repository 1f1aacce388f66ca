"""What stands on the stage for ledger files: one that can be imported, and one with a column that nobody knows."""

from __future__ import annotations

from typing import Any

from bot.domain.people import Person
from bot.domain.transfers import Transfer, TransferState, Way
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.transfer import transfer_blocks
from tests.handlers.books import START
from tests.handlers.cast import LOBBY, SEC
from tests.handlers.slackside import card


async def ledger_files(made: Any, opened: Any) -> None:
    """Both cards, and the dialogue of columns."""
    async with made.app.db.begin("test.transfers") as tx:
        sec = await tx.one(Person, slack_user_id=SEC)
        assert sec
        for name, unknown in (("ready", []), ("asking", ["稟議番号"])):
            made.ids[f"file {name}"] = made.ids["certificate"][:-1] + ("1" if unknown else "2")
            tx.add(_shown(made.ids[f"file {name}"], sec.id, unknown))
    async with made.app.db.read() as tx:
        for name in ("ready", "asking"):
            blocks = transfer_blocks(Text("ja"), await tx.need(Transfer, made.ids[f"file {name}"]))
            made.cards[f"file {name}"] = card(blocks, LOBBY)
    body = made.slack.press(SEC, made.cards["file asking"], ids.Do.FILE_COLUMNS)
    made.modals["file columns"] = await opened(made, SEC, body)


def _shown(key: str, person_id: str, unknown: list[str]) -> Transfer:
    report = {
        "ok": not unknown,
        "counts": {"created": 1, "updated": 0, "same": 0, "refused": 0},
        "unknown_columns": unknown,
        "lines": {"ja": [], "en": []},
        "outcome": {"ja": "確認のみ", "en": "Check only"},
    }
    return Transfer(
        id=key,
        way=Way.IN,
        person_id=person_id,
        slack_file_id=f"F{key[-6:].upper()}",
        name="台帳.xlsx",
        sha256="0" * 64,
        report=report,
        state=TransferState.SHOWN,
        cycle=1,
        at=START,
    )
