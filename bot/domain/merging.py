"""Two records of one company become one, and can be two again.

What belongs to the company moves to the record that is kept (which tables: `storage/merging.py`; which facts of the record:
`merge_facts.py`). Reviews, notices and the history stay with the record they were written under, which is then `merged` and
points at the other. What was moved is remembered row by row, so that undoing takes back exactly that and nothing that came
later.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.ledger import Supplier, SupplierState
from bot.domain.merge_facts import Differing, Taken, given_back, register_facts, with_facts
from bot.domain.reading import Candidate
from bot.domain.refusal import Code, Refusal

LISTED = 20
UNDOABLE = 40  # what a message has room for


class Moved(Value):
    """One row that changed hands: its table and id."""

    table: str
    id: str


class Merge(Root):
    """One merging. `number_moved`: the kept record had no corporate number and got that of the other one.

    `taken`: the other facts that the kept record got.
    """

    kept_id: str
    gone_id: str
    moved: tuple[Moved, ...]
    number_moved: bool
    taken: tuple[Taken, ...] = ()
    by_id: str
    at: AwareDatetime
    undone_by: str = ""
    undone_at: AwareDatetime | None = None


class Side(Value):
    """One of the two records as the form shows it."""

    id: str
    name: str
    corporate_number: str | None
    engagements: int
    endpoints: int
    open_reviews: int


class MergeForm(Value):
    """Which records look like this one. `others` are candidates with their ids."""

    one: Side
    others: tuple[Side, ...]


class AskedAt(Value):
    """One piece of work that goes on, and the channel where it is asked about: today, and after the merging; '' is none."""

    business: str
    before: str
    after: str


class MergePreview(Value):
    """What a merging would do: nothing has been stored. `left` rows of the other would be twins and stay where they are.

    `taken` are the facts that the kept record would get, `differing` those that a person chooses.
    """

    kept: Side
    gone: Side
    counts: dict[str, int]
    left: int
    number_moves: bool
    taken: tuple[Taken, ...] = ()
    differing: tuple[Differing, ...] = ()
    ways: tuple[AskedAt, ...] = ()


class MergeDone(Value):
    """What was merged, or taken apart again."""

    kept: str
    gone: str
    moved: int
    left: int = 0


class MergeLine(Value):
    """A merging that can be undone; `on` is the company's day."""

    id: str
    kept: Candidate
    gone: Candidate
    on: date
    by: str


class MergeLines(Value):
    """Those, newest first."""

    lines: tuple[MergeLine, ...]


def check(kept: Supplier | None, gone: Supplier | None, open_reviews: int) -> tuple[Supplier, Supplier]:
    """The two records, or Refusal: SAME_RECORD, CHANGED_MEANWHILE (one was merged already), REVIEW_UNDER_WAY for `gone`.

    An open review stays what its people are answering: it is finished or withdrawn before its company's record goes.
    """
    if kept is None or gone is None:
        raise Refusal(Code.NOT_FOUND)
    if kept.id == gone.id:
        raise Refusal(Code.SAME_RECORD, "other")
    if SupplierState.MERGED in {kept.state, gone.state}:
        raise Refusal(Code.CHANGED_MEANWHILE)
    if open_reviews:
        raise Refusal(Code.REVIEW_UNDER_WAY, "other", name=gone.name)
    return kept, gone


def joined(kept: Supplier, gone: Supplier, chosen: Mapping[str, str]) -> tuple[Supplier, Supplier]:
    """Both records as they stand after the merging. A number that only `gone` has goes over: it is unique.

    `chosen`: whose fact stands where they differ. Raises Refusal (`merge_facts.with_facts`).
    """
    number = gone.corporate_number if not kept.corporate_number else None
    after = gone.model_copy(update={"state": SupplierState.MERGED, "merged_into": kept.id})
    if number:
        kept = kept.model_copy(update={"corporate_number": number} | register_facts(gone))
        after = after.model_copy(update={"corporate_number": None})
    return with_facts(kept, gone, chosen), after


def parted(
    merge: Merge, kept: Supplier, gone: Supplier, was: SupplierState, number: str | None, *, works: bool = False
) -> tuple[Supplier, Supplier]:
    """Both records as they stand after undoing; `was` and `number`: the state and corporate number of `gone` before.

    What the kept record got since stays with it. `works`: work of its own goes on there. Raises Refusal: CHANGED_MEANWHILE, or
    MERGED_SINCE where the kept record was merged itself since: what came from `gone` went on with it, so that merging is taken
    back first.
    """
    if merge.undone_at or gone.state is not SupplierState.MERGED or gone.merged_into != kept.id:
        raise Refusal(Code.CHANGED_MEANWHILE)
    if kept.state is SupplierState.MERGED:
        raise Refusal(Code.MERGED_SINCE, name=kept.name)
    after = gone.model_copy(update={"state": was, "merged_into": None})
    kept = given_back(kept, merge.taken, works=works)
    if not merge.number_moved:
        return kept, after
    left = kept.model_copy(update={"corporate_number": None}) if kept.corporate_number == number else kept
    return left, after.model_copy(update={"corporate_number": number})


def standing_of(gone: Iterable[tuple[str, str, str]]) -> tuple[dict[str, str], dict[str, set[str]]]:
    """Merged record → the one that stands for it, directly or through others; and that one → name keys of all that it holds.

    `gone`: (id, name key, merged into) of every merged record.
    """
    every = list(gone)
    next_to = {key: kept for key, _name, kept in every}
    kept_of: dict[str, str] = {}
    former: dict[str, set[str]] = {}
    for key, name, kept in every:
        stands = kept
        while stands in next_to:
            stands = next_to[stands]
        kept_of[key] = stands
        former.setdefault(stands, set()).add(name)
    return kept_of, former


def together_still(open_reviews: int, gone: Supplier) -> None:
    """Raise Refusal(REVIEW_UNDER_WAY) where people are answering for both in one review."""
    if open_reviews:
        raise Refusal(Code.REVIEW_UNDER_WAY, name=gone.name)
