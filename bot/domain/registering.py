"""The register form as values: what it shows, and what it says when it is done."""

from __future__ import annotations

from datetime import date

from bot.domain.base import Value
from bot.domain.reading import Candidate


class Choice(Value):
    """One department to choose."""

    id: str
    name: str


class RegisterForm(Value):
    """What the form offers. `today` is the first suggestion for the start."""

    departments: tuple[Choice, ...]
    today: date


class Registered(Value):
    """What was stored. `added`: the supplier was there already. `twins` are records of similar names: a warning only."""

    supplier: str
    business: str
    department: str
    owner: str
    added: bool
    twins: tuple[Candidate, ...] = ()
