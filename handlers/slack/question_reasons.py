"""「設問と理由」 in the preview of a round and in the judge's form: why each question is asked or left out."""

from __future__ import annotations

from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply, UpdateView
from handlers.slack.requests import ActionPress
from message_templates import ids
from message_templates.catalogs import text
from message_templates.question_reasons import reasons_modal


async def on_why(services: Services, request: ActionPress) -> Reply:
    """A page, on top of the modal in which it was asked for; further pages in its place."""
    chosen = request.chosen if isinstance(request.chosen, str) else ""
    subject, subject_id, supplier_id, page = ids.unpack(chosen, 4)
    found = await services.question_reasons.page(request.press, subject, subject_id, supplier_id, ids.number(page))
    view = reasons_modal(text(await services.people.language(request.who)), found)
    if request.callback_id == ids.View.QUESTIONS_WHY:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return Reply(effects=(OpenView(request.trigger_id, view, push=True),))


ROUTES: tuple[Route, ...] = (Route("action", ids.Do.QUESTIONS_WHY, on_why),)
