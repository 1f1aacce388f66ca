"""What is shown of contracts that end: one question in a card, a line of the list, the forms, the closing list."""

from __future__ import annotations

from datetime import date
from typing import Literal

from bot.domain.base import Language, Value
from bot.domain.closing_list import ClosingItem
from bot.domain.contract_end import Step, Term


class Ending(Value):
    """Work whose end may be asked about today."""

    engagement_id: str
    ends_on: date
    auto_renews: bool | None = None
    notice_days: int | None = None
    escalation_id: str | None = None

    @property
    def term(self) -> Term:
        """What the contract says of its end."""
        return Term(ends_on=self.ends_on, auto_renews=self.auto_renews, notice_days=self.notice_days)


class EndQuestion(Value):
    """One piece of work in a card: renewed, until when, or does it end? `notice_passed`: notice can be given no more."""

    engagement_id: str
    supplier: str
    business: str
    ends_on: date
    step: Step
    notice_by: date | None = None
    notice_passed: bool = False


class EndSettled(Value):
    """A line of a card that is a question no more: what became of it, said by whom and when ("" and None: nobody's answer)."""

    supplier: str
    business: str
    what: Literal["renewed", "renewed_open", "ends", "moved", "moved_open", "with_others"]
    ends_on: date | None = None
    by: str = ""
    on: date | None = None


class EndingLine(Value):
    """One line of the list: work that ends soon, or that is being closed (`open_items` are left, `overdue` for long)."""

    engagement_id: str
    supplier: str
    business: str
    department: str
    ends_on: date | None
    closing: bool = False
    open_items: int = 0
    overdue: bool = False


class EndingPage(Value):
    """A page of them; `everything`: of the whole company, else only what is the reader's own."""

    lines: tuple[EndingLine, ...]
    total: int
    page: int = 1
    pages: int = 1
    everything: bool = False


class EndForm(Value):
    """A form about one end. `proposed`: the new end, or the day of the end, that the form shows at first."""

    language: Language
    engagement_id: str
    supplier: str
    business: str
    ends_on: date | None
    proposed: date


class Answered(Value):
    """What became of an answer: renewed until a day (None: without an end), or ended on it."""

    language: Language
    engagement_id: str
    supplier: str
    business: str
    ends_on: date | None
    closing: bool


class SettledItem(Value):
    """An item as it is shown, with who settled it and when (the company's day)."""

    item: ClosingItem
    by: str = ""
    on: date | None = None


class ClosingView(Value):
    """A closing list as one person sees it. `may_confirm`: everything is settled and they may say that it is over.

    `alone`: they settled some of it, and nobody else could confirm; so they have to say why.
    """

    language: Language
    engagement_id: str
    supplier_id: str
    supplier: str
    business: str
    ends_on: date | None
    items: tuple[SettledItem, ...]
    overdue: bool = False
    over: bool = False
    may_confirm: bool = False
    alone: bool = False


class ItemForm(Value):
    """The form of one item."""

    language: Language
    supplier: str
    business: str
    item: ClosingItem


def a_year_later(day: date) -> date:
    """The same day of the next year; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def next_end(ends_on: date | None, today: date) -> date:
    """The end that a renewal by whole years leads to: the first one that is not over."""
    found = a_year_later(ends_on or today)
    while found <= today:
        found = a_year_later(found)
    return found
