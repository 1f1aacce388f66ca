"""On a phone (390 × 844): one thing at a time, as wide as the screen, and everything big enough for a thumb."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PHONE, Seats
from tests.browser.form import Form
from tests.browser.stage import two_asked
from tests.browser.window import DIALOG, MAIN, SIDE, THREAD, Window
from tests.journeys.short_checklist import PERSON

ANNA, SEC = "安藤 花", "佐藤 花子"
THUMB = 32
SMALL = """
const shown = (one) => one.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
const top = document.querySelector("dialog[open]") || document;
return [...top.querySelectorAll("a, button, summary, select, textarea, input")].filter(shown).map((one) => {
  const touched = one.closest("label") || one.closest(".combo") || one;
  const box = touched.getBoundingClientRect();
  const name = (one.getAttribute("aria-label") || one.textContent).trim().slice(0, 20);
  return [name, Math.round(box.width), Math.round(box.height)];
}).filter(([, width, height]) => width && (width < arguments[0] || height < arguments[0]));
"""
OUTSIDE = """
const right = (one) => Math.floor(one.getBoundingClientRect().right);
const held = (one) => one && one !== document.body && (
  (getComputedStyle(one).overflowX !== "visible" && right(one) <= innerWidth) || held(one.parentElement));
return [...document.body.querySelectorAll("*")].filter((one) => one.checkVisibility())
  .filter((one) => right(one) > innerWidth && !held(one.parentElement))
  .map((one) => `${one.tagName} ${one.className} ${right(one)}`);
"""
"""What is too small, and what is cut off at the right: neither scrolled nor shortened by something that fits itself."""


def fits(window: Window, step: str) -> None:
    """Nothing wider than the screen, nothing too small to be touched."""
    picture = window.shot(step)
    wide, screen = window.front().execute_script("return [document.documentElement.scrollWidth, innerWidth]")
    assert (wide <= screen, screen) == (True, PHONE[0]), (step, wide, picture)
    assert window.driver.execute_script(OUTSIDE) == [], (step, picture)
    assert window.driver.execute_script(SMALL, THUMB) == [], (step, picture)


def full_width(window: Window, css: str) -> bool:
    return window.one(css).rect["width"] == PHONE[0]


@pytest.mark.timeout(300)
def test_a_supplier_answers_on_a_phone(seats: Seats) -> None:
    with seats.before(two_asked) as stage:
        anna = Window(seats.driver, ANNA, seats.shots, PHONE)
        seats.windows.append(anna)
        anna.front().get(f"{stage.url}/")
        fits(anna, "chooser")
        anna.click(ANNA, ".chooser", "a")
        anna.see("ext-mikazuki", within=SIDE)
        assert not anna.all(MAIN), "the list stands alone"
        fits(anna, "list")
        anna.click("ext-mikazuki", SIDE, "a")
        anna.see("ご回答のお願い", within=MAIN)
        assert not anna.all(SIDE)
        fits(anna, "channel")
        anna.click("0/2 体制")
        form = Form(anna, "体制")
        assert full_width(anna, DIALOG)
        fits(anna, "modal")
        form.tick(PERSON, "はい").fill("補足", "総務部長です。").submit("次へ")
        Form(anna, "機器").close()
        anna.see("1 / 4 問", within=MAIN)
        anna.click("返信する", what="article .reply")
        anna.see("スレッド", within=THREAD)
        assert full_width(anna, THREAD)
        fits(anna, "thread")
        anna.say("確認しています。", THREAD)
        anna.see("確認しています。", within=f"{THREAD} .log")
        anna.click("", THREAD, "header .x")
        anna.see("1 件の返信", within=MAIN)
        anna.one(".back").click()
        anna.see("ext-mikazuki", within=SIDE)


@pytest.mark.timeout(300)
def test_the_home_tab_and_a_long_form_on_a_phone(seats: Seats) -> None:
    with seats.before(two_asked):
        sec = seats.window(SEC, PHONE)
        sec.click("ホーム", SIDE, "a")
        sec.see("いまの状況", within=MAIN)
        fits(sec, "home")
        sec.click("委託先を追加する")
        Form(sec, "委託先の登録").submit("登録する")
        Form(sec, "委託先の登録").wrong("名称", "入力してください")
        fits(sec, "form")
