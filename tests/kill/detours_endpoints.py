"""Detours of endpoints that move, and of outside people whom nobody registered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.client import Person
from tests.journeys.town import ANNA, BOT, CH1, SEC1, SEC_CHANNEL, START, SUP1
from tests.kill.acts import close, find, row, through
from tests.kill.play import Leg, Play, at_rest


async def _moved(play: Play) -> None:
    """While its supplier answers: the request goes to the new channel, the old one says that it moved."""
    new = await play.t.slack.create_channel("ext-new", [SEC1, ANNA, BOT], private=True, connected=[SUP1])
    await at_rest(play)
    sec = play.t.slack.person(SEC1)

    async def move() -> None:
        shown = await _looked_at(sec, new)
        if shown:
            await sec.submit()

    await play.do(
        move, row(play, f"SELECT 1 FROM endpoint WHERE channel_id = '{new}'"), "the endpoint in its new channel"
    )
    await close(sec)
    await find(play.t.slack.person(ANNA), "ご回答のお願い", new)
    await play.until(row(play, "SELECT 1 FROM old_hub WHERE outcome = 'said'"), "the old request says that it moved")


async def _looked_at(sec: Person, new: str) -> bool:
    """The form that moves the endpoint, from wherever the bot died."""
    await close(sec)
    await sec.command("/vendor-review", "link", channel=CH1)
    here = await sec.wait_modal(timeout=5, fits=lambda m: bool(m.fields))
    await sec.press(here, label="移す")
    chosen = await sec.wait_modal("vr1.endpoint_move", timeout=5)
    await sec.choose(chosen.fields[0].block_id, new)
    await sec.submit()
    shown = await sec.wait_modal(timeout=5, fits=lambda m: m.callback_id != "vr1.wait")
    return shown.callback_id == "vr1.endpoint_move_confirm"


async def _unregistered(play: Play) -> None:
    """The next day the team is asked about guests; one of them is no partner."""
    sec = play.t.slack.person(SEC1)
    await play.t.slack.set_clock(START + timedelta(days=1))
    asked = await find(sec, "業務の委託先ですか", SEC_CHANNEL)

    buttons = [
        e for block in asked.blocks for e in block.get("elements", ()) if e.get("action_id") == "vr1.stranger_no"
    ]

    async def no() -> Any:
        return await sec.press(asked, value=buttons[0]["value"], label="いいえ")

    answered = "SELECT 1 FROM stranger WHERE state = 'no'"
    await through(play, sec, no, {"理由": "共同研究の相手"}, row(play, answered), answered)
    await close(sec)


DETOURS = (
    Leg("moved", _moved, after="round"),
    Leg("unregistered", _unregistered, after="set up"),
)
