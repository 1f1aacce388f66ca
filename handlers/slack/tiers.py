"""`/vendor-review tier [supplier]`: its risk tiers with their reasons, and the form that sets another one for a time."""

from __future__ import annotations

from bot.domain.entered import day
from bot.domain.reading import Candidates
from bot.domain.tiers import Wish
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show, whisper
from handlers.slack.requests import ActionPress, Command, Submitted
from message_templates import ids
from message_templates.catalogs import Text, text
from message_templates.ledger import candidates_blocks
from message_templates.notes import note_view
from message_templates.tier import BACK, set_sentence, tier_modal, tiers_modal


async def on_tier(services: Services, request: Command) -> Reply:
    """One supplier's tiers, who could be meant, or what needs a look."""
    found = await services.tiers.sheet(request.press, " ".join(request.words[1:]))
    if isinstance(found, Candidates):
        t = Text(await services.people.language(request.who))
        return whisper(t("ledger.candidates", words=found.words, total=found.total), candidates_blocks(t, found))
    return Reply(effects=(OpenView(request.press.trigger_id, tiers_modal(text(found.language), found)),))


async def on_home(services: Services, request: ActionPress) -> Reply:
    """What needs a look, from the Home tab."""
    found = await services.tiers.sheet(request.press, "")
    assert not isinstance(found, Candidates)
    return Reply(effects=(OpenView(request.trigger_id, tiers_modal(text(found.language), found)),))


async def on_change(services: Services, request: ActionPress) -> Reply:
    """The form, in place of the list; or of its own where the button stands in a message."""
    (engagement_id,) = ids.unpack(request.chosen if isinstance(request.chosen, str) else "", 1)
    form = await services.tiers.form(request.press, engagement_id)
    view = tier_modal(text(form.language), form)
    if request.view_id:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def on_set(services: Services, request: Submitted) -> Reply:
    """The filled-in form."""
    engagement_id, shown = ids.unpack(request.metadata, 2)
    done = await services.tiers.set(request.press, engagement_id, ids.number(shown), _wish(request))
    t = text(done.language)
    return show(note_view(t, set_sentence(t, done), "note.done_title"))


def _wish(request: Submitted) -> Wish:
    def entered(name: str) -> str:
        return str(request.values.get(ids.field_block(name)) or "")

    tier = entered("tier")
    if tier == BACK:
        return Wish(tier="", back=True)
    return Wish(tier=tier, reason=entered("reason"), until=day(entered("until"), "until"))


SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("tier", on_tier),)

ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.TIER_CHANGE, on_change),
    Route("action", ids.Do.HOME_TIERS, on_home),
    Route("view", ids.View.TIER, on_set),
)
