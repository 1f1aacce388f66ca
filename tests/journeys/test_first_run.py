"""From an empty database to the first real round, led by the Home tab alone; and a whole rehearsal on the way.

The administrator chooses the team, a member goes on, the bot is killed and started again in the middle of the setting up
and in the middle of the rehearsal, a colleague resumes. In the end the record says who got any message, and the ledger
and its export know nothing of the rehearsal.
"""

from __future__ import annotations

from pathlib import Path

from sandbox.client import Message, Modal
from tests.journeys import acts
from tests.journeys.short_checklist import with_short_checklist
from tests.journeys.town import (
    ADMIN,
    ANNA,
    BOT,
    CH1,
    EMPLOYEE,
    GUEST,
    OWNER1,
    OWNER2,
    RIVAL,
    SEC1,
    SEC2,
    SEC_CHANNEL,
    TEAM_GROUP,
    Town,
    town,
)

SUPPLIER = "みかづき運輸株式会社"
SAMPLE = "練習用の委託先"


# -- what people do on their Home tab ----------------------------------------------------------------------------------------


async def at_home(t: Town, user: str, words: str = "") -> Modal:
    """Open the Home tab and read these words there."""
    person = t.slack.person(user)
    await person.open_home()
    return await person.wait_home(lambda tab: words in tab.plain())


async def home_says(t: Town, user: str, words: str) -> Modal:
    """The tab that stands open comes to say so by itself."""
    return await t.slack.person(user).wait_home(lambda tab: words in tab.plain())


async def press_home(t: Town, user: str, label: str) -> None:
    """Press a button of the tab as it is now."""
    person = t.slack.person(user)
    tab = await person.home()
    assert tab
    result = await person.press(tab, label=label)
    assert result.ok, (label, result, t.log[-2000:])


async def form_at_home(t: Town, user: str, label: str, values: dict[str, object], says: str) -> None:
    """A button of the tab that leads to a form: filled, submitted, and what it says."""
    await press_home(t, user, label)
    person = t.slack.person(user)
    form = await person.wait_modal(fits=lambda m: bool(m.fields))
    await acts.fill(person, form, dict(values))
    await acts.submitted(t, user, says)


async def step(t: Town, user: str, name: str, state: str) -> None:
    """A step of the guide is in this state."""
    await t.slack.person(user).wait_home(
        lambda tab: any(name in line and state in line for line in tab.plain().split("\n"))
    )


async def restart(t: Town) -> None:
    """The process is killed, and another one is started."""
    await t.stop_bot(t.bots[-1], kill=True)
    await t.start_bot()


# -- the journey -------------------------------------------------------------------------------------------------------------


async def before_anybody_began(t: Town) -> None:
    """Everybody reads who may begin; the administrator is led; outsiders and guests read nothing of it."""
    assert f"<@{ADMIN}>" in str((await at_home(t, EMPLOYEE, "準備中")).content)
    assert "はじめての設定" not in (await at_home(t, GUEST, "ご覧いただく内容は")).plain()
    admin = await at_home(t, ADMIN, "はじめての設定")
    assert "6項目中0項目" in admin.plain()
    assert [b.label for b in admin.buttons()] == ["担当を選ぶ"]


async def the_team(t: Town) -> None:
    """The administrator chooses a user group, as with the command; the tab follows when Slack has answered."""
    await press_home(t, ADMIN, "担当を選ぶ")
    admin = t.slack.person(ADMIN)
    form = await admin.wait_modal(fits=lambda m: bool(m.fields))
    await acts.fill(admin, form, {"ユーザーグループ": TEAM_GROUP})
    assert (await admin.submit()).ok
    await admin.wait_modal(fits=lambda m: "セキュリティ担当は2名" in m.plain())
    await admin.close(everything=True)
    await step(t, ADMIN, "1. セキュリティ担当", "完了")


async def departments_and_suppliers(t: Town) -> None:
    """A member of the team goes on where the administrator stopped."""
    await at_home(t, SEC1, "6項目中1項目")
    people = {"部門名": "物流部", "主担当者": OWNER1}
    await form_at_home(t, SEC1, "部門を登録する", people, "登録しました")
    await step(t, SEC1, "2. 担当部門", "完了")
    work = {"名称": SUPPLIER, "部門": "物流部", "業務内容": "配送業務", "契約形態": "準委任", "個人データ": "あり"}
    await form_at_home(t, SEC1, "委託先を登録する", work, SUPPLIER)
    await step(t, SEC1, "3. 委託先", "完了")


