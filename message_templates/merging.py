"""Merging two records: which two and which is kept, what it would do, what was done, and what can be taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.corporate_number import grouped
from bot.domain.fields import BY_NAME, SUPPLIER
from bot.domain.ledger import SupplierState
from bot.domain.merge_facts import FACTS, Differing, Taken
from bot.domain.merge_facts import GONE as GONE_FACT
from bot.domain.merge_facts import KEPT as KEPT_FACT
from bot.domain.merging import AskedAt, MergeDone, MergeForm, MergeLine, MergeLines, MergePreview, Side
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.record_values import in_words, label, stored_in_words, yes_or_no
from message_templates.register import candidate_lines

Json = dict[str, Any]

NAME = 60
FACT = 40
WAYS, WORKS = 10, 8
OTHER, WORDS, KEPT = "other", "words", "kept"


def form_view(t: Text, form: MergeForm) -> Json:
    """The record, and which other one is the same company."""
    value = ids.Field.VALUE
    blocks = [kit.section(kit.plain(t("merge.what"))), kit.section(kit.plain(_side(t, form.one)))]
    if form.others:
        options = [kit.option(_short(side), side.id) for side in form.others]
        blocks.append(_input(t, OTHER, kit.select(value, options), "merge.other"))
    words = "merge.words" if form.others else "merge.words_only"
    blocks.append(_input(t, WORDS, kit.text_input(value), words, optional=bool(form.others)))
    kept = [kit.option(_short(form.one), "one"), kit.option(t("merge.kept_other"), "other")]
    blocks.append(
        kit.input_block(t("merge.kept"), kit.radio(value, kept, "one"), ids.field_block(KEPT), optional=False)
    )
    return kit.modal(
        t("merge.title"),
        blocks,
        callback_id=ids.View.MERGE,
        metadata=ids.pack(form.one.id),
        submit=t("merge.look"),
        close=t("common.cancel"),
    )


def _input(t: Text, field: str, element: Json, key: str, *, optional: bool = True) -> Json:
    return kit.input_block(t(key), element, ids.field_block(field), optional=optional)


def preview_view(t: Text, preview: MergePreview) -> Json:
    """What would move and what would stay, before anything is stored."""
    moves = [t(f"merge.moves.{table}", count=count) for table, count in preview.counts.items()] or [t("merge.nothing")]
    lines = [f"・{line}" for line in moves]
    if preview.number_moves:
        lines.append(f"・{t('merge.number')}")
    lines += [f"・{_taken(t, one)}" for one in preview.taken if one.field in (*FACTS, "paused", "state")]
    if preview.left:
        lines.append(f"・{t('merge.left', count=preview.left)}")
    blocks = [
        kit.section(kit.plain(t("merge.kept_is", side=_side(t, preview.kept)))),
        kit.section(kit.plain(t("merge.gone_is", side=_side(t, preview.gone)))),
        kit.divider(),
        kit.section(kit.plain(t("merge.will"))),
        kit.section(kit.plain("\n".join(lines))),
        *_ways(t, preview.ways),
        *(_choice(t, one) for one in preview.differing),
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


def _taken(t: Text, one: Taken) -> str:
    """A fact that goes over by itself, with the reason."""
    if one.field == "paused":
        return t("merge.paused")
    if one.field == "state":
        return t("merge.blocked" if one.after == SupplierState.BLOCKED else "merge.active")
    value = stored_in_words(t, one.after, BY_NAME[one.field].words)
    if isinstance(one.after, bool):
        value = yes_or_no(t, one.field, one.after)
    return t("merge.fact", field=label(t, SUPPLIER, one.field), value=kit.cut(value, FACT))


def _choice(t: Text, one: Differing) -> Json:
    """A fact of which the records say something else: whose stands from now on."""
    kept, gone = (kit.cut(in_words(t, BY_NAME[one.field], value), FACT) for value in (one.kept, one.gone))
    options = [
        kit.option(t("merge.fact_kept", value=kept), KEPT_FACT),
        kit.option(t("merge.fact_gone", value=gone), GONE_FACT),
    ]
    return kit.input_block(
        t("merge.differs", field=label(t, SUPPLIER, one.field)),
        kit.radio(ids.Field.VALUE, options, one.suggested),
        ids.field_block(one.field),
        hint=t("merge.differs_hint"),
        optional=False,
    )


def _ways(t: Text, ways: Sequence[AskedAt]) -> list[Json]:
    """Which work is asked about in which channel from then on; what changes stands first."""
    groups: dict[tuple[str, str], list[str]] = {}
    for way in ways:
        groups.setdefault((way.before, way.after), []).append(way.business)
    if not groups:
        return []
    blocks = [kit.section(kit.plain(t("merge.ways")))]
    blocks += [kit.section(_way(t, *group, works)) for group, works in list(groups.items())[:WAYS]]
    if len(groups) > WAYS:
        left = sum(len(works) for works in list(groups.values())[WAYS:])
        blocks.append(kit.context(kit.plain(t("merge.ways_more", count=left))))
    return blocks


def _way(t: Text, before: str, after: str, works: Sequence[str]) -> Json:
    named = t("link.between").join(kit.cut(work, FACT) for work in works[:WORKS])
    if len(works) > WORKS:
        named = t("merge.works_more", works=named, count=len(works) - WORKS)
    if not after:
        return kit.md(t, "merge.way_none", works=named)
    if before == after:
        return kit.md(t, "merge.way_same", channel=after, works=named)
    if not before:
        return kit.md(t, "merge.way_new", channel=after, works=named)
    return kit.md(t, "merge.way_moved", was=before, channel=after, works=named)


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
