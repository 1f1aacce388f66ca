"""The security team's checklists: edited by two people, published with a reason, compared, retired; and what was sent stays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from bot.domain.answering import Answer, ReviewQuestion, Submission
from bot.domain.attesting import Answered
from bot.domain.checklist import Checklist, content_hash
from bot.domain.checklist_versions import Draft, Meaning, Publication, Shelf, difference
from bot.domain.draft_forms import digest, held_of_question
from bot.domain.forms import question_of
from bot.domain.people import SECURITY
from bot.domain.policy import Policy
from bot.domain.refusal import Code, Refusal, Refusals
from bot.domain.rounds import Attestation, AttestationKind, ChecklistVersion
from bot.domain.scoring import Answered as Weighed
from bot.domain.scoring import propose
from bot.domain.words import LabelWords
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.checklist_edits import ChecklistEdits
from bot.services.checklists import LEARNING_STATEMENTS, Checklists
from bot.services.company import remember_company
from bot.services.desk import Desk
from bot.services.drafting import Drafting
from bot.services.library import Library
from bot.services.publishing import Publishing
from bot.services.publishing_lint import Linter
from bot.services.rounds import Rounds
from bot.services.sending import preview_hub
from storage import people
from storage.db import Database
from storage.ids import new_id
from storage.policy_file import shipped
from tests.kit import START, StillClock, press
from tests.ledger_scene import Books, checklists, small_books
from tests.services.test_rounds import WISH, everything, statements

KEY = "basic"
SEC, SECOND = "U0SEC", "U0SEC2"


@dataclass
class House:
    """Everything that a checklist passes through."""

    db: Database
    lists: Checklists
    edits: ChecklistEdits
    publishing: Publishing
    rounds: Rounds
    library: Library
    books: Books


@pytest.fixture
async def house(db: Database, clock: StillClock) -> House:
    await remember_company(db, "あおば商事株式会社")
    books = await small_books(db)
    second = await books.person(SECOND)
    await books.write()
    async with db.begin("test.team") as tx:
        await people.add_member(tx, SECURITY, second.id, START)
    desk, library, calendar = Desk(db, clock, ""), Library(checklists()), company_calendar()
    return House(
        db,
        Checklists(desk, library, calendar),
        ChecklistEdits(desk, library, Drafting(library), calendar),
        Publishing(desk, library, calendar),
        Rounds(desk, calendar, library, preview_hub),
        library,
        books,
    )


async def form(house: House, key: str, number: int) -> tuple[str, dict[str, Any], str]:
    """(section/question, what its form holds, its digest) of the n-th question."""
    page = await house.edits.page(press(SEC), key, 0)
    question = page.checklist.questions[number]
    section = next(s.key for s in page.checklist.sections if question in s.questions)
    arg = f"{section}/{question.key}"
    held = held_of_question(page.checklist, question)
    return arg, held, digest(held)


async def reword(house: House, number: int, user: str = SEC, **words: Any) -> Any:
    arg, held, seen = await form(house, KEY, number)
    return await house.edits.save(press(user), "question", KEY, arg, seen, held | words)


async def publish(house: House, reason: str = "年次の見直し", said: dict[str, bool] | None = None) -> Any:
    (draft,) = await everything(house.db, Draft, key=KEY)
    return await house.publishing.publish(press(SEC), KEY, draft.version, reason, said or {})


async def now(house: House) -> Checklist:
    async with house.db.read() as tx:
        return (await house.library.all(tx))[KEY]


# -- K16: what was sent stays --------------------------------------------------------------------------------------------


async def sent(house: House, clock: StillClock) -> list[ReviewQuestion]:
    """A round over the file's version has left, and three questions of one review are answered and submitted."""
    drafted = await house.rounds.draft(press(SEC), WISH)
    await house.rounds.page(press(SEC), drafted.round_id, 0)
    assert (await house.rounds.open(press(SEC), drafted.round_id)).opened
    users = {p.id: user for user, p in house.books.people.items()}
    attesting = Attesting(Desk(house.db, clock, ""), company_calendar())
    for asked in await everything(house.db, Attestation, state="asked"):
        await attesting.answer(press(users[asked.owner_id]), asked.id, Answered(kind=AttestationKind.UNCHANGED))
    return await everything(house.db, ReviewQuestion)


