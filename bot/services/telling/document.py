"""What whoever put a file into a record is told of it: that it is stored, or why not."""

from __future__ import annotations

from datetime import datetime

from bot.domain.delivery import Notice, NoticeKind
from bot.services.ports import Message
from bot.services.telling.base import Cancel, Ready, Tell, Told
from bot.services.telling.readers import colleague
from message_templates import kit
from storage.tx import Tx


async def tell_file(tx: Tx, notice: Notice, _now: datetime) -> Told:
    """One line. No barrier: a pause is about messages to others, and this answers the person's own act."""
    t = await colleague(tx, notice)
    if isinstance(t, Cancel):
        return t
    title, name, why = (str(notice.params[part]) for part in ("title", "name", "why"))
    if why:
        sentence = t("document.refused", title=title, name=name, why=t(f"document.why_{why}"))
    else:
        sentence = t("document.stored", title=title, name=name)
    return Ready(Message(text=kit.fallback(sentence), blocks=[kit.section(kit.plain(sentence))]), t.language)


TELL: dict[NoticeKind, Tell] = {NoticeKind.DOCUMENT_FILE: tell_file}
