"""`/vendor-review list [page]` with its buttons, and `/vendor-review show <name or number>`."""

from __future__ import annotations

import unicodedata

from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import Reply, UpdateView, Whisper, whisper
from handlers.slack.requests import ActionPress, Command
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.ledger import candidates_blocks, count_line, page_blocks, record_blocks
from message_templates.starting import list_modal


async def on_list(services: Services, request: Command) -> Reply:
    """A page of the ledger."""
    page = await services.reading.page(request.press, _page(" ".join(request.words[1:]) or "1"))
    t = Text(await services.people.language(request.who))
    return whisper(count_line(t, page), page_blocks(t, page))


async def on_list_page(services: Services, request: ActionPress) -> Reply:
    """Another page in place of this one."""
    (number,) = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)
    page = await services.reading.page(request.press, _page(number))
    t = Text(await services.people.language(request.who))
    if request.view_id:  # opened from the Home tab
        view = list_modal(t, "ledger.title", page_blocks(t, page))
        return Reply(effects=(UpdateView(request.view_id, view),))
    said = Whisper(request.response_url, kit.fallback(count_line(t, page)), page_blocks(t, page), replace=True)
    return Reply(effects=(said,))


async def on_show(services: Services, request: Command) -> Reply:
    """One whole record, or who could be meant."""
    found = await services.reading.show(request.press, " ".join(request.words[1:]))
    t = Text(await services.people.language(request.who))
    if isinstance(found, Candidates):
        return whisper(t("ledger.candidates", words=found.words, total=found.total), candidates_blocks(t, found))
    return whisper(found.supplier.name, record_blocks(t, found))


def _page(word: str) -> int:
    number = unicodedata.normalize("NFKC", word)
    if not (number.isascii() and number.isdecimal() and len(number) < 8):
        raise Refusal(Code.BAD_PAGE)
    return int(number)


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.LIST_PAGE, on_list_page),
    Route("action", ids.Do.LIST_BACK, on_list_page),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("list", on_list), Subcommand("show", on_show))
