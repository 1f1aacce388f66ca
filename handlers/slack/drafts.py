"""Editing a checklist: its working copy, the forms that lie on it, and publishing it."""

from __future__ import annotations

from bot.services import Services
from handlers.slack.checklists import anew, chosen_of, shown
from handlers.slack.registry import Route
from handlers.slack.replies import OpenView, Reply, show
from handlers.slack.requests import ActionPress, Submitted
from message_templates import ids
from message_templates.catalogs import Text
from message_templates.checklist_form import edit_view, publish_view

SAME = "same_"


async def on_draft(services: Services, request: ActionPress) -> Reply:
    """Begin a working copy, or go on in the one that is there."""
    key, what = ids.unpack(chosen_of(request), 2)
    done = await services.checklist_edits.open_draft(request.press, key, what)
    return await shown(services, request.press, request.view_id, "draft", done.key)


async def on_edit(services: Services, request: ActionPress) -> Reply:
    """Open a form over it."""
    what, key, arg = ids.unpack(chosen_of(request), 3)
    form = await services.checklist_edits.form(request.press, what, key, arg)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.trigger_id, edit_view(t, form, request.view_id), push=True),))


async def on_edited(services: Services, request: Submitted) -> Reply:
    """Save it; where somebody was faster, the form comes again with both."""
    what, key, arg, seen, below = ids.unpack(request.metadata, 5)
    held = {ids.field_name(block): value or "" for block, value in request.values.items()}
    saved = await services.checklist_edits.save(request.press, what, key, arg, seen, held)
    if saved.again:
        return show(edit_view(Text(await services.people.language(request.who)), saved.again, below))
    return anew(services, request.press, below, "draft", saved.key, saved.section)


async def on_act(services: Services, request: ActionPress) -> Reply:
    """Move, remove, or throw the working copy away."""
    do, key, version, arg = ids.unpack(chosen_of(request), 4)
    done = await services.checklist_edits.act(request.press, do, key, ids.number(version), arg)
    if do == "discard":
        return await shown(services, request.press, request.view_id, "top" if done.key else "list", done.key)
    return await shown(services, request.press, request.view_id, "draft", key, "", done.section)


async def on_publish(services: Services, request: ActionPress) -> Reply:
    """The form that shows what changes and asks why."""
    (key,) = ids.unpack(chosen_of(request), 1)
    form = await services.publishing.form(request.press, key)
    t = Text(await services.people.language(request.who))
    return Reply(effects=(OpenView(request.trigger_id, publish_view(t, form, request.view_id), push=True),))


async def on_published(services: Services, request: Submitted) -> Reply:
    """Publish it; where the working copy was changed meanwhile, the form comes again."""
    key, version, below = ids.unpack(request.metadata, 3)
    held = {ids.field_name(block): str(value or "") for block, value in request.values.items()}
    said = {name.removeprefix(SAME): value == "yes" for name, value in held.items() if name.startswith(SAME) and value}
    done = await services.publishing.publish(request.press, key, ids.number(version), held.get("reason", ""), said)
    if done.again:
        return show(publish_view(Text(await services.people.language(request.who)), done.again, below))
    return anew(services, request.press, below, "top", key)


ROUTES: tuple[Route, ...] = (
    Route("action", ids.Do.CHECKLIST_DRAFT, on_draft),
    Route("action", ids.Do.CHECKLIST_EDIT, on_edit),
    Route("view", ids.View.CHECKLIST_EDIT, on_edited),
    Route("action", ids.Do.CHECKLIST_ACT, on_act),
    Route("action", ids.Do.CHECKLIST_PUBLISH, on_publish),
    Route("view", ids.View.CHECKLIST_PUBLISH, on_published),
)
