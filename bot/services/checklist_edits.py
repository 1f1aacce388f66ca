"""Editing a checklist's working copy: begun, changed piece by piece, thrown away.

The security team shares one working copy a checklist. A form remembers what it showed: where somebody else changed the same
piece meanwhile, it comes again with their words beside what was typed; a change of another piece is in nobody's way.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, cast

from bot.domain import draft_forms as forms
from bot.domain import drafting as edits
from bot.domain.business_days import Calendar
from bot.domain.checklist import Checklist
from bot.domain.checklist_versions import Draft
from bot.domain.checklist_views import Done, DraftPage, Edited, EditForm
from bot.domain.people import Actor
from bot.domain.permissions import Action, require, roles
from bot.domain.press import Press
from bot.domain.refusal import Code, Refusal
from bot.services.checklist_sides import there
from bot.services.desk import Desk
from bot.services.drafting import Drafting
from bot.services.library import Library
from message_templates.catalogs import text
from storage import checklists, people
from storage.tx import Tx

HEAD, SECTION, NEW_SECTION, QUESTION, NEW_LIST = "head", "section", "new_section", "question", "new_list"
FORMS = (HEAD, SECTION, NEW_SECTION, QUESTION, NEW_LIST)
UP, DOWN, REMOVE, SECTION_UP, SECTION_DOWN, DISCARD = "up", "down", "remove", "section_up", "section_down", "discard"

What = Literal["head", "section", "new_section", "question", "new_list"]


class ChecklistEdits:
    """The security team's use cases over working copies."""

    def __init__(self, desk: Desk, library: Library, drafting: Drafting, calendar: Calendar) -> None:
        self._desk = desk
        self._library = library
        self._drafting = drafting
        self._calendar = calendar

    async def open_draft(self, press: Press, key: str, what: str) -> Done:
        """A working copy of what is asked now, or of the newer file; one that is there is gone on with. Raises Refusal."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Done:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            draft, one = await tx.one(Draft, key=key), (await self._library.standing(tx)).get(key)
            if draft is None or what == "file":
                one = there(one)
                content = there(one.file) if what == "file" else one.checklist
                if content.audience != "supplier":
                    raise Refusal(Code.NOT_FOUND)
                await self._drafting.put(tx, actor, content, now)
            return Done(key=key)

        return await self._desk.once("checklist_edits.begin", press, Done, work)

    async def page(self, press: Press, key: str, section: int) -> DraftPage:
        """A section of the working copy. Raises Refusal(NOT_YOURS, NOT_FOUND)."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> DraftPage:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            draft = there(await tx.one(Draft, key=key))
            found = Checklist.model_validate(draft.body)
            who = (await people.names(tx, [draft.edited_by])).get(draft.edited_by, "")
            at = min(section, len(found.sections) - 1)
            return DraftPage(draft=draft, checklist=found, who=who, section=at, new=draft.base_id is None)

        return await self._desk.look(press, work)

    async def form(self, press: Press, what: str, key: str, arg: str) -> EditForm:
        """A form over the working copy. `arg`: the section's key; of a question `section` or `section/question`."""

        async def work(tx: Tx, actor: Actor, _now: datetime) -> EditForm:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            if what == NEW_LIST:
                return EditForm(what=NEW_LIST, held={"minutes": "15"})
            draft = there(await tx.one(Draft, key=key))
            return _form(what, key, arg, Checklist.model_validate(draft.body))

        return await self._desk.look(press, work)

    async def save(self, press: Press, what: str, key: str, arg: str, seen: str, held: Mapping[str, Any]) -> Edited:
        """Store it; the form again where somebody changed the same piece meanwhile. Raises Refusals on the inputs."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Edited:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            taken = await self._taken(tx)
            if what == NEW_LIST:
                return await self._new_list(tx, actor, held, taken, now)
            draft = there(await tx.one(Draft, key=key))
            before = Checklist.model_validate(draft.body)
            form = _form(what, key, arg, before)
            if seen != form.digest:
                who = (await people.names(tx, [draft.edited_by])).get(draft.edited_by, "")
                theirs = {n: v for n, v in form.held.items() if v != held.get(n, type(v)())}
                again = form.model_copy(update={"held": dict(held), "theirs": theirs, "who": who})
                return Edited(again=again, key=key)
            after = _edited(what, arg, before, held, taken)
            if after != before:
                await self._drafting.write(tx, actor, draft, after.model_dump(mode="json"), now)
            return Edited(key=key, section=_where(what, arg, after, held))

        return await self._desk.once("checklist_edits.save", press, Edited, work)

    async def act(self, press: Press, do: str, key: str, version: int, arg: str) -> Edited:
        """Move or remove something, or throw the working copy away. Raises Refusal(CHANGED_MEANWHILE, …)."""

        async def work(tx: Tx, actor: Actor, now: datetime) -> Edited:
            require(Action.EDIT_CHECKLISTS, roles(actor))
            draft = there(await tx.one(Draft, key=key))
            if do in (REMOVE, DISCARD) and draft.version != version:
                raise Refusal(Code.CHANGED_MEANWHILE)
            if do == DISCARD:
                await checklists.drop_draft(tx, draft)
                tx.audit(now, actor, "checklist:discarded", "checklist", key)
                return Edited(key=key if key in await self._library.standing(tx) else "")
            before = Checklist.model_validate(draft.body)
            after = _moved(do, arg, before)
            if after != before:
                await self._drafting.write(tx, actor, draft, after.model_dump(mode="json"), now)
            sections = [s.key for s in after.sections]
            spot = [i for i, s in enumerate(after.sections) if any(q.key == arg for q in s.questions)]
            was = next((i for i, s in enumerate(before.sections) if any(q.key == arg for q in s.questions)), 0)
            return Edited(key=key, section=spot[0] if spot else sections.index(arg) if arg in sections else was)

        return await self._desk.once("checklist_edits.act", press, Edited, work)

    async def _taken(self, tx: Tx) -> set[str]:
        """Every question key of the folder, of any version and of any working copy."""
        files = await self._library.standing(tx)
        return {q.key for one in files.values() for q in one.checklist.questions} | await checklists.question_keys(tx)

    async def _new_list(self, tx: Tx, actor: Actor, held: Mapping[str, Any], taken: set[str], now: datetime) -> Edited:
        keys = (await self._library.standing(tx)).keys() | {d.key for d in await tx.find(Draft)}
        keys |= await checklists.keys(tx)
        words = {language: text(language) for language in ("ja", "en")}
        usual = {
            "version": "1",
            "source": {
                "title": {language: t("checklists.own_source") for language, t in words.items()},
                "version": "1",
                "licence": words["en"]("checklists.own_licence"),
                "modified": False,
            },
            "reviewed_on": self._calendar.local_day(now).isoformat(),
            "owner": words["ja"]("checklists.own_owner"),
        }
        made = edits.new_checklist(held, keys, taken, usual)
        await self._drafting.put(tx, actor, made, now)
        return Edited(key=made.key)


def _form(what: str, key: str, arg: str, checklist: Checklist) -> EditForm:
    section, _, question = arg.partition("/")
    if what not in FORMS:
        raise Refusal(Code.NOT_FOUND)
    held: dict[str, Any] = {}
    if what == HEAD:
        held = forms.held_of_head(checklist)
    elif what == SECTION:
        held = forms.held_of_section(there(next((s for s in checklist.sections if s.key == section), None)))
    elif what == QUESTION:
        found = next((q for q in checklist.questions if q.key == question), None)
        held = forms.held_of_question(checklist, there(found) if question else None, section)
    form = EditForm(what=cast("What", what), key=key, arg=arg, checklist=checklist, held=held)
    return form.model_copy(update={"digest": forms.digest(held)})


def _edited(what: str, arg: str, before: Checklist, held: Mapping[str, Any], taken: set[str]) -> Checklist:
    section, _, question = arg.partition("/")
    if what == HEAD:
        return edits.set_head(before, held)
    if what == SECTION:
        return edits.set_section(before, section, held)
    if what == NEW_SECTION:
        return edits.add_section(before, held, taken)
    return edits.set_question(before, question, held, taken)


def _moved(do: str, arg: str, before: Checklist) -> Checklist:
    if do == REMOVE:
        return edits.remove_question(before, arg)
    if do in (UP, DOWN):
        return edits.move_question(before, arg, "up" if do == UP else "down")
    if do in (SECTION_UP, SECTION_DOWN):
        return edits.move_section(before, arg, "up" if do == SECTION_UP else "down")
    raise Refusal(Code.NOT_FOUND)


def _where(what: str, arg: str, after: Checklist, held: Mapping[str, Any]) -> int:
    """The section to show: the one that was edited."""
    if what == NEW_SECTION:
        return len(after.sections) - 1
    wanted = held.get("section") if what == QUESTION else arg
    return next((i for i, s in enumerate(after.sections) if s.key == wanted), 0)
