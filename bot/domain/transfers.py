"""A file on its way through Slack: dropped on the bot, the ledger asked for as a file, or a document's file asked back.

What is dropped is a ledger to be imported, or a document (a PDF, a picture, a letter) that is asked about: `is_document`.

What is imported is exactly the content that was shown: the SHA-256 and the choices about its columns stand here, and a
press names the showing (`cycle`) that it answers.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Root
from bot.domain.refusal import Code, Refusal

FORMATS = ("xlsx", "csv")
MANY_COLUMNS = 40
"""Unknown columns that fit in the dialogue."""


class Way(StrEnum):
    """in: dropped on the bot. out: the ledger, written. give: the file of a document, as it was stored."""

    IN = "in"
    OUT = "out"
    GIVE = "give"


class TransferState(StrEnum):
    """in: wanted (to be fetched and checked) → shown → ordered → done (a document: shown → done); out and give: wanted →
    uploaded → done. Any may be refused.

    stopped: the person said no. wanted again: the columns were decided, and it is checked anew.
    """

    WANTED = "wanted"
    SHOWN = "shown"
    ORDERED = "ordered"
    UPLOADED = "uploaded"
    DONE = "done"
    STOPPED = "stopped"
    REFUSED = "refused"


class Transfer(Root):
    """One file. `report` is what was said of it (an import's numbers and lines), `reason` why it was refused.

    `lease_until`: until when (real time) one process alone shares it.
    """

    way: Way
    person_id: str
    slack_file_id: str | None = None
    format: str = ""
    name: str = ""
    sha256: str = ""
    choices: dict[str, Any] = {}
    report: dict[str, Any] = {}
    state: TransferState = TransferState.WANTED
    reason: str = ""
    cycle: int = 0
    tries: int = 0
    lease_until: AwareDatetime | None = None
    at: AwareDatetime

    @property
    def is_document(self) -> bool:
        """It was dropped and is no ledger: its `format` says what it is, its `report` the size."""
        return self.way is Way.IN and bool(self.format)


def require_shown(transfer: Transfer | None, person_id: str, cycle: int) -> Transfer:
    """The file whose showing is answered. Raises NOT_YOURS for anybody else's, NOT_THIS_FILE for one that is over."""
    if transfer is None or transfer.person_id != person_id or transfer.way is not Way.IN:
        raise Refusal(Code.NOT_YOURS)
    if transfer.state is not TransferState.SHOWN or transfer.cycle != cycle:
        raise Refusal(Code.NOT_THIS_FILE)
    return transfer
