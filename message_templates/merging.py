"""Merging two records: which two and which is kept, what it would do, what was done, and what can be taken back."""

from __future__ import annotations

from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.merging import MergeDone, MergeForm, MergeLine, MergeLines, MergePreview, Side
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.register import candidate_lines

Json = dict[str, Any]

NAME = 60
OTHER, WORDS, KEPT = "other", "words", "kept"


def form_view(t: Text, form: MergeForm) -> Json:
    """The record, and which other one is the same company."""
    value = ids.Field.VALUE
    blocks = [kit.section(kit.plain(t("merge.what"))), kit.section(kit.plain(_side(t, form.one)))]
    if form.others:
        options = [kit.option(_short(side), side.id) for side in form.others]
        blocks.append(_input(t, OTHER, kit.select(value, options), "merge.other"))
    blocks.append(_input(t, WORDS, kit.text_input(value), "merge.words" if form.others else "merge.words_only"))
    kept = [kit.option(_short(form.one), "one"), kit.option(t("merge.kept_other"), "other")]
    blocks.append(kit.input_block(t("merge.kept"), kit.radio(value, kept, "one"), ids.field_block(KEPT)))
    return kit.modal(
        t("merge.title"),
        blocks,
        callback_id=ids.View.MERGE,
        metadata=ids.pack(form.one.id),
        submit=t("merge.look"),
        close=t("common.cancel"),
    )


def _input(t: Text, field: str, element: Json, key: str) -> Json:
    return kit.input_block(t(key), element, ids.field_block(field), optional=True)


def preview_view(t: Text, preview: MergePreview) -> Json:
    """What would move and what would stay, before anything is stored."""
    moves = [t(f"merge.moves.{table}", count=count) for table, count in preview.counts.items()] or [t("merge.nothing")]
    lines = [f"・{line}" for line in moves]
    if preview.number_moves:
        lines.append(f"・{t('merge.number')}")
    if preview.left:
        lines.append(f"・{t('merge.left', count=preview.left)}")
    blocks = [
        kit.section(kit.plain(t("merge.kept_is", side=_side(t, preview.kept)))),
        kit.section(kit.plain(t("merge.gone_is", side=_side(t, preview.gone)))),
        kit.divider(),
        kit.section(kit.plain(t("merge.will"))),
        kit.section(kit.plain("\n".join(lines))),
        kit.context(kit.plain(t("merge.stays"))),
    ]
    return kit.modal(
        t("merge.title"),
        blocks,
        callback_id=ids.View.MERGE_CONFIRM,
        metadata=ids.pack(preview.kept.id, preview.gone.id),
        submit=t("merge.submit"),
        close=t("common.cancel"),
    )


def done_view(t: Text, done: MergeDone) -> Json:
    """It is done, and how to take it back."""
    blocks = [
        kit.section(kit.plain(t("merge.done", kept=done.kept, gone=done.gone, moved=done.moved))),
        kit.context(kit.md(t, "merge.back")),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def undone_sentence(t: Text, done: MergeDone) -> str:
    """What was taken back."""
    return t("merge.undone", kept=done.kept, gone=done.gone, moved=done.moved)


def lines_blocks(t: Text, found: MergeLines) -> list[Json]:
    """The newest mergings, each with its way back."""
    blocks = [kit.section(kit.md(t, "merge.how"))]
    blocks += [kit.section(kit.plain(_line(t, line)), accessory=_undo(t, line)) for line in found.lines]
    return blocks if found.lines else [*blocks, kit.context(kit.plain(t("merge.none")))]


def _undo(t: Text, line: MergeLine) -> Json:
    names = {"kept": kit.cut(line.kept.name, NAME), "gone": kit.cut(line.gone.name, NAME)}
    sure = kit.confirm(t("merge.undo_title"), t("merge.undo_sure", **names), t("merge.undo"), t("common.cancel"))
    return kit.button(t("merge.undo"), ids.Do.MERGE_UNDO, ids.pack(line.id), confirm=sure)


def _line(t: Text, line: MergeLine) -> str:
    return t("merge.line", day=t.date(line.on), by=line.by or "-", both=candidate_lines((line.gone, line.kept)))


def _side(t: Text, side: Side) -> str:
    number = grouped(side.corporate_number) if side.corporate_number else t("merge.no_number")
    hangs = t("merge.hangs", engagements=side.engagements, endpoints=side.endpoints, reviews=side.open_reviews)
    return f"{kit.cut(side.name, NAME)}\n{number} {hangs}"


def _short(side: Side) -> str:
    number = f" ({grouped(side.corporate_number)})" if side.corporate_number else ""
    return f"{kit.cut(side.name, kit.OPTION - len(number))}{number}"
