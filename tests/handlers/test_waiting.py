"""A modal that waits for a slow look: whatever comes of the look takes its place (K02)."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.refusal import Code, Refusal, Refusals
from handlers.slack.replies import OpenView, UpdateView, told, waiting
from handlers.slack.requests import Command
from message_templates.catalogs import Text
from sandbox.limits import check_view
from tests.kit import press

T = Text("ja")
VIEW = {"type": "modal", "title": {"type": "plain_text", "text": "x"}, "blocks": []}


def opening(work: Any, **more: str) -> OpenView:
    (effect,) = waiting(press("U1", trigger_id="t1", **more), T, work).effects
    assert isinstance(effect, OpenView)
    return effect


async def after(work: Any) -> dict[str, Any]:
    effect = opening(work)
    assert effect.then
    (update,) = (await effect.then("V1")).effects
    assert isinstance(update, UpdateView)
    assert update.view_id == "V1"
    assert check_view(update.view) == []
    return update.view


async def made() -> dict[str, Any]:
    return VIEW | {"blocks": [{"type": "divider"}]}


async def test_the_wait_is_opened_first_and_then_replaced() -> None:
    effect = opening(made)
    assert (effect.trigger_id, effect.view["callback_id"]) == ("t1", "vr1.wait")
    assert await after(made) == await made()


@pytest.mark.parametrize("error", [Refusal(Code.CHANNEL_UNSEEN), Refusals([Refusal(Code.CHANNEL_UNSEEN)])])
async def test_a_refusal_takes_its_place(error: Exception) -> None:
    async def refuses() -> dict[str, Any]:
        raise error

    view = await after(refuses)
    assert view["blocks"][0]["text"]["text"] == T("refusal.channel_unseen")


async def test_a_breakdown_takes_its_place_with_a_reference_that_stands_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def breaks() -> dict[str, Any]:
        raise RuntimeError("secret detail")

    text = (await after(breaks))["blocks"][0]["text"]["text"]
    reference = caplog.records[0].getMessage().split()[-1]
    assert reference in text
    assert "secret" not in text


async def test_where_it_cannot_be_opened_the_person_is_told_in_their_language_if_there_is_a_way() -> None:
    async def english() -> str:
        return "en"

    async def told_by(url: str) -> Any:
        request = Command(press=press("U1", response_url=url), words=(), channel_id="", channel_name="")
        (effect,) = told(waiting(request.press, T, made), request, english).effects
        assert isinstance(effect, OpenView)
        return effect.otherwise

    said = await told_by("https://hooks.example.com/1")
    (whisper,) = (await said.work()).effects
    assert (whisper.response_url, whisper.text) == ("https://hooks.example.com/1", Text("en")("note.not_opened"))
    assert await told_by("") is None
