"""Departments: the form, what is said when it is saved, the list of them, and moving a department's work."""

from __future__ import annotations

from typing import Any

from bot.domain.departments import (
    ANSWERS,
    MOST_GROUPS,
    PEOPLE,
    SEVERAL,
    DepartmentDone,
    DepartmentForm,
    DepartmentLine,
    DepartmentList,
    DepartmentMove,
    DepartmentSaved,
)
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NEW = "new"
NAME = 60


def department_view(t: Text, form: DepartmentForm) -> Json:
    """The form; its metadata says which department, and in which state it was shown."""
    value = ids.Field.VALUE
    name = kit.text_input(value, form.entry.name)
    blocks = [kit.input_block(t("department.name"), name, ids.field_block("name"), optional=False)]
    blocks += [
        kit.input_block(
            t(f"department.{field}"),
            _people(form, field),
            ids.field_block(field),
            hint=t(f"department.hint.{field}"),
            optional=field != ANSWERS,
        )
        for field in PEOPLE
    ]
    if form.groups:
        blocks.append(_group(t, form))
    return kit.modal(
        t("department.title_edit" if form.department_id else "department.title"),
        blocks,
        callback_id=ids.View.DEPARTMENT,
        metadata=ids.pack(form.department_id or NEW, form.version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _people(form: DepartmentForm, field: str) -> Json:
    chosen = form.entry.chosen(field)
    if field == SEVERAL:
        return kit.users_input(ids.Field.VALUE, chosen)
    return kit.user_input(ids.Field.VALUE, chosen[0] if chosen else "")


def _group(t: Text, form: DepartmentForm) -> Json:
    """The user groups of the last sweep; the chosen one is always among those that are offered."""
    first = sorted(form.groups, key=lambda one: (one[0] != form.entry.group, one[1]))[:MOST_GROUPS]
    options = [kit.option(name, key) for key, name in sorted(first, key=lambda one: one[1])]
    element = kit.select(ids.Field.VALUE, options, form.entry.group)
    hint = t("department.hint.group")
    return kit.input_block(t("department.group"), element, ids.field_block("group"), hint=hint)


def department_saved_view(t: Text, saved: DepartmentSaved) -> Json:
    """What was saved, and what it is good for."""
    shown = [(field, getattr(saved, field)) for field in (*PEOPLE, "group")]
    people = [t(f"department.line.{field}", name=name) for field, name in shown if name]
    done, after = (
        ("department.created", "department.next") if saved.created else ("department.changed", "department.keep")
    )
    blocks = [
        kit.section(kit.plain(t(done, name=saved.name))),
        kit.context(kit.plain("\n".join(people))),
        kit.section(kit.md(t, after)),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def departments_view(t: Text, found: DepartmentList) -> Json:
    """The list, with a row of buttons for each department."""
    new = kit.button(t("department.new"), ids.Do.DEPT_NEW, style="primary")
    blocks = [
        kit.context(kit.plain(t("department.count", total=found.total, page=found.page, pages=found.pages))),
        kit.actions([new, *_turning(t, found)], block_id="vr1.dept.list"),
    ]
    for line in found.lines:
        blocks += [kit.divider(), kit.section(kit.plain(_line(t, line))), _buttons(t, line)]
    return kit.modal(t("department.list_title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _turning(t: Text, found: DepartmentList) -> list[Json]:
    pages = [("ledger.previous", found.page - 1), ("ledger.next", found.page + 1)]
    return [
        kit.button(t(key), f"{ids.Do.DEPT_PAGE}.{n}", ids.pack(page))
        for n, (key, page) in enumerate(pages)
        if 1 <= page <= found.pages
    ]


def _line(t: Text, line: DepartmentLine) -> str:
    name = kit.cut(line.name, NAME)
    head = t("department.archived", name=name) if line.archived else name
    primary = kit.cut(line.primary, NAME)
    facts = [t("department.line.primary" if line.primary_fit else "department.line.primary_left", name=primary)]
    facts += [t("department.line.deputy_count", count=line.deputies)] if line.deputies else []
    facts += [t("department.line.group", name=kit.cut(line.group, NAME))] if line.group else []
    facts += [t("department.line.escalation", name=kit.cut(line.escalation, NAME))] if line.escalation else []
    facts.append(t("department.line.engagements", count=line.engagements))
    facts += [t("department.line.unowned", count=line.unowned)] if line.unowned else []
    return "\n".join([head, *facts])


def _buttons(t: Text, line: DepartmentLine) -> Json:
    value = ids.pack(line.id)
    buttons = [kit.button(t("department.edit"), ids.Do.DEPT_EDIT, value)]
    if line.engagements:
        buttons.append(kit.button(t("department.move"), ids.Do.DEPT_MOVE, value))
    key = "department.restore" if line.archived else "department.archive"
    buttons.append(kit.button(t(key), ids.Do.DEPT_ARCHIVE, value))
    return kit.actions(buttons, block_id=f"vr1.dept.{line.id}")


def move_view(t: Text, move: DepartmentMove) -> Json:
    """Where the work of a department goes."""
    options = [kit.option(name, key) for key, name in move.others[:100]]
    sentence = t("department.move_what", name=kit.cut(move.name, NAME), count=move.engagements)
    blocks = [
        kit.section(kit.plain(sentence)),
        kit.input_block(
            t("department.move_to"), kit.select(ids.Field.VALUE, options), ids.field_block("to"), optional=False
        ),
        kit.context(kit.plain(t("department.move_owners"))),
    ]
    return kit.modal(
        t("department.move_title"),
        blocks,
        callback_id=ids.View.DEPT_MOVE,
        metadata=ids.pack(move.department_id),
        submit=t("department.move"),
        close=t("common.cancel"),
    )


def done_sentence(t: Text, done: DepartmentDone) -> str:
    """What became of a department, or of its work."""
    what = "archived_done" if done.what == "archived" else done.what
    return t(f"department.{what}", name=done.name, to=done.to, count=done.count)