async def answer(house: House, questions: list[ReviewQuestion], values: list[Any]) -> None:
    outside = house.books.people["U0OUT"].id
    given = list(zip(questions, values, strict=False))
    async with house.db.begin("test.answers") as tx:
        for question, value in given:
            tx.add(
                Answer(
                    id=new_id(), question_id=question.id, rev=1, value=value, person_id=outside, team_id="T0SUP",
                    via="slack", at=START,
                )
            )  # fmt: skip
        tx.add(
            Submission(
                id=new_id(), review_id=questions[0].review_id, endpoint_id=questions[0].endpoint_id, n=1,
                answers=[(q.id, 1) for q, _ in given], by=outside, name="大和田", role="品質管理部", at=START,
            )
        )  # fmt: skip


def points(policy: Policy, questions: list[ReviewQuestion], answers: list[Answer]) -> Any:
    values = {a.question_id: a.value for a in answers}
    title = LabelWords(ja="章", en="Section")
    weighed = [Weighed(title, question_of(q), values[q.id]) for q in questions if q.id in values]
    return propose(weighed, policy.scoring)


async def test_a_running_round_keeps_its_words_its_answers_and_its_score(house: House, clock: StillClock) -> None:
    questions = await sent(house, clock)
    closed = [q for q in questions if question_of(q).kind == "yes_no"][:3]
    await answer(house, closed, ["yes", "no", "partly"])
    answers = await everything(house.db, Answer)
    before = points(shipped(), closed, answers)
    first, second, third = (q.key for q in closed)
    await house.edits.open_draft(press(SEC), KEY, "now")
    at = [q.key for q in (await now(house)).questions].index(third)
    await reword(house, at, text_ja="文言を直した設問ですか。", text_en="Is this a reworded question?")
    for _ in range(3):
        await house.edits.act(press(SEC), "down", KEY, 0, first)
    (draft,) = await everything(house.db, Draft)
    await house.edits.act(press(SEC), "remove", KEY, draft.version, second)
    done = await publish(house)
    assert done.n == 2
    assert await everything(house.db, ReviewQuestion) == questions
    assert await everything(house.db, Answer) == answers
    assert points(shipped(), closed, answers) == before
    one, two = await everything(house.db, ChecklistVersion, key=KEY)
    assert Checklist.model_validate(one.body) == checklists()[KEY]
    differs = difference(Checklist.model_validate(one.body), Checklist.model_validate(two.body))
    assert [q.key for q in differs.removed] == [second]
    assert [r.key for r in differs.reworded] == [third]
    assert len(differs.moved) == 1


async def test_the_next_round_asks_the_new_version(house: House, clock: StillClock) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    await reword(house, 0, text_ja="新しい文言ですか。")
    await publish(house)
    questions = await sent(house, clock)
    (key,) = {q.key for q in questions if question_of(q).text.ja == "新しい文言ですか。"}
    assert key == checklists()[KEY].questions[0].key


async def test_published_versions_never_change(house: House) -> None:
    """Whatever is edited, published, published again, retired: each version still has the content of its hash."""
    for n in range(3):
        await house.edits.open_draft(press(SEC), KEY, "now")
        await reword(house, n, text_ja=f"第{n}の文言ですか。")
        await publish(house, said={checklists()[KEY].questions[n].key: True})
    await house.lists.retire(press(SEC), KEY, "使わない", back=False)
    versions = await everything(house.db, ChecklistVersion, key=KEY)
    assert sorted(v.n for v in versions) == [1, 2, 3, 4]
    for version in versions:
        assert content_hash(Checklist.model_validate(version.body)) == version.content_hash
    assert len(await everything(house.db, Publication)) == 3


# -- two editors ---------------------------------------------------------------------------------------------------------


