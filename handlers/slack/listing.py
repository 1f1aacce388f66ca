"""`/vendor-review list [words or a page]`: the list as a modal, narrowed, turned, ticked, and used for many at once."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.domain.bulk import What, read_what
from bot.domain.entered import some_line
from bot.domain.listing import ALL, AT_HOME, WORDS, Filter, read_filter
from bot.domain.permissions import Action
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids, kit
from message_templates.catalogs import Text, text
from message_templates.list_bulk import bulk_done_view, bulk_view
from message_templates.list_filter import filter_view, save_view
from message_templates.listing import list_view, picked, said_in_words
from message_templates.round import round_modal


async def on_list(services: Services, request: Command) -> Reply:
    """The list: everything, a page of it, or what the words say."""
    wanted, page = _asked(request.words[1:])
    opened = await services.listing.open(request.press, wanted, page)
    return _open(request.press.trigger_id, await _view(services, request, opened.list_id))


async def on_home(services: Services, request: ActionPress) -> Reply:
    """The list, from the Home tab: everything, or what one of its counts counted."""
    counted = ids.unpack(_chosen(request), 1)[0] if _chosen(request) else ""
    opened = await services.listing.open(request.press, AT_HOME.get(counted, ALL))
    return _open(request.trigger_id, await _view(services, request, opened.list_id))


async def on_old_page(services: Services, request: ActionPress) -> Reply:
    """A button of a list as it once was, with the number of a page: the list as it is now, at that page."""
    (number,) = ids.unpack(_chosen(request), 1)
    opened = await services.listing.open(request.press, page=_page(number))
    view = await _view(services, request, opened.list_id)
    return _instead(request.view_id, view) if request.view_id else _open(request.trigger_id, view)


async def on_turn(services: Services, request: ActionPress) -> Reply:
    """Another page, with the ticks of this one."""
    (number,) = ids.unpack(_chosen(request), 1)
    opened = await services.listing.turn(request.press, _list(request), _page(number), picked(request.values))
    return await _again(services, request, opened.list_id)


async def on_tick(services: Services, request: ActionPress) -> Reply:
    """A tick: kept, so that it survives a closed modal. What is shown stays as it is."""
    await services.listing.pick(request.press, _list(request), picked(request.values))
    return Reply()


async def on_choose(services: Services, request: ActionPress) -> Reply:
    """Everything that matches, or nothing."""
    (which,) = ids.unpack(_chosen(request), 1)
    opened = await services.listing.choose(request.press, _list(request), everything=which == "all")
    return await _again(services, request, opened.list_id)


async def on_reset(services: Services, request: ActionPress) -> Reply:
    """No filter."""
    opened = await services.listing.narrow(request.press, _list(request), ALL)
    return await _again(services, request, opened.list_id)


async def on_saved(services: Services, request: ActionPress) -> Reply:
    """A filter under a name."""
    opened = await services.listing.use(request.press, _list(request), _chosen(request))
    return await _again(services, request, opened.list_id)


# -- on top of the list --------------------------------------------------------------------------------------------------


async def on_filter(services: Services, request: ActionPress) -> Reply:
    """The form of the filter."""
    page = await services.listing.page(request.press, _list(request))
    view = filter_view(await _words(services, request), page, request.view_id)
    return _open(request.trigger_id, view, push=True)


async def on_set(services: Services, request: ActionPress) -> Reply:
    """A menu of that form: it counts when the form is submitted."""
    await services.starting.may(request.press, Action.READ_LEDGER)
    return Reply()


async def on_filtered(services: Services, request: Submitted) -> Reply:
    """The list below, narrowed."""
    list_id, below = ids.unpack(request.metadata, 2)
    wanted = read_filter({ids.field_name(block): held for block, held in request.values.items()})
    opened = await services.listing.narrow(request.press, list_id, wanted)
    return _instead(below, await _view(services, request, opened.list_id))


async def on_save(services: Services, request: ActionPress) -> Reply:
    """The form of the name."""
    page = await services.listing.page(request.press, _list(request))
    return _open(request.trigger_id, save_view(await _words(services, request), page, request.view_id), push=True)


async def on_name(services: Services, request: Submitted) -> Reply:
    """Saved; the list below can be chosen by it."""
    list_id, below = ids.unpack(request.metadata, 2)
    shared = bool(request.values.get(ids.field_block("shared")))
    await services.listing.save(request.press, list_id, _entered(request, "name"), shared=shared)
    return _instead(below, await _view(services, request, list_id))


async def on_forget(services: Services, request: ActionPress) -> Reply:
    """One is deleted: here, and from the list below."""
    list_id, below = ids.unpack(request.metadata, 2)
    (saved_id,) = ids.unpack(_chosen(request), 1)
    await services.listing.forget(request.press, list_id, saved_id)
    page = await services.listing.page(request.press, list_id)
    t = await _words(services, request)
    return Reply(
        effects=(UpdateView(request.view_id, save_view(t, page, below)), UpdateView(below, list_view(t, page)))
    )


async def on_bulk(services: Services, request: Submitted) -> Reply:
    """What can be done with what is chosen."""
    opened = await services.listing.pick(request.press, _list(request), picked(request.values))
    form = await services.bulk.form(request.press, opened.list_id)
    view = bulk_view(await _words(services, request), form, request.view_id)
    return Reply(ack={"response_action": "push", "view": view})


async def on_done(services: Services, request: Submitted) -> Reply:
    """Do it; reviews are started by the form of a round."""
    list_id, below, seen = ids.unpack(request.metadata, 3)
    what = read_what(_entered(request, "what"))
    if what is What.ROUNDS:
        form = await services.rounds.form(request.press, list_id)
        return show(round_modal(text(form.language), form))
    person, tag = _entered(request, "person"), _entered(request, "tag")
    done = await services.bulk.run(request.press, list_id, what, person, tag, seen=seen)
    shown = show(bulk_done_view(await _words(services, request), done))
    return Reply(ack=shown.ack, effects=(UpdateView(below, await _view(services, request, list_id)),))


# -- parts ---------------------------------------------------------------------------------------------------------------


def _asked(words: Sequence[str]) -> tuple[Filter, int]:
    """What stands behind the command: a page, words that name a condition, and words to look for."""
    line = some_line(" ".join(words), "", WORDS)
    plain = unicodedata.normalize("NFKC", line)
    if plain.isascii() and plain.isdecimal() and len(plain) < 5:
        return ALL, int(plain)
    return said_in_words(line.split()), 1


def _page(word: str) -> int:
    if not (word.isascii() and word.isdecimal() and len(word) < 8):
        raise Refusal(Code.BAD_PAGE)
    return int(word)


def _list(request: ActionPress | Submitted) -> str:
    (list_id,) = ids.unpack(request.metadata, 1)
    return list_id


async def _view(services: Services, request: Request, list_id: str) -> kit.Json:
    page = await services.listing.page(request.press, list_id)
    return list_view(await _words(services, request), page)


async def _again(services: Services, request: ActionPress, list_id: str) -> Reply:
    return _instead(request.view_id, await _view(services, request, list_id))


def _open(trigger_id: str, view: kit.Json, *, push: bool = False) -> Reply:
    return Reply(effects=(OpenView(trigger_id, view, push=push),))


def _instead(view_id: str, view: kit.Json) -> Reply:
    return Reply(effects=(UpdateView(view_id, view),))


async def _words(services: Services, request: Request) -> Text:
    return Text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


def _entered(request: Submitted, name: str) -> str:
    held = request.values.get(ids.field_block(name))
    return held if isinstance(held, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.LIST_PAGE, on_old_page),
    Route("action", ids.Do.LIST_BACK, on_old_page),
    Route("action", ids.Do.LIST_TURN, on_turn),
    Route("action", ids.Do.LIST_TICK, on_tick),
    Route("action", ids.Do.LIST_CHOOSE, on_choose),
    Route("action", ids.Do.LIST_RESET, on_reset),
    Route("action", ids.Do.LIST_SAVED, on_saved),
    Route("action", ids.Do.LIST_FILTER, on_filter),
    Route("action", ids.Do.LIST_FILTER_SET, on_set),
    Route("view", ids.View.LIST_FILTER, on_filtered),
    Route("action", ids.Do.LIST_SAVE, on_save),
    Route("view", ids.View.LIST_SAVE, on_name),
    Route("action", ids.Do.LIST_FORGET, on_forget),
    Route("view", ids.View.LIST_OPEN, on_bulk),
    Route("view", ids.View.LIST_BULK, on_done),
    Route("action", ids.Do.HOME_LIST, on_home),
    Route("action", ids.Do.HOME_COUNT, on_home),
)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("list", on_list),)
