"""`/vendor-review round`: the form, the preview page by page, and the word that lets it all leave."""

from __future__ import annotations

from bot.domain.round_views import RoundWish
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, FormValue, Submitted
from message_templates import ids
from message_templates.catalogs import text
from message_templates.notes import note_view
from message_templates.round import preview_modal, round_modal


async def on_round(services: Services, request: Command) -> Reply:
    """The command: the form."""
    form = await services.rounds.form(request.press)
    return Reply(effects=(OpenView(request.press.trigger_id, round_modal(text(form.language), form)),))


async def on_draft(services: Services, request: Submitted) -> Reply:
    """The filled-in form: the first page of the preview."""
    (listed,) = ids.unpack(request.metadata, 1) if request.metadata else [""]
    drafted = await services.rounds.draft(request.press, _wish(request.values).model_copy(update={"listed": listed}))
    preview = await services.rounds.page(request.press, drafted.round_id, 0)
    return show(preview_modal(text(preview.language), preview))


async def on_page(services: Services, request: ActionPress) -> Reply:
    """The previous or the next recipient."""
    round_id, page = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 2)
    preview = await services.rounds.page(request.press, round_id, ids.number(page))
    view = preview_modal(text(preview.language), preview)
    return Reply(effects=(UpdateView(request.view_id, view, hash=request.view_hash),))


async def on_cancel(services: Services, request: ActionPress) -> Reply:
    """Not this round."""
    (round_id,) = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)
    cancelled = await services.rounds.cancel(request.press, round_id)
    t = text(cancelled.language)
    return Reply(effects=(UpdateView(request.view_id, note_view(t, t("round.cancelled"), "note.done_title")),))


async def on_open(services: Services, request: Submitted) -> Reply:
    """Open it; or show the preview again where what it showed has changed."""
    round_id, _page = ids.unpack(request.metadata, 2)
    opened = await services.rounds.open(request.press, round_id)
    t = text(opened.language)
    if not opened.opened:
        preview = await services.rounds.page(request.press, round_id, 0, changed=True)
        return show(preview_modal(t, preview))
    sentence = t("round.opened", owners=opened.owners, suppliers=opened.suppliers)
    return show(note_view(t, sentence, "note.done_title"))


def _wish(values: dict[str, FormValue]) -> RoundWish:
    def entered(name: str) -> str:
        return str(values.get(ids.field_block(name)) or "")

    def several(name: str) -> tuple[str, ...]:
        found = values.get(ids.field_block(name)) or []
        return tuple(found) if isinstance(found, list) else ()

    return RoundWish(
        title=entered("title"),
        checklists=several("checklists"),
        due_on=entered("due_on"),
        attest_by=entered("attest_by"),
        departments=several("departments"),
    )


SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("round", on_round),)

ROUTES: tuple[Route, ...] = (
    Route("view", ids.View.ROUND, on_draft),
    Route("view", ids.View.ROUND_PREVIEW, on_open),
    Route("action", ids.Do.ROUND_PREVIOUS, on_page),
    Route("action", ids.Do.ROUND_NEXT, on_page),
    Route("action", ids.Do.ROUND_CANCEL, on_cancel),
)
