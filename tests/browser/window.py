"""A person's window: what is to be seen in it, and what they do with mouse and keys.

    anna = seats.window("安藤 花")          # chosen on the first page
    anna.go("ext-mikazuki"); anna.see("ご回答のお願い"); anna.click("0/2 体制")

Things are found by the words on them, and only where they can be seen. Whatever is waited for has a minute; what does not come
is an AssertionError that shows the window. To add something people do: a method here, or in `form.py` for a modal.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
    TimeoutException,
)
from selenium.webdriver import ActionChains, Chrome, Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 60.0
AGAIN = (
    ElementClickInterceptedException,
    ElementNotInteractableException,
    NoSuchElementException,
    StaleElementReferenceException,
)
"""The page was redrawn in between, or something lies over it for a moment: look again."""
MAIN, SIDE, THREAD, DIALOG, TOASTS, CLOCK = "#main", "#side", "#thread", "dialog[open]", "#toasts", "#clock"
Found = TypeVar("Found")


class Window:
    """One window of the browser. `shots` is where its pictures go."""

    def __init__(self, driver: Chrome, name: str, shots: Path, size: tuple[int, int]) -> None:
        driver.switch_to.new_window("window")
        self.driver, self.name, self.shots, self.handle = driver, name, shots, driver.current_window_handle
        driver.execute_cdp_cmd("Emulation.setFocusEmulationEnabled", {"enabled": True})
        shape = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
        driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", shape)

    def front(self) -> Chrome:
        """The driver, with this window before it."""
        self.driver.switch_to.window(self.handle)
        return self.driver

    # -- looking --------------------------------------------------------------------------------------------------------

    def shot(self, step: str) -> Path:
        """A picture."""
        number = len(list(self.shots.glob("*.png"))) + 1
        path = self.shots / f"{number:02}-{self.name.replace(' ', '')}-{step}.png"
        self.front().save_screenshot(str(path))
        return path

    def until(self, look: Callable[[], Found | None], what: str) -> Found:
        """What `look` finds, as soon as it finds something."""
        driver = self.front()
        try:
            return WebDriverWait(driver, PATIENCE, 0.1, ignored_exceptions=AGAIN).until(lambda _: look())
        except TimeoutException:
            raise AssertionError(f"{self.name}: {what}\n{self.shot('missed')}\n{self.words('body')}") from None

    def all(self, css: str, words: str = "") -> list[WebElement]:
        """What can be seen, in the order of the page."""
        found = self.front().find_elements(By.CSS_SELECTOR, css)
        return [one for one in found if one.is_displayed() and words in one.text]

    def one(self, css: str, words: str = "") -> WebElement:
        """The first that can be seen; waits for it."""
        return self.until(lambda: next(iter(self.all(css, words)), None), f"no {css} with {words!r}")

    def words(self, within: str = "body") -> str:
        """What can be read in a part; "" where it is not shown."""
        return "\n".join(part.text for part in self.front().find_elements(By.CSS_SELECTOR, within))

    def see(self, *words: str, within: str = "#app") -> str:
        """Waits until all of it can be read; gives all that is there."""
        return self.until(lambda: self._has(words, within), f"{words} cannot be read in {within}")

    def _has(self, words: tuple[str, ...], within: str) -> str | None:
        text = self.words(within)
        return text if all(word in text for word in words) else None

    def gone(self, *words: str, within: str = "#app") -> None:
        """Waits until none of it can be read."""
        self.until(lambda: not any(word in self.words(within) for word in words), f"{words} is still in {within}")

    # -- doing ------------------------------------------------------------------------------------------------------------

    def click(self, words: str, within: str = MAIN, what: str = "button, a, summary, label") -> None:
        """The last thing with these words, as the newest stands at the end."""
        css = ", ".join(f"{within} {one.strip()}" for one in what.split(","))

        def pressed() -> bool:
            found = self.all(css, words)
            if found:
                found[-1].click()
            return bool(found)

        self.until(pressed, f"nothing to click with {words!r} in {within}")

    def keys(self, *keys: str) -> None:
        """To whatever has the focus."""
        self.front()
        ActionChains(self.driver, duration=0).send_keys(*keys).perform()

    def chord(self, held: str, key: str) -> None:
        """Two keys at once."""
        self.front()
        ActionChains(self.driver, duration=0).key_down(held).send_keys(key).key_up(held).perform()

    def focused(self) -> str:
        """What has the focus, as an assistive program would call it, or by its words."""
        active = self.front().switch_to.active_element
        return "" if active.tag_name == "body" else active.accessible_name or active.text

    # -- a chat client --------------------------------------------------------------------------------------------------------

    def go(self, room: str) -> None:
        """By the list at the side."""
        self.click(room, SIDE, "a")
        self.until(lambda: self.all(f"{SIDE} a[aria-current]", room), f"{room} is not the room that is shown")

    def composer(self, within: str = MAIN) -> WebElement:
        field = self.one(f"{within} .composer textarea")
        field.click()
        return field

    def say(self, words: str, within: str = MAIN, file: Path | None = None) -> None:
        """Type and send, with a file where one is given."""
        self.composer(within)
        if file:
            picker = self.driver.find_element(By.CSS_SELECTOR, f"{within} .composer input[type=file]")
            picker.send_keys(str(file))
            self.see(file.name, within=f"{within} .composer")
            self.composer(within)
        self.keys(words, Keys.ENTER)

    def answer(self, words: str) -> None:
        """Open the thread of a message of the app with these words: what leads there shows when the mouse is over it."""
        message = self.one(f"{MAIN} article:has(h4)", words)
        head = message.find_element(By.CSS_SELECTOR, ".head")
        ActionChains(self.driver, duration=0).scroll_to_element(head).move_to_element(head).perform()
        self.click("返信", what=f"#{message.get_attribute('id')} .reply, #{message.get_attribute('id')} .replies")
        self.see("スレッド", within=THREAD)

    def command(self, words: str) -> None:
        """The command of the app, taken from the list that opens after the slash."""
        self.composer()
        self.keys("/ven")
        self.see("/vendor-review", within=f"{MAIN} .offers")
        self.keys(Keys.ENTER)
        self.gone("/vendor-review", within=f"{MAIN} .offers")
        self.keys(words, Keys.ENTER)

    def move_clock(self, step: str) -> None:
        """By the clock at the top."""
        if not self.all(f"{CLOCK} .panel"):
            self.click("", CLOCK, "summary")
        self.click(step, CLOCK, "button")
