"""The register form as values: what it shows, what was chosen or found for it, and what it says when it is done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from bot.domain import corporate_number
from bot.domain.base import Value
from bot.domain.entered import NAME, one_line
from bot.domain.ledger import Supplier
from bot.domain.national_register import RegisterEntry
from bot.domain.reading import Candidate
from bot.domain.refusal import Code, Refusal


class Note(StrEnum):
    """What the form says of a search (`register.note.<code>`); also the reasons of `ports.RegisterFailed`."""

    SEARCHING = "searching"
    NOT_FOUND = "none"
    LIMITED = "limited"
    WAITING = "waiting"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    DOWN = "down"
    REFUSED = "refused"
    GARBAGE = "garbage"
    TOO_BIG = "too_big"
    NO_ID = "no_id"
    CRASH = "crash"


class Choice(Value):
    """One department to choose."""

    id: str
    name: str


class Company(Value):
    """A company as the form knows it. `supplier_id` is its record in our ledger, '' where it has none.

    `seen_on` is the day on which the national register said so; None where it did not. `successor_name` is known only where
    the register's look-up has that company too.
    """

    supplier_id: str = ""
    number: str | None = None
    name: str
    reading: str = ""
    address: str = ""
    closed_on: date | None = None
    cause: str = ""
    successor: str | None = None
    successor_name: str = ""
    seen_on: date | None = None


class RegisterForm(Value):
    """What the form offers. `today` is the first suggestion for the start.

    `proposing`: what this person enters is confirmed by the security team. `asks`: the national register can be asked.
    `company` is the one that was chosen, `found` are several to choose from, of `count`. `note` is what is said of the
    search (with `seconds`). `name` and `number` are put into the form.
    """

    departments: tuple[Choice, ...]
    today: date
    proposing: bool = False
    asks: bool = False
    company: Company | None = None
    found: tuple[Company, ...] = ()
    count: int = 0
    note: Note | None = None
    seconds: int = 0
    name: str = ""
    number: str = ""


class Suggested(Value):
    """What is offered while somebody types: our own records first, then the register's."""

    ours: tuple[Company, ...] = ()
    others: tuple[Company, ...] = ()


class Wanted(Value):
    """What somebody wants to be looked up in the national register: a number, or words of a name."""

    form: RegisterForm
    number: str = ""
    name: str = ""


class Registered(Value):
    """What was stored. `added`: the supplier was there already. `twins` are records of similar names: a warning only.

    `proposed`: it waits for the security team. `closed_on` and `successor` are the register's warning.
    """

    supplier: str
    business: str
    department: str
    owner: str
    added: bool
    twins: tuple[Candidate, ...] = ()
    proposed: bool = False
    closed_on: date | None = None
    successor: str | None = None


class RegisterTaken(Value):
    """What became of a file of the national register. `wrong_line`: the row that cannot be read, where it ended; else 0."""

    stored: int = 0
    gone: int = 0
    older: int = 0
    wrong_line: int = 0

    def plus(self, stored: int, gone: int, older: int) -> RegisterTaken:
        """With one more piece."""
        more = {"stored": self.stored + stored, "gone": self.gone + gone, "older": self.older + older}
        return self.model_copy(update=more)


def of_supplier(supplier: Supplier, said: RegisterEntry | None = None) -> Company:
    """A record of ours, with what the register says of it now, else with what it said when somebody looked."""
    return Company(
        supplier_id=supplier.id,
        number=supplier.corporate_number,
        name=supplier.name,
        reading=supplier.reading,
        address=supplier.address,
        closed_on=said.closed_on if said else supplier.closed_on,
        cause=said.cause if said else "",
        successor=said.successor if said else supplier.successor_number,
        seen_on=said.seen_on if said else supplier.register_checked_on,
    )


def of_entry(said: RegisterEntry, names: Mapping[str, str]) -> Company:
    """What the register says. `names`: of companies that took others over."""
    return Company(
        number=said.id,
        name=said.name,
        reading=said.reading,
        address=said.address,
        closed_on=said.closed_on,
        cause=said.cause,
        successor=said.successor,
        successor_name=names.get(said.successor or "", ""),
        seen_on=said.seen_on,
    )


def with_register(supplier: Supplier, said: RegisterEntry | None) -> Supplier:
    """The record with what the register says of it; reading and address only where nobody said."""
    if said is None:
        return supplier
    told = {"closed_on": said.closed_on, "successor_number": said.successor, "register_checked_on": said.seen_on}
    told |= {"reading": supplier.reading or said.reading, "address": supplier.address or said.address}
    return supplier.model_copy(update=told)


def wanted(number: str, name: str) -> tuple[str, str]:
    """What to look up: the number where one is written (its check digit is right), else the name. Raises Refusal."""
    digits = corporate_number.parse(number)
    if digits:
        return digits, ""
    return "", one_line(name, "name", NAME, Code.EMPTY)


def words_of(text: str) -> dict[str, str]:
    """What was typed behind the command, as the field that it is: a number where it reads as one."""
    try:
        number = corporate_number.parse(text)
    except Refusal:
        number = None
    return {"number": number} if number else {"name": text.strip()[:NAME]}


def digits_of(text: str) -> str:
    """The beginning of a corporate number, where what is typed can be one: at least four digits; else ''."""
    bare = corporate_number.bare(text)
    return bare if 4 <= len(bare) <= corporate_number.LENGTH and bare.isascii() and bare.isdecimal() else ""
