"""What is done with many engagements at once, and why one of them stays as it is.

To add something: a member of `What`, its rule here, its line in `bot/services/bulk.py`, its words `bulk.what.…`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from enum import StrEnum

from bot.domain.base import Value
from bot.domain.closing_list import editable
from bot.domain.entered import TAGS, folded, tag_list
from bot.domain.ledger import Engagement
from bot.domain.refusal import Code, Refusal

MOST = 1000
"""What is changed at once: it is answered before Slack stops waiting, and nobody else waits long for their turn to write."""


class What(StrEnum):
    """What can be done."""

    ROUNDS = "rounds"
    OWNER = "owner"
    TAG = "tag"
    UNTAG = "untag"


class Left(StrEnum):
    """Why one stays as it is."""

    SAME = "same"
    READ_ONLY = "read_only"
    FULL = "full"
    GONE = "gone"


class BulkForm(Value):
    """The form: how many are chosen in which list. `seen` tells exactly which (`mark_of`)."""

    list_id: str
    chosen: int
    seen: str = ""


class BulkDone(Value):
    """What became of them; `left` are numbers by reason."""

    list_id: str
    chosen: int
    done: int
    left: tuple[tuple[Left, int], ...] = ()


def mark_of(chosen: Collection[str]) -> str:
    """A short mark of exactly these engagements: "all that match" must not be others by the time somebody says yes."""
    return hashlib.sha256("\n".join(sorted(chosen)).encode()).hexdigest()[:16]


def read_what(written: str) -> What:
    """What somebody chose. Raises Refusal on `what`."""
    try:
        return What(written)
    except ValueError as error:
        raise Refusal(Code.EMPTY, "what") from error


def one_tag(written: str) -> str:
    """The tag that was entered. Raises Refusal on `tag`."""
    found = tag_list(written, "tag")
    if not found:
        raise Refusal(Code.EMPTY, "tag")
    if len(found) > 1:
        raise Refusal(Code.BAD_VALUE, "tag")
    return found[0]


def tagged(engagement: Engagement, tag: str, *, on: bool) -> Engagement | Left:
    """With the tag, or without it."""
    if not editable(engagement):
        return Left.READ_ONLY
    others = tuple(t for t in engagement.tags if folded(t) != folded(tag))
    if (len(others) < len(engagement.tags)) is on:
        return Left.SAME
    if on and len(others) >= TAGS:
        return Left.FULL
    return engagement.model_copy(update={"tags": (*others, tag) if on else others})
