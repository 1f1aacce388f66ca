"""Which path everybody takes, on which business day. Made before anything happens; acts and expectations both follow it.

An owner's path belongs to a piece of work, a supplier's to the supplier. When a hub is due to appear follows from the
owners' days: when the last of them has answered, or on the day after the waiting time. To add a path: a value here, its
days in `owners_of` or `_supplier`, and its row in the table of `report.py`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import date

from sandbox.demo import days
from sandbox.demo.people import Cast, Someone, Supplier, Work

OWNERS = {
    "unchanged": "変更なし",
    "changed": "変更あり",
    "ended": "終了",
    "not_mine": "担当ではない",
    "silent": "回答なし",
    "not_asked": "対象外",
}
SUPPLIERS = {
    "early": "期限内",
    "reminded": "期限内(案内後)",
    "late": "期限後",
    "later": "期限後(再案内後)",
    "never": "回答なし",
    "suspended": "窓口停止",
    "no_channel": "窓口なし",
    "not_asked": "依頼なし",
}
JUDGEMENTS = ("問題なし", "経過観察", "要改善", "契約不可")
ANSWERING = ("early", "reminded", "late", "later")
SESSIONS = (8, 16, 22, 27, 33)
"""Days on which the security team sits down to judge what has been submitted before."""
LINKED_LATE, COMPANY_JOINS = 6, 9
LAST = SESSIONS[-1]


@dataclass
class Asked:
    """One question to one person about a piece of work: from which day, and on which they answer (None: never)."""

    person: Someone
    since: int
    answered: int | None


@dataclass
class WorkPlan:
    """What becomes of one piece of work. `asked` in order: whoever says "not mine" is followed by somebody else."""

    work: Work
    path: str
    asked: list[Asked] = field(default_factory=list)
    named: bool = False  # "not mine" with a successor
    judgement: str = ""
    reason: str = ""
    letter: str = ""

    @property
    def open_until(self) -> int | None:
        """The day on which the owners' part is done; None where nobody ever answers."""
        return self.asked[-1].answered if self.asked else 0

    @property
    def owner(self) -> Someone | None:
        """The primary owner in the end; None where the primary said "not mine" and named nobody."""
        if self.path != "not_mine":
            return self.asked[0].person if self.asked else None
        return self.asked[-1].person if self.named else None


@dataclass
class SupplierPlan:
    """What becomes of one supplier. Days are numbers; None: never. `special` names what else happens there."""

    supplier: Supplier
    path: str
    special: str = ""
    linked: int | None = 0
    ready: int | None = None  # the owners have answered
    hub: int | None = None
    due: int = days.DUE
    started: int | None = None  # answered a page and stopped
    submitted: int | None = None
    judged: int | None = None


@dataclass
class Plan:
    """The whole demo."""

    cast: Cast
    title: str
    works: list[WorkPlan]
    suppliers: list[SupplierPlan]

    def of(self, supplier: Supplier) -> list[WorkPlan]:
        """The plans of a supplier's pieces of work."""
        return [one for one in self.works if one.work in supplier.works]

    def supplier(self, name: str) -> SupplierPlan:
        """By name."""
        return next(one for one in self.suppliers if one.supplier.name == name)


def make(cast: Cast) -> Plan:
    """The plan of a cast: the same seed, the same plan. Takes the channel from the supplier that has none."""
    rng = random.Random(f"plan-{cast.seed}")  # noqa: S311 - a story, no secret
    works = [plan for department in cast.departments for plan in _department(rng, cast, department.name)]
    out = {id(w) for w in cast.works if w.ends and w.ends < days.START}
    works += [WorkPlan(w, "not_asked") for w in cast.works if id(w) in out]
    plan = Plan(cast, f"{days.START.year}年度 委託先点検", works, [])
    plan.suppliers = _suppliers(rng, plan)
    _judge(rng, plan)
    return plan


# -- owners --------------------------------------------------------------------------------------------------------------


def _department(rng: random.Random, cast: Cast, name: str) -> list[WorkPlan]:
    """The works of a department, each with its path. Which department behaves how turns with the seed."""
    works = [w for w in cast.works if w.department == name and not (w.ends and w.ends < days.START)]
    rng.shuffle(works)
    names = [d.name for d in cast.departments]
    profiles = ("prompt", "twice", "tardy", "handing_on", "forgetful")
    alone = cast.department(name).escalation is None
    profile = "silent" if alone else profiles[(names.index(name) + cast.seed) % len(profiles)]
    return [_work(rng, cast, profile, n, work, len(works)) for n, work in enumerate(works)]


