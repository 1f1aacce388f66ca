"""Notices that need a person: what is shown of them, and where a message stands, from the link a person copied."""

from __future__ import annotations

import re

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.delivery import NoticeKind, NoticeState
from bot.domain.refusal import Code, Refusal

_LINK = re.compile(r"https://[a-z0-9.-]+/archives/([CDG][A-Z0-9]+)/p(\d{10})(\d{6})(?:\?\S*)?")


class StuckNotice(Value):
    """A notice that cannot go on by itself. `text` is what was tried to send; `person` and `supplier` may be ''."""

    notice_id: str
    kind: NoticeKind
    place: str
    state: NoticeState
    reason: str
    tried_at: AwareDatetime | None
    text: str
    supplier: str
    person: str


class StuckNotices(Value):
    """What waits for a person; the counts may be more than are listed."""

    listed: tuple[StuckNotice, ...]
    unresolved: int
    failed: int


class Resolved(Value):
    """What became of a notice. `ask_where`: it is a card that is refreshed in place, so its place is needed first."""

    notice_id: str
    state: NoticeState
    ask_where: bool = False


class Where(Value):
    """A message's place in Slack."""

    channel: str
    ts: str


def where(link: str, field: str) -> Where:
    """The place behind a copied message link. Raises Refusal(BAD_VALUE) for anything else."""
    match = _LINK.fullmatch(link.strip())
    if match is None:
        raise Refusal(Code.BAD_VALUE, field)
    return Where(channel=match[1], ts=f"{match[2]}.{match[3]}")
