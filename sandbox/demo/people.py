"""The cast: who works where, which suppliers there are and what is entrusted to them. Made from a seed and a CSV file.

The CSV is the one the operator imports; a few suppliers more are entered by hand in the register form. Names of people,
of the hand-entered suppliers and of the foreign one follow the seed; the CSV is what it is.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from sandbox.demo import names

ALL = 54
BY_HAND = 6
MORE = "在庫の実地棚卸の補助"
BOT, HOME = "U0BOT0001", "T0AOBA001"
SECURITY_CHANNEL, LOBBY, SECURITY_GROUP = "C0SECROOM1", "C0GENERAL1", "S0SECURITY"
STRANGER_TEAM = "T0STRANGE"


@dataclass(frozen=True)
class Someone:
    """A person: of our company or of a supplier's. `kind` as in world.py."""

    id: str
    name: str
    team: str = HOME
    kind: str = "member"


@dataclass(frozen=True)
class Department:
    """Who answers for its suppliers. `stands_in` and `escalation` may be nobody."""

    name: str
    primary: Someone
    stands_in: Someone | None
    escalation: Someone | None


@dataclass(frozen=True)
class Work:
    """One piece of work given to a supplier by a department: what an owner is asked about and what is judged."""

    supplier: str
    department: str
    business: str
    contract: str
    starts: date
    ends: date | None
    personal: bool
    by_hand: bool = False


@dataclass
class Supplier:
    """A company (or sole trader) with its people and the channel it shares with us; '' where there is none."""

    key: str
    name: str
    number: str
    kind: str
    language: str
    by_hand: bool
    team: str = ""
    channel: str = ""
    channel_name: str = ""
    people: list[Someone] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)


@dataclass
class Cast:
    """Everybody. `suppliers` in the order in which they came to the ledger, hand-entered ones last."""

    seed: int
    admin: Someone
    security: list[Someone]
    departments: list[Department]
    successor: Someone
    bystander: Someone
    stranger: Someone
    suppliers: list[Supplier]
    file: Path

    def department(self, name: str) -> Department:
        """By name."""
        return next(d for d in self.departments if d.name == name)

    @property
    def works(self) -> list[Work]:
        """All pieces of work."""
        return [work for supplier in self.suppliers for work in supplier.works]

    def readers(self, supplier: Supplier) -> list[Someone]:
        """Who is in the supplier's channel, but for the bot."""
        return [self.linker(supplier), self.department(supplier.works[0].department).primary, *supplier.people]

    def linker(self, supplier: Supplier) -> Someone:
        """Who of the security team looks after the supplier's channel."""
        return self.security[int(supplier.key) % len(self.security)]


