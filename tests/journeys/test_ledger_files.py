"""A ledger dropped on the bot, decided about, imported and asked back as a workbook, all of it in one's own DM."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.tabular import open_table
from sandbox.client import Message
from tests.journeys import acts
from tests.journeys.town import BOT, OWNER1, SEC1, SEC2, Town, town

HEADER = "名前,担当,個人情報の取り扱い,業務内容,契約開始日,契約終了日,最終モニタリング日,判断,稟議"
ROWS = [
    "みかづき運輸株式会社,物流部,あり,社内便の配送,令和元年5月1日,-,2026/3/5 19:00:27,経過観察,R-1",
    "=HYPERLINK(1),物流部,なし,<!channel> 清掃,2025/4/1,,,,R-2",
]
CONTENT = "\n".join([HEADER, *ROWS, ""]).encode("cp932")


@asynccontextmanager
async def stage(folder: Path) -> AsyncIterator[Town]:
    async with town(folder) as made:
        await made.start_bot()
        await acts.security_and_department(made)
        yield made


async def _dm(t: Town, user: str, words: str) -> Message:
    person = t.slack.person(user)
    return await person.wait_message(words, channel=await person.open_dm())


async def a_colleague_who_may_not_is_told_kindly_and_nothing_is_taken(t: Town) -> None:
    person = t.slack.person(OWNER1)
    await person.say(await person.open_dm(), "", files=[("台帳.csv", CONTENT)])
    await _dm(t, OWNER1, "このファイルは扱っていません")
    assert acts.rows(t, "SELECT state, reason FROM ledger_transfer") == [("refused", "not_yours")]


async def the_team_drops_a_file_decides_about_a_column_and_imports_it(t: Town) -> None:
    person = t.slack.person(SEC1)
    await person.say(await person.open_dm(), "台帳です", files=[("台帳.csv", CONTENT)])
    card = await _dm(t, SEC1, "不備")
    assert "稟議" in card.plain()
    assert (await person.press(card, label="列の対応を決める")).ok
    form = await person.wait_modal(fits=lambda m: bool(m.fields))
    await acts.fill(person, form, {"稟議": "自由項目として残す"})
    await acts.submitted(t, SEC1, "確認し直しています")
    card = await _dm(t, SEC1, "登録 2件")
    assert acts.rows(t, "SELECT count(*) FROM supplier") == [(0,)]
    assert (await person.press(card, label="取り込む")).ok
    await _dm(t, SEC1, "委託業務 2件を登録")
    assert acts.rows(t, "SELECT count(*) FROM supplier") == [(2,)]
    assert acts.rows(t, "SELECT value, reviewed_on, source FROM past_review") == [("watch", "2026-03-05", "import")]


async def the_ledger_comes_as_a_workbook_to_whoever_asked_and_goes_in_again(t: Town) -> None:
    person = t.slack.person(SEC1)
    await acts.say(t, SEC1, "export")
    sent = await person.wait_message(lambda m: bool(m.files) and m.user == BOT, channel=await person.open_dm())
    file = t.running.sandbox.world.files[sent.files[0]["id"]]
    lines = [line.cells for line in open_table(file.data).lines]
    assert (file.name, len(lines)) == ("ledger-20261125.xlsx", 3)
    assert "'=HYPERLINK(1)" in lines[1] + lines[2]
    assert file.channels == [await person.open_dm()], "nobody else has it"
    await person.say(await person.open_dm(), "", files=[("また.xlsx", file.data)])
    card = await _dm(t, SEC1, "変更なし 2件、不備 0件")
    assert "取り込む" not in card.plain()
    assert not [m for m in await t.slack.person(SEC2).dm_with_bot() if m.files]


async def test_a_ledger_in_and_out_of_slack(tmp_path: Path) -> None:
    async with stage(tmp_path) as t:
        scenes = (
            a_colleague_who_may_not_is_told_kindly_and_nothing_is_taken,
            the_team_drops_a_file_decides_about_a_column_and_imports_it,
            the_ledger_comes_as_a_workbook_to_whoever_asked_and_goes_in_again,
        )
        await acts.play(t, scenes)
