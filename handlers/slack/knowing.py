"""`/vendor-review <supplier>`: what is known of it comes first; only then a form for new work.

The answer says who owns what and how it was judged, and asks whether the new need is that work. Where it is, nothing is
registered; where it is not, four questions tell what the new work would mean, and the register form opens from there.
"""

from __future__ import annotations

from bot.domain.knowing import NEEDS, Nobody
from bot.domain.reading import Candidates
from bot.services import Services
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply, Whisper, show, whisper
from handlers.slack.requests import ActionPress, Command, Submitted
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.knowing import (
    NEW,
    candidates_choice,
    known_blocks,
    known_title,
    meaning_view,
    need_view,
    nobody_blocks,
    same_blocks,
)
from message_templates.register import register_view


async def on_known(services: Services, request: Command) -> Reply:
    """What is known under these words."""
    found = await services.knowing.about(request.press, " ".join(request.words))
    t = Text(await services.people.language(request.who))
    if isinstance(found, Nobody):
        return whisper(t("known.nobody", words=found.words), nobody_blocks(t, found))
    if isinstance(found, Candidates):
        return whisper(t("ledger.candidates", words=found.words, total=found.total), candidates_choice(t, found))
    return whisper(known_title(t, found), known_blocks(t, found))


async def on_chosen(services: Services, request: ActionPress) -> Reply:
    """One of several that were meant."""
    found = await services.knowing.record(request.press, _one(request))
    t = Text(await services.people.language(request.who))
    return _instead(request, known_title(t, found), known_blocks(t, found))


async def on_same(services: Services, request: ActionPress) -> Reply:
    """It is work that is there."""
    same = await services.knowing.same(request.press, _one(request))
    t = Text(await services.people.language(request.who))
    return _instead(request, t("known.same_title"), same_blocks(t, same))


async def on_new(services: Services, request: ActionPress) -> Reply:
    """It is new work: what would it entrust?"""
    found = await services.knowing.record(request.press, _one(request))
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.trigger_id, need_view(t, found)),))


async def on_need(services: Services, request: Submitted) -> Reply:
    """What such work would mean."""
    (supplier_id,) = ids.unpack(request.metadata, 1)
    written = {name: str(request.values.get(ids.field_block(name)) or "") for name in NEEDS}
    found = await services.knowing.means(request.press, supplier_id, written)
    t = Text(await services.people.language(request.who))
    return show(meaning_view(t, found, services.knowing.titles(t.language)))


async def on_register(services: Services, request: ActionPress) -> Reply:
    """The register form, with the company in it."""
    chosen = _one(request)
    words = await services.knowing.words_for(request.press, "" if chosen == NEW else chosen)
    form = await services.companies.form(request.press, words.text, words.supplier_id)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.trigger_id, register_view(t, form), push=bool(request.view_id)),))


def _one(request: ActionPress) -> str:
    (found,) = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)
    return found


def _instead(request: ActionPress, title: str, blocks: list[kit.Json]) -> Reply:
    return Reply(effects=(Whisper(request.response_url, kit.fallback(title), blocks, replace=True),))


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.KNOWN_OPEN, on_chosen),
    Route("action", ids.Do.KNOWN_SAME, on_same),
    Route("action", ids.Do.KNOWN_NEW, on_new),
    Route("view", ids.View.NEED, on_need),
    Route("action", ids.Do.KNOWN_REGISTER, on_register),
)
