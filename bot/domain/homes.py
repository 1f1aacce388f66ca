"""What the Home tab shows to one person, as values. What somebody may not know is not in their value at all.

To show one more thing: a field here, its query in `storage/homes.py`, its drawing in `message_templates/home.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from bot.domain.base import Language, Value
from bot.domain.first_run import Guide


class HomePicture(Value):
    """The Home tab that was published last to a person (`id`): Slack's hash of it, and a digest of what it showed.

    `opened_at` is the real time at which they last looked.
    """

    id: str
    hash: str
    digest: str
    opened_at: AwareDatetime


class OpenRound(Value):
    """A round under way. `ended` of `reviews` have their judgement (or were withdrawn), `handed_in` wait for it."""

    title: str
    due_on: date
    reviews: int
    handed_in: int
    ended: int


class Numbers(Value):
    """What the security team has on its plate. `ledger`: how many of each of `listing.AT_HOME`."""

    rounds: tuple[OpenRound, ...] = ()
    more_rounds: int = 0
    waiting: int = 0
    unresolved: int = 0
    failed: int = 0
    suspended: int = 0
    tiers: int = 0
    unowned: int = 0
    ends_passed: int = 0
    closing_late: int = 0
    strangers: int = 0
    proposals: int = 0
    ledger: tuple[tuple[str, int], ...] = ()
    paused: bool = False

    @property
    def stuck(self) -> int:
        """Messages that a person has to look at."""
        return self.unresolved + self.failed


class MyCards(Value):
    """What waits for an owner's answer in one round, and the DM in which its card stands ('' not there yet)."""

    title: str
    attest_by: date
    count: int
    channel: str = ""


class Rehearsing(Value):
    """Somebody's own rehearsal. `part` is whose part they play now; `over`: nothing is left to play; `judged`: to the end."""

    part: Literal["owner", "supplier", "security"]
    over: bool = False
    judged: bool = False


class HomeView(Value):
    """One person's Home tab.

    `guide` and `numbers` are None for whoever is not of the team. `begin` says who may begin where nobody has yet: a Slack
    user id, '' where the operator has named nobody; None where there is a team.
    """

    language: Language
    insider: bool
    team_id: str = ""
    guide: Guide | None = None
    closable: bool = False
    numbers: Numbers | None = None
    rehearsal: Rehearsing | None = None
    cards: tuple[MyCards, ...] = ()
    begin: str | None = None


class Group(Value):
    """A user group of ours, to choose the security team from."""

    id: str
    name: str


class SharedChannel(Value):
    """A channel shared with an outside company in which the app sits."""

    id: str
    name: str