def _work(rng: random.Random, cast: Cast, profile: str, n: int, work: Work, count: int) -> WorkPlan:
    primary = cast.department(work.department).primary
    first = Asked(primary, 0, 1)
    ordinary = rng.choice(("unchanged", "unchanged", "unchanged", "changed"))
    match profile:
        case "prompt":
            path = {0: "changed", 1: "ended", 2: "unchanged"}.get(n, ordinary)
        case "twice":
            path, first.answered = {0: "ended", 1: "changed"}.get(n, ordinary), 1 if n % 2 else 3
        case "tardy":
            path, first.answered = {0: "changed", 3: "ended"}.get(n, ordinary), 6
        case "handing_on":
            return _handed_on(cast, work, first, n) if n < 4 else WorkPlan(work, ordinary, [first])
        case "forgetful":
            path = "silent" if n < max(1, count // 3) else ordinary
        case _:
            path = "silent"
    if path == "silent":
        first.answered = None
    return WorkPlan(work, path, [first])


def _handed_on(cast: Cast, work: Work, first: Asked, n: int) -> WorkPlan:
    """Every second time a successor is named, who answers on day 2; else whoever stands in is asked, who needs till day 4."""
    named = n % 2 == 0
    stands_in = cast.department(work.department).stands_in
    assert stands_in is not None
    second = Asked(cast.successor, 1, 2) if named else Asked(stands_in, 1, 4)
    return WorkPlan(work, "not_mine", [first, second], named=named)


# -- suppliers -----------------------------------------------------------------------------------------------------------


def _suppliers(rng: random.Random, plan: Plan) -> list[SupplierPlan]:
    suppliers = plan.cast.suppliers
    asked = [s for s in suppliers if any(w.path not in {"ended", "not_asked"} for w in plan.of(s))]
    special = _specials(rng, plan, asked)
    free = [s for s in asked if s.key not in special]
    paths = _spread(len(free))
    rng.shuffle(paths)
    chosen = dict(zip((s.key for s in free), paths, strict=True))
    made = []
    for supplier in suppliers:
        name, path = special.get(supplier.key, ("", chosen.get(supplier.key, "not_asked")))
        made.append(_supplier(rng, plan, SupplierPlan(supplier, path, name)))
    return made


def _specials(rng: random.Random, plan: Plan, asked: list[Supplier]) -> dict[str, tuple[str, str]]:
    """Suppliers to whom something happens: key -> (what, path). Those of the form have paths that show their form."""
    early = [s for s in asked if len(s.works) == 1 and not s.by_hand and _ready(plan, s) <= LINKED_LATE - 2]
    picked = rng.sample(early, min(5, len(early)))
    kinds = [
        ("no_channel", "no_channel"),
        ("linked_late", "early"),
        ("suspended", "suspended"),
        ("same_question", "early"),
        ("bad_file", "early"),
    ]
    special = {s.key: kind for s, kind in zip(picked, kinds, strict=False)}
    by_hand = [s for s in asked if s.by_hand]
    special |= {s.key: ("english", "reminded") for s in by_hand if s.language == "en"}
    special |= {s.key: ("guest", "early") for s in by_hand if len(s.people) == 1}
    for name, supplier in ((what, s) for s in picked for what in [special[s.key][0]]):
        if name == "no_channel":
            supplier.channel = ""
    return special


def _spread(count: int) -> list[str]:
    """Paths for so many suppliers: most in time, at least one of each kind."""
    rest = {"reminded": count // 6, "late": count // 9, "later": count // 14, "never": count // 5}
    paths = [path for path, n in rest.items() for _ in range(max(1, n))]
    return (paths + ["early"] * count)[:count]


def _ready(plan: Plan, supplier: Supplier) -> int:
    """The day on which nothing of the owners' is waited for any more."""
    ends = [one.open_until for one in plan.of(supplier) if one.path != "not_asked"]
    return max((days.WAITED + 1 if day is None else day for day in ends), default=0)


def _supplier(rng: random.Random, plan: Plan, one: SupplierPlan) -> SupplierPlan:
    """The supplier's days."""
    if one.special == "linked_late":
        one.linked = LINKED_LATE
    if not one.supplier.channel:
        one.linked = None
    if one.path == "not_asked":
        return one
    one.ready = _ready(plan, one.supplier)
    if one.linked is None:
        return one
    one.hub = max(one.ready, one.linked)
    one.due = max(days.DUE, one.hub + days.LEAST)
    match one.path:
        case "early":
            one.submitted = one.hub + rng.randrange(1, 4)
        case "reminded":
            one.submitted = one.due + days.BEFORE + 1
        case "late":
            one.submitted = one.due + 1
        case "later":
            one.submitted = one.due + days.AFTER + 1
        case "never":
            one.started = one.hub + 2 if rng.random() < 0.3 else None
            one.judged = next(day for day in SESSIONS if day > one.due + days.ESCALATION)
    if one.submitted is not None:
        one.judged = next(day for day in SESSIONS if day > one.submitted)
    return one


def due_on(one: SupplierPlan) -> date:
    """The due day as a date."""
    return days.on(one.due)


# -- judgements ----------------------------------------------------------------------------------------------------------

REASONS = {
    "問題なし": "回答内容を確認し、内容に問題ないと判断しました。",
    "経過観察": "「一部できている」の項目が残っているため、次回の点検で状況を確認します。",
    "要改善": "持ち出し機器の暗号化と更新の状況に不足があり、対応をお願いする必要があります。",
    "契約不可": "預けている情報の取扱いについて、当社の条件を満たすことを確認できませんでした。",
}
SILENT_REASON = "期限までに回答がなく、担当者からも状況を確認できなかったため。"
LETTERS = {"要改善": "パソコンの持ち出しの際は、ディスクの暗号化をお願いいたします。進め方はご相談させてください。"}


def _judge(rng: random.Random, plan: Plan) -> None:
    """A judgement for each piece of work that comes to one: each of the four at least once, most without objection."""
    judged = [w for one in plan.suppliers if one.judged for w in plan.of(one.supplier) if w.path != "ended"]
    for n, work in enumerate(judged):
        silent = plan.supplier(work.work.supplier).submitted is None
        weights = (0, 5, 2, 3) if silent else (14, 4, 3, 1)
        work.judgement = JUDGEMENTS[n] if n < len(JUDGEMENTS) else rng.choices(JUDGEMENTS, weights)[0]
        if silent and work.judgement == JUDGEMENTS[0]:
            work.judgement = JUDGEMENTS[1]
        work.reason = SILENT_REASON if silent else REASONS[work.judgement]
        work.letter = LETTERS.get(work.judgement, "") if rng.random() < 0.7 else ""
