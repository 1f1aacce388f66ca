"""Without a mouse: who to be, a room, a form with every kind of field, and the way back to where one was."""

from __future__ import annotations

import pytest
from selenium.webdriver import Keys

from tests.browser.conftest import DESK, Seats
from tests.browser.form import Form
from tests.browser.stage import COMPANY, settled_in
from tests.browser.window import DIALOG, MAIN, Window

SEC = "佐藤 花子"
COMPOSER = "#sec へのメッセージ"
DEPARTMENT = ["部門名", "主担当者", "副担当者", "エスカレーション先"]


def at_the_keyboard(seats: Seats) -> Window:
    """Somebody who has chosen who to be, and a room, with Tab and Enter."""
    sec = Window(seats.driver, SEC, seats.shots, DESK)
    seats.windows.append(sec)
    sec.front().get(f"{seats.stage.url}/")
    tab_to(sec, SEC)
    sec.keys(Keys.ENTER)
    sec.see(SEC, within="#side .me")
    tab_to(sec, "sec")
    sec.keys(Keys.ENTER)
    sec.until(lambda: sec.focused() == COMPOSER, "the cursor does not stand where one writes")
    return sec


def tab_to(window: Window, name: str, key: str = Keys.TAB) -> list[str]:
    """Tab until something of this name has the focus: what had it on the way."""
    passed: list[str] = []
    while name not in (now := window.focused()) or len(now) > len(name) + 30:
        passed.append(now)
        assert len(passed) < 60, (name, passed)
        window.keys(key)
    return passed


def typed_command(window: Window, words: str) -> None:
    """Chosen from the list with the arrows, as the cursor stands in the composer."""
    window.keys("/ven")
    window.see("/vendor-review", within=f"{MAIN} .offers")
    window.keys(Keys.ENTER, words, Keys.ENTER)


def take(window: Window, typed: str, name: str) -> None:
    """Search in the field that has the focus, go down to somebody with the arrows, take them."""
    window.keys(typed)
    window.see(name, within=f"{DIALOG} .offers")
    while name not in window.words(f"{DIALOG} .offers [aria-selected=true]"):
        window.keys(Keys.ARROW_DOWN)
    window.keys(Keys.ENTER)
    window.see(name, within=f"{DIALOG} .chip")


@pytest.mark.timeout(300)
def test_a_form_with_lists_to_search_in(seats: Seats) -> None:
    with seats.before(settled_in):
        sec = at_the_keyboard(seats)
        typed_command(sec, "department 総務部")
        form = Form(sec, "部門の登録")
        assert sec.focused() == DEPARTMENT[0], "the first field is ready"
        sec.keys(Keys.TAB)
        for label, typed, name in (
            (DEPARTMENT[1], "田中", "田中 総務"),
            (DEPARTMENT[2], "", "伊藤 代理"),
            (DEPARTMENT[3], "渡", "渡辺 部長"),
        ):
            tab_to(sec, label)
            take(sec, typed, name)
        sec.shot("searched")
        tab_to(sec, "保存する")
        sec.keys(Keys.ENTER)
        sec.see("部門「総務部」を登録しました", "田中 総務", "伊藤 代理", "渡辺 部長", within=DIALOG)
        sec.keys(Keys.ESCAPE)
        form.window.until(lambda: not sec.all(DIALOG), "Esc does not close the modal")
        assert sec.focused() == COMPOSER, "one is back where one was"
        sec.keys("登録しました。", Keys.ENTER)
        sec.see("登録しました。", within=f"{MAIN} .log")


@pytest.mark.timeout(300)
def test_tab_goes_down_a_form_and_space_and_arrows_choose(seats: Seats) -> None:
    with seats.before(settled_in):
        sec = at_the_keyboard(seats)
        typed_command(sec, "register")
        form = Form(sec, "委託先の登録")
        labels = ["会社を探す", "法人番号", "名称", "区分", "言語", "部門", "業務内容", "契約形態", "開始日", "終了日"]
        for label in labels:
            passed = tab_to(sec, label)
            assert not [one for one in passed[1:] if one and one != passed[0] and one not in labels], passed
            if label in ("名称", "業務内容"):
                sec.keys(COMPANY if label == "名称" else "配送業務")
            if label in ("部門", "契約形態"):
                sec.keys(Keys.ARROW_DOWN)
        tab_to(sec, "あり")
        sec.keys(Keys.SPACE)
        assert form.ticked("個人データ") == "あり"
        sec.keys(Keys.ARROW_DOWN)
        sec.until(lambda: form.ticked("個人データ") == "なし", "the arrow does not go to the next")
        tab_to(sec, "登録する")
        sec.keys(Keys.SPACE)
        sec.see(f"「{COMPANY}」を登録しました", "配送業務", within=DIALOG)


@pytest.mark.timeout(300)
def test_escape_closes_the_list_then_the_form(seats: Seats) -> None:
    with seats.before(settled_in):
        sec = at_the_keyboard(seats)
        typed_command(sec, "department 経理部")
        Form(sec, "部門の登録")
        tab_to(sec, "主担当者")
        sec.keys("田")
        sec.see("田中 総務", within=f"{DIALOG} .offers")
        sec.keys(Keys.ESCAPE)
        sec.until(lambda: not sec.all(f"{DIALOG} .offers"), "the list is still open")
        Form(sec, "部門の登録")
        sec.keys(Keys.ESCAPE)
        sec.until(lambda: not sec.all(DIALOG), "the modal is still open")
        assert sec.focused() == COMPOSER
        typed_command(sec, "department 経理部")
        Form(sec, "部門の登録")
        assert tab_to(sec, "部門名", Keys.SHIFT + Keys.TAB) == [], "opened again, it begins anew"
