"""A file that came into the bot's DM and is no ledger: to which supplier's record, or which work, does it belong?"""

from __future__ import annotations

from bot.domain.base import Value

COMPANY, WORK = "c", "w"
SUPPLIERS, WORKS = 15, 5
"""How many records a searching menu offers, and how many works of each."""


class Place(Value):
    """Where a document may go: a supplier's record, or one work of it (`business` says which)."""

    kind: str
    id: str
    name: str
    business: str = ""


class Places(Value):
    """What was found for what is being typed."""

    places: tuple[Place, ...] = ()


class PaperForm(Value):
    """The question: which file it is about, and how often it was shown."""

    transfer_id: str
    cycle: int
    file_name: str


class Filed(Value):
    """What was put where."""

    title: str
    name: str
    business: str = ""


class Given(Value):
    """A document whose file is on its way to whoever asked."""

    title: str
    file_name: str
