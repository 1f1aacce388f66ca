"""What a press opens is opened once, or the person is told, whatever the line to Slack does meanwhile."""

from __future__ import annotations

import pytest

from handlers.slack import effects
from sandbox import views
from tests.handlers.cast import CH4, SEC
from tests.handlers.slackside import Outcome
from tests.handlers.stage import Scene

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOT_OPENED = "画面を開けませんでした"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many tries as ever, without the pauses between them."""
    monkeypatch.setattr(effects, "IN_A_TRIGGER", (0.0,) * len(effects.IN_A_TRIGGER))
    monkeypatch.setattr(effects, "IN_A_MODAL", (0.0,) * len(effects.IN_A_MODAL))


async def typed(stage: Scene, text: str, *faults: tuple[str, str], times: int = 1) -> Outcome:
    """A command, while the next calls of some methods meet a fault."""
    stage.restore()
    live = stage.slack.live
    for view in live.sandbox.world.views.values():
        view.open = False
    for what, method in faults:
        live.faults.arm(what, method, times)
    try:
        return await stage.slack.send(stage.slack.command(SEC, text, CH4))
    finally:
        live.faults.clear()


def on_screen(stage: Scene) -> list[str]:
    """Titles of the modals that are open at the person, from below."""
    return [v.content["title"]["text"] for v in views.stack(stage.slack.live.sandbox.world, SEC)]


@pytest.mark.parametrize("fault", ["lost_answer", "lost_request"])
@pytest.mark.parametrize("times", [1, 2])
async def test_a_form_opens_once_whatever_is_lost(stage: Scene, fault: str, times: int) -> None:
    outcome = await typed(stage, "register", (fault, "views.open"), times=times)
    assert on_screen(stage) == ["委託先の登録"]
    assert outcome.problems == []
    assert NOT_OPENED not in outcome.returned


@pytest.mark.parametrize("fault", ["lost_answer", "lost_request"])
@pytest.mark.parametrize("method", ["views.open", "views.update"])
async def test_what_takes_the_place_of_please_wait_comes_all_the_same(stage: Scene, fault: str, method: str) -> None:
    outcome = await typed(stage, "link", (fault, method))
    (title,) = on_screen(stage)
    assert title != "確認しています", "the wait stands for ever"
    assert outcome.problems == []


async def test_who_gets_no_window_is_told_so(stage: Scene) -> None:
    outcome = await typed(stage, "register", ("lost_request", "views.open"), times=100)
    assert on_screen(stage) == []
    assert NOT_OPENED in outcome.returned
    assert [e["user"] for e in outcome.entries if e["kind"] == "ephemeral"] == [SEC]


async def test_a_refusal_of_slack_is_not_asked_for_again(stage: Scene) -> None:
    body = stage.slack.command(SEC, "register", CH4)
    stage.slack.live.triggers.use(body["trigger_id"])
    outcome = await stage.slack.send(body)
    opened = [e for e in outcome.entries if e["kind"] == "api" and e["method"] == "views.open"]
    assert [e["error"] for e in opened] == ["exchanged_trigger_id"]
    assert NOT_OPENED in outcome.returned
