"""A hundred thousand engagements, written past the product: some with nobody to answer for them, some late, most judged.

Rows are made once from values of the product (so that what follows from them is right) and changed as dictionaries.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert

from bot.domain.base import Value
from bot.domain.ledger import Department, Endpoint, EndpointState, Engagement, Owner, OwnerRole, Supplier
from bot.domain.past import PastReview
from bot.domain.people import SECURITY, Membership, Person, PersonKind, PersonName
from bot.domain.rounds import (
    ChecklistVersion,
    ItemState,
    Judgement,
    JudgementValue,
    Review,
    ReviewItem,
    ReviewState,
    Round,
    RoundState,
)
from bot.domain.searching import of_engagement, of_supplier
from bot.domain.tiers import TierDecision, TierFacts
from storage.ids import new_id
from storage.mapping import columns, row_class

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
TOKYO = ZoneInfo("Asia/Tokyo")
READER, TEAM = "U0BENCH", "T0HOME"
CHUNK = 1000

_FIRST = "青葉若葉桜川緑川黒岩高橋髙橋山田佐藤渡邉齋藤東西南北松竹梅田中村木森林原"
_LAST = ["運輸", "商店", "製作所", "システムズ", "印刷", "物流", "ソフト", "警備保障", "会計事務所", "クリーニング"]
_WORK = ["社内便の配送", "給与計算", "サーバーの保守", "文書の保管", "清掃", "印刷と発送", "受付", "システム開発"]
_TAGS = ["東京", "大阪", "重要", "ISMS", "個人情報", "2026年度"]

Json = dict[str, Any]


Table = tuple[type[Value], Sequence[Json]]


def fill(engine: Engine, made: Sequence[Table]) -> None:
    """Write it all; every engagement has a review item in last year's round, most of them its judgement."""
    with engine.begin() as connection:
        for cls, rows in made:
            table: Any = row_class(cls)
            marks = {"practice_of": ""} if "practice_of" in table.__table__.c else {}
            for start in range(0, len(rows), CHUNK):
                some = [marks | row for row in rows[start : start + CHUNK]]
                connection.execute(insert(table.__table__), some)


