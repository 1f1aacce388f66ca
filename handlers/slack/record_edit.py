"""Editing a supplier's record: the forms of its parts, removing a document, and the cloud wizard.

A form lies on the open record; when it is saved, the record below is drawn anew.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.cloud import QUESTIONS, classed, written
from bot.domain.documents import FILE
from bot.domain.editing import Entered
from bot.domain.press import Press
from bot.domain.record import Spot
from bot.services import Services
from bot.services.editing import CLOUD, cloud_target
from handlers.slack.registry import Route
from handlers.slack.replies import Later, OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, FormValue, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.cloud import classed_view, cloud_view
from message_templates.record import record_view
from message_templates.record_form import UNKNOWN, edit_view, saved_view
from message_templates.record_spots import spot_of, unpack_target


async def on_edit(services: Services, request: ActionPress) -> Reply:
    """Open the form of a part."""
    target, _below = unpack_target(_chosen(request))
    form = await services.editing.form(request.press, target)
    t = Text(await services.people.language(request.who))
    below = request.view_id if request.callback_id == ids.View.RECORD else ""
    view = edit_view(t, form, below)
    return Reply(effects=(OpenView(request.press.trigger_id, view, push=bool(request.view_id)),))


async def on_edited(services: Services, request: Submitted) -> Reply:
    """Save it; where somebody else was faster, the form comes again with both values."""
    target, below = unpack_target(request.metadata)
    saved = await services.editing.save(request.press, target, entered(request.values), _files(request))
    t = Text(await services.people.language(request.who))
    if saved.again:
        return show(edit_view(t, saved.again, below))
    return _anew(services, show(saved_view(t, saved)), request.press, below, spot_of(target))


async def on_remove(services: Services, request: ActionPress) -> Reply:
    """Take a document out of the record."""
    (document_id,) = ids.unpack(_chosen(request), 1)
    saved = await services.editing.remove(request.press, document_id)
    return _anew(services, Reply(), request.press, request.view_id, spot_of(saved.target))


async def on_cloud(services: Services, request: ActionPress) -> Reply:
    """Open the cloud wizard."""
    (engagement_id,) = ids.unpack(_chosen(request), 1)
    form = await services.editing.cloud(request.press, engagement_id)
    t = Text(await services.people.language(request.who))
    view = cloud_view(t, form, request.view_id)
    return Reply(effects=(OpenView(request.press.trigger_id, view, push=bool(request.view_id)),))


async def on_classed(services: Services, request: Submitted) -> Reply:
    """Store what follows from the answers; where somebody classed it meanwhile, the form of the part shows both."""
    supplier_id, engagement_id, below, *shown = ids.unpack(request.metadata, 3 + len(CLOUD))
    held = {ids.field_name(block): _text(value) for block, value in request.values.items()}
    answers = {question: held.get(question, "") for question in QUESTIONS}
    fields = written(answers, held.get("basis", ""), held.get("url", ""), held.get("checked_on", ""))
    target = cloud_target(supplier_id, engagement_id)
    texts = {n: Entered(text=fields[n], shown=digest) for n, digest in zip(CLOUD, shown, strict=True)}
    saved = await services.editing.save(request.press, target, texts)
    t = Text(await services.people.language(request.who))
    if saved.again:
        return show(edit_view(t, saved.again, below))
    view = classed_view(t, saved, classed(answers))
    return _anew(services, show(view), request.press, below, spot_of(target))


def _anew(services: Services, reply: Reply, press: Press, below: str, spot: Spot) -> Reply:
    """The reply, and the record below as it is now."""
    if below in ("", "-"):
        return reply

    async def draw() -> Reply:
        record = await services.records.open(press, spot)
        t = Text(await services.people.language(press.who))
        return Reply(effects=(UpdateView(below, record_view(t, record)),))

    return Reply(ack=reply.ack, effects=(*reply.effects, Later(draw)))


def entered(values: Mapping[str, FormValue]) -> dict[str, Entered]:
    """What a form held, by field, with the digests of what it had shown."""
    return {
        ids.field_name(block): Entered(text=_text(held), shown=ids.field_digest(block))
        for block, held in values.items()
        if ids.field_digest(block)
    }


def _files(request: Submitted) -> list[str]:
    """Ids of the files that were put into the form."""
    held = request.values.get(ids.field_block(FILE))
    return held if isinstance(held, list) else []


def _text(held: FormValue) -> str:
    if isinstance(held, list):
        return "、".join(held)
    return "" if held in (None, UNKNOWN) else str(held)


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.RECORD_EDIT, on_edit),
    Route("view", ids.View.RECORD_EDIT, on_edited),
    Route("action", ids.Do.RECORD_REMOVE, on_remove),
    Route("action", ids.Do.CLOUD, on_cloud),
    Route("view", ids.View.CLOUD, on_classed),
)
