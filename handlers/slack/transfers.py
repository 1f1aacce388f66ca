"""Ledger files: the buttons under what an import would do, the dialogue of columns, and `/vendor-review export [xlsx|csv]`.

Files themselves come as events of the bot's DM (`events.py` → `bot/services/event_work.py`).
"""

from __future__ import annotations

from bot.domain.columns import PASSED
from bot.domain.transfers import MANY_COLUMNS
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, Whisper, show, whisper
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.notes import note_view
from message_templates.transfer import LEAVE, columns_view


async def on_import(services: Services, request: ActionPress) -> Reply:
    """Import what this card shows."""
    await services.transfers.order(request.press, *_pressed(request))
    return await _said(services, request, "transfer.ordered")


async def on_stop(services: Services, request: ActionPress) -> Reply:
    """Do not."""
    await services.transfers.stop(request.press, *_pressed(request))
    return await _said(services, request, "transfer.stopped")


async def on_columns(services: Services, request: ActionPress) -> Reply:
    """Ask what the unknown columns are."""
    found = await services.transfers.columns(request.press, *_pressed(request))
    view = columns_view(await _words(services, request), found.id, found.cycle, found.unknown)
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def on_decided(services: Services, request: Submitted) -> Reply:
    """Check it again with what was decided."""
    transfer_id, cycle = ids.unpack(request.metadata, 2)
    chosen = [request.values.get(ids.field_block(f"column{n}")) for n in range(MANY_COLUMNS)]
    targets = [PASSED if one == LEAVE else str(one) for one in chosen if one]
    await services.transfers.decide(request.press, transfer_id, ids.number(cycle), targets)
    t = await _words(services, request)
    return show(note_view(t, t("transfer.checking"), "note.wait_title"))


async def on_export(services: Services, request: Command) -> Reply:
    """Have it sent."""
    await services.transfers.export(request.press, " ".join(request.words[1:]))
    t = await _words(services, request)
    return whisper(t("transfer.export_asked"), [kit.section(kit.plain(t("transfer.export_asked")))])


async def on_export_pressed(services: Services, request: ActionPress) -> Reply:
    """The same from the Home tab and from the list, as a workbook."""
    await services.transfers.export(request.press, "")
    t = await _words(services, request)
    view = note_view(t, t("transfer.export_asked"))
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


async def _said(services: Services, request: ActionPress, key: str) -> Reply:
    sentence = (await _words(services, request))(key)
    return Reply(effects=(Whisper(request.response_url, sentence, [kit.section(kit.plain(sentence))]),))


def _pressed(request: ActionPress) -> tuple[str, int]:
    transfer_id, cycle = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 2)
    return transfer_id, ids.number(cycle)


async def _words(services: Services, request: Request) -> Text:
    return Text(await services.people.language(request.who))


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.FILE_IMPORT, on_import),
    Route("action", ids.Do.FILE_STOP, on_stop),
    Route("action", ids.Do.FILE_COLUMNS, on_columns),
    Route("view", ids.View.FILE_COLUMNS, on_decided),
    Route("action", ids.Do.LEDGER_EXPORT, on_export_pressed),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("export", on_export),)
