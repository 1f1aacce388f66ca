"""`/vendor-review subs <supplier>`: the tree of sub-contractors, a new one, and our approval.

All in one modal, like certificates: the tree, a form in its place, the tree again.
"""

from __future__ import annotations

from bot.domain.reading import Candidates
from bot.domain.refusal import Code, Refusal
from bot.domain.subcontracting import ADD_FIELDS, DECIDE_FIELDS
from bot.services import Services
from handlers.slack.certificates import held
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show, whisper
from handlers.slack.requests import ActionPress, Command, Request, Submitted
from message_templates import ids, subcontract
from message_templates.catalogs import Text, text
from message_templates.kit import Json
from message_templates.ledger import candidates_blocks


async def on_subs(services: Services, request: Command) -> Reply:
    """A supplier's tree."""
    found = await services.subcontracting.named(request.press, " ".join(request.words[1:]))
    t = await _words(services, request)
    if isinstance(found, Candidates):
        return whisper(t("ledger.candidates", words=found.words, total=found.total), candidates_blocks(t, found))
    return Reply(effects=(OpenView(request.press.trigger_id, subcontract.tree_view(t, found)),))


async def on_tree(services: Services, request: ActionPress) -> Reply:
    """A supplier's tree, from its record."""
    (supplier_id,) = ids.unpack(_chosen(request), 1)
    tree = await services.subcontracting.of(request.press, supplier_id)
    return _in_place(request, subcontract.tree_view(await _words(services, request), tree))


async def on_new(services: Services, request: ActionPress) -> Reply:
    """The form of a new one."""
    (supplier_id,) = ids.unpack(_chosen(request), 1)
    form = await services.subcontracting.form(request.press, supplier_id)
    return _in_place(request, subcontract.add_view(await _words(services, request), form))


async def on_edge(services: Services, request: ActionPress) -> Reply:
    """One of the tree, to decide on. The menu holds its id."""
    form = await services.subcontracting.edge(request.press, _chosen(request))
    return _in_place(request, subcontract.decide_view(await _words(services, request), form))


async def on_added(services: Services, request: Submitted) -> Reply:
    """Keep it and show the tree, or ask which company is meant."""
    (supplier_id,) = ids.unpack(request.metadata, 1)
    added = await services.subcontracting.add(request.press, supplier_id, held(request.values, ADD_FIELDS))
    t = await _words(services, request)
    if added.ask:
        return show(subcontract.add_view(t, added.ask))
    if added.tree is None:
        raise Refusal(Code.NOT_FOUND)
    return show(subcontract.tree_view(t, added.tree))


async def on_decided(services: Services, request: Submitted) -> Reply:
    """Keep the decision, and show the tree again."""
    edge_id, version = ids.unpack(request.metadata, 2)
    written = held(request.values, DECIDE_FIELDS)
    tree = await services.subcontracting.decide(request.press, edge_id, ids.number(version), written)
    return show(subcontract.tree_view(await _words(services, request), tree))


def _in_place(request: ActionPress, view: Json) -> Reply:
    """In place of the list that was pressed in; on top of any other modal (a record), else in a new one."""
    if request.view_id and request.callback_id == ids.View.LIST:
        return Reply(effects=(UpdateView(request.view_id, view),))
    return Reply(effects=(OpenView(request.trigger_id, view, push=bool(request.view_id)),))


async def _words(services: Services, request: Request) -> Text:
    return text(await services.people.language(request.who))


def _chosen(request: ActionPress) -> str:
    return request.chosen if isinstance(request.chosen, str) else ""


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.SUB_TREE, on_tree),
    Route("action", ids.Do.SUB_NEW, on_new),
    Route("action", ids.Do.SUB_EDGE, on_edge),
    Route("view", ids.View.SUB_NEW, on_added),
    Route("view", ids.View.SUB_EDGE, on_decided),
)
SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("subs", on_subs),)
