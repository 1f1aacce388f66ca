"""The list of the ledger: by what it is narrowed, in which order it stands, what of it is chosen.

To narrow by one more thing: a field of `Filter` with its condition in `storage/listing.py`, its input in
`message_templates/list_filter.py`, and its words `list.…` in both catalogs. A yes-or-no is only a member of `Flag`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.entered import some_line, tag_list, whole_number
from bot.domain.ledger import EngagementState
from bot.domain.reading import LedgerRow
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.rounds import JudgementValue
from bot.domain.words import Words

WORDS = 150
NAME = 40
MOST_DAYS = 3650
SAVED = 25
"""Saved filters that somebody can choose from: their own and the shared ones."""
NEVER = "never"
"""Beside the values of a judgement: there is none."""


class Flag(StrEnum):
    """What needs a look. Overdue: a review that has not been handed in after its due day."""

    OVERDUE = "overdue"
    NO_OWNER = "no_owner"
    NO_ENDPOINT = "no_endpoint"
    SUBCONTRACTS = "subcontracts"


class Sort(StrEnum):
    """The order. By end: what has none comes last; by judgement: the oldest first, before it what has none; by tier: the
    highest first, at the end what has none.
    """

    NAME = "name"
    END = "end"
    JUDGED = "judged"
    TIER = "tier"


class Filter(Value):
    """Everything that is not said narrows nothing. `departments` are ids; what holds several values means any of them.

    `ends_within`: days until the end, today included. `unjudged_for`: days since the last judgement, or never judged.
    """

    words: str = ""
    departments: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    personal_data: bool | None = None
    states: tuple[EngagementState, ...] = ()
    judgements: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    tag: str = ""
    ends_within: int | None = None
    unjudged_for: int | None = None
    sort: Sort = Sort.NAME

    @property
    def narrows(self) -> int:
        """By how many things the list is narrowed."""
        said = self.model_dump(exclude={"sort"})
        return sum(item not in ("", (), None) for item in said.values())


ALL = Filter()


def read_filter(written: dict[str, Any]) -> Filter:
    """The filter that was entered: texts and lists by the name of the field. Raises Refusals on the inputs."""
    refused: list[Refusal] = []
    found: dict[str, Any] = {}
    for name, read in _READERS.items():
        try:
            found[name] = read(written.get(name), name)
        except Refusal as refusal:
            refused.append(refusal)
    if refused:
        raise Refusals(refused)
    return Filter.model_validate(found)


def _words(given: Any, field: str) -> str:
    return some_line(str(given or ""), field, WORDS)


def _tag(given: Any, field: str) -> str:
    found = tag_list(str(given or ""), field)
    if len(found) > 1:
        raise Refusal(Code.BAD_VALUE, field)
    return found[0] if found else ""


def _days(given: Any, field: str) -> int | None:
    return whole_number(MOST_DAYS)(str(given or ""), field)


def _some(known: tuple[str, ...]) -> Any:
    def read(given: Any, field: str) -> tuple[str, ...]:
        chosen = tuple(given or ())
        if known and not set(chosen) <= set(known):
            raise Refusal(Code.BAD_VALUE, field)
        return chosen

    return read


def _one(known: dict[str, Any]) -> Any:
    def read(given: Any, field: str) -> Any:
        if str(given or "") not in known:
            raise Refusal(Code.BAD_VALUE, field)
        return known[str(given or "")]

    return read


_READERS: dict[str, Any] = {
    "words": _words,
    "departments": _some(()),
    "tiers": _some(()),
    "personal_data": _one({"": None, "any": None, "yes": True, "no": False}),
    "states": _some(tuple(EngagementState)),
    "judgements": _some((*JudgementValue, NEVER)),
    "flags": _some(tuple(Flag)),
    "tag": _tag,
    "ends_within": _days,
    "unjudged_for": _days,
    "sort": _one({"": Sort.NAME} | {sort.value: sort for sort in Sort}),
}


class Look(Value):
    """What somebody has before them: the filter, the page, and what is chosen (ids, or everything that matches).

    `fresh` counts how often the choice was taken back: inputs with the same ids would keep their ticks in Slack.
    """

    filter: Filter = ALL
    page: int = 1
    chosen: tuple[str, ...] = ()
    everything: bool = False
    fresh: int = 0

    def turned(self, page: int, picked: dict[str, bool]) -> Look:
        """Another page, with the ticks of this one."""
        return self.picking(picked).model_copy(update={"page": max(1, page)})

    def picking(self, picked: dict[str, bool]) -> Look:
        """With the ticks of a page: `picked` has every engagement that could be ticked there."""
        if self.everything:
            return self
        kept = [key for key in self.chosen if picked.get(key, True)]
        return self.model_copy(update={"chosen": tuple(dict.fromkeys([*kept, *(k for k, on in picked.items() if on)]))})

    def narrowed(self, wanted: Filter) -> Look:
        """Another filter: from its first page, with nothing chosen."""
        return Look(filter=wanted, fresh=self.fresh + 1)

    def choosing(self, *, everything: bool) -> Look:
        """Everything that matches, or nothing."""
        return self.model_copy(update={"chosen": (), "everything": everything, "fresh": self.fresh + 1})


class OpenList(Root):
    """A list that somebody has open (`body` is their Look). What a view carries is its id alone."""

    person_id: str
    body: dict[str, Any]
    at: AwareDatetime

    @property
    def look(self) -> Look:
        """The Look."""
        return Look.model_validate(self.body)


class SavedFilter(Value):
    """A filter under a name: somebody's own, or everybody's (`owner_id` ''). `body` is the Filter."""

    id: str
    owner_id: str
    name: str
    body: dict[str, Any]
    made_by: str
    at: AwareDatetime


class SavedLine(Value):
    """A saved filter to choose."""

    id: str
    name: str
    shared: bool


class ListPage(Value):
    """A page of the list. `total` are all engagements, `matched` those of the filter; `tier_of`: by engagement id."""

    list_id: str
    look: Look
    rows: tuple[LedgerRow, ...]
    total: int
    matched: int
    page: int
    pages: int
    today: date
    departments: tuple[tuple[str, str], ...] = ()
    tiers: Mapping[str, Words] = {}
    tier_of: Mapping[str, str] = {}
    saved: tuple[SavedLine, ...] = ()

    @property
    def chosen(self) -> int:
        """How many are chosen."""
        return self.matched if self.look.everything else len(self.look.chosen)


ENDING = 60
LIVE = (EngagementState.PROPOSED, EngagementState.ACTIVE, EngagementState.CLOSING)
AT_HOME: dict[str, Filter] = {
    "overdue": Filter(flags=(Flag.OVERDUE,)),
    "unlinked": Filter(flags=(Flag.NO_ENDPOINT,), states=LIVE),
    "ending": Filter(ends_within=ENDING, states=LIVE, sort=Sort.END),
}
"""What of the ledger needs a look: counted on the Home tab, and a press away as a list. (Without an owner: `owning.py`.)"""


def last_day(today: date, days: int) -> date:
    """The last day that is within so many days."""
    return today + timedelta(days=days)