async def left_and_resumed(t: Town) -> None:
    """Put off, killed, started again; a colleague finds everything as it was."""
    tab = await t.slack.person(SEC1).home()
    assert tab
    assert (await t.slack.person(SEC1).press(tab, label="あとで", value="1.link")).ok
    await step(t, SEC1, "4. 窓口", "保留")
    await restart(t)
    await at_home(t, SEC2, "6項目中3項目")
    await step(t, SEC2, "4. 窓口", "保留")


async def a_channel(t: Town) -> None:
    """What was put off is done after all, by the colleague: the list of channels, who reads there, confirmed."""
    await press_home(t, SEC2, "チャンネルを選ぶ")
    colleague = t.slack.person(SEC2)
    listed = await colleague.wait_modal("vr1.list")
    assert "#ext-mikazuki" in listed.plain()
    assert "#ext-hoshizora" in listed.plain()
    assert "#general" not in listed.plain()
    assert "#ext-guest" not in listed.plain()
    assert (await colleague.press(listed, label="確認する", nth=1)).ok
    form = await colleague.wait_modal(fits=lambda m: bool(m.fields))
    assert "ext-mikazuki" in form.plain()
    await acts.fill(colleague, form, {"委託先": SUPPLIER})
    await acts.submitted(t, SEC2, SUPPLIER)
    await step(t, SEC2, "4. 窓口", "完了")


async def rehearsal(t: Town) -> None:
    """Owner, supplier, security team: one person, one DM; killed in the middle of the supplier's answers."""
    await at_home(t, SEC1, "練習してみる")
    ledger = await _ledger(t)
    before = await acts.mark(t)
    await press_home(t, SEC1, "練習を始める")
    await t.slack.person(SEC1).wait_modal(fits=lambda m: "練習を始めました" in m.plain())
    await t.slack.person(SEC1).close(everything=True)
    await home_says(t, SEC1, "いまは担当部門の役です")
    await _as_owner(t)
    await _as_supplier(t)
    await _as_security(t)
    assert await _received(t, before) == {SEC1}
    assert await _ledger(t) == ledger
    assert SAMPLE not in (await at_home(t, SEC2, "はじめての設定")).plain()
    assert "判断待ち" not in (await at_home(t, SEC2, "はじめての設定")).plain()
    await _ended(t)


async def _as_owner(t: Town) -> None:
    me = t.slack.person(SEC1)
    card = await me.wait_message(lambda m: "「担当部門の方」の役です" in m.plain() and SAMPLE in m.plain())
    assert (await me.press(card, label="変更なし")).ok
    await home_says(t, SEC1, "いまは委託先の役です")


async def _hub(t: Town) -> Message:
    return await t.slack.person(SEC1).wait_message(
        lambda m: "「委託先の方」の役です" in m.plain() and "ご回答のお願い" in m.plain() and not m.thread_ts
    )


async def _as_supplier(t: Town) -> None:
    me = t.slack.person(SEC1)
    assert (await me.press(await _hub(t), action_id="vr1.hub_open.0")).ok
    shown = await me.wait_modal("vr1.page")
    assert (await me.choose(shown.fields[0].block_id, "yes")).ok
    await me.close(everything=True)
    await restart(t)
    assert (await me.press(await _hub(t), action_id="vr1.hub_open.0")).ok
    page: Modal | None = await me.wait_modal("vr1.page")
    assert page
    assert page.fields[0].chosen == "yes", "what was chosen before the process was killed"
    assert (await me.fill(page.fields[1].block_id, "練習の補足です")).ok
    while page and page.callback_id == "vr1.page":
        for one in page.fields:
            if one.type == "radio_buttons" and one.chosen is None:
                assert (await me.choose(one.block_id, "no")).ok
        result = await me.submit()
        assert result.ok, result
        page = result.modal
    await me.close(everything=True)
    await t.settle()
    assert (await me.press(await _hub(t), action_id="vr1.hub_submit")).ok
    form = await me.wait_modal("vr1.submit")
    for one, words in zip(form.fields, ("佐藤 花子", "練習"), strict=True):
        await me.fill(one.block_id, words)
    await acts.submitted(t, SEC1)
    await home_says(t, SEC1, "いまはセキュリティ担当の役です")


