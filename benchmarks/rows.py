"""What is pressed: the rows of the table, with their payloads made beforehand.

To measure another press: a payload in `payloads.py`, and a Row in `rows`.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from slack_bolt.async_app import AsyncApp
from sqlmodel import func, select

from benchmarks import payloads
from benchmarks.bare import Bare, Pressed
from benchmarks.bolt import bolt
from benchmarks.stage import Place, Stage, choose_all, pages
from bot.domain.checklist import Kind
from handlers.slack.all_routes import all_routes
from handlers.slack.registry import register
from storage.db import Database
from storage.tables.answering import AnswerRow, PageTokenRow
from storage.tables.rounds import AttestationAnswerRow

Json = dict[str, Any]

ONE, MANY = 1, 16
CHOICES = 23  # yes-or-no questions of the basic checklist
PAGES = 4
SPARE = 4  # presses that count statements


@dataclass(frozen=True)
class Row:
    """Presses of one kind, `at_a_time` at any moment, `each` in one round of measuring.

    `writes` is the table in which each such press leaves one row: a press that was refused would be a fast one.
    """

    name: str
    at_a_time: int
    each: int
    app: AsyncApp
    db: Database
    writes: Any
    bodies: Iterator[Json]

    async def written(self) -> int:
        """The rows that are there."""
        async with self.db.read() as tx:
            return int((await tx.rows(select(func.count()).select_from(self.writes)))[0])


@dataclass(frozen=True)
class Size:
    """How many rounds, and how many presses of each kind in a round."""

    rounds: int = 8
    one: int = 120
    many: int = 160
    other: int = 20

    @property
    def places(self) -> tuple[int, int, int, int]:
        """Suppliers needed: whose answers are the first ones, are changed, whose pages are turned, and who wait."""
        times = self.rounds + 1  # one round is for warming up
        choices, others = times * (self.one + self.many) + SPARE, times * self.other + SPARE
        return ceil(choices / (CHOICES - 1)), ceil(others / CHOICES), ceil(others / PAGES), others


async def rows(on: Stage, against: Bare, size: Size) -> list[Row]:
    """Every row, in the order in which a round goes through them."""
    app = bolt()
    register(app, on.services, all_routes())
    first, changed, turned, _ = size.places
    spots = iter(on.asked)
    choices = await _first_choices(on, list(itertools.islice(spots, first)))
    changes = await _changes(on, list(itertools.islice(spots, changed)))
    turns = await _turns(on, list(itertools.islice(spots, turned)))
    opened = (payloads.hub_open(place) for place in itertools.cycle(on.asked))
    same = (payloads.attest_same(place) for place in on.waiting)
    plain, ours = iter(choices), iter(choices)
    return [
        Row("bare", ONE, size.one, against.app, against.db, Pressed, plain),
        Row("choice", ONE, size.one, app, on.db, AnswerRow, ours),
        Row("bare", MANY, size.many, against.app, against.db, Pressed, plain),
        Row("choice", MANY, size.many, app, on.db, AnswerRow, ours),
        Row("changed choice", ONE, size.other, app, on.db, AnswerRow, iter(changes)),
        Row("page turn", ONE, size.other, app, on.db, AnswerRow, iter(turns)),
        Row("hub open", ONE, size.other, app, on.db, PageTokenRow, opened),
        Row("attest same", ONE, size.other, app, on.db, AttestationAnswerRow, same),
    ]


async def _first_choices(on: Stage, places: Sequence[Place]) -> list[Json]:
    """The first answer to a question of a review that is under way: what most presses are."""
    found = []
    for place in places:
        asked = [(p, q) for p in await pages(on, place) for q in p.questions if q.question.kind is Kind.YES_NO]
        (page, begun), *rest = asked
        await choose_all(on, place, page, [begun.id])
        found += [payloads.choice(place, p, q, "yes") for p, q in rest]
    random.Random(1).shuffle(found)
    return found


async def _changes(on: Stage, places: Sequence[Place]) -> list[Json]:
    """Another choice than the one before."""
    found = []
    for place in places:
        for page in await pages(on, place):
            yes_no = [q for q in page.questions if q.question.kind is Kind.YES_NO]
            await choose_all(on, place, page, [q.id for q in yes_no])
            found += [payloads.choice(place, page, q, "no") for q in yes_no]
    return found


async def _turns(on: Stage, places: Sequence[Place]) -> list[Json]:
    """A page with its choices kept already and a comment that is new."""
    found = []
    for place in places:
        for page in await pages(on, place):
            await choose_all(on, place, page, [q.id for q in page.questions if q.question.kind is Kind.YES_NO])
            found.append(payloads.turn(place, page, "補足です"))
    return found
