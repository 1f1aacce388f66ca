"""Proposals: `/vendor-review proposals` lists what waits; confirm and refuse stand there and in the notice."""

from __future__ import annotations

from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, Whisper, show, whisper
from handlers.slack.requests import ActionPress, Command, Submitted
from message_templates import ids, kit
from message_templates.catalogs import text
from message_templates.notes import note_view
from message_templates.proposal import decided_text, proposal_list, refuse_modal
from message_templates.starting import list_modal


async def on_proposals(services: Services, request: Command) -> Reply:
    """What waits for a decision."""
    found = await services.proposing.waiting(request.press)
    t = text(await services.people.language(request.who))
    return whisper(t("proposal.waiting", count=found.total), proposal_list(t, found))


async def on_home(services: Services, request: ActionPress) -> Reply:
    """The same from the Home tab, as a modal."""
    view = await _list(services, request, "")
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def _list(services: Services, request: ActionPress, said: str) -> kit.Json:
    """The list as a modal, below what was just said."""
    found = await services.proposing.waiting(request.press)
    t = text(await services.people.language(request.who))
    above = [kit.section(kit.plain(said)), kit.divider()] if said else []
    return list_modal(t, "proposal.title", [*above, *proposal_list(t, found)])


async def on_confirm(services: Services, request: ActionPress) -> Reply:
    """It becomes an engagement."""
    (engagement_id,) = ids.unpack(_chosen(request), 1)
    done = await services.proposing.confirm(request.press, engagement_id)
    t = text(await services.people.language(request.who))
    sentence = decided_text(t, done)
    if request.view_id:
        return Reply(effects=(UpdateView(request.view_id, await _list(services, request, sentence)),))
    said = Whisper(request.response_url, kit.fallback(sentence), [kit.section(kit.plain(sentence))])
    return Reply(effects=(said,))


async def on_refuse(services: Services, request: ActionPress) -> Reply:
    """Ask why not."""
    (engagement_id,) = ids.unpack(_chosen(request), 1)
    what = await services.proposing.look(request.press, engagement_id)
    t = text(await services.people.language(request.who))
    view = refuse_modal(t, what)
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


async def on_refused(services: Services, request: Submitted) -> Reply:
    """It is not taken in, with the reason."""
    (engagement_id,) = ids.unpack(request.metadata, 1)
    reason = str(request.values.get(ids.field_block("reason")) or "")
    done = await services.proposing.refuse(request.press, engagement_id, reason)
    t = text(await services.people.language(request.who))
    return show(note_view(t, decided_text(t, done), "note.done_title"))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.PROPOSAL_CONFIRM, on_confirm),
    Route("action", ids.Do.PROPOSAL_REFUSE, on_refuse),
    Route("view", ids.View.PROPOSAL_REFUSE, on_refused),
    Route("action", ids.Do.HOME_PROPOSALS, on_home),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("proposals", on_proposals),)
