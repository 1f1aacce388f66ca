"""`/vendor-review merge <supplier>`: two records of one company become one; without a name, what can be taken back."""

from __future__ import annotations

from bot.domain.merge_facts import FACTS
from bot.domain.reading import Candidates
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, Whisper, show, whisper
from handlers.slack.requests import ActionPress, Command, Submitted
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.ledger import candidates_blocks
from message_templates.merging import (
    KEPT,
    OTHER,
    WORDS,
    done_view,
    form_view,
    lines_blocks,
    preview_view,
    undone_sentence,
)


async def on_merge(services: Services, request: Command) -> Reply:
    """The form for a record, or the newest mergings."""
    words = " ".join(request.words[1:])
    if not words:
        lines = await services.merging.lines(request.press)
        t = Text(await services.people.language(request.who))
        return whisper(t("merge.title"), lines_blocks(t, lines))
    form = await services.merging.form(request.press, words)
    t = Text(await services.people.language(request.who))
    if isinstance(form, Candidates):
        return whisper(t("ledger.candidates", words=form.words, total=form.total), candidates_blocks(t, form))
    return Reply(effects=(OpenView(request.press.trigger_id, form_view(t, form)),))


async def on_chosen(services: Services, request: Submitted) -> Reply:
    """Which two: what it would do."""
    (one_id,) = ids.unpack(request.metadata, 1)
    other, words, kept = (str(request.values.get(ids.field_block(name)) or "") for name in (OTHER, WORDS, KEPT))
    preview = await services.merging.preview(request.press, one_id, "" if words.strip() else other, words, kept)
    return show(preview_view(Text(await services.people.language(request.who)), preview))


async def on_confirmed(services: Services, request: Submitted) -> Reply:
    """Do it."""
    kept_id, gone_id = ids.unpack(request.metadata, 2)
    said = {name: request.values.get(ids.field_block(name)) for name in FACTS}
    chosen = {name: value for name, value in said.items() if isinstance(value, str) and value}
    done = await services.merging.merge(request.press, kept_id, gone_id, chosen)
    return show(done_view(Text(await services.people.language(request.who)), done))


async def on_undo(services: Services, request: ActionPress) -> Reply:
    """Take one back."""
    (merge_id,) = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)
    done = await services.merging.undo(request.press, merge_id)
    t = Text(await services.people.language(request.who))
    sentence = undone_sentence(t, done)
    said = Whisper(request.response_url, kit.fallback(sentence), [kit.section(kit.plain(sentence))], replace=True)
    return Reply(effects=(said,))


ROUTES: tuple[Route, ...] = (
    Route("view", ids.View.MERGE, on_chosen),
    Route("view", ids.View.MERGE_CONFIRM, on_confirmed),
    Route("action", ids.Do.MERGE_UNDO, on_undo),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("merge", on_merge),)
