"""The page's script in a real browser, used wrongly: pressed twice, gone back and forth, held down, cut off, left half way.

What the person is told, and what reaches the app, is held against what they meant. The journey itself: `tests/browser`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait
from slack_bolt.async_app import AsyncApp

from sandbox import people, story, views
from tests.browser.browser import chromium, complaints
from tests.sandbox.stage import AIKO, GENERAL, MIKA, MIRAI, Stage, actions, button, modal, stage, text_input

pytestmark = pytest.mark.timeout(120)
PATIENCE = 20.0


@pytest.fixture(scope="module")
def chrome() -> Iterator[Chrome]:
    with chromium() as driver:
        yield driver


class Page:
    """A window, driven from a thread of its own, as the server shares this one."""

    def __init__(self, driver: Chrome, scene: Stage, presses: list[str]) -> None:
        self.driver, self.scene, self.presses = driver, scene, presses

    async def do(self, doing: Callable[..., Any], *more: Any) -> Any:
        return await asyncio.to_thread(doing, *more)

    async def open(self, who: str, room: str) -> None:
        await self.do(self.driver.get, f"{self.scene.server.url}/as/{who}/{room}")

    async def js(self, script: str, *more: Any) -> Any:
        return await self.do(self.driver.execute_script, script, *more)

    async def until(self, script: str, *more: Any) -> Any:
        """What the script gives, once it gives something."""
        wait = WebDriverWait(self.driver, PATIENCE, poll_frequency=0.05)
        return await self.do(wait.until, lambda driver: driver.execute_script(script, *more), script)

    async def one(self, css: str) -> WebElement:
        found = await self.until("return document.querySelector(arguments[0])", css)
        assert isinstance(found, WebElement)
        return found

    async def write(self, text: str) -> None:
        await self.do((await self.one("#main .composer textarea")).send_keys, text)

    async def shows(self, text: str, css: str = "#log") -> None:
        await self.until("return document.querySelector(arguments[0])?.textContent.includes(arguments[1])", css, text)

    async def keys(self, *keys: str) -> None:
        await self.do(ActionChains(self.driver).send_keys(*keys).perform)


def app_of(presses: list[str], go_on: asyncio.Event) -> Callable[[AsyncApp], None]:
    def build(app: AsyncApp) -> None:
        @app.event("message")
        async def said() -> None: ...

        @app.action("slow")
        async def slow(ack: Any) -> None:
            presses.append("slow")
            await go_on.wait()
            await ack()

        @app.command("/review")
        async def opens(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            form = modal(text_input("a", "一つ目", optional=True), actions(button("重ねる", "push"), block_id="p"))
            await client.views_open(trigger_id=body["trigger_id"], view=form)

        @app.action("push")
        async def push(ack: Any, body: dict[str, Any], client: Any) -> None:
            await ack()
            form = modal(actions(button("重ねる", "push"), block_id="p"), text_input("b", "上", optional=True))
            await client.views_push(trigger_id=body["trigger_id"], view=form)

        @app.view("form")
        async def submitted(ack: Any) -> None:
            presses.append("submitted")
            await ack(response_action="update", view=modal(text_input("next", "次の設問", optional=True)))

    return build


@asynccontextmanager
async def page_of(chrome: Chrome, tmp_path: Path, go_on: asyncio.Event | None = None) -> AsyncIterator[Page]:
    logging.getLogger("slack_bolt").setLevel(logging.ERROR)
    presses: list[str] = []
    complaints(chrome)
    async with stage(tmp_path, app_of(presses, go_on or asyncio.Event())) as scene:
        page = Page(chrome, scene, presses)
        yield page
        assert complaints(chrome) == []
        await page.do(chrome.get, "about:blank")
        assert not [e for e in scene.server.sandbox.record.entries() if e.get("what") == "sandbox_error"]


async def say(scene: Stage, who: str, room: str, text: str) -> None:
    await people.say(scene.server.live, scene.server.sandbox.world.users[who], room, text)


async def test_a_press_is_one_press_while_the_app_works(chrome: Chrome, tmp_path: Path) -> None:
    go_on = asyncio.Event()
    async with page_of(chrome, tmp_path, go_on) as page:
        await page.scene.post(MIRAI, [actions(button("押す", "slow"))])
        await page.open(AIKO, MIRAI)
        press = await page.one("#log button[data-action-id=slow]")
        await page.do(ActionChains(chrome).double_click(press).perform)
        await page.do(press.click)
        await page.keys(Keys.ENTER, Keys.ENTER)
        go_on.set()
        await page.until("return !document.querySelector('.waiting')")
        assert page.presses == ["slow"]
        await page.do(press.click)
        await page.until("return !document.querySelector('.waiting')")
        assert page.presses == ["slow", "slow"], "afterwards it may be pressed again"


async def test_a_double_click_on_submit_does_not_send_the_next_page(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.write("/review" + Keys.ENTER)
        submit = await page.one("#windows dialog[open] [data-role=submit]")
        await page.do(ActionChains(chrome).double_click(submit).perform)
        await page.shows("次の設問", "#windows")
        await page.until("return !document.querySelector('.waiting')")
        assert page.presses == ["submitted"]


def holding(act: str) -> str:
    """Acts of this kind are sent off when `held` says so."""
    return (
        "const real = window.fetch; window.held = []; window.asked = 0; window.answered = 0;"
        "window.fetch = async (path, how) => {"
        f" const act = String(path).endsWith('/act') && JSON.parse(how.body).act === '{act}';"
        " if (act) { window.asked += 1; await new Promise((go) => window.held.push(go)); }"
        " const answer = await real(path, how); window.answered += act; return answer; };"
    )


def open_views(page: Page) -> list[str]:
    """The modals that are open for the server, the root first."""
    return [view.id for view in views.stack(page.scene.server.sandbox.world, AIKO)]


async def on_screen(page: Page, *ids: str) -> None:
    """Waits until these dialogs are open, and no other: only the one on top is drawn."""
    open_ones = "[...document.querySelectorAll('#windows dialog[open]')].map((one) => one.id).join()"
    await page.until(f"return {open_ones} === arguments[0]", ",".join(f"view-{one}" for one in ids))


async def open_for_the_server(page: Page, ids: list[str]) -> None:
    """Waits until it has heard; never are fewer open than are meant to be."""
    async with asyncio.timeout(PATIENCE):
        while (now := open_views(page)) != ids:
            assert now[: len(ids)] == ids
            await asyncio.sleep(0.02)


async def three_windows(page: Page) -> list[str]:
    """One above the other; the last is on the screen."""
    await page.open(AIKO, MIRAI)
    await page.write("/review" + Keys.ENTER)
    for count in (1, 2, 3):
        async with asyncio.timeout(PATIENCE):
            while len(open_views(page)) < count:
                await asyncio.sleep(0.02)
        await on_screen(page, open_views(page)[-1])
        if count < 3:
            await page.do((await page.one("#windows [data-action-id=push]")).click)
    await page.until("return !document.querySelector('.waiting')")
    return open_views(page)


@pytest.mark.parametrize("times", [1, 4])
async def test_escape_held_down_closes_one_window_at_a_time_and_never_lies(
    chrome: Chrome, tmp_path: Path, times: int
) -> None:
    """Chromium shuts a dialog by itself when Escape comes twice: what is shut on the screen is shut for the server."""
    async with page_of(chrome, tmp_path) as page:
        ids = await three_windows(page)
        await page.js(holding("close"))
        for left in (2, 1, 0):
            await page.keys(*[Keys.ESCAPE] * times)
            await page.until("return window.held.length")
            assert open_views(page) == ids[: left + 1], "nobody has told the server yet"
            await page.js("window.held.shift()()")
            await on_screen(page, *ids[:left][-1:])
            await open_for_the_server(page, ids[:left])
        assert await page.js("return window.asked") == 3


async def test_a_window_that_could_not_be_closed_comes_back(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        *_, top = ids = await three_windows(page)
        await page.js(holding("close"))
        await page.keys(Keys.ESCAPE, Keys.ESCAPE)
        await on_screen(page)
        await page.js("window.held.shift()(Promise.reject(new TypeError()))")
        await on_screen(page, top)
        assert open_views(page) == ids


async def test_the_second_line_waits_for_the_first(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.js(holding("say"))
        await page.write("一行目" + Keys.ENTER + "二行目" + Keys.ENTER + "三行目")
        assert await page.until("return window.asked") == 1
        assert await page.js("return document.querySelector('#main textarea').value") == "三行目"
        await page.js("window.held.shift()()")
        await page.until("return window.held.length")
        await page.js("window.held.shift()()")
        await page.shows("二行目")
        said = [message.text for message in page.scene.server.sandbox.world.channels[MIRAI].messages]
        assert said == ["一行目", "二行目"]


async def test_lines_sent_quickly_come_once_and_in_order(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.write("".join(f"{number}番{Keys.ENTER}{Keys.ENTER}" for number in range(6)))
        await page.shows("5番")
        said = [message.text for message in page.scene.server.sandbox.world.channels[MIRAI].messages]
        assert said == [f"{number}番" for number in range(6)]


async def test_enter_that_ends_a_conversion_sends_nothing(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.write("かな")
        prevented = await page.js(
            "return !document.querySelector('#main textarea').dispatchEvent("
            "new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
        )
        assert not prevented
        await page.write(Keys.ENTER)
        await page.shows("かな")
        assert len(page.scene.server.sandbox.world.channels[MIRAI].messages) == 1


async def test_of_many_rooms_asked_for_at_once_the_last_is_shown_and_back_goes_back(
    chrome: Chrome, tmp_path: Path
) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.js("for (const link of document.querySelectorAll('#side a[data-go]')) link.click()")
        await page.until("return location.pathname.endsWith('/home')")
        shown = await page.until(
            "const log = document.querySelectorAll('#main .log');"
            "return [log.length, log[0].className, document.querySelector('#side [aria-current]').textContent]"
        )
        assert shown == [1, "log nothing", "ホーム"]
        await page.do(chrome.back)
        await page.until("return document.querySelector('#main').dataset.room === arguments[0]", MIRAI)
        await page.do(chrome.forward)
        await page.until("return location.pathname.endsWith('/home') && !document.querySelector('#main').dataset.room")


async def test_a_late_answer_of_a_room_that_was_left_is_not_put_into_the_next(chrome: Chrome, tmp_path: Path) -> None:
    """What was sent off before is drawn after the next room: the newer drawing, of the wrong room."""
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.js(holding("say"))
        await page.write("遅い答え" + Keys.ENTER)
        await page.until("return window.held.length > 0")
        await page.do((await page.one(f"#side a[href$='{GENERAL}']")).click)
        await page.until("return document.querySelector('#main').dataset.room === arguments[0]", GENERAL)
        await page.js("window.held.shift()()")
        await page.until("return window.answered")
        await page.js("await new Promise((go) => setTimeout(go))")
        assert await page.js("return document.querySelector('#main').dataset.room") == GENERAL
        assert (await page.one("#side [aria-current] .label")).text == "general"


async def test_what_was_begun_stays_with_its_room(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.write("書きかけ")
        await page.do((await page.one(f"#side a[href$='{GENERAL}']")).click)
        await page.until("return document.querySelector('#main').dataset.room === arguments[0]", GENERAL)
        assert await page.js("return document.querySelector('#main textarea').value") == ""
        await page.do(chrome.refresh)
        await page.do((await page.one(f"#side a[href$='{MIRAI}']")).click)
        await page.until("return document.querySelector('#main textarea').value === '書きかけ'")
        await page.write(Keys.ENTER)
        await page.shows("書きかけ")
        await page.do(chrome.refresh)
        await page.shows("書きかけ")
        assert await page.js("return document.querySelector('#main textarea').value") == ""


async def test_one_reads_on_where_one_is_and_new_ones_begin_at_their_mark(chrome: Chrome, tmp_path: Path) -> None:
    at_end = (
        "const log = document.querySelector('#log'); return log.scrollHeight - log.scrollTop - log.clientHeight < 2"
    )
    async with page_of(chrome, tmp_path) as page:
        for number in range(60):
            await say(page.scene, MIKA, MIRAI, f"前の {number}")
        await page.open(AIKO, MIRAI)
        await page.until(at_end)
        await page.js("document.querySelector('#m-' + arguments[0]).querySelector('.reply').click()", _last(page))
        await page.shows("スレッド", "#thread")
        await page.until(at_end)  # narrower now
        await page.js("document.querySelector('#log').scrollTop = 300")
        await say(page.scene, MIKA, MIRAI, "新しい")
        await page.shows("新しい")
        assert await page.js("return document.querySelector('#log').scrollTop") == 300
        await page.do((await page.one(f"#side a[href$='{GENERAL}']")).click)
        await page.until("return document.querySelector('#main').dataset.room === arguments[0]", GENERAL)
        for number in range(40):
            await say(page.scene, MIKA, MIRAI, f"後の {number}")
        await page.do((await page.one(f"#side a[href$='{MIRAI}']")).click)
        await page.until(
            "const mark = document.querySelector('#log .new'), log = document.querySelector('#log');"
            "if (!mark) return false; const below = mark.getBoundingClientRect().top - log.getBoundingClientRect().top;"
            "return below >= 0 && below < 60"
        )


def _last(page: Page) -> str:
    return page.scene.server.sandbox.world.channels[MIRAI].messages[-1].ts.replace(".", "-")


async def test_a_window_whose_person_leaves_goes_elsewhere(chrome: Chrome, tmp_path: Path) -> None:
    async with page_of(chrome, tmp_path) as page:
        await page.open(AIKO, MIRAI)
        await page.write("書きかけ")
        story.TURNS["archive"](page.scene.server.live, channel=MIRAI, user=AIKO)
        await page.shows("アーカイブされているため", "#main .closed")
        story.TURNS["unarchive"](page.scene.server.live, channel=MIRAI, user=AIKO)
        await page.until("return document.querySelector('#main textarea')?.value === '書きかけ'")
        story.TURNS["leave"](page.scene.server.live, channel=MIRAI, user=AIKO)
        await page.until("return location.pathname.endsWith('/' + arguments[0] + '/')", AIKO)
        assert not await page.js("return document.body.textContent.includes('mirai')")
