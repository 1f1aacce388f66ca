"""Suppliers' people: the hub's buttons, the paged form, the submission.

Opening a page reads and writes in the press's transaction; the modal is opened after the acknowledgement.
"""

from __future__ import annotations

from bot.domain.answers import Entry
from bot.services import Services
from bot.services.answering import Shown
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply, UpdateView, show
from handlers.slack.requests import ActionPress, Closed, FormValue, Submitted
from message_templates import ids
from message_templates.catalogs import text
from message_templates.notes import note_view
from message_templates.page import missing_modal, page_modal, submit_modal


async def on_hub_open(services: Services, request: ActionPress) -> Reply:
    """A page button on the hub."""
    review_id, endpoint_id, page = ids.unpack(_value(request), 3)
    shown = await services.answering.open(request.press, review_id, endpoint_id, ids.number(page))
    return Reply(effects=(OpenView(request.trigger_id, _view(shown)),))


async def on_choose(services: Services, request: ActionPress) -> Reply:
    """A choice in the form: kept at once. The modal changes only where somebody else was faster."""
    (token,) = ids.unpack(request.metadata, 1)
    found = ids.question_part(request.block_id)
    if not found:
        return Reply()
    beside = entries(request.values).get(found[0])
    comment = beside.comment if beside else None
    chosen = await services.answering.choose(request.press, token, found[0], request.chosen, comment)
    if chosen.page is None:
        return Reply()
    return Reply(effects=(UpdateView(request.view_id, page_modal(text(chosen.page.language), chosen.page)),))


async def on_turn(services: Services, request: Submitted) -> Reply:
    """The submit button of a page: save it, show the next."""
    (token,) = ids.unpack(request.metadata, 1)
    return show(_view(await services.answering.turn(request.press, token, entries(request.values), "next")))


async def on_back(services: Services, request: ActionPress) -> Reply:
    """Back: what stands in the inputs is saved on the way."""
    (token,) = ids.unpack(request.metadata, 1)
    shown = await services.answering.turn(request.press, token, entries(request.values), "back")
    return Reply(effects=(UpdateView(request.view_id, _view(shown), hash=request.view_hash),))


async def on_jump(services: Services, request: ActionPress) -> Reply:
    """The page menu, or a button in the list of what is missing."""
    if request.callback_id == ids.View.MISSING:
        token, page = ids.unpack(_value(request), 2)
    else:
        (token,), page = ids.unpack(request.metadata, 1), _value(request)
    shown = await services.answering.turn(request.press, token, entries(request.values), ids.number(page))
    return Reply(effects=(UpdateView(request.view_id, _view(shown), hash=request.view_hash),))


async def on_closed(services: Services, request: Closed) -> Reply:
    """× or the close button: what Slack tells of the inputs is saved; choices were saved already."""
    (token,) = ids.unpack(request.metadata, 1)
    await services.answering.turn(request.press, token, entries(request.values), "close")
    return Reply()


async def on_hub_submit(services: Services, request: ActionPress) -> Reply:
    """The hub's submit button: what is missing, or the confirmation."""
    review_id, endpoint_id = ids.unpack(_value(request), 2)
    ask = await services.submitting.ask(request.press, review_id, endpoint_id)
    if ask.missing:
        view = missing_modal(text(ask.missing.language), ask.missing)
    elif ask.submit:
        view = submit_modal(text(ask.submit.language), ask.submit)
    else:
        return Reply()
    return Reply(effects=(OpenView(request.trigger_id, view),))


async def on_submit(services: Services, request: Submitted) -> Reply:
    """The confirmed submission."""
    review_id, endpoint_id = ids.unpack(request.metadata, 2)
    name = str(request.values.get(ids.field_block("name")) or "")
    role = str(request.values.get(ids.field_block("role")) or "")
    done = await services.submitting.submit(request.press, review_id, endpoint_id, name, role)
    t = text(done.language)
    return show(note_view(t, t("submit.done"), "note.done_title"))


def entries(values: dict[str, FormValue]) -> dict[str, Entry]:
    """What stands in a page's inputs, by question id: the value and the comment of each."""
    found: dict[str, dict[str, FormValue]] = {}
    for block, value in values.items():
        part = ids.question_part(block)
        if part:
            found.setdefault(part[0], {})[part[1]] = value
    return {key: Entry(_blank(parts.get("v")), str(parts.get("c") or "")) for key, parts in found.items()}


def _blank(value: FormValue) -> FormValue:
    """Nothing chosen and nothing typed are one: no answer."""
    return None if value in ("", []) else value


def _value(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


def _view(shown: Shown) -> dict[str, object]:
    if shown.page:
        return page_modal(text(shown.page.language), shown.page)
    if shown.missing:
        return missing_modal(text(shown.missing.language), shown.missing)
    raise LookupError("nothing to show")


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.HUB_OPEN, on_hub_open),
    Route("action", ids.Do.PAGE_CHOOSE, on_choose),
    Route("action", ids.Do.PAGE_BACK, on_back),
    Route("action", ids.Do.PAGE_JUMP, on_jump),
    Route("action", ids.Do.HUB_SUBMIT, on_hub_submit),
    Route("view", ids.View.PAGE, on_turn),
    Route("view", ids.View.SUBMIT, on_submit),
    Route("closed", ids.View.PAGE, on_closed),
)
