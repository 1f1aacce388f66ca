"""What the messages of chasing say, as values; drawing them is `message_templates/reminders.py`."""

from __future__ import annotations

from datetime import date

from bot.domain.base import Value
from bot.domain.reminders import Step


class Work(Value):
    """A piece of work somebody still has to answer for."""

    supplier: str
    business: str


class OwnerReminder(Value):
    """To an owner: what they have not answered in a round."""

    title: str
    step: Step
    due_on: date
    work: tuple[Work, ...]


class Unanswering(Value):
    """An owner with what they have not answered; `name` is '' where it was erased."""

    name: str
    work: tuple[Work, ...]


class OwnerEscalation(Value):
    """To whoever a department turns to: who has not answered what."""

    title: str
    due_on: date
    owners: tuple[Unanswering, ...]


class SupplierReminder(Value):
    """To a supplier's people, in the hub's thread."""

    supplier: str
    title: str
    step: Step
    due_on: date
    today: date


class Silence(Value):
    """A supplier did not answer in time. `reached` False: our request never got to them."""

    review_id: str
    supplier: str
    title: str
    due_on: date
    businesses: tuple[str, ...]
    reached: bool
