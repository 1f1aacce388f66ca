"""What stands on the stage of a supplier's record: its pages, the forms that lie on them, and the team's own fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from message_templates import ids
from tests.handlers.cast import LOBBY, SEC, mark
from tests.handlers.slackside import Modal, card

if TYPE_CHECKING:
    from tests.handlers.stage import Scene


async def record_things(made: Scene, opened: Any) -> None:
    """Opened as the security team opens them."""
    slack = made.slack

    async def pressed(thing: Any, do: str, **how: Any) -> Modal:
        found: Modal = await opened(made, SEC, slack.press(SEC, thing, do, **how))
        return found

    done = await slack.send(slack.command(SEC, f"show {mark(1, '株式会社')}", LOBBY))
    made.cards["glance"] = card(done.ack["blocks"], LOBBY, alone=True)
    made.modals["record"] = await pressed(made.cards["glance"], ids.Do.RECORD_OPEN)
    made.modals["record work"] = work = await pressed(made.cards["glance"], ids.Do.RECORD_OPEN, nth=1)
    made.modals["record edit"] = await pressed(work, ids.Do.RECORD_EDIT)
    made.modals["cloud"] = await pressed(work, ids.Do.CLOUD)
    papers = await pressed(made.modals["record"], ids.Do.RECORD_PAGE, choose="書類")
    form = await pressed(papers, ids.Do.RECORD_EDIT)
    body = slack.submit(SEC, form, {"title": mark(1, "契約書"), "link": "https://docs.example.com/1"})
    saved = await slack.send(body)
    assert "登録しました" in saved.returned, saved.returned
    made.modals["record papers"] = await pressed(made.modals["record"], ids.Do.RECORD_PAGE, choose="書類")
    made.modals["record then"] = await pressed(made.modals["record"], ids.Do.RECORD_DAY, choose="2026-11-01")
    made.modals["fields"] = await opened(made, SEC, slack.command(SEC, "fields", LOBBY))
    made.modals["field"] = await pressed(made.modals["fields"], ids.Do.FREE_FIELD)
