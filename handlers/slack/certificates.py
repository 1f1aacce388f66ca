"""`/vendor-review certs [supplier]`: a supplier's certificates, entering and ending them, and the look into the register.

All in one modal: a list whose buttons put a form in its place, and a saved form that puts the list there again.
"""

from __future__ import annotations

from bot.domain.certifying import CHECK_FIELDS, FIELDS
from bot.domain.reading import Candidates
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, UpdateView, show, whisper
from handlers.slack.requests import ActionPress, Command, FormValue, Request, Submitted
from message_templates import certificate, ids
from message_templates.catalogs import Text, text
from message_templates.kit import Json
from message_templates.ledger import candidates_blocks


async def on_certs(services: Services, request: Command) -> Reply:
    """A supplier's list; without a name what runs out next."""
    words = " ".join(request.words[1:])
    if not words:
        soon = await services.certificates.soon(request.press)
        t = await _words(services, request)
        return whisper(certificate.soon_text(t, soon), certificate.soon_blocks(t, soon))
    found = await services.certificates.named(request.press, words)
    t = await _words(services, request)
    if isinstance(found, Candidates):
        return whisper(t("ledger.candidates", words=found.words, total=found.total), candidates_blocks(t, found))
    return Reply(effects=(OpenView(request.press.trigger_id, certificate.certificates_view(t, found)),))


async def on_list(services: Services, request: ActionPress) -> Reply:
    """A supplier's list, from a message or from another modal."""
    (supplier_id,) = ids.unpack(_chosen(request), 1)
    shown = await services.certificates.of(request.press, supplier_id)
    return _in_place(request, certificate.certificates_view(await _words(services, request), shown))


async def on_new(services: Services, request: ActionPress) -> Reply:
    """The empty form."""
    (supplier_id,) = ids.unpack(_chosen(request), 1)
    form = await services.certificates.form(request.press, supplier_id=supplier_id)
    return _in_place(request, certificate.certificate_view(await _words(services, request), form))


async def on_edit(services: Services, request: ActionPress) -> Reply:
    """The form of one that is there."""
    (certificate_id,) = ids.unpack(_chosen(request), 1)
    form = await services.certificates.form(request.press, certificate_id=certificate_id)
    return _in_place(request, certificate.certificate_view(await _words(services, request), form))


async def on_check(services: Services, request: ActionPress) -> Reply:
    """The form of a look into the register."""
    (certificate_id,) = ids.unpack(_chosen(request), 1)
    form = await services.certificates.check_form(request.press, certificate_id)
    return _in_place(request, certificate.check_view(await _words(services, request), form))


async def on_saved(services: Services, request: Submitted) -> Reply:
    """Keep it, and show the list again."""
    supplier_id, certificate_id, version = ids.unpack(request.metadata, 3)
    known = "" if certificate_id == certificate.NEW else certificate_id
    written = held(request.values, FIELDS)
    shown = await services.certificates.save(request.press, supplier_id, known, ids.number(version), written)
    return show(certificate.certificates_view(await _words(services, request), shown))


async def on_checked(services: Services, request: Submitted) -> Reply:
    """Append what was found, and show the list again."""
    certificate_id, version = ids.unpack(request.metadata, 2)
    written = held(request.values, CHECK_FIELDS)
    shown = await services.certificates.check(request.press, certificate_id, ids.number(version), written)
    return show(certificate.certificates_view(await _words(services, request), shown))


def held(values: dict[str, FormValue], fields: tuple[str, ...]) -> dict[str, str]:
    """What the inputs of a form hold as text; several chosen values stand with commas between them."""
    found = {}
    for name in fields:
        value = values.get(ids.field_block(name))
        found[name] = ",".join(value) if isinstance(value, list) else str(value or "")
    return found


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
    Route("action", ids.Do.CERT_LIST, on_list),
    Route("action", ids.Do.CERT_NEW, on_new),
    Route("action", ids.Do.CERT_EDIT, on_edit),
    Route("action", ids.Do.CERT_CHECK, on_check),
    Route("view", ids.View.CERT, on_saved),
    Route("view", ids.View.CERT_CHECK, on_checked),
)
SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("certs", on_certs),)
