"""What reaches the browser: nothing of another supplier in any byte a window has received, and nothing from anywhere else.

Read from the browser's own account of the network: documents, parts, answers, events, scripts and files.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.browser.browser import Json, body, network
from tests.browser.conftest import DESK, Seats
from tests.browser.form import Form
from tests.browser.stage import RIVAL_COMPANY, two_asked
from tests.browser.window import DIALOG, MAIN, THREAD, Window
from tests.journeys import acts
from tests.journeys.short_checklist import PATCH, PERSON, RULES
from tests.journeys.town import ANNA, CH2, RIVAL, SEC1, SUP2, Town

PLANTED = "planted-7c1e"
OF_THE_OTHER = (PLANTED, RIVAL_COMPANY, "ほしぞら", "来栖", "ext-hoshizora", CH2)
IDS = (RIVAL, SUP2)


async def the_other_supplier_is_busy(t: Town) -> None:
    """Answers, remarks, a reply and a file, all with the marker; and one thing typed that is not sent."""
    await acts.page(t, RIVAL, CH2, 0)
    await acts.choose(t, RIVAL, PERSON, "no")
    await acts.remark(t, RIVAL, PERSON, f"{PLANTED} 補足")
    await t.slack.person(RIVAL).close(everything=True)
    await t.settle()
    hub = await acts.hub(t, RIVAL, CH2)
    file = (f"{PLANTED}-資料.txt", f"{PLANTED} ファイル".encode())
    await t.slack.person(RIVAL).say(CH2, f"{PLANTED} 返信", thread_ts=hub.ts, files=[file])
    await t.settle()


class Received:
    """All that a window has been sent since it was opened."""

    def __init__(self, window: Window) -> None:
        self.window, self.texts, self.hosts = window, dict[str, str](), set[str]()
        self._kinds: dict[str, str] = {}

    def note(self, what: str, told: Json) -> None:
        """One thing that the browser tells of its network."""
        request = str(told.get("requestId"))
        if what == "requestWillBeSent":
            url = urlsplit(told["request"]["url"])
            self.hosts.add(url.hostname or url.scheme)
            self._kinds[request] = f"{told.get('type')} {url.path}"
        elif what == "loadingFinished" and not self._kinds[request].startswith("EventSource"):
            self.texts[f"{self._kinds[request]} {request}"] = body(self.window.front(), request)
        elif what == "eventSourceMessageReceived":
            self.texts[f"event {len(self.texts)}"] = told["data"]

    def holding(self, words: tuple[str, ...]) -> dict[str, list[str]]:
        """Which of the words came, and with what."""
        return {word: where for word in words if (where := [key for key, text in self.texts.items() if word in text])}

    def kinds(self) -> set[str]:
        return {key.split(" ")[0] for key in self.texts}


class Wire:
    """Everybody's windows, straight at their own pages: the page that asks who to be lists everybody, and is nobody's."""

    def __init__(self, seats: Seats) -> None:
        self.seats, self.received = seats, dict[str, Received]()

    def open(self, name: str, user: str) -> Received:
        window = Window(self.seats.driver, name, self.seats.shots, DESK)
        self.seats.windows.append(window)
        received = self.received[window.handle] = Received(window)
        window.front().get(f"{self.seats.stage.url}/as/{user}/")
        return received

    def take(self) -> None:
        """What has come meanwhile, before the browser forgets it."""
        for handle, message in network(self.seats.driver):
            if handle in self.received:
                self.received[handle].note(message["method"].removeprefix("Network."), message["params"])


@pytest.mark.timeout(300)
def test_no_byte_of_another_supplier_and_nothing_from_elsewhere(seats: Seats) -> None:
    with seats.before(two_asked) as stage:
        wire = Wire(seats)
        theirs, ours = wire.open("安藤 花", ANNA), wire.open("佐藤 花子", SEC1)
        anna, sec = theirs.window, ours.window
        sec.go("ext-hoshizora")
        anna.see("0 / 4 問", within=MAIN)
        anna.answer("ご回答のお願い")
        stage.do(the_other_supplier_is_busy(stage.town))
        sec.see("1 / 4 問", "2 件の返信", within=MAIN)
        sec.answer("ご回答のお願い")
        sec.see(f"{PLANTED} 返信", f"{PLANTED}-資料.txt", within=THREAD)
        wire.take()
        everything(anna)
        wire.take()
        assert theirs.holding(OF_THE_OTHER + IDS) == {}
        assert set(ours.holding(OF_THE_OTHER)) == set(OF_THE_OTHER), "the same look finds it where it may be"
        assert theirs.hosts == ours.hosts == {"127.0.0.1"}
        assert theirs.kinds() >= {"Document", "Script", "Stylesheet", "Fetch", "event"}


def everything(anna: Window) -> None:
    """A look into every corner: the form with its pages, the thread, messages of the app, Home, names to mention."""
    anna.click("0/2 体制")
    Form(anna, "体制").tick(RULES, "はい").fill("補足", "来期に改訂").submit("次へ")
    Form(anna, "機器").tick(PATCH, "いいえ").close()
    anna.see("2 / 4 問", within=MAIN)
    anna.composer()
    anna.keys("@")
    anna.see("別当 進", within=f"{MAIN} .offers")
    anna.keys(" #")
    anna.see("ext-mikazuki", within=f"{MAIN} .offers")
    anna.click("", MAIN, ".people-of summary")
    anna.see("佐藤 花子", within=f"{MAIN} .people-of")
    anna.go("ホーム")
    anna.see("This is still a work in progress", within=MAIN)
    anna.go("Bot")
    assert not anna.all(DIALOG)
