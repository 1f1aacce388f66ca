"""The whole way on the page, with mouse and keys: from registering a supplier to the outcome that it reads.

The scenes follow each other. Two people of the supplier sit in two windows and see each other's work without loading anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from selenium.webdriver import Keys

from tests.browser.conftest import Seats
from tests.browser.form import Form
from tests.browser.stage import COMPANY, settled_in
from tests.browser.window import DIALOG, MAIN, THREAD, Window
from tests.journeys.short_checklist import OTHER, PATCH, PERSON, RULES

SEC, OWNER, ANNA, BERT = "佐藤 花子", "高橋 物流", "安藤 花", "別当 進"
ROOM, APP = "ext-mikazuki", "Bot"
ROUND = "2026年度 委託先点検"


@dataclass
class Afternoon:
    """Who sits where."""

    seats: Seats
    folder: Path
    sitting: dict[str, Window] = field(default_factory=dict)

    def of(self, name: str) -> Window:
        """Their window; they choose who to be when they first sit down."""
        if name not in self.sitting:
            self.sitting[name] = self.seats.window(name)
        return self.sitting[name]


def registering_and_a_mistake_that_is_corrected(day: Afternoon) -> None:
    sec = day.of(SEC)
    sec.go("sec")
    sec.command("register")
    form = Form(sec, "委託先の登録")
    sec.shot("empty-form")
    form.fill("名称", COMPANY).choose("部門", "物流部").fill("業務内容", "配送業務").choose("契約形態", "準委任")
    form.date("開始日", "2026-04-01").date("終了日", "2026-03-31").tick("個人データ", "あり")
    form.fill("法人番号", "1234567890123").submit("登録する")
    form.wrong("法人番号", "検査数字が合いません").wrong("終了日", "終了日は開始日以降")
    assert sec.focused().startswith("法人番号"), "one goes on where the first mistake is"
    sec.shot("errors")
    assert form.shown("名称") == COMPANY
    form.fill("法人番号", Keys.DELETE).date("終了日", "2027-03-31").submit("登録する")
    done = Form(sec, "完了しました")
    sec.see(f"「{COMPANY}」を登録しました", "配送業務", "高橋 物流", within=DIALOG)
    done.close("閉じる")


def a_channel_is_linked(day: Afternoon) -> None:
    sec = day.of(SEC)
    sec.go(ROOM)
    sec.command("link")
    form = Form(sec, "窓口の登録")
    sec.see("【社外】みかづき運輸", ANNA, BERT, within=DIALOG)
    form.choose("委託先", COMPANY).submit("この窓口を確認して登録する")
    sec.see("の窓口として登録しました", within=DIALOG)
    sec.shot("linked")
    Form(sec, "完了しました").close("閉じる")


def a_round_is_previewed_and_opened(day: Afternoon) -> None:
    sec = day.of(SEC)
    sec.go("sec")
    sec.command("round")
    form = Form(sec, "モニタリングの開始")
    form.submit("送付内容を確認する")
    form.wrong("件名", "入力してください")
    sec.see("短い点検票", within=DIALOG)  # chosen already: the policy names no list of this folder
    form.fill("件名", ROUND).submit("送付内容を確認する")
    preview = Form(sec, "送付内容の確認")
    sec.see("送付先 1/2", "高橋 物流さん", "お疲れさまです", within=DIALOG)
    sec.click("次の送付先", DIALOG)
    sec.see("送付先 2/2", COMPANY, "平素より大変お世話になっております", within=DIALOG)
    sec.shot("preview")
    preview.submit("この内容で開始する")
    sec.see("モニタリングを開始しました", within=DIALOG)
    Form(sec, "完了しました").close("閉じる")


def the_owner_presses_a_card(day: Afternoon) -> None:
    owner = day.of(OWNER)
    owner.go(APP)
    owner.see("委託業務の現況確認", COMPANY, within=MAIN)
    owner.shot("card")
    owner.click("変更なし")
    owner.see("すべてご回答いただきました", "変更なし", within=MAIN)


def two_people_answer_and_see_each_other(day: Afternoon) -> None:
    anna, bert = day.of(ANNA), day.of(BERT)
    for one in (anna, bert):
        one.see("ご回答のお願い", "0 / 4 問", within=MAIN)
    anna.click("0/2 体制")
    form = Form(anna, "体制")
    form.tick(PERSON, "はい")
    bert.see("1 / 4 問", within=MAIN)
    bert.click("1/2 体制")
    theirs = Form(bert, "体制")
    assert theirs.ticked(PERSON) == "はい", "what a colleague has chosen stands there"
    theirs.tick(RULES, "一部できている")
    anna.see("2 / 4 問", within=MAIN)
    anna.shot("two-people")
    theirs.close("保存して閉じる")


def remarks_and_the_page_is_turned(day: Afternoon) -> None:
    anna = day.of(ANNA)
    Form(anna, "体制").fill("補足", "総務部長が責任者です。", nth=0).submit("次へ")
    form = Form(anna, "機器")
    form.fill(OTHER, "社内研修を年に二度")
    form.submit("保存して確認へ")


def what_is_missing_is_one_press_away(day: Afternoon) -> None:
    anna = day.of(ANNA)
    Form(anna, "回答状況の確認")
    anna.see("まだ回答のない設問が1問", PATCH, within=DIALOG)
    anna.shot("missing")
    anna.click("開く", DIALOG, "button")
    form = Form(anna, "機器")
    assert form.shown(OTHER) == "社内研修を年に二度"
    form.tick(PATCH, "はい").submit("保存して確認へ")
    Form(anna, "回答状況の確認").close("閉じる")
    day.of(BERT).see("4 / 4 問", within=MAIN)


def files_in_the_channel_and_in_the_thread(day: Afternoon) -> None:
    anna, bert = day.of(ANNA), day.of(BERT)
    rules, record = day.folder / "情報管理規程.pdf", day.folder / "更新の記録.pdf"
    for file in (rules, record):
        file.write_bytes(b"%PDF-1.4 " + file.name.encode())
    anna.say("規程をお送りします。", file=rules)
    anna.see("規程をお送りします。", rules.name, within=f"{MAIN} .log")
    bert.see("規程をお送りします。", rules.name, within=f"{MAIN} .log")
    bert.answer("ご回答のお願い")
    bert.say("更新の記録です。", THREAD, record)
    bert.see("更新の記録です。", record.name, f"資料を受け取りました: {record.name}", within=THREAD)
    bert.shot("thread")
    anna.see("件の返信", within=f"{MAIN} .log")


def handing_in(day: Afternoon) -> None:
    anna = day.of(ANNA)
    anna.click("内容を確認して提出する")
    form = Form(anna, "提出の確認")
    form.fill("ご確認者のお名前", ANNA).fill("お役職", "総務部 部長").submit("提出する")
    anna.see("ご提出を承りました", within=DIALOG)
    Form(anna, "完了しました").close("閉じる")
    day.of(BERT).see("ご提出ありがとうございました", within=MAIN)
    day.of(BERT).see(f"{ANNA}様", "承りました", within=THREAD)


def the_security_team_judges(day: Afternoon) -> None:
    sec = day.of(SEC)
    sec.go("sec")
    sec.see(f"{COMPANY}から", "回答が提出されました", within=MAIN)
    sec.shot("to-judge")
    sec.click("判断する")
    form = Form(sec, "点検の判断")
    form.choose("判断", "経過観察").fill("理由", "規程の見直しを次回に確認する。")
    form.fill("委託先への連絡文", "規程の見直しの状況を、次回お聞かせください。").submit("判断を記録する")
    sec.see("判断を記録しました", within=DIALOG)
    Form(sec, "完了しました").close("閉じる")


def the_supplier_and_the_owner_read_the_outcome(day: Afternoon) -> None:
    bert, owner = day.of(BERT), day.of(OWNER)
    said = bert.see("結果をお知らせいたします", "規程の見直しの状況を、次回お聞かせください。", within=THREAD)
    bert.shot("outcome")
    assert "規程の見直しを次回に確認する。" not in said, "the reason stays inside"
    owner.see("経過観察", "規程の見直しを次回に確認する。", within=MAIN)


@pytest.mark.timeout(600)
def test_from_registering_to_the_outcome(seats: Seats, tmp_path: Path) -> None:
    with seats.before(settled_in):
        day = Afternoon(seats, tmp_path)
        for scene in (
            registering_and_a_mistake_that_is_corrected,
            a_channel_is_linked,
            a_round_is_previewed_and_opened,
            the_owner_presses_a_card,
            two_people_answer_and_see_each_other,
            remarks_and_the_page_is_turned,
            what_is_missing_is_one_press_away,
            files_in_the_channel_and_in_the_thread,
            handing_in,
            the_security_team_judges,
            the_supplier_and_the_owner_read_the_outcome,
        ):
            scene(day)
