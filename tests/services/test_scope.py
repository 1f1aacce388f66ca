"""What a round leaves out: proposed with its reason in the preview, put back or left out by a person, kept to when it opens."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.domain.delivery import AuditEvent
from bot.domain.ledger import Assessment, CloudClass, Engagement, Profession, Supplier
from bot.domain.people import SYSTEM
from bot.domain.policy import Policy
from bot.domain.refusal import Code, Refusal
from bot.domain.rounds import Attestation, ReviewItem, RoundDecision
from bot.domain.scope_views import PAGE
from bot.domain.tiers import Wish
from bot.services import tiering
from bot.services.desk import Desk
from bot.services.policies import policy, working_by
from bot.services.rounds import Rounds
from bot.services.scope import Scope
from bot.services.tiers import Tiers
from message_templates.catalogs import text
from message_templates.round import preview_modal
from message_templates.scope import scope_form, scope_modal
from storage.db import Database
from tests.kit import START, StillClock, press
from tests.ledger_scene import Books, make_rounds, small_books
from tests.services.test_rounds import WISH, reasons

OUT = {
    "何も預けない業務": "nothing_entrusted",
    "法律相談": "profession",
    "勤怠クラウド": "cloud",
    "翻訳": "nda",
    "名簿の入力": "nda_personal_data",
}


@pytest.fixture
async def books(db: Database) -> Books:
    """The small ledger, and work for each proposal."""
    made = await small_books(db)
    goods = made.department("総務部", "U0OTHER")
    law = made.supplier("みほん法律事務所", profession=Profession.LAWYER)
    tax = made.supplier("みほん税理士事務所", profession=Profession.TAX_ACCOUNTANT)
    many = made.supplier("株式会社いろいろ", channel="C0MANY")
    nothing = {"personal_data": False, "secret_data": False}
    made.work(many, goods, "何も預けない業務", "U0OTHER", **nothing)
    made.work(many, goods, "まだ聞いていない業務", "U0OTHER", personal_data=False)
    made.work(law, goods, "法律相談", "U0OTHER", personal_data=True)
    made.work(tax, goods, "税務相談", "U0OTHER", personal_data=True)
    cloud = {"personal_data": True, "secret_data": False, "cloud_class": CloudClass.NOT_HANDLED}
    made.work(many, goods, "勤怠クラウド", "U0OTHER", **cloud)
    made.work(many, goods, "翻訳", "U0OTHER", assessment=Assessment.NDA)
    made.work(many, goods, "名簿の入力", "U0OTHER", personal_data=True, assessment=Assessment.NDA)
    made.rows += [tiering.first(r, SYSTEM, START, "import") for r in made.rows if isinstance(r, Engagement)]
    await made.write()
    return made


@pytest.fixture
def service(db: Database, clock: StillClock) -> Rounds:
    return make_rounds(db, clock)


@pytest.fixture
def scope(db: Database, clock: StillClock) -> Scope:
    return Scope(Desk(db, clock, ""))


async def keys(db: Database, *works: str) -> list[str]:
    async with db.read() as tx:
        return [e.id for name in works for e in await tx.find(Engagement, business=name)]


async def key(db: Database, work: str) -> str:
    return (await keys(db, work))[0]


async def drafted(service: Rounds) -> str:
    return (await service.draft(press("U0SEC"), WISH)).round_id


async def shown(service: Rounds, round_id: str, language: str = "ja") -> str:
    return str(preview_modal(text(language), await service.page(press("U0SEC"), round_id, 0)))


async def inside(db: Database, round_id: str, cls: type[Any]) -> Collection[str]:
    """The work that a round which was opened asks about."""
    async with db.read() as tx:
        names = {e.id: e.business for e in await tx.find(Engagement)}
        found = await tx.find(cls) if cls is ReviewItem else await tx.find(cls, round_id=round_id)
        return {names[one.engagement_id] for one in found}


async def test_each_proposal_is_told_with_its_reason_and_its_number(
    service: Rounds, books: Books, db: Database
) -> None:
    round_id = await drafted(service)
    found = await reasons(db, round_id)
    assert {name: reason for name, reason in found.items() if reason.startswith("out")} == {
        name: f"out:{reason}" for name, reason in OUT.items()
    }
    assert found["税務相談"] == found["まだ聞いていない業務"] == "in:active"
    ja = await shown(service, round_id)
    for words in (
        "情報を預けていない 1件",
        "法律で守秘義務のある職業(刑法134条) 1件",
        "クラウドサービス(自社の基準) 1件",
        "秘密保持契約で評価 1件",
        "秘密保持契約で評価(個人データあり) 1件",
        "個人データを預けている委託業務1件を、秘密保持契約の締結だけで評価済み",
        "対象外の提案を見る",
    ):
        assert words in ja, words
    assert "bound to secrecy by Penal Code art. 134" in await shown(service, round_id, "en")


async def test_the_list_names_the_work_and_a_form_asks_why(
    service: Rounds, scope: Scope, books: Books, db: Database
) -> None:
    round_id = await drafted(service)
    page = await scope.page(press("U0SEC"), round_id, 0)
    assert {line.business: line.reason for line in page.lines} == OUT
    assert "みほん法律事務所｜法律相談" in str(scope_modal(text("ja"), page))
    form = await scope.turn_form(press("U0SEC"), round_id, await key(db, "法律相談"))
    assert "この委託業務を対象に戻します" in str(scope_form(text("ja"), form))


async def test_what_is_put_back_is_asked_about_when_the_round_opens(
    service: Rounds, scope: Scope, books: Books, db: Database
) -> None:
    round_id = await drafted(service)
    await scope.turn(press("U0SEC"), round_id, await keys(db, "名簿の入力"), "個人データがあるため")
    page = await scope.page(press("U0SEC"), round_id, 0)
    line = next(line for line in page.lines if line.business == "名簿の入力")
    assert (line.inside, line.reason, line.by) == (True, "nda_personal_data", "U0SEC")
    assert "U0SECさん: 個人データがあるため" in str(scope_modal(text("ja"), page))
    assert (await service.open(press("U0SEC"), round_id)).opened  # the preview holds with the choice
    assert "名簿の入力" in await inside(db, round_id, ReviewItem)
    assert not (set(OUT) - {"名簿の入力"}) & set(await inside(db, round_id, Attestation))
    async with db.read() as tx:
        (audited,) = await tx.find(AuditEvent, action="scope:in")
        (decision,) = await tx.find(RoundDecision, round_id=round_id, engagement_id=audited.subject_id)
    assert audited.reason == "nda_personal_data"
    assert "個人データ" not in str(audited)  # what somebody typed stands with the decision, not in the trail
    assert decision.facts["choice"]["note"] == "個人データがあるため"


async def test_a_suppliers_work_is_left_out_with_a_reason(
    service: Rounds, scope: Scope, books: Books, db: Database
) -> None:
    round_id = await drafted(service)
    async with db.read() as tx:
        supplier = await tx.one(Supplier, name="株式会社みほんデータ")
    assert supplier
    form = await scope.leave_form(press("U0SEC"), round_id, supplier.id)
    assert {business for _, business in form.works} == {"給与計算の代行", "請求書の封入"}
    await scope.turn(press("U0SEC"), round_id, [work for work, _ in form.works], "先月点検したため")
    assert "担当者の判断で除外 2件" in await shown(service, round_id)
    assert (await service.open(press("U0SEC"), round_id)).opened
    assert not {"給与計算の代行", "請求書の封入"} & set(await inside(db, round_id, ReviewItem))


async def test_a_choice_can_be_taken_back_while_nothing_has_left(
    service: Rounds, scope: Scope, books: Books, db: Database
) -> None:
    round_id, before = await drafted(service), {}
    async with db.read() as tx:
        before = {d.engagement_id: d for d in await tx.find(RoundDecision, round_id=round_id)}
    for work in ("翻訳", "清掃業務"):
        for note in ("一度目", "やはり戻す"):
            await scope.turn(press("U0SEC"), round_id, await keys(db, work), note)
    async with db.read() as tx:
        assert {d.engagement_id: d for d in await tx.find(RoundDecision, round_id=round_id)} == before


async def test_choices_survive_a_change_of_the_ledger(
    service: Rounds, scope: Scope, books: Books, db: Database
) -> None:
    """The ledger changes between preview and opening: the new preview has the same choices in it."""
    round_id = await drafted(service)
    await scope.turn(press("U0SEC"), round_id, await keys(db, "翻訳"), "念のため")
    async with db.begin("test.change") as tx:
        other = await tx.one(Engagement, business="配送業務")
        assert other
        await tx.put(other.model_copy(update={"ends_on": date(2026, 1, 1)}))
    assert not (await service.open(press("U0SEC"), round_id)).opened
    found = await reasons(db, round_id)
    assert (found["配送業務"], found["翻訳"]) == ("out:contract_over", "in:active")
    assert (await service.open(press("U0SEC"), round_id)).opened


async def test_the_day_something_is_entrusted_it_is_in_the_next_round(
    service: Rounds, books: Books, db: Database
) -> None:
    first = await drafted(service)
    async with db.begin("test.change") as tx:
        one = await tx.one(Engagement, business="何も預けない業務")
        assert one
        await tx.put(one.model_copy(update={"secret_data": True}))
    assert not (await service.open(press("U0SEC"), first)).opened  # the preview no longer holds
    assert (await reasons(db, first))["何も預けない業務"] == "in:active"


async def test_other_rules_make_a_new_preview(service: Rounds, books: Books, db: Database) -> None:
    round_id = await drafted(service)
    body = policy().model_dump(mode="json")
    body["scope"]["nda"] = "in"
    with working_by(Policy.model_validate(body)):
        assert not (await service.open(press("U0SEC"), round_id)).opened
    assert (await reasons(db, round_id))["翻訳"] == "in:active"


@pytest.mark.parametrize(
    ("works", "note", "code"),
    [
        (["翻訳"], " ", Code.NO_REASON),
        ([], "x", Code.EMPTY),
        (["翻訳", "終わった業務"], "x", Code.NO_CHOICE),
    ],
)
async def test_what_cannot_be_turned_changes_nothing(
    service: Rounds, scope: Scope, books: Books, db: Database, works: list[str], note: str, code: Code
) -> None:
    supplier = books.supplier("みほん商店")
    books.work(supplier, books.department("終わった部", "U0OTHER"), "終わった業務", "U0OTHER", ends_on=date(2026, 1, 1))
    await books.write()
    round_id = await drafted(service)
    before = await reasons(db, round_id)
    with pytest.raises(Refusal) as refused:
        await scope.turn(press("U0SEC"), round_id, await keys(db, *works), note)
    assert refused.value.code is code
    assert await reasons(db, round_id) == before


async def test_not_everything_can_be_left_out(service: Rounds, scope: Scope, books: Books, db: Database) -> None:
    round_id = await drafted(service)
    every = [name for name, reason in (await reasons(db, round_id)).items() if reason.startswith("in")]
    with pytest.raises(Refusal) as refused:
        await scope.turn(press("U0SEC"), round_id, await keys(db, *every), "全部")
    assert refused.value.code is Code.NOTHING_IN_SCOPE
    assert (await service.page(press("U0SEC"), round_id, 0)).inside == len(every)


async def test_once_it_is_open_nothing_is_turned(service: Rounds, scope: Scope, books: Books, db: Database) -> None:
    round_id = await drafted(service)
    await service.open(press("U0SEC"), round_id)
    for use in (
        scope.page(press("U0SEC"), round_id, 0),
        scope.turn(press("U0SEC"), round_id, await keys(db, "翻訳"), "遅すぎる"),
    ):
        with pytest.raises(Refusal) as refused:
            await use
        assert refused.value.code is Code.ROUND_NOT_DRAFT


@pytest.mark.parametrize("user", ["U0OWNER", "U0OTHER", "U0GUEST", "U0OUT", "U0GONE"])
async def test_only_the_security_team_chooses(
    service: Rounds, scope: Scope, books: Books, db: Database, user: str
) -> None:
    round_id, work = await drafted(service), await key(db, "翻訳")
    for use in (
        scope.page(press(user), round_id, 0),
        scope.turn_form(press(user), round_id, work),
        scope.leave_form(press(user), round_id, "x"),
        scope.turn(press(user), round_id, [work], "x"),
    ):
        with pytest.raises(Refusal) as refused:
            await use
        assert refused.value.code is Code.NOT_YOURS


async def test_many_proposals_come_in_pages(service: Rounds, scope: Scope, books: Books) -> None:
    many = books.supplier("株式会社たくさん")
    where = books.department("大部門", "U0OTHER")
    for n in range(2 * PAGE):
        books.work(many, where, f"業務{n:02}", "U0OTHER", assessment=Assessment.NDA)
    await books.write()
    round_id = await drafted(service)
    pages = [await scope.page(press("U0SEC"), round_id, n) for n in range(3)]
    assert [len(p.lines) for p in pages] == [PAGE, PAGE, len(OUT)]
    assert "11〜20件目(全25件)" in str(scope_modal(text("ja"), pages[1]))
    assert (await scope.page(press("U0SEC"), round_id, 99)).page == 2


# -- a checklist that asks too much (R-L4) -------------------------------------------------------------------------------


async def test_a_checklist_that_is_too_much_for_a_tier_is_warned_of(
    service: Rounds, books: Books, db: Database, clock: StillClock
) -> None:
    tiers = Tiers(Desk(db, clock, ""), ZoneInfo("Asia/Tokyo"))
    wish = WISH.model_copy(update={"checklists": ("personal_data",)})
    usual = (await service.draft(press("U0SEC"), wish)).round_id
    assert "負担が大きすぎる" not in await shown(service, usual)
    low = Wish(tier="low", reason="試行", until=date(2026, 12, 31))
    await tiers.set(press("U0SEC"), await key(db, "清掃業務"), 1, low)
    drafted_again = (await service.draft(press("U0SEC"), wish)).round_id
    assert "リスク区分「低」の委託業務1件に対しては負担が大きすぎる" in await shown(service, drafted_again)
    assert "負担が大きすぎる" not in await shown(service, await drafted(service))  # the basic one is not too much
