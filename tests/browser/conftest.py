"""What every test of the folder gets: one browser for the run, and seats in it; what is held against every one of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from selenium.webdriver import Chrome

from tests.browser.browser import chromium, complaints, network
from tests.browser.stage import Scene, Stage, standing
from tests.browser.window import Window

DESK, PHONE = (1280, 800), (390, 844)


class Seats:
    """Where people sit down, in front of one stage at a time."""

    def __init__(self, driver: Chrome, folder: Path) -> None:
        self.driver, self.folder, self.windows = driver, folder, list[Window]()
        self.shots = folder / "shots"
        self.shots.mkdir()

    @contextmanager
    def before(self, *scenes: Scene) -> Iterator[Stage]:
        """A stage on which these scenes have been played. At the end no window has complained, and all are closed."""
        complaints(self.driver), network(self.driver)
        first = self.driver.current_window_handle
        with standing(self.folder, *scenes) as self.stage:
            yield self.stage
            assert complaints(self.driver) == [], self.shots
            for window in self.windows:
                window.front().close()
            self.driver.switch_to.window(first)
            self.windows.clear()

    def window(self, name: str, size: tuple[int, int] = DESK) -> Window:
        """A window of somebody, by the page where one chooses who to be."""
        made = Window(self.driver, name, self.shots, size)
        self.windows.append(made)
        made.front().get(f"{self.stage.url}/")
        made.click(name, ".chooser", "a")
        made.see("アプリ", within="#side") if size != DESK else made.see(name, within="#side .me")
        return made

    def leave(self) -> None:
        """What a failed test has left open; where the stage is gone, its pages have something to complain of."""
        for window in self.windows:
            window.front().close()
        self.driver.switch_to.window(self.driver.window_handles[0])


@pytest.fixture(scope="session")
def browser() -> Iterator[Chrome]:
    with chromium() as driver:
        yield driver


@pytest.fixture
def seats(browser: Chrome, tmp_path: Path) -> Iterator[Seats]:
    made = Seats(browser, tmp_path)
    yield made
    made.leave()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A failure has a picture of every window, and says where."""
    report = yield
    seats = getattr(item, "funcargs", {}).get("seats")
    if seats and report.failed and call.when == "call":  # type: ignore[attr-defined] - what pluggy sends
        shown = [str(window.shot("at-the-end")) for window in seats.windows]
        report.sections.append(("windows", "\n".join(shown)))  # type: ignore[attr-defined] - the same
    return report
