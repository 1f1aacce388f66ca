"""Files of documents: asked back from the record, and dropped in the bot's DM to be put into one.

The file of a new document in the record's own form is the form's (`record_edit.py`); a dropped one comes as an event.
"""

from __future__ import annotations

from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply, show
from handlers.slack.requests import ActionPress, Submitted, Suggest
from message_templates import ids
from message_templates.catalogs import Text, text
from message_templates.notes import note_view
from message_templates.paper import NAME, WHERE, filed_text, given_text, paper_view, place_options


async def on_get(services: Services, request: ActionPress) -> Reply:
    """Have a document's file sent to one's DM; a note on top of the record says so."""
    (document_id,) = ids.unpack(_chosen(request), 1)
    given = await services.papers.give(request.press, document_id)
    t = Text(await services.people.language(request.who))
    view = note_view(t, given_text(t, given), "note.done_title")
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


async def on_file(services: Services, request: ActionPress) -> Reply:
    """Ask where a dropped file belongs."""
    transfer_id, cycle = ids.unpack(_chosen(request), 2)
    form = await services.papers.form(request.press, transfer_id, ids.number(cycle))
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.trigger_id, paper_view(t, form)),))


async def on_typed(services: Services, request: Suggest) -> Reply:
    """Records and works for what is being typed."""
    found = await services.papers.suggest(request.press, request.typed)
    return Reply(ack=place_options(text(await services.people.language(request.who)), found))


async def on_filed(services: Services, request: Submitted) -> Reply:
    """Put it there."""
    transfer_id, cycle = ids.unpack(request.metadata, 2)
    chosen, title = (request.values.get(ids.field_block(name)) for name in (WHERE, NAME))
    if not isinstance(chosen, str) or not chosen:
        raise Refusal(Code.EMPTY, WHERE)
    kind, key = ids.unpack(chosen, 2)
    filed = await services.papers.file(request.press, transfer_id, ids.number(cycle), kind, key, str(title or ""))
    t = Text(await services.people.language(request.who))
    return show(note_view(t, filed_text(t, filed), "note.done_title"))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.DOCUMENT_GET, on_get),
    Route("action", ids.Do.DOCUMENT_FILE, on_file),
    Route("options", ids.Do.DOCUMENT_WHERE, on_typed),
    Route("view", ids.View.DOCUMENT_FILE, on_filed),
)
