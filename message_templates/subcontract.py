"""Sub-contractors: the tree, the form of a new one, and the decision.

The tree is text (indented lines in a few blocks), so that sixty companies fit; what can be done with one of them is behind one
menu. Everything that people typed stands in plain text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from bot.domain.ledger import DataKind
from bot.domain.subcontracting import (
    CONFIDENTIAL,
    NEW,
    AddForm,
    DecideForm,
    SubTree,
    TreeLine,
    UsedLine,
    WorkTree,
)
from bot.domain.subcontracts import EdgeState, SubcontractEdge
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NAME = 60
TEXT = 60
DEEP = 8
OPTIONS = 100
BLOCKS = 90
IN_RECORD = 6
MARKS = {EdgeState.REQUESTED: "?", EdgeState.APPROVED: "○", EdgeState.REFUSED: "×", EdgeState.EXPIRED: "!"}


# -- the tree ------------------------------------------------------------------------------------------------------------


def tree_view(t: Text, tree: SubTree) -> Json:
    """The tree with its menu and its button."""
    blocks = [kit.header(t("subcontract.of", supplier=kit.cut(tree.supplier, NAME)))]
    blocks += mismatch_blocks(t, tree)
    for work in tree.works:
        blocks += _work(t, work)
    if not tree.works:
        blocks.append(kit.section(kit.plain(t("subcontract.no_work"))))
    blocks += used_blocks(t, tree)
    room = BLOCKS - 4
    if len(blocks) > room:
        blocks = [*blocks[:room], kit.context(kit.plain(t("subcontract.cut")))]
    return kit.modal(
        t("subcontract.title"), blocks + _doing(t, tree), callback_id=ids.View.LIST, close=t("common.close")
    )


def mismatch_blocks(t: Text, tree: SubTree) -> list[Json]:
    """The warning that a supplier's word and our records differ."""
    return [kit.section(kit.plain(t(f"subcontract.mismatch.{tree.mismatch}")))] if tree.mismatch else []


def used_blocks(t: Text, tree: SubTree) -> list[Json]:
    """Where this company is itself a sub-contractor, and of how many."""
    if not tree.used:
        return []
    lines = "\n".join(_used(t, line) for line in tree.used)
    head = t("subcontract.used_by", count=tree.used_by)
    return [kit.divider(), kit.section(kit.plain(head)), kit.context(kit.plain(lines))]


def _used(t: Text, line: UsedLine) -> str:
    return t(
        "subcontract.used_line",
        supplier=kit.cut(line.supplier, NAME),
        business=kit.cut(line.business, TEXT),
        work=kit.cut(line.work, TEXT),
        state=t(f"subcontract.state.{line.state}"),
    )


def _work(t: Text, work: WorkTree) -> list[Json]:
    head = kit.section(kit.plain(t("subcontract.work", business=kit.cut(work.business, 300))))
    if not work.lines:
        return [head, kit.context(kit.plain(t("subcontract.none")))]
    return [head, *(kit.section(kit.plain(text)) for text in _together(tree_line(t, line) for line in work.lines))]


def tree_line(t: Text, line: TreeLine) -> str:
    """One sub-contractor, indented; deeper than eight levels the level is a number."""
    indent = "　" * min(line.depth, DEEP) + (f"({line.depth + 1}) " if line.depth > DEEP else "")
    state = t(f"subcontract.state.{line.state}")
    if line.state is EdgeState.APPROVED and line.edge.approved_until:
        state = t("subcontract.approved_until", day=t.date(line.edge.approved_until))
    facts = [kit.cut(line.edge.work, TEXT), _data(t, line.edge), state]
    text = f"{indent}└ {MARKS[line.state]} {kit.cut(line.child, NAME)}"
    text += t("subcontract.facts", facts=t("ledger.between").join(facts))
    return text + (t("subcontract.shared", count=line.used_by) if line.used_by > 1 else "")


def _data(t: Text, edge: SubcontractEdge) -> str:
    kinds = [t(f"ledger.data_kind.{kind}") for kind in edge.data]
    kinds += [t("subcontract.secret")] if edge.secret_data else []
    return "、".join(kinds) or t("subcontract.no_data")


def _together(lines: Iterator[str]) -> Iterator[str]:
    """Lines put together as far as one block holds them."""
    block = ""
    for line in lines:
        if block and len(block) + len(line) + 1 > kit.SECTION:
            yield block
            block = ""
        block = f"{block}\n{line}" if block else line
    yield block


def _doing(t: Text, tree: SubTree) -> list[Json]:
    lines = [line for work in tree.works for line in work.lines]
    elements = []
    if lines:
        options = [kit.option(_option(t, line.child, line.depth, line.edge.work), line.edge.id) for line in lines]
        elements.append(kit.select(ids.Do.SUB_EDGE, options[:OPTIONS], placeholder=t("subcontract.choose")))
    if tree.works:
        elements.append(kit.button(t("subcontract.add"), ids.Do.SUB_NEW, ids.pack(tree.supplier_id)))
    more = (
        [kit.context(kit.plain(t("subcontract.menu_more", count=len(lines) - OPTIONS)))] if len(lines) > OPTIONS else []
    )
    legend = [kit.context(kit.plain(t("subcontract.legend")))] if lines else []
    return [*legend, *more, *([kit.actions(elements)] if elements else [])]


