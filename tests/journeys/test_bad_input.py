"""What should not be typed, typed: a clear sentence under the field, nothing half saved, nobody rung, letter for letter.

The hostile texts go through everything that shows them: list, record, preview, digest, request, reminder, judgement.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from sandbox.client import CannotDo, Modal
from sandbox.rings import rings
from tests.journeys import acts
from tests.journeys.short_checklist import OTHER, PATCH, PERSON, RULES, with_short_checklist
from tests.journeys.town import (
    ANNA,
    CH1,
    CH2,
    DEPUTY,
    EMPLOYEE,
    GUEST2,
    LOBBY,
    OWNER2,
    RIVAL,
    SEC1,
    SEC_CHANNEL,
    Town,
    town,
)

COMPANY, NUMBER, MISREAD = "みかづき運輸株式会社", "7999901000001", "7999901000002"
EVIL = '<!channel> =HYPERLINK("http://evil.invalid") & <@U0SEC1>'
EVIL_WORK = "<!here> @everyone *太字* ~消~ `印` > 引用 &lt;!channel&gt; <http://evil.invalid|安全>"
EVIL_DEPARTMENT = "<!subteam^S0SEC> @here"
KEPT = ("supplier", "engagement", "owner", "department", "endpoint", "change", "audit_event", "notice")


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    async with town(folder) as made:
        with_short_checklist(made)
        await made.start_bot()
        await acts.security_and_department(made)
        yield made


def mentions(entry: dict[str, Any]) -> list[str]:
    """Whom something that the bot showed would ring."""
    if entry["kind"] == "ephemeral" or (entry["kind"] in {"posted", "updated"} and entry["bot"]):
        return rings(entry["text"], entry.get("blocks") or [])
    return rings("", entry["view"]["blocks"]) if entry["kind"] == "view" else []


def form_of(name: str, **more: Any) -> dict[str, Any]:
    return {"名称": name, "部門": "物流部", "業務内容": "配送", "契約形態": "準委任", "個人データ": "あり"} | more


async def refused(t: Town, user: str = SEC1) -> dict[str, str]:
    """Submit what cannot be taken: the sentences by the labels they stand under. Nothing was kept."""
    before = acts.counts(t, KEPT)
    result = await t.slack.person(user).submit()
    assert result.acked
    assert result.errors
    assert acts.counts(t, KEPT) == before, "a refusal leaves nothing behind"
    assert result.modal
    return {field.label: field.error for field in result.modal.fields if field.error}


async def whisper(t: Town, user: str, words: str, channel: str | None = LOBBY) -> str:
    """What the command is answered with, for this person alone."""
    person = t.slack.person(user)
    before = len(await person.ephemerals())
    await acts.say(t, user, words, channel)
    await t.settle()
    found = (await person.ephemerals())[before:]
    assert len(found) == 1, [m.plain() for m in found]
    assert await person.modal() is None
    return found[0].plain()


async def listing(t: Town, user: str, words: str) -> str:
    """The list that the command opens; one without rows has nothing to tick."""
    await acts.say(t, user, words)
    modal = await t.slack.person(user).wait_modal()
    await t.slack.person(user).close()
    return modal.plain()


# -- the register form ---------------------------------------------------------------------------------------------------


async def a_wrong_check_digit_is_told_under_its_field_and_the_corrected_form_passes_once(t: Town) -> None:
    sec = t.slack.person(SEC1)
    modal = await acts.opened(t, SEC1, "register")
    await acts.fill(sec, modal, form_of(COMPANY, 法人番号=MISREAD))
    errors = await refused(t)
    assert list(errors) == ["法人番号"]
    assert "検査数字" in errors["法人番号"]
    assert (await refused(t)) == errors, "the same form again is refused again, in the same words"
    await acts.fill(sec, modal, {"法人番号": "Ｔ７９９９９－０１００－０００１"})
    before = acts.counts(t, KEPT)
    await acts.submitted(t, SEC1, f"「{COMPANY}」を登録しました")
    after = acts.counts(t, KEPT)
    assert (after["supplier"], after["engagement"]) == (before["supplier"] + 1, before["engagement"] + 1)
    assert acts.rows(t, "SELECT corporate_number FROM supplier WHERE name = ?", COMPANY) == [(NUMBER,)]
    await acts.fill(sec, await acts.opened(t, SEC1, "register"), form_of("別の会社", 法人番号=NUMBER))
    assert list(await refused(t)) == ["法人番号"]
    await sec.close()


async def an_end_before_the_start_and_empty_names_are_told_all_at_once(t: Town) -> None:
    sec = t.slack.person(SEC1)
    modal = await acts.opened(t, SEC1, "register")
    invisible = "\u200b\u202e　"
    await acts.fill(sec, modal, form_of(invisible, 開始日="2026-04-01", 終了日="2026-03-31", 法人番号="12"))
    errors = await refused(t)
    assert set(errors) == {"名称", "終了日", "法人番号"}
    assert "開始日以降" in errors["終了日"]
    await acts.fill(sec, modal, {"名称": "あけぼの清掃合同会社", "終了日": "2026-04-01", "法人番号": ""})
    await acts.submitted(t, SEC1, "登録しました")


async def thirty_thousand_characters_and_control_characters_are_not_taken(t: Town) -> None:
    sec = t.slack.person(SEC1)
    modal = await acts.opened(t, SEC1, "register")
    with pytest.raises(CannotDo, match="too long"):
        await acts.fill(sec, modal, {"名称": "あ" * 30_000})
    await acts.fill(sec, modal, form_of("あ" * 3_000, 業務内容="い" * 3_000))
    errors = await refused(t)
    assert ("200文字" in errors["名称"], "500文字" in errors["業務内容"]) == (True, True)
    await acts.fill(sec, modal, {"名称": "みか\x00づき", "業務内容": "配送\x1b[31m"})
    assert set(await refused(t)) == {"名称", "業務内容"}
    await acts.fill(sec, modal, {"名称": "み\u202eかづき\u2066商会", "業務内容": "配送\n仕分け"})
    await acts.submitted(t, SEC1, "「みかづき商会」を登録しました")
    assert "みかづき商会" in await whisper(t, SEC1, "show みかづき商会")
    assert acts.rows(t, "SELECT name FROM supplier WHERE name LIKE '%商会'") == [("みかづき商会",)]


# -- hostile words, everywhere they are shown -----------------------------------------------------------------------------


async def hostile_names_ring_nobody_and_stand_there_letter_for_letter(t: Town) -> None:
    await acts.department(t, EVIL_DEPARTMENT, OWNER2, DEPUTY)
    await acts.register(t, EVIL, 部門=EVIL_DEPARTMENT, 業務内容=EVIL_WORK)
    await acts.link(t, EVIL, CH2)
    listed = await listing(t, SEC1, "list")
    record = await whisper(t, SEC1, f"show {EVIL}")
    for shown in (listed, record):
        assert EVIL in shown
        assert EVIL_WORK in shown
        assert EVIL_DEPARTMENT in shown
    sec = t.slack.person(SEC1)
    await acts.fill(
        sec, await acts.opened(t, SEC1, "round"), {"件名": "<!everyone> 点検", "対象の部門": [EVIL_DEPARTMENT]}
    )
    preview = await sec.submit()
    assert preview.modal
    assert "<!everyone> 点検" in preview.modal.plain()
    assert EVIL in preview.modal.plain()
    await acts.submitted(t, SEC1)
    await t.settle()
    card = await acts.digest(t, OWNER2)
    assert EVIL in card.plain()
    assert EVIL_WORK in card.plain()
    await acts.attest(t, OWNER2, EVIL)
    await t.settle()
    assert f"{EVIL} ご担当者様" in (await acts.hub(t, RIVAL, CH2)).plain()


async def answering(t: Town) -> Modal:
    """The rival's second page, with everything before it answered."""
    rival = t.slack.person(RIVAL)
    await acts.page(t, RIVAL, CH2, 0)
    for label in (PERSON, RULES):
        await acts.choose(t, RIVAL, label, "yes")
    turned = await rival.submit()
    assert turned.modal
    return turned.modal


