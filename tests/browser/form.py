"""The modal on top of a window: its fields by their labels, as people fill them in.

Form(anna, "委託先の登録").fill("名称", "…").choose("部門", "物流部").submit("登録する")
"""

from __future__ import annotations

from selenium.webdriver import Keys
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from tests.browser.window import DIALOG, Window


class Form:
    """Waits for the modal with this title."""

    def __init__(self, window: Window, title: str) -> None:
        self.window = window
        window.see(title, within=f"{DIALOG} .modal > header")

    def box(self, label: str, nth: int = 0) -> WebElement:
        """The input with this label, from its label to its hint. `nth` where several are called so."""
        return self.window.until(lambda: self._boxes(label)[nth], f"no field {label}")

    def _boxes(self, label: str) -> list[WebElement]:
        path = f"//dialog[@open]//div[@class='label'][starts-with(normalize-space(.), '{label}')]/../.."
        return [*self.window.front().find_elements(By.XPATH, path), *([None] * 9)]  # type: ignore[list-item] - waited for

    def _click(self, label: str, css: str, nth: int = 0, words: str = "") -> None:
        def clicked() -> bool:
            found = [one for one in self.box(label, nth).find_elements(By.CSS_SELECTOR, css) if words in one.text]
            if found:
                found[0].click()
            return bool(found)

        self.window.until(clicked, f"nothing to click in {label}: {css} {words}")

    def fill(self, label: str, text: str, nth: int = 0) -> Form:
        """Into a text field, in place of what stands there."""
        self._click(label, ".field", nth)
        self.window.chord(Keys.CONTROL, "a")
        self.window.keys(text)
        return self

    def choose(self, label: str, option: str) -> Form:
        """From a menu."""
        self._click(label, "select option", words=option)
        return self

    def tick(self, label: str, option: str) -> Form:
        """A radio button or a box, by the words beside it."""
        self._click(label, ".ticks label", words=option)
        return self

    def date(self, label: str, iso: str) -> Form:
        """Key by key, as Chromium's field takes it in English: month, day, year."""
        year, month, day = iso.split("-")
        self._click(label, "input[type=date]")
        self.window.keys(*([Keys.ARROW_LEFT] * 3), month, day, year, Keys.TAB)
        return self

    def pick(self, label: str, typed: str, name: str) -> Form:
        """From a list to search in."""
        self._click(label, ".combo input")
        self.window.keys(typed)
        self.window.click(name, DIALOG, ".offers li")
        self.window.see(name, within=f"{DIALOG} .chip")
        return self

    def shown(self, label: str, nth: int = 0) -> str:
        """What a field holds."""
        return self.box(label, nth).find_element(By.CSS_SELECTOR, ".field").get_property("value") or ""  # type: ignore[return-value] - a string here

    def ticked(self, label: str) -> str:
        """What is ticked, in words."""
        boxes = self.box(label).find_elements(By.CSS_SELECTOR, ".ticks label")
        return "、".join(one.text for one in boxes if one.find_element(By.CSS_SELECTOR, "input").is_selected())

    def wrong(self, label: str, words: str) -> Form:
        """The error under a field."""
        below = "./following-sibling::*[1][contains(@class, 'error')]"
        self.window.until(
            lambda: any(words in one.text for one in self.box(label).find_elements(By.XPATH, below)),
            f"no error {words!r} under {label}",
        )
        return self

    def submit(self, words: str) -> None:
        """The button at the bottom."""
        self.window.click(words, f"{DIALOG} footer", "button")

    def close(self, words: str = "") -> None:
        """The cross, or a button at the bottom; waits until no modal is left."""
        self.window.click(words, DIALOG, "footer button" if words else "header .x")
        self.window.until(lambda: not self.window.all(DIALOG), "the modal is still open")
