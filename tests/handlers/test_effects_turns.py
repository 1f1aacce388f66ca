"""Updates of one view keep their order, those of others do not wait, and nothing is kept of views that are done with."""

from __future__ import annotations

import asyncio
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from handlers.slack.effects import Effects
from handlers.slack.replies import Reply, UpdateView


class Slack:
    """Notes what is shown; the first update of V1 takes until it is let go."""

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.go = asyncio.Event()

    async def views_update(self, *, view_id: str, view: dict[str, Any]) -> None:
        if view == {"n": "1"} and view_id == "V1":
            await self.go.wait()
        self.shown.append((view_id, view["n"]))


async def test_one_view_in_order_others_meanwhile_and_nothing_is_kept() -> None:
    slack = Slack()
    effects = Effects(cast("AsyncWebClient", slack))
    wanted = [("V1", "1"), ("V1", "2"), ("V2", "1"), ("V1", "3")]
    effects.start([Reply(effects=(UpdateView(view, {"n": n}),)) for view, n in wanted])
    while ("V2", "1") not in slack.shown:
        await asyncio.sleep(0)
    assert slack.shown == [("V2", "1")]
    slack.go.set()
    await effects.drain()
    assert slack.shown == [("V2", "1"), ("V1", "1"), ("V1", "2"), ("V1", "3")]
    effects.start([Reply(effects=(UpdateView(f"V{n}", {"n": "2"}),)) for n in range(100)])
    await effects.drain()
    assert len(effects._locks) == 0
