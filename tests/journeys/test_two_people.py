"""One request, several people: nobody overwrites anybody, nothing that was chosen or typed is lost, and the end is kind.

One stage; the scenes follow each other like an afternoon does.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sandbox.client import Modal
from tests.journeys import acts
from tests.journeys.short_checklist import OTHER, PATCH, PERSON, RULES, with_short_checklist
from tests.journeys.town import ANNA, BERT, CH1, CH_GUEST, GUEST, OWNER1, SEC_CHANNEL, Town, town

COMPANY, ALONE = "みかづき運輸株式会社", "客野デザイン"
ANSWERS = """
SELECT a.rev, json_extract(a.value, '$'), a.comment, p.slack_user_id
FROM answer a JOIN review_question q ON q.id = a.question_id JOIN review r ON r.id = q.review_id
JOIN supplier s ON s.id = r.supplier_id JOIN person p ON p.id = a.person_id
WHERE q.key = ? AND s.name = ? ORDER BY a.rev
"""


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    """A company with two people in its channel and a sole trader who is a guest have been asked."""
    async with town(folder) as made:
        with_short_checklist(made)
        await made.start_bot()
        await acts.security_and_department(made)
        for name, channel, more in ((COMPANY, CH1, {}), (ALONE, CH_GUEST, {"区分": "個人事業主"})):
            await acts.register(made, name, **more)
            await acts.link(made, name, channel)
        await acts.open_round(made)
        await acts.attest_all(made, OWNER1, 2)
        yield made


def answers(t: Town, key: str, supplier: str = COMPANY) -> list[tuple[object, ...]]:
    """All revisions of an answer: number, value, remarks, by whom."""
    return acts.rows(t, ANSWERS, key, supplier)


async def on_top(t: Town, user: str) -> Modal:
    shown = await t.slack.person(user).modal()
    assert shown
    return shown


async def different_questions_of_one_page_are_both_kept(t: Town) -> None:
    for user in (ANNA, BERT):
        await acts.page(t, user, CH1, 0)
    await acts.choose(t, ANNA, PERSON, "yes")
    shown = await acts.choose(t, BERT, RULES, "partly")
    assert "⚠" not in shown.plain()
    assert answers(t, "q_person") == [(1, "yes", "", ANNA)]
    assert answers(t, "q_rules") == [(1, "partly", "", BERT)]
    assert "2 / 4" in (await acts.hub(t, ANNA, CH1)).plain(), "the request shows what both have done"


async def the_same_question_shows_the_other_value_before_anything_is_replaced(t: Town) -> None:
    shown = await acts.choose(t, BERT, PERSON, "no")
    assert "安藤 花さんが先に「はい」" in shown.plain()
    assert "あなたの入力: いいえ" in shown.plain()
    assert acts.stands(shown, PERSON) == "yes"
    assert answers(t, "q_person") == [(1, "yes", "", ANNA)], "nothing is replaced before it was seen"
    shown = await acts.choose(t, BERT, PERSON, "no")
    assert answers(t, "q_person") == [(1, "yes", "", ANNA), (2, "no", "", BERT)]
    turned = await t.slack.person(ANNA).submit()
    assert turned.ok
    assert turned.modal
    assert "別当 進さんが先に「いいえ」" in turned.modal.plain(), "whoever was first sees the other's value in turn"
    assert len(answers(t, "q_person")) == 2
    turned = await t.slack.person(ANNA).submit()
    assert turned.modal
    assert turned.modal.title == "機器", "and leaves it as it is by going on"
    assert len(answers(t, "q_person")) == 2
    for user in (ANNA, BERT):
        await t.slack.person(user).close()


async def remarks_of_one_and_the_choice_of_the_other_become_one_answer(t: Town) -> None:
    for user in (ANNA, BERT):
        await acts.page(t, user, CH1, 1)
    await acts.remark(t, ANNA, PATCH, "毎月第二水曜日に適用")
    await acts.choose(t, BERT, PATCH, "yes")
    turned = await t.slack.person(ANNA).submit()
    assert turned.ok
    assert turned.modal
    assert "⚠" not in turned.modal.plain()
    assert answers(t, "q_patch") == [(1, "yes", "", BERT), (2, "yes", "毎月第二水曜日に適用", ANNA)]
    for user in (ANNA, BERT):
        await t.slack.person(user).close()


async def the_cross_keeps_what_was_typed_and_opening_again_shows_it(t: Town) -> None:
    await acts.page(t, BERT, CH1, 0)
    await acts.remark(t, BERT, RULES, "来期に改訂します")
    await t.slack.person(BERT).close(everything=True)
    await t.settle()
    assert answers(t, "q_rules") == [(1, "partly", "", BERT), (2, "partly", "来期に改訂します", BERT)]
    shown = await acts.page(t, ANNA, CH1, 0)
    assert "来期に改訂します" in shown.plain()
    assert (acts.stands(shown, PERSON), acts.stands(shown, RULES)) == ("no", "partly")
    await t.slack.person(ANNA).close()


async def next_back_and_jump_save_what_stands_on_the_page(t: Town) -> None:
    anna = t.slack.person(ANNA)
    await acts.page(t, ANNA, CH1, 0)
    await acts.remark(t, ANNA, PERSON, "部長が兼ねています")
    turned = await anna.submit()
    assert turned.modal
    assert turned.modal.title == "機器"
    await anna.fill(acts.block(turned.modal, OTHER), "社内研修を年に二度")
    assert (await anna.press(label="戻る")).ok
    back = await anna.wait_modal(fits=lambda m: m.title == "体制")
    assert "部長が兼ねています" in back.plain()
    assert (await anna.choose("vr1.page_jump", "1")).ok
    jumped = await anna.wait_modal(fits=lambda m: m.title == "機器")
    assert acts.stands(jumped, OTHER) == "社内研修を年に二度"
    ended = await anna.submit()
    assert ended.modal
    assert "すべての設問にご回答いただきました" in ended.modal.plain()
    await anna.close()


async def a_guest_of_our_own_workspace_answers_to_the_end(t: Town) -> None:
    await acts.answer_all(t, GUEST, CH_GUEST)
    done = await acts.hand_in(t, GUEST, CH_GUEST, name="客野 個人", role="代表")
    assert "承りました" in done.plain()
    assert [a[1:] for a in answers(t, "q_person", ALONE)] == [("yes", "", GUEST)]
    shown = await acts.hub(t, GUEST, CH_GUEST)
    assert shown.buttons() == []
    thread = [m.plain() for m in await t.slack.person(GUEST).thread(shown)]
    assert len([m for m in thread if "客野 個人様(代表)より" in m]) == 1


async def after_the_submission_the_open_form_is_refused_kindly(t: Town) -> None:
    bert = t.slack.person(BERT)
    await acts.page(t, BERT, CH1, 0)
    await acts.hand_in(t, ANNA, CH1)
    before = answers(t, "q_rules")
    shown = await on_top(t, BERT)
    assert (await bert.choose(acts.block(shown, RULES), "yes")).ok
    refused = await bert.wait_modal(fits=lambda m: m.callback_id != "vr1.page")
    assert "すでに提出済みです" in refused.plain()
    await bert.close()
    await acts.remark(t, BERT, RULES, "追記")
    turned = await bert.submit()
    assert turned.modal
    assert "すでに提出済みです" in turned.modal.plain()
    await bert.close(everything=True)
    await t.settle()
    assert answers(t, "q_rules") == before
    told = [m.plain() for m in await acts.bot_messages(t, "U0SEC1", SEC_CHANNEL)]
    assert len([m for m in told if f"{COMPANY}から「2026年度 委託先点検」の回答が提出されました" in m]) == 1


SCENES = (
    different_questions_of_one_page_are_both_kept,
    the_same_question_shows_the_other_value_before_anything_is_replaced,
    remarks_of_one_and_the_choice_of_the_other_become_one_answer,
    the_cross_keeps_what_was_typed_and_opening_again_shows_it,
    next_back_and_jump_save_what_stands_on_the_page,
    a_guest_of_our_own_workspace_answers_to_the_end,
    after_the_submission_the_open_form_is_refused_kindly,
)


async def test_two_people_answer_one_request(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        await acts.play(t, SCENES)
        assert await t.slack.problems() == []
