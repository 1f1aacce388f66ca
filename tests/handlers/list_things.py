"""What people press on in the list: the modal in its states, its forms, and a list as it looked before it was a modal."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from typing import TYPE_CHECKING, Any

from message_templates import ids, kit
from tests.handlers.cast import LOBBY, SEC
from tests.handlers.slackside import Modal, card

if TYPE_CHECKING:
    from tests.handlers.stage import Scene

Json = dict[str, Any]
Opened = Callable[[Any, str, Json], Awaitable[Modal]]


async def list_things(made: Scene, opened: Opened) -> None:
    """The second of several pages, a narrowed list with a shared filter beside it, and what lies on top of a list."""
    slack = made.slack

    async def typed(text: str) -> Modal:
        return await opened(made, SEC, slack.command(SEC, text, LOBBY))

    async def pressed(modal: str, do: str) -> Modal:
        return await opened(made, SEC, slack.press(SEC, made.modals[modal], do))

    made.modals["list"] = await typed("list 2")
    made.modals["list filter"] = await pressed("list", ids.Do.LIST_FILTER)
    made.modals["list save"] = await pressed("list", ids.Do.LIST_SAVE)
    saved = slack.submit(SEC, made.modals["list save"], {"name": "個人データ", "shared": ["yes"]})
    assert not (await slack.send(saved)).problems
    made.modals["list save"] = await pressed("list", ids.Do.LIST_SAVE)
    made.modals["list narrowed"] = await typed("list 個人データなし")
    body = slack.submit(SEC, made.modals["list"], {"pick": ["yes"]})
    made.modals["list bulk"] = Modal((await slack.send(body)).ack["view"])
    made.cards["old list"] = card(_as_it_was(), LOBBY, alone=True)
    with closing(sqlite3.connect(made.path)) as db:
        db.execute("delete from home_picture")
        db.commit()


def _as_it_was() -> list[Json]:
    """The buttons under a list that was a message; they are still in people's channels."""
    back = kit.button("前の15件", ids.Do.LIST_BACK, ids.pack(1))
    return [kit.actions([back, kit.button("次の15件", ids.Do.LIST_PAGE, ids.pack(3))])]