async def test_two_people_reword_two_questions(house: House) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    one, two = await form(house, KEY, 0), await form(house, KEY, 1)
    for user, (arg, held, seen) in ((SEC, one), (SECOND, two)):
        saved = await house.edits.save(press(user), "question", KEY, arg, seen, held | {"text_ja": f"{user}の文言"})
        assert saved.again is None
    (draft,) = await everything(house.db, Draft)
    questions = Checklist.model_validate(draft.body).questions
    assert [q.text.ja for q in questions[:2]] == [f"{SEC}の文言", f"{SECOND}の文言"]


async def test_the_slower_one_sees_what_changed_and_keeps_what_they_typed(house: House) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    arg, held, seen = await form(house, KEY, 0)
    await house.edits.save(press(SEC), "question", KEY, arg, seen, held | {"text_ja": "先の文言"})
    typed = held | {"text_ja": "後の文言"}
    again = (await house.edits.save(press(SECOND), "question", KEY, arg, seen, typed)).again
    assert again is not None
    assert (again.held["text_ja"], again.theirs) == ("後の文言", {"text_ja": "先の文言"})
    (draft,) = await everything(house.db, Draft)
    assert Checklist.model_validate(draft.body).questions[0].text.ja == "先の文言"
    assert (await house.edits.save(press(SECOND), "question", KEY, arg, again.digest, typed)).again is None


async def test_what_was_changed_while_one_looked_is_not_published_unseen(house: House) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    await reword(house, 0, text_ja="一つ目の文言")
    looked = await house.publishing.form(press(SEC), KEY)
    await reword(house, 1, SECOND, text_ja="二つ目の文言")
    done = await house.publishing.publish(press(SEC), KEY, looked.draft.version, "見直し", {})
    assert done.again is not None
    assert done.again.changed
    assert await everything(house.db, Publication) == []


# -- refusals ------------------------------------------------------------------------------------------------------------


async def test_a_draft_is_refused_with_its_place(house: House) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    with pytest.raises(Refusals) as refused:
        await reword(house, 0, text_ja="", text_en="x" * 301)
    found = {(r.field, r.code) for r in refused.value.refusals}
    assert found == {("text_ja", Code.EMPTY), ("text_en", Code.TOO_LONG)}


async def test_nothing_is_published_without_a_reason_or_without_a_difference(house: House) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    with pytest.raises(Refusal) as same:
        await publish(house)
    await reword(house, 0, text_ja="別の文言")
    with pytest.raises(Refusal) as silent:
        await publish(house, " ")
    assert (same.value.code, silent.value.code, silent.value.field) == (Code.CHECKLIST_SAME, Code.NO_REASON, "reason")


async def test_what_the_lint_finds_stops_it(house: House) -> None:
    house.publishing._lint = lambda _one, _now, _language: (("直してください",), ("気になります",))
    await house.edits.open_draft(press(SEC), KEY, "now")
    await reword(house, 0, text_ja="別の文言")
    assert (await house.publishing.form(press(SEC), KEY)).warnings == ("直してください", "気になります")
    with pytest.raises(Refusal) as refused:
        await publish(house)
    assert refused.value.code is Code.CHECKLIST_LINT


async def test_the_linter_of_the_product_stops_a_threat_and_says_which_question(house: House) -> None:
    house.publishing._lint = Linter(())
    await house.edits.open_draft(press(SEC), KEY, "now")
    await reword(house, 0, help_ja="守らない場合は契約を解除し、損害賠償を請求します。")
    with pytest.raises(Refusal) as refused:
        await publish(house)
    assert refused.value.code is Code.CHECKLIST_LINT
    assert checklists()[KEY].questions[0].text.ja[:20] in str(refused.value.params["why"])
    await reword(house, 0, help_ja="規程の名称をお書きください。")
    assert (await publish(house)).n == 2


# -- meanings, retiring, a newer file ------------------------------------------------------------------------------------


