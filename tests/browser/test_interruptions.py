"""What happens at a desk: loading again in the middle, going back, two tabs, a bot that is away, and time that passes."""

from __future__ import annotations

import pytest
from selenium.webdriver import Keys

from tests.browser.conftest import Seats
from tests.browser.form import Form
from tests.browser.stage import COMPANY, Stage, settled_in, two_asked
from tests.browser.window import DIALOG, MAIN, SIDE, THREAD, TOASTS

ANNA, SEC = "安藤 花", "佐藤 花子"


@pytest.mark.timeout(300)
def test_loading_again_keeps_a_half_filled_form(seats: Seats) -> None:
    with seats.before(settled_in):
        sec = seats.window(SEC)
        sec.go("sec")
        sec.command("register")
        Form(sec, "委託先の登録").fill("名称", COMPANY).choose("部門", "物流部").tick("個人データ", "あり")
        sec.until(lambda: not sec.all(".waiting"), "what was entered is still under way")
        sec.front().refresh()
        form = Form(sec, "委託先の登録")
        sec.shot("loaded-again")
        assert (form.shown("名称"), form.ticked("個人データ")) == (COMPANY, "あり")
        form.fill("業務内容", "配送業務").choose("契約形態", "請負").submit("登録する")
        sec.see(f"「{COMPANY}」を登録しました", "物流部", within=DIALOG)
        sec.front().refresh()
        Form(sec, "完了しました").close("閉じる")
        sec.front().refresh()
        sec.see("#sec の始まりです", within=MAIN)
        assert not sec.all(DIALOG), "what was closed stays closed"


@pytest.mark.timeout(300)
def test_back_and_forward_go_through_rooms_and_threads(seats: Seats) -> None:
    with seats.before(two_asked):
        sec = seats.window(SEC)
        sec.go("ext-mikazuki")
        sec.answer("ご回答のお願い")
        sec.go("general")
        assert not sec.all(THREAD)
        sec.front().back()
        sec.see("スレッド", within=THREAD)
        sec.see("ext-mikazuki", within=f"{MAIN} h1")
        sec.front().back()
        sec.until(lambda: not sec.all(THREAD), "the thread is still open")
        sec.see("ext-mikazuki", within=f"{MAIN} h1")
        sec.front().forward()
        sec.see("スレッド", within=THREAD)
        sec.front().refresh()
        sec.see("スレッド", "ご回答のお願い", within=THREAD)


@pytest.mark.timeout(300)
def test_two_tabs_of_one_person(seats: Seats) -> None:
    with seats.before(two_asked):
        one, other = seats.window(ANNA), seats.window(ANNA)
        other.go("Bot")
        one.say("担当を分けましょう。")
        one.see("担当を分けましょう。", within=f"{MAIN} .log")
        other.go("ext-mikazuki")
        other.see("担当を分けましょう。", within=f"{MAIN} .log")
        one.click("0/2 体制")
        Form(one, "体制").tick("責任者を定めて", "はい")
        assert Form(other, "体制").ticked("責任者を定めて") in ("はい", "")
        other.until(lambda: Form(other, "体制").ticked("責任者を定めて") == "はい", "not ticked in the other tab")
        Form(other, "体制").close()
        one.until(lambda: not one.all(DIALOG), "the modal that was closed is still open in the first tab")
        one.see("1 / 4 問", within=MAIN)
        one.say("続けます。")
        other.see("続けます。", within=f"{MAIN} .log")


async def _stop(stage: Stage) -> None:
    for bot in stage.town.bots:
        await stage.town.stop_bot(bot)


@pytest.mark.timeout(300)
def test_a_bot_that_is_away_is_told_in_words_and_works_when_it_is_back(seats: Seats) -> None:
    with seats.before(two_asked) as stage:
        sec, anna = seats.window(SEC), seats.window(ANNA)
        sec.go("sec")
        stage.do(_stop(stage))
        sec.command("list")
        sec.see("アプリが応答していません。しばらくしてからもう一度お試しください。", within=TOASTS)
        sec.shot("away")
        anna.click("0/2 体制")
        anna.see("アプリが応答していません", within=TOASTS)
        anna.say("ボタンが動かないようです。")
        anna.see("ボタンが動かないようです。", within=f"{MAIN} .log")
        stage.do(stage.town.start_bot())
        stage.do(forgiven(stage))
        assert sec.composer().get_property("value") == "/vendor-review list", "what was typed is still there"
        sec.keys(Keys.ENTER)
        sec.see("委託先台帳", COMPANY, within=DIALOG)
        anna.click("0/2 体制")
        Form(anna, "体制").tick("責任者を定めて", "はい").close()
        anna.see("1 / 4 問", within=MAIN)


async def forgiven(stage: Stage) -> None:
    """While the bot was away, errors were shown to people: exactly two. They are taken off the list of problems."""
    found = await stage.town.slack.problems()
    assert [one["what"] for one in found] == ["error_shown", "error_shown"], found
    stage.expected = found


@pytest.mark.timeout(300)
def test_the_clock_is_moved_on_the_page_and_the_reminder_arrives(seats: Seats) -> None:
    with seats.before(two_asked):
        anna, sec = seats.window(ANNA), seats.window(SEC)
        anna.answer("ご回答のお願い")
        for step in ("＋1週間", "＋1週間", "＋1週間", "＋1日", "＋1日"):
            sec.move_clock(step)
        sec.see("2026年12月18日(金)", within="#clock")
        said = anna.see("ご回答期限", "近づいてまいりました", within=f"{THREAD} .log")
        assert "2026年12月23日(水)" in said
        anna.see("2026年12月18日(金)", within="#clock")
        anna.see("1 件の返信", within=MAIN)
        anna.shot("reminder")
        sec.see("ext-mikazuki", within=SIDE)