async def _as_security(t: Town) -> None:
    me = t.slack.person(SEC1)
    card = await me.wait_message(lambda m: "「セキュリティ担当」の役です" in m.plain() and SAMPLE in m.plain())
    assert (await me.press(card, action_id="vr1.judge_open")).ok
    form = await me.wait_modal("vr1.judge")
    for one in form.fields:
        if one.label.startswith("判断"):
            await me.choose(one.block_id, "問題なし")
        elif "理由" in one.label:
            await me.fill(one.block_id, "練習です")
    await acts.submitted(t, SEC1)
    await t.settle()
    await home_says(t, SEC1, "練習は最後まで終わりました")
    said = [m.plain() for m in await me.dm_with_bot() if m.bot]
    assert all("【練習】" in words for words in said), said
    assert len(said) == 6, said


async def _ended(t: Town) -> None:
    """It is deleted; the step is done; its old cards say kindly that they are over."""
    me = t.slack.person(SEC1)
    await press_home(t, SEC1, "練習を終了する")
    await me.wait_modal(fits=lambda m: "すべて消しました" in m.plain())
    await me.close(everything=True)
    await step(t, SEC1, "5. 練習", "完了")
    assert acts.rows(t, "SELECT count(*) FROM supplier WHERE practice_of <> ''") == [(0,)]
    card = await me.wait_message(lambda m: "判断する" in str(m.blocks) and SAMPLE in m.plain())
    assert (await me.press(card, action_id="vr1.judge_open")).ok
    await me.wait_modal(fits=lambda m: "対象が見つかりません" in m.plain())
    await me.close(everything=True)


async def _received(t: Town, since: int) -> set[str]:
    """The people who could read anything that the bot posted or whispered since then, without the bot."""
    found: set[str] = set()
    for entry in await t.slack.record(since):
        if entry["kind"] in {"posted", "updated"} and entry.get("bot"):
            found |= set(entry["sees"]) - {BOT}
        elif entry["kind"] == "ephemeral":
            found.add(entry["user"])
    return found


async def _ledger(t: Town) -> tuple[str, str, bytes]:
    """The list, a search, and the export, as a colleague and the operator get them."""
    colleague = t.slack.person(SEC2)
    listed = await acts.opened(t, SEC2, "list")
    await colleague.close()
    assert (await acts.say(t, SEC2, "judge")).ms >= 0
    waiting = (await colleague.ephemerals())[-1].plain()
    file = t.folder / "ledger.csv"
    bot = await t.spawn("export", str(file))
    assert await bot.wait() == 0, t.log[-2000:]
    return listed.plain(), waiting, file.read_bytes()


async def first_round(t: Town) -> None:
    """The last step: real people are asked, and the tab turns into the team's plate."""
    before = await acts.mark(t)
    await at_home(t, SEC2, "6項目中5項目")
    await press_home(t, SEC2, "モニタリングを始める")
    colleague = t.slack.person(SEC2)
    form = await colleague.wait_modal(fits=lambda m: bool(m.fields))
    await acts.fill(colleague, form, {"件名": "2026年度 委託先点検"})
    preview = await colleague.submit()
    assert preview.modal
    assert SAMPLE not in preview.modal.plain()
    await acts.submitted(t, SEC2, "モニタリングを開始しました")
    await t.settle()
    tab = await home_says(t, SEC2, "いまの状況")
    assert "1社中0社が終了" in tab.plain()
    assert "はじめての設定" not in tab.plain()
    assert "2026年度 委託先点検　1件" in (await at_home(t, OWNER1, "あなたにお願いしている確認")).plain()
    assert "お願いしている確認はありません" in (await at_home(t, OWNER2)).plain()
    await acts.attest_all(t, OWNER1, 1)
    await home_says(t, OWNER1, "お願いしている確認はありません")
    await acts.hub(t, ANNA, CH1)
    assert RIVAL not in await _received(t, before)
    assert "ガイドをもう一度開く" in [b.label for b in tab.buttons()]


async def test_from_nothing_to_the_first_round(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        with_short_checklist(t)
        await t.start_bot()
        scenes = (before_anybody_began, the_team, departments_and_suppliers, left_and_resumed, a_channel)
        await acts.play(t, (*scenes, rehearsal, first_round))
        assert "Traceback" not in t.log, t.log[-3000:]
        assert not [m for m in await t.slack.person(SEC1).messages(SEC_CHANNEL) if m.bot], "nobody chose that channel"
