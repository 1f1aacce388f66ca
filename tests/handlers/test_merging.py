"""Merging through Slack: what differs is chosen on the screen that confirms, and the choice counts."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.domain.ledger import Supplier
from tests.handlers.cast import SEC
from tests.handlers.stage import Scene
from tests.handlers.stage_merging import TWINS

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def put_back(stage: Scene) -> AsyncIterator[Scene]:
    yield stage
    stage.restore()


@pytest.mark.parametrize(("choice", "language"), [("kept", "en"), ("gone", "ja")])
async def test_the_choice_on_the_screen_counts(put_back: Scene, choice: str, language: str) -> None:
    modal = put_back.modals["merge confirm"]
    asked = {b["block_id"].rpartition(".")[2] for b in modal.content["blocks"] if b["type"] == "input"}
    assert asked == {"language"}, "what else differs is filled by itself"
    done = await put_back.slack.send(put_back.slack.submit(SEC, modal, {"language": choice}))
    assert not done.problems
    async with put_back.app.db.read() as tx:
        (kept,) = await tx.find(Supplier, name=TWINS[1])
    assert (kept.language, kept.subcontracts) == (language, True)
