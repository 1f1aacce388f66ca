"""What stands on the stage of checklists: one with a version of the team's own, a newer file and a draft; another untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.domain.checklist_versions import Shelf
from message_templates import ids
from tests.handlers.cast import LOBBY, SEC
from tests.handlers.slackside import Modal

if TYPE_CHECKING:
    from tests.handlers.stage import Scene

KEY, OTHER = "remote_work", "incident_impact"


async def checklists(made: Scene, opened: Any) -> None:
    """Made by the security team's own presses."""
    slack = made.slack

    async def pressed(thing: Modal, do: str, **how: Any) -> Modal:
        found: Modal = await opened(made, SEC, slack.press(SEC, thing, do, **how))
        return found

    async def turned(thing: Modal, *parts: Any) -> Modal:
        return await pressed(thing, ids.Do.CHECKLIST_TURN, value=ids.pack(*parts))

    made.modals["checklists"] = listed = await opened(made, SEC, slack.command(SEC, "checklists", LOBBY))
    made.modals["checklist 2"] = await turned(listed, "top", OTHER, "", 0)
    top = await turned(listed, "top", KEY, "", 0)
    draft = await pressed(top, ids.Do.CHECKLIST_DRAFT)
    await _reworded(made, pressed, draft, "端末を持ち出すことがありますか。")
    publish = await pressed(draft, ids.Do.CHECKLIST_PUBLISH)
    done = await slack.send(slack.submit(SEC, publish, {"reason": "わかりやすくした"}))
    assert not done.problems, done.problems
    async with made.app.db.begin("test.file") as tx:  # as if the folder had got a newer file since
        shelf = await tx.one(Shelf, key=KEY)
        assert shelf
        await tx.put(shelf.model_copy(update={"file_hash": "older"}))
        made.ids["checklist version"] = shelf.version_id or ""
    made.modals["checklist"] = top = await turned(listed, "top", KEY, "", 0)
    versions = await turned(top, "versions", KEY, "", 0)
    made.modals["checklist difference"] = await turned(versions, "differs", KEY, made.ids["checklist version"], 0)
    made.modals["checklist retire"] = await pressed(top, ids.Do.CHECKLIST_RETIRE)
    made.modals["checklist draft"] = draft = await pressed(top, ids.Do.CHECKLIST_DRAFT)
    await _reworded(made, pressed, draft, "仕事の端末を持ち出しますか。")
    made.modals["checklist draft"] = draft = await pressed(top, ids.Do.CHECKLIST_DRAFT)
    made.modals["checklist question"] = await pressed(draft, ids.Do.CHECKLIST_EDIT, nth=4)
    made.modals["checklist publish"] = await pressed(draft, ids.Do.CHECKLIST_PUBLISH)


async def _reworded(made: Scene, pressed: Any, draft: Modal, words: str) -> None:
    form = await pressed(draft, ids.Do.CHECKLIST_EDIT, nth=4)
    done = await made.slack.send(made.slack.submit(SEC, form, {"text_ja": words}))
    assert not done.problems, done.problems
    assert "errors" not in done.ack, done.ack