def cast(seed: int, file: Path, count: int = ALL) -> Cast:
    """The cast of a demo with `count` suppliers; ValueError where the file holds too few."""
    rng = random.Random(f"cast-{seed}")  # noqa: S311 - a story, no secret
    by_hand = min(BY_HAND, max(2, count // 6))
    imported = _imported(file, count - by_hand)
    if len(imported) < count - by_hand:
        raise ValueError(f"{file} holds {len(imported)} suppliers, {count - by_hand} are needed")
    departments = list(dict.fromkeys(work.department for supplier in imported for work in supplier.works))
    _one_more(imported)
    suppliers = imported + _by_hand(rng, departments, imported)[:by_hand]
    ours = iter(names.people(rng, 25 + 2 * count))
    made = Cast(
        seed=seed,
        admin=Someone("U0ADMIN01", next(ours), kind="admin"),
        security=[Someone(f"U0SEC{n:04}", next(ours)) for n in range(3)],
        departments=[_department(n, name, ours, len(departments)) for n, name in enumerate(departments)],
        successor=Someone("U0NEXT001", next(ours)),
        bystander=Someone("U0STAFF01", next(ours)),
        stranger=Someone("U0STRANGE", next(ours), STRANGER_TEAM),
        suppliers=suppliers,
        file=file,
    )
    for n, supplier in enumerate(suppliers):
        _house(rng, n, supplier, ours)
    return made


def _imported(file: Path, count: int) -> list[Supplier]:
    """The first suppliers of the file, each with all its pieces of work there."""
    found: dict[str, Supplier] = {}
    with file.open(encoding="utf-8-sig", newline="") as rows:
        for row in csv.DictReader(rows):
            name = row["名称"]
            if name not in found and len(found) == count:
                break
            number = row["法人番号"].replace("-", "")
            fresh = Supplier(f"{len(found):02}", name, number, row["区分"], row["言語"], by_hand=False)
            found.setdefault(name, fresh).works.append(_work(row))
    return list(found.values())


def _work(row: dict[str, str]) -> Work:
    return Work(
        supplier=row["名称"],
        department=row["部門"],
        business=row["業務内容"],
        contract=row["契約形態"],
        starts=date.fromisoformat(row["開始日"]),
        ends=date.fromisoformat(row["終了日"]) if row["終了日"] else None,
        personal=row["個人データ"] == "あり",
    )


def _by_hand(rng: random.Random, departments: list[str], imported: list[Supplier]) -> list[Supplier]:
    """A company whose number is mistyped first, a foreign one, a sole trader who is a guest, a very long name, two more."""
    plain = rng.sample(names.PLAIN, 3)
    wanted = [
        (plain[0][0], "法人", "ja", plain[0][1], plain[0][2]),
        (rng.choice(names.FOREIGN), "外国法人", "en", "営業本部", "Analysis of sales records"),
        (names.people(rng, 1)[0], "個人事業主", "ja", "営業本部", rng.choice(names.TRADES)),
        (rng.choice(names.LONG), "法人", "ja", "総務部", "地域向け情報発信の企画と運営"),
        (plain[1][0], "法人", "ja", plain[1][1], plain[1][2]),
        (plain[2][0], "法人", "ja", plain[2][1], plain[2][2]),
    ]
    made = []
    for n, (name, kind, language, department, business) in enumerate(wanted):
        number = names.corporate_number(rng) if kind == "法人" else ""
        supplier = Supplier(f"{len(imported) + n:02}", name, number, kind, language, by_hand=True)
        its = department if department in departments else departments[0]
        starts = date(2026, rng.randrange(4, 8), 1)
        supplier.works.append(Work(name, its, business, "準委任", starts, None, n % 2 == 1, by_hand=True))
        made.append(supplier)
    return made


def _one_more(imported: list[Supplier]) -> None:
    """A piece of work entered by hand for a company that the file has brought."""
    supplier = next(s for s in imported if s.number and len(s.works) == 1)
    work = Work(
        supplier.name,
        supplier.works[0].department,
        MORE,
        "準委任",
        date(2026, 7, 1),
        None,
        personal=False,
        by_hand=True,
    )
    supplier.works.append(work)


def _department(n: int, name: str, ours: Iterator[str], count: int) -> Department:
    """The last department has only its primary: nobody stands in, nobody is named for escalation."""
    people = [Someone(f"U0{role}{n:04}", next(ours)) for role in ("OWN", "DEP", "CHF")]
    alone = n == count - 1
    return Department(name, people[0], None if alone else people[1], None if alone else people[2])


def _house(rng: random.Random, n: int, supplier: Supplier, ours: Iterator[str]) -> None:
    """Gives a supplier its workspace, people and channel. A sole trader of the form is a guest in our workspace."""
    supplier.channel, supplier.channel_name = f"C0EXT{n:05}", f"ext-{n + 1:02}-{_short(supplier.name)}"
    if supplier.by_hand and supplier.kind == "個人事業主":
        supplier.people.append(Someone(f"U0SUP{n:03}A", supplier.name, kind="single_guest"))
        return
    supplier.team = f"T0SUP{n:04}"
    called = iter(rng.sample(names.ENGLISH, 2)) if supplier.language == "en" else ours
    supplier.people += [Someone(f"U0SUP{n:03}{letter}", next(called), supplier.team) for letter in "AB"]


def _short(name: str) -> str:
    for form in ("株式会社", "合同会社", "有限会社", " Pte. Ltd.", " Ltd."):
        name = name.replace(form, "")
    return name.replace(" ", "-").lower()[:12]
