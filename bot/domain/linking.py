"""What a person is shown of a channel before it becomes a supplier's endpoint, and what came of it. Values and rules.

To add a warning: a member of `Warn`, its rule in `warnings`, and its sentence `link.warn.<value>` in both catalogs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from bot.domain.base import Value
from bot.domain.channel_check import fit
from bot.domain.ledger import EndpointState
from bot.domain.names import name_key
from bot.domain.people import PersonKind

MOST = 100
"""Options in one of Slack's menus."""


class Warn(StrEnum):
    """What somebody should think about before confirming."""

    UNFIT = "unfit"
    NOBODY_OUTSIDE = "nobody_outside"
    SEVERAL_COMPANIES = "several_companies"
    PENDING = "pending"
    PUBLIC = "public"


class Company(Value):
    """An outside company by its team or enterprise id. `name` is chosen by that company, so two may be called the same."""

    id: str
    name: str


class Reader(Value):
    """Somebody who will see what is posted; `team_id` is '' for our own people and guests."""

    name: str
    kind: PersonKind
    team_id: str = ""


class Candidate(Value):
    """A supplier in the menu. `key` is its `name_key`; `linked`: it has an endpoint, `here`: in this very channel, to which
    its people are `invited`.
    """

    id: str
    name: str
    key: str
    corporate_number: str = ""
    linked: bool = False
    here: bool = False
    invited: bool = False


class Candidates(Value):
    """What the menu offers. `total` counts all that fit; `narrowed` False where the words fitted no supplier."""

    shown: tuple[Candidate, ...] = ()
    total: int = 0
    narrowed: bool = True


class Here(Value):
    """The endpoint that this channel is already."""

    endpoint_id: str
    supplier: str
    state: EndpointState
    reason: str = ""


class LinkView(Value):
    """Everything the form shows. `pending` are invited companies (with an empty name where Slack does not tell which)."""

    look_id: str
    channel: str
    companies: tuple[Company, ...]
    pending: tuple[Company, ...]
    readers: tuple[Reader, ...]
    warnings: tuple[Warn, ...]
    candidates: Candidates
    here: Here | None = None

    @property
    def fit(self) -> bool:
        """Whether it may be confirmed."""
        return Warn.UNFIT not in self.warnings


class Linked(Value):
    """An endpoint was confirmed; `again` where it had been one before. `reviews` had waited for one and go on here."""

    supplier: str
    channel: str
    companies: int
    guests: int
    again: bool
    reviews: int = 0


def warnings(
    teams: Sequence[str], pending: Sequence[str], guests: Sequence[str], outsiders: int, *, private: bool
) -> tuple[Warn, ...]:
    """What there is to think about; `outsiders` counts people of other companies who are in the channel."""
    found = {
        Warn.UNFIT: not fit(teams, pending, guests),
        Warn.NOBODY_OUTSIDE: fit(teams, pending, guests) and not outsiders and not guests,
        Warn.SEVERAL_COMPANIES: len({*teams, *pending}) > 1,
        Warn.PENDING: bool(pending),
        Warn.PUBLIC: not private,
    }
    return tuple(warn for warn, holds in found.items() if holds)


def candidates(suppliers: Iterable[Candidate], words: Sequence[str]) -> Candidates:
    """The suppliers whose name contains every word (all of them where none does), invited ones first; whose channel it is
    already, alone.
    """
    everyone = sorted(suppliers, key=lambda s: (not s.invited, s.name))
    own = tuple(s for s in everyone if s.here)
    if own:  # another one would be refused: it has to be severed or moved first
        return Candidates(shown=own, total=len(own), narrowed=True)
    keys = [name_key(word) for word in words]
    fitting = [s for s in everyone if all(key in s.key for key in keys)]
    chosen = fitting or everyone
    return Candidates(shown=tuple(chosen[:MOST]), total=len(chosen), narrowed=bool(fitting) or not keys)