async def the_longest_answer_is_kept_and_control_characters_in_answers_are_told(t: Town) -> None:
    rival = t.slack.person(RIVAL)
    modal = await answering(t)
    with pytest.raises(CannotDo, match="too long"):
        await rival.fill(acts.block(modal, OTHER), "字" * 3_001)
    with pytest.raises(CannotDo, match="too long"):
        await rival.fill(acts.block(modal, PATCH, comment=True), "字" * 30_000)
    await rival.fill(acts.block(modal, OTHER), "字\x00字")
    await acts.choose(t, RIVAL, PATCH, "no")
    turned = await rival.submit()
    assert turned.modal
    assert "使えない文字" in turned.modal.plain()
    longest = (EVIL + "字" * 3_000)[:3_000]
    await rival.fill(acts.block(turned.modal, OTHER), longest)
    await acts.remark(t, RIVAL, PATCH, "補\x00足")
    turned = await rival.submit()
    assert turned.modal
    assert "使えない文字" in turned.modal.plain()
    await acts.remark(t, RIVAL, PATCH, "<!channel> 補足 @here")
    ended = await rival.submit()
    assert ended.modal
    assert "すべての設問にご回答" in ended.modal.plain()
    await rival.close()
    kept = acts.rows(
        t,
        "SELECT json_extract(a.value, '$'), a.comment FROM answer a JOIN review_question q ON q.id = a.question_id"
        " WHERE q.key IN ('q_other', 'q_patch') ORDER BY q.key, a.rev DESC",
    )
    assert kept[0] == (longest, "")
    assert kept[1] == ("no", "<!channel> 補足 @here")
    assert not any("\x00" in str(column) for row in kept for column in row), "one database would not take it"
    shown = await acts.page(t, RIVAL, CH2, 1)
    assert acts.stands(shown, OTHER) == longest
    await rival.close()