def _option(t: Text, name: str, depth: int, work: str) -> str:
    return t("subcontract.option", indent="　" * min(depth, DEEP), name=kit.cut(name, 35), work=kit.cut(work, 25))


def subcontractors_section(t: Text, _record: object, tree: SubTree, _engagement_id: str) -> list[Json]:
    """The record's section: how many there are, the first of them, what is amiss, and the way to the tree."""
    lines = [line for work in tree.works for line in work.lines]
    told = [t("subcontract.count", count=len(lines))] if lines else [t("subcontract.none")]
    told += [tree_line(t, line) for line in lines[:IN_RECORD]]
    told += [t("subcontract.used_by", count=tree.used_by)] if tree.used else []
    button = kit.button(t("subcontract.title"), ids.Do.SUB_TREE, ids.pack(tree.supplier_id))
    return [kit.section(kit.plain("\n".join(told)), button), *mismatch_blocks(t, tree)]


# -- forms ---------------------------------------------------------------------------------------------------------------


def add_view(t: Text, form: AddForm) -> Json:
    """The form; where names are alike, it asks first which company is meant."""
    value = ids.Field.VALUE
    parents = [kit.option("　" * min(p.depth, DEEP) + kit.cut(p.label, 60), p.value) for p in form.parents[:OPTIONS]]
    blocks = [kit.context(kit.plain(t("subcontract.of", supplier=kit.cut(form.supplier, NAME))))]
    if form.alike:
        blocks.append(_asked(t, "which", kit.radio(value, _alike(t, form)), must=True))
    there = form.written
    above = parents[0]["value"] if len(parents) == 1 else there.get("parent", "")
    blocks += [
        _asked(t, "parent", kit.select(value, parents, above), must=True, hint=True),
        _asked(t, "corporate_number", kit.text_input(value, there.get("corporate_number", "")), hint=True),
        _asked(t, "name", kit.text_input(value, there.get("name", ""))),
        _asked(t, "work", kit.text_input(value, there.get("work", ""), multiline=True), must=True),
        _asked(t, "data", kit.checkboxes(value, _kinds(t), there.get("data", "").split(","))),
    ]
    return kit.modal(
        t("subcontract.title_new"),
        blocks,
        callback_id=ids.View.SUB_NEW,
        metadata=ids.pack(form.supplier_id),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _alike(t: Text, form: AddForm) -> list[Json]:
    found = [
        kit.option(kit.cut(a.name, 55) + (f" ({a.corporate_number})" if a.corporate_number else ""), a.id)
        for a in form.alike
    ]
    return [*found, kit.option(t("subcontract.another"), NEW)]


def _kinds(t: Text) -> list[Json]:
    kinds = [kit.option(t(f"ledger.data_kind.{kind}"), kind) for kind in DataKind]
    return [*kinds, kit.option(t("subcontract.secret"), CONFIDENTIAL)]


def decide_view(t: Text, form: DecideForm) -> Json:
    """One sub-contractor with everything known of it, and the decision."""
    value, edge = ids.Field.VALUE, form.line.edge
    options = [
        kit.option(t(f"subcontract.decide.{s}"), s)
        for s in (EdgeState.APPROVED, EdgeState.REFUSED, EdgeState.EXPIRED, EdgeState.REQUESTED)
    ]
    until = edge.approved_until.isoformat() if edge.approved_until else ""
    blocks = [
        kit.section(kit.plain(form.line.child)),
        kit.context(kit.plain("\n".join(_about(t, form)))),
        _asked(t, "state", kit.radio(value, options), must=True),
        _asked(t, "until", kit.date_input(value, until), hint=True),
        _asked(t, "reason", kit.text_input(value, multiline=True), hint=True),
    ]
    return kit.modal(
        t("subcontract.title_decide"),
        blocks,
        callback_id=ids.View.SUB_EDGE,
        metadata=ids.pack(edge.id, edge.version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def _about(t: Text, form: DecideForm) -> Sequence[str]:
    line = form.line
    passed = form.parent or form.supplier
    lines = [
        t("subcontract.passed", who=kit.cut(passed, NAME), business=kit.cut(form.business, 200)),
        t("subcontract.does", work=kit.cut(line.edge.work, 300)),
        t("subcontract.data", data=_data(t, line.edge)),
        t("subcontract.now", state=t(f"subcontract.state.{line.state}")),
    ]
    if form.decided_on:
        who = kit.cut(form.decided_by, NAME) or t("ledger.system")
        lines.append(t("subcontract.decided", day=t.date(form.decided_on), who=who))
        lines += [t("subcontract.reason", reason=kit.cut(line.edge.reason, 400))] if line.edge.reason else []
    if line.used_by > 1:
        lines.append(t("subcontract.used_by", count=line.used_by))
    return lines


def _asked(t: Text, name: str, element: Json, *, must: bool = False, hint: bool = False) -> Json:
    return kit.input_block(
        t(f"subcontract.ask.{name}"),
        element,
        ids.field_block(name),
        hint=t(f"subcontract.hint.{name}") if hint else "",
        optional=not must,
    )
