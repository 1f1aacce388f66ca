"""`/vendor-review department [name]`: the form, filled where there is such a department, and saving it."""

from __future__ import annotations

from bot.domain.departments import DepartmentEntry
from bot.domain.refusal import Code, Refusal
from bot.services import Services
from handlers.slack.registry import Route, Subcommand
from handlers.slack.replies import OpenView, Reply, show
from handlers.slack.requests import Command, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.department import NEW, department_saved_view, department_view


async def on_department(services: Services, request: Command) -> Reply:
    """Open the form."""
    form = await services.departments.form(request.press, " ".join(request.words[1:]))
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.press.trigger_id, department_view(t, form)),))


async def on_department_saved(services: Services, request: Submitted) -> Reply:
    """Save it."""
    department_id, version = ids.unpack(request.metadata, 2)
    if not version.isdecimal():
        raise Refusal(Code.NOT_FOUND)
    held = {field: str(request.values.get(ids.field_block(field)) or "") for field in DepartmentEntry.model_fields}
    saved = await services.departments.save(
        request.press, "" if department_id == NEW else department_id, int(version), DepartmentEntry(**held)
    )
    return show(department_saved_view(Text(await services.people.language(request.who)), saved))


ROUTES: tuple[Route, ...] = (Route("view", ids.View.DEPARTMENT, on_department_saved),)

SUBCOMMANDS: tuple[Subcommand, ...] = (Subcommand("department", on_department),)
