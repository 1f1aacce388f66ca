"""A checklist is edited and published in Slack while a round over it runs; the next request asks the new words."""

from __future__ import annotations

from pathlib import Path

from sandbox.client import Modal
from tests.journeys import acts
from tests.journeys.short_checklist import PERSON, RULES, with_short_checklist
from tests.journeys.town import ANNA, CH1, CH2, OWNER1, RIVAL, SEC1, Town, town

ONE, TWO = "みかづき運輸株式会社", "ほしぞら印刷株式会社"
NEW = "安全の責任者の名前を社内に知らせていますか。"


async def shown(t: Town, words: str) -> Modal:
    """The security team's modal of checklists, once it says this."""
    return await t.slack.person(SEC1).wait_modal("vr1.checklist", fits=lambda m: words in m.plain())


async def reworded_and_published(t: Town) -> None:
    """From the list to a second version, by the buttons that stand there."""
    sec = t.slack.person(SEC1)
    await acts.say(t, SEC1, "点検票")
    await shown(t, "短い点検票")
    assert (await sec.press(label="開く")).ok
    await shown(t, "回答の目安")
    assert (await sec.press(label="編集する")).ok
    await shown(t, "公開するまで、委託先への依頼には使われません")
    assert (await sec.press(label="編集", nth=0)).ok
    await acts.fill(sec, await sec.wait_modal("vr1.checklist_edit"), {"設問(日本語)": NEW})
    assert (await sec.submit()).ok
    await shown(t, NEW)
    assert (await sec.press(label="公開する")).ok
    form = await sec.wait_modal("vr1.checklist_publish")
    assert f"設問(日本語): 責任者を定めていますか。 → {NEW}" in form.plain()
    await acts.fill(sec, form, {"理由": "名前まで知らせているかを聞く"})
    assert (await sec.submit()).ok
    await shown(t, "自社版 第2版")
    await sec.close(everything=True)


async def test_a_checklist_is_edited_published_and_asked(tmp_path: Path) -> None:
    async with town(tmp_path) as t:
        with_short_checklist(t)
        await t.start_bot()
        await acts.security_and_department(t)
        await acts.register(t, ONE)
        await acts.link(t, ONE, CH1)
        await acts.open_round(t)
        await acts.attest_all(t, OWNER1, 1)
        await acts.page(t, ANNA, CH1, 0)
        await acts.choose(t, ANNA, RULES, "yes")
        await t.slack.person(ANNA).close(everything=True)
        await reworded_and_published(t)

        old = await acts.page(t, ANNA, CH1, 0)
        assert any(f.label.startswith(PERSON) for f in old.fields), "what was sent keeps its words"
        assert acts.stands(old, RULES) == "yes"
        assert NEW not in old.plain()
        await t.slack.person(ANNA).close(everything=True)

        await acts.register(t, TWO)
        await acts.link(t, TWO, CH2)
        await acts.open_round(t, "追加の点検")
        await acts.attest_all(t, OWNER1, 1)
        new = await acts.page(t, RIVAL, CH2, 0)
        assert any(f.label.startswith(NEW) for f in new.fields), new.plain()
        assert await t.slack.problems() == []
