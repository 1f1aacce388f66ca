"""Sub-contractors in forms: what was entered, what is wrong with it, and what is shown as a tree."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from bot.domain import corporate_number
from bot.domain.base import Value
from bot.domain.entered import BUSINESS, NAME, NOTE, choice, choices, day, one_line, some_line
from bot.domain.ledger import DataKind
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.subcontracts import EdgeState, Mismatch, SubcontractEdge

CONFIDENTIAL = "secret"
NEW = "new"
TOP, BELOW = "e", "s"  # what a parent is: an engagement, a sub-contractor
ADD_FIELDS = ("parent", "name", "corporate_number", "which", "work", "data")
DECIDE_FIELDS = ("state", "until", "reason")

_DECISIONS = {s.value: s for s in (EdgeState.APPROVED, EdgeState.REFUSED, EdgeState.EXPIRED, EdgeState.REQUESTED)}


class Entered(Value):
    """A sub-contractor as it was entered, checked. `parent` is ('e' or 's', its id); `which` '' where nobody chose yet."""

    parent: tuple[str, str]
    name: str = ""
    corporate_number: str | None = None
    which: str = ""
    work: str
    data: tuple[DataKind, ...] = ()
    secret_data: bool = False


class Decision(Value):
    """What somebody decided of one sub-contractor."""

    state: EdgeState
    until: date | None = None
    reason: str = ""


class TreeLine(Value):
    """One sub-contractor in the tree. `used_by`: how many of our suppliers use this company, this one included."""

    edge: SubcontractEdge
    depth: int
    child: str
    state: EdgeState
    used_by: int = 1


class WorkTree(Value):
    """The sub-contractors of one engagement."""

    engagement_id: str
    business: str
    lines: tuple[TreeLine, ...] = ()


class UsedLine(Value):
    """Where a company is itself a sub-contractor: for which of our suppliers, in which work, doing what."""

    supplier: str
    business: str
    work: str
    state: EdgeState


class SubTree(Value):
    """Everything that is shown of a supplier's sub-contractors; `used` where it is one itself, `used_by` companies in all."""

    supplier_id: str
    supplier: str
    works: tuple[WorkTree, ...] = ()
    mismatch: Mismatch | None = None
    used: tuple[UsedLine, ...] = ()
    used_by: int = 0
    today: date


class Parent(Value):
    """What a new sub-contractor can hang under: `value` is what the menu holds."""

    value: str
    label: str
    depth: int = 0


class Alike(Value):
    """A record that could be meant by a name."""

    id: str
    name: str
    corporate_number: str | None = None


class AddForm(Value):
    """The form of a new sub-contractor; `alike` where a person must say which company is meant, with what was `written`."""

    supplier_id: str
    supplier: str
    parents: tuple[Parent, ...] = ()
    alike: tuple[Alike, ...] = ()
    written: dict[str, str] = {}


class Added(Value):
    """What became of it: the tree with the new one, or the form again, asking which company is meant."""

    tree: SubTree | None = None
    ask: AddForm | None = None


class DecideForm(Value):
    """The form of a decision on one sub-contractor."""

    supplier_id: str
    supplier: str
    business: str
    line: TreeLine
    parent: str = ""
    decided_by: str = ""
    decided_on: date | None = None


def read_added(written: Mapping[str, str]) -> Entered:
    """What was entered of a new sub-contractor. Raises Refusals, one for each field that is wrong."""
    refused: list[Refusal] = []
    said = {name: _taken(refused, read, written.get(name, ""), name) for name, read in _READERS.items()}
    if not said["name"] and not said["corporate_number"] and not refused:
        refused.append(Refusal(Code.NAME_EMPTY, "name"))
    if refused:
        raise Refusals(refused)
    codes = said.pop("data")
    kinds = tuple(k for k in DataKind if k.value in codes)
    return Entered(**said, data=kinds, secret_data=CONFIDENTIAL in codes)


def read_decision(written: Mapping[str, str], today: date) -> Decision:
    """A decision: a refusal or an end has a reason, an approval's last day is not past. Raises Refusals."""
    refused: list[Refusal] = []
    said = {name: _taken(refused, read, written.get(name, ""), name) for name, read in _DECISION_READERS.items()}
    state, until = said["state"], said["until"]
    if state in {EdgeState.REFUSED, EdgeState.EXPIRED} and said["reason"] == "":
        refused.append(Refusal(Code.EMPTY, "reason"))
    if state is EdgeState.APPROVED and until and until < today:
        refused.append(Refusal(Code.UNTIL_PAST, "until"))
    if refused:
        raise Refusals(refused)
    return Decision(**said)


def _taken(refused: list[Refusal], read: Callable[[str, str], Any], text: str, name: str) -> Any:
    try:
        return read(text, name)
    except Refusal as refusal:
        refused.append(refusal)
        return None


def _parent(text: str, name: str) -> tuple[str, str]:
    kind, _, key = text.partition(".")
    if kind not in {TOP, BELOW} or not key:
        raise Refusal(Code.EMPTY, name)
    return kind, key


_READERS: dict[str, Callable[[str, str], Any]] = {
    "parent": _parent,
    "name": lambda text, name: some_line(text, name, NAME),
    "corporate_number": corporate_number.parse,
    "which": lambda text, name: some_line(text, name, NAME),
    "work": lambda text, name: one_line(text, name, BUSINESS),
    "data": choices({k.value: k.value for k in DataKind} | {CONFIDENTIAL: CONFIDENTIAL}),
}
_DECISION_READERS: dict[str, Callable[[str, str], Any]] = {
    "state": choice(_DECISIONS, must=True),
    "until": day,
    "reason": lambda text, name: some_line(text, name, NOTE),
}
