"""Departments: the form, and what is said when it is saved."""

from __future__ import annotations

from typing import Any

from bot.domain.departments import ANSWERS, PEOPLE, DepartmentForm, DepartmentSaved
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NEW = "new"


def department_view(t: Text, form: DepartmentForm) -> Json:
    """The form; its metadata says which department, and in which state it was shown."""
    value = ids.Field.VALUE
    name = kit.text_input(value, form.entry.name)
    blocks = [kit.input_block(t("department.name"), name, ids.field_block("name"), optional=False)]
    blocks += [
        kit.input_block(
            t(f"department.{field}"),
            kit.user_input(value, getattr(form.entry, field)),
            ids.field_block(field),
            hint=t(f"department.hint.{field}"),
            optional=field != ANSWERS,
        )
        for field in PEOPLE
    ]
    return kit.modal(
        t("department.title_edit" if form.department_id else "department.title"),
        blocks,
        callback_id=ids.View.DEPARTMENT,
        metadata=ids.pack(form.department_id or NEW, form.version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def department_saved_view(t: Text, saved: DepartmentSaved) -> Json:
    """What was saved, and what it is good for."""
    people = [t(f"department.line.{f}", name=getattr(saved, f)) for f in PEOPLE if getattr(saved, f)]
    done, after = (
        ("department.created", "department.next") if saved.created else ("department.changed", "department.keep")
    )
    blocks = [
        kit.section(kit.plain(t(done, name=saved.name))),
        kit.context(kit.plain("\n".join(people))),
        kit.section(kit.md(t, after)),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))