def tables(count: int) -> Iterator[Table]:
    """Table by table, parents first."""
    chance = random.Random(7)
    people = _people(200)
    yield Person, [columns(p) for p in people]
    yield PersonName, [{"id": p.id, "name": f"担当 {n}", "mail": ""} for n, p in enumerate(people)]
    yield Membership, [columns(Membership(id=new_id(), group=SECURITY, person_id=people[0].id, seen_at=NOW))]
    departments = [Department(id=new_id(), name=f"部門{n:02}", primary_id=people[n].id) for n in range(20)]
    yield Department, [columns(d) for d in departments]
    suppliers = _suppliers(count // 3, chance)
    yield Supplier, suppliers
    yield Endpoint, _endpoints(suppliers, chance)
    works = _engagements(count, suppliers, departments, chance)
    yield Engagement, works
    yield Owner, _owners(works, people, chance)
    yield from _reviews(works, chance)
    yield PastReview, _past(works, chance)
    yield TierDecision, _tiers(works, chance)


def _people(count: int) -> list[Person]:
    everybody = [READER, *(f"U0B{n:06}" for n in range(count - 1))]
    kind = PersonKind.EMPLOYEE
    return [Person(id=new_id(), slack_user_id=u, team_id=TEAM, kind=kind, seen_at=NOW, since=NOW) for u in everybody]


def _name(chance: random.Random) -> str:
    form = chance.choice(["株式会社{}", "{}株式会社", "㈱{}", "有限会社{}", "{}"])
    return form.format("".join(chance.sample(_FIRST, 2)) + chance.choice(_LAST))


def _suppliers(count: int, chance: random.Random) -> list[Json]:
    first = Supplier(id="", name="x", name_key="x", created_at=NOW)
    base, found = columns(first), []
    for _ in range(count):
        supplier = first.model_copy(update={"name": _name(chance)})
        key = of_supplier(supplier)
        says = chance.choice([True, False, None])
        made = {"id": new_id(), "name": supplier.name, "name_key": key.split("\n")[-1], "search": key}
        found.append(base | made | {"subcontracts": says})
    return found


def _endpoints(suppliers: Sequence[Json], chance: random.Random) -> list[Json]:
    base = columns(Endpoint(id="", supplier_id="", channel_id="", state=EndpointState.VERIFIED))
    return [
        base | {"id": new_id(), "supplier_id": s["id"], "channel_id": f"C{n:07}"}
        for n, s in enumerate(suppliers)
        if chance.random() < 0.9
    ]


def _engagements(
    count: int, suppliers: Sequence[Json], departments: Sequence[Department], chance: random.Random
) -> list[Json]:
    first = Engagement(
        id="", supplier_id="", department_id="", business="x", starts_on=date(2025, 4, 1), created_at=NOW
    )
    base, found = columns(first), []
    for n in range(count):
        said = {"business": chance.choice(_WORK), "tags": tuple(chance.sample(_TAGS, chance.randrange(3)))}
        made = {
            "id": new_id(),
            "supplier_id": suppliers[n % len(suppliers)]["id"],
            "department_id": chance.choice(departments).id,
            "ends_on": TODAY + timedelta(days=chance.randrange(-100, 900)) if chance.random() < 0.7 else None,
            "personal_data": chance.random() < 0.4,
            "state": "active" if chance.random() < 0.9 else "ended",
            "tags": list(said["tags"]),
        }
        found.append(
            base | made | {"business": said["business"], "search": of_engagement(first.model_copy(update=said))}
        )
    return found


def _owners(works: Sequence[Json], people: Sequence[Person], chance: random.Random) -> list[Json]:
    base = columns(Owner(id="", engagement_id="", person_id="", role=OwnerRole.PRIMARY, since=NOW))
    return [
        base | {"id": new_id(), "engagement_id": w["id"], "person_id": chance.choice(people).id}
        for w in works
        if chance.random() < 0.98
    ]


def _reviews(works: Sequence[Json], chance: random.Random) -> Iterator[Table]:
    version = ChecklistVersion(id=new_id(), key="bench", n=1, content_hash="bench", body={}, created_at=NOW)
    due = date(2026, 11, 10)
    rounds = [
        Round(
            id=new_id(),
            title=title,
            checklist_version_ids=(version.id,),
            period=title,
            due_on=due,
            attest_by=due,
            state=state,
        )
        for title, state in (("2025年度", RoundState.CLOSED), ("2026年度", RoundState.OPEN))
    ]
    yield ChecklistVersion, [columns(version)]
    yield Round, [columns(r) for r in rounds]
    suppliers = list(dict.fromkeys(w["supplier_id"] for w in works))
    late = set(suppliers[: len(suppliers) // 20])
    last = {s: _review(rounds[0], s, ReviewState.CLOSED) for s in suppliers}
    this = {s: _review(rounds[1], s, ReviewState.ANSWERING) for s in late}
    yield Review, [*last.values(), *this.values()]
    items = [_item(last[w["supplier_id"]], w, ItemState.JUDGED) for w in works]
    yield (
        ReviewItem,
        items + [_item(this[w["supplier_id"]], w, ItemState.OPEN) for w in works if w["supplier_id"] in late],
    )
    yield Judgement, [_judgement(item, chance) for item in items if chance.random() < 0.85]


def _review(round_: Round, supplier_id: str, state: ReviewState) -> Json:
    review = Review(id=new_id(), round_id=round_.id, supplier_id=supplier_id, state=state, due_on=round_.due_on)
    return columns(review)


def _item(review: Json, work: Json, state: ItemState) -> Json:
    return columns(ReviewItem(id=new_id(), review_id=review["id"], engagement_id=work["id"], state=state))


def _judgement(item: Json, chance: random.Random) -> Json:
    value = chance.choices(list(JudgementValue), [85, 10, 4, 1])[0]
    at = NOW - timedelta(days=chance.randrange(10, 700), seconds=chance.randrange(86400))
    return columns(
        Judgement(id=new_id(), item_id=item["id"], n=1, value=value, reason="確認しました", by="bench", at=at)
    )


def _past(works: Sequence[Json], chance: random.Random) -> list[Json]:
    """A third came with a review of before; of one in ten of these nobody wrote the judgement down."""
    said = {"id": "", "engagement_id": "", "reviewed_on": TODAY, "reviewed_at": NOW, "file_sha256": "bench"}
    base, found = columns(PastReview(**said, imported_by="bench", imported_at=NOW)), []
    for work in works:
        if chance.random() < 0.33:
            day = TODAY - timedelta(days=chance.randrange(300, 1100))
            value = chance.choices([*JudgementValue, None], [75, 10, 4, 1, 10])[0]
            of = {"id": new_id(), "engagement_id": work["id"], "value": value}
            found.append(base | of | {"reviewed_on": day, "reviewed_at": datetime(*day.timetuple()[:3], tzinfo=TOKYO)})
    return found


def _tiers(works: Sequence[Json], chance: random.Random) -> list[Json]:
    """Each is decided, one in ten twice, one in fifty set by a person."""
    said = {"id": "", "engagement_id": "", "n": 1, "tier": "low", "reasons": (), "facts": TierFacts(), "rules": "bench"}
    base, found = columns(TierDecision(**said, by="bench", at=NOW, cause="bench")), []
    for work in works:
        for n in range(1, 2 + (chance.random() < 0.1)):
            of = {"id": new_id(), "engagement_id": work["id"], "n": n, "tier": chance.choice(["high", "middle", "low"])}
            until = TODAY + timedelta(days=chance.randrange(-100, 200))
            set_ = {"override": "high", "override_until": until} if chance.random() < 0.02 else {}
            found.append(base | of | set_)
    return found
