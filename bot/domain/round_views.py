"""What the modals of a round show: the form, and the preview of what every recipient would get. Values only."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from bot.domain.base import Language, Value
from bot.domain.scoping import Dates
from bot.domain.words import Words


class RoundForm(Value):
    """The form of a new round: (key, title) of checklists, (id, name) of departments, and the dates it proposes.

    `by_policy`: whether the policy names any of them, so that none need be chosen. `listed`: the list in which `chosen`
    engagements were picked, where the round is about those alone.
    """

    language: Language
    checklists: tuple[tuple[str, str], ...]
    by_policy: bool = True
    departments: tuple[tuple[str, str], ...]
    dates: Dates
    listed: str = ""
    chosen: int = 0


class RoundWish(Value):
    """What was entered: ISO days, checklists' keys (none: as the policy says of each work), department ids (none: all)."""

    title: str
    due_on: str
    attest_by: str
    checklists: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    listed: str = ""


class Recipient(Value):
    """Somebody who would get something: an owner (a DM) or a supplier (its channels)."""

    kind: Literal["owner", "supplier"]
    id: str
    name: str


class Letter(Value):
    """What a recipient would get, word for word, in their language. `channels`: where a supplier gets it; () nowhere yet."""

    recipient: Recipient
    language: Language
    blocks: list[dict[str, Any]]
    channels: tuple[str, ...] = ()


class Preview(Value):
    """One page of the preview: what is in and out, and one recipient's letter.

    `answer_days`: the business days between the two deadlines. `computed`: the deadline lies where Japan's holidays are
    not gazetted yet. `changed`: something changed since it was last shown, so the round was not opened. `turnable`: there
    are proposals or choices to look at. `too_much`: (tier, number of engagements) that a checklist asks too much of.
    `checklist`: the titles of what may be asked; `by_policy`: of each work what the policy says.
    """

    language: Language
    round_id: str
    title: str
    checklist: str
    attest_by: date
    due_on: date
    answer_days: int
    computed: bool
    inside: int
    ownerless: int
    outside: tuple[tuple[str, int], ...]
    owners: int
    suppliers: int
    unreachable: int
    page: int
    pages: int
    letter: Letter | None
    changed: bool = False
    turnable: bool = False
    by_policy: bool = False
    too_much: tuple[tuple[str, int], ...] = ()
    tiers: dict[str, Words] = {}