async def hostile_signatures_and_letters_are_words_like_any_other(t: Town) -> None:
    rival, sec = t.slack.person(RIVAL), t.slack.person(SEC1)
    await rival.press(await acts.hub(t, RIVAL, CH2), action_id="vr1.hub_submit")
    shown = await rival.wait_modal("vr1.submit")
    await rival.fill(shown.fields[0].block_id, "\u202e\u200b")
    await rival.fill(shown.fields[1].block_id, "部\x00長")
    result = await rival.submit()
    assert set(result.errors) == {f.block_id for f in shown.fields}, "both are told"
    await rival.close()
    await acts.hand_in(t, RIVAL, CH2, name="<!channel> \u202e来栖", role="=HYPERLINK(1)")
    request = await acts.hub(t, RIVAL, CH2)
    (thanks,) = [m.plain() for m in await rival.thread(request)]
    assert "<!channel> 来栖様(=HYPERLINK(1))より" in thanks
    card = await sec.wait_message(lambda m: f"{EVIL}から" in m.plain(), channel=SEC_CHANNEL)
    assert "<!channel> 補足 @here" in card.plain()
    await sec.press(card, action_id="vr1.judge_open")
    form = await sec.wait_modal(fits=lambda m: bool(m.fields))
    await acts.fill(sec, form, {"判断": "要改善", "理由": "理\x00由"})
    assert any("理由" in label for label in await refused(t))
    await acts.fill(sec, form, {"理由": "<!here> 規程がない", "委託先への連絡文": "<!channel> *規程* をお送りください"})
    await acts.submitted(t, SEC1)
    await t.settle()
    outcome = [m.plain() for m in await rival.thread(request)][-1]
    assert "<!channel> *規程* をお送りください" in outcome
    assert "規程がない" not in outcome
    assert any("<!here> 規程がない" in words for words in await acts.told(t, OWNER2))


# -- the command line of people -------------------------------------------------------------------------------------------


async def arguments_are_understood_as_people_type_them(t: Town) -> None:
    for words in (
        f"show “{COMPANY}”",
        f"show　{COMPANY}",
        "ＳＨＯＷ みかづき運輸",
        f"show {NUMBER[:1]}-{NUMBER[1:5]}-{NUMBER[5:9]}-{NUMBER[9:]}",
        "Show ㈱ミカヅキ運輸",
    ):
        assert COMPANY in await whisper(t, SEC1, words), words
    assert "見つかりません" in await whisper(t, SEC1, "show @u0owner1 @u0sec1")
    for words in ("show", ""):
        assert "使い方" in await whisper(t, SEC1, words)
    known = await whisper(t, SEC1, "<!channel>")
    assert EVIL in known, "part of a supplier's name is answered with what is known of it"
    assert "文字以内" in await whisper(t, SEC1, "show" * 700)
    for words in ("xyzzy", "登録", "<!everyone>", '"', "“”"):
        assert "`/vendor-review help`" in await whisper(t, SEC1, words), words
    for words in ("list ９９９", "list “みかづき　運輸”", "list %", 'list "; DROP TABLE supplier; --'):
        assert "委託先台帳" in await listing(t, SEC1, words)
    assert "文字以内" in await whisper(t, SEC1, "list " + "あ" * 30_000)
    assert "選んで入力" in await whisper(t, SEC1, "security @u0sec1")


async def whoever_may_not_learns_nothing(t: Town) -> None:
    await t.slack.join(LOBBY, GUEST2)
    await t.settle()
    for user, channel in ((ANNA, CH1), (RIVAL, CH2)):
        with pytest.raises(CannotDo, match="not a valid command"):
            await t.slack.person(user).command(acts.COMMAND, "list", channel=channel)
    before = acts.counts(t, KEPT)
    for user in (GUEST2, EMPLOYEE):
        words = await whisper(t, user, "help")
        assert "register" not in words
        for subcommand in ("list", f"show {COMPANY}", "proposals", "department 物流部", "link", "round", "judge", "pause",
                           "resume", "unresolved", "security #sec"):  # fmt: skip
            said = await whisper(t, user, subcommand)
            assert "担当の方だけ" in said, (user, subcommand, said)
            assert COMPANY not in said
    assert "help" in await whisper(t, EMPLOYEE, "xyzzy"), "everybody of ours may ask about a supplier"
    for words in (COMPANY, "xyzzy"):
        said = await whisper(t, GUEST2, words)
        assert "担当の方だけ" in said, "a guest is not told whether there is such a supplier"
        assert COMPANY not in said
    assert acts.counts(t, KEPT) == before


SCENES = (
    a_wrong_check_digit_is_told_under_its_field_and_the_corrected_form_passes_once,
    an_end_before_the_start_and_empty_names_are_told_all_at_once,
    thirty_thousand_characters_and_control_characters_are_not_taken,
    hostile_names_ring_nobody_and_stand_there_letter_for_letter,
    the_longest_answer_is_kept_and_control_characters_in_answers_are_told,
    hostile_signatures_and_letters_are_words_like_any_other,
    arguments_are_understood_as_people_type_them,
    whoever_may_not_learns_nothing,
)


async def test_what_should_not_be_typed(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        for scene in SCENES:
            before = await acts.mark(t)
            await acts.play(t, [scene])
            assert [e for e in await t.slack.record(before) if mentions(e)] == []
