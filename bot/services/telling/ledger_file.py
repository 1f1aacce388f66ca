"""What a person is told of a ledger file that they dropped on the bot or asked for."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.domain.transfers import Transfer, TransferState
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Ready, Tell, Told
from bot.services.telling.readers import colleague
from message_templates import kit
from message_templates.transfer import transfer_blocks, transfer_text
from storage.tx import Tx

SAID = frozenset({TransferState.SHOWN, TransferState.DONE, TransferState.REFUSED})


async def tell_file(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """The file as it is now. No barrier: a pause is about messages to others, and this answers the person's own act."""
    words = await colleague(tx, notice)
    if isinstance(words, Cancel):
        return words
    transfer = await tx.need(Transfer, notice.subject_id)
    if transfer.state not in SAID or notice.cycle != max(1, transfer.cycle):
        return Cancel("superseded")
    sentence = transfer_text(words, transfer)
    return Ready(Message(text=kit.fallback(sentence), blocks=transfer_blocks(words, transfer)), words.language)


TELL: dict[NoticeKind, Tell] = {NoticeKind.LEDGER_FILE: tell_file}