async def test_whether_the_meaning_stayed_is_said_at_publishing_and_later(house: House) -> None:
    key = checklists()[KEY].questions[0].key
    await house.edits.open_draft(press(SEC), KEY, "now")
    await reword(house, 0, text_ja="別の文言")
    await publish(house, said={key: True, "nonsense": True})
    (kept,) = await everything(house.db, Meaning)
    assert (kept.question, kept.same) == (key, True)
    await house.lists.said(press(SECOND), kept.from_id, kept.to_id, key, same=False)
    page = await house.lists.difference(press(SEC), KEY, kept.to_id, 0)
    assert [(s.meaning.same, s.meaning.by) for s in page.said] == [(False, house.books.people[SECOND].id)]


async def test_a_retired_list_is_not_offered_until_it_comes_back(house: House) -> None:
    await house.lists.retire(press(SEC), KEY, "使わない", back=False)
    assert KEY not in dict((await house.rounds.form(press(SEC))).checklists)
    listed = {e.key: e for e in (await house.lists.list(press(SEC), 0)).entries}
    assert (listed[KEY].retired, listed[KEY].retired_why) == (True, "使わない")
    with pytest.raises(Refusal) as twice:
        await house.lists.retire(press(SECOND), KEY, "使わない", back=False)
    assert twice.value.code is Code.CHANGED_MEANWHILE
    await house.lists.retire(press(SEC), KEY, "必要になった", back=True)
    assert KEY in dict((await house.rounds.form(press(SEC))).checklists)


async def test_a_newer_file_is_told_of_and_not_put_over_ones_own(house: House) -> None:
    await house.edits.open_draft(press(SEC), KEY, "now")
    await reword(house, 0, text_ja="自社の文言")
    await publish(house)
    newer = checklists()[KEY].model_copy(update={"minutes": 99})
    library = Library(checklists() | {KEY: newer})
    house.library = house.lists._library = house.edits._library = library
    assert (await house.lists.overview(press(SEC), KEY)).entry.newer_file
    assert (await now(house)).questions[0].text.ja == "自社の文言"
    page = await house.lists.difference(press(SEC), KEY, "file", 0)
    assert page.before is not None
    assert (page.before.questions[0].text.ja, page.after.minutes) == ("自社の文言", 99)
    await house.lists.keep_own(press(SEC), KEY)
    assert not (await house.lists.overview(press(SEC), KEY)).entry.newer_file


async def test_a_new_list_and_its_draft_thrown_away(house: House) -> None:
    words = {
        "title": "新しい点検票",
        "purpose": "目的",
        "section_title": "章",
        "section_why": "理由",
        "text": "設問",
        "help": "説明",
    }
    held = {f"{n}_ja": w for n, w in words.items()} | {f"{n}_en": f"The {n}" for n in words} | {"minutes": "5"}
    made = await house.edits.save(press(SEC), "new_list", "", "", "", held)
    assert (await house.lists.overview(press(SEC), made.key)).entry.questions == 1
    (draft,) = await everything(house.db, Draft)
    await house.edits.act(press(SEC), "discard", made.key, draft.version, "")
    assert await everything(house.db, Draft) == []
    assert await everything(house.db, Shelf) == []


# -- learning ------------------------------------------------------------------------------------------------------------


async def test_what_answers_tell_costs_the_same_however_many_there_are(house: House, clock: StillClock) -> None:
    questions = [q for q in await sent(house, clock) if question_of(q).kind == "yes_no"]
    with statements(house.db) as before:
        assert (await house.lists.learning(press(SEC), KEY, 0)).lines == ()
    same = [q for q in questions if q.review_id == questions[0].review_id and q.endpoint_id == questions[0].endpoint_id]
    await answer(house, same, ["dont_know", "not_applicable", "yes"])
    with statements(house.db) as after:
        lines = (await house.lists.learning(press(SEC), KEY, 0)).lines
    assert [(one.question.key, one.dont_know, one.not_applicable) for one in lines] == [
        (same[0].key, 1, 0),
        (same[1].key, 0, 1),
    ]
    assert len(before) == len(after) <= LEARNING_STATEMENTS
    clock.advance(days=366)
    assert all(one.untouched for one in (await house.lists.learning(press(SEC), KEY, 0)).lines)
