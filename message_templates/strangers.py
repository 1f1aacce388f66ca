"""Outside people whom nobody registered: the question to one of our people, the reason of a no, the list.

Names of companies and guests are chosen by outside people: they stand in plain text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.strangers import OPEN, REASON, TEAM, StrangerKind, StrangerLine, StrangerPage
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

CARDS = 10
NAME = 120


def question_text(t: Text) -> str:
    """The sentence of the question; also the notification's text."""
    return t("strangers.question")


def question_blocks(t: Text, lines: Sequence[StrangerLine]) -> list[Json]:
    """One card over everything that this person is asked about today."""
    blocks = [kit.header(t("strangers.title")), kit.section(kit.plain(question_text(t)))]
    for line in lines[:CARDS]:
        blocks += [kit.divider(), *_line(t, line), _buttons(t, line)]
    if len(lines) > CARDS:
        blocks.append(kit.context(kit.md(t, "strangers.more", count=len(lines) - CARDS)))
    return [*blocks, kit.context(kit.plain(t("strangers.why")))]


def _line(t: Text, line: StrangerLine) -> list[Json]:
    name = kit.cut(kit.clean(line.name), NAME) or t("strangers.unnamed")
    if line.kind is StrangerKind.GUEST:
        return [kit.section(kit.plain(t("strangers.guest", name=name)))]
    return [
        kit.section(kit.plain(t("strangers.channel", name=name))),
        kit.context(kit.md(t, "strangers.where", channel=line.channel_id)),
    ]


def _buttons(t: Text, line: StrangerLine) -> Json:
    value = ids.pack(line.id, line.cycle)
    return kit.actions(
        [
            kit.button(t("strangers.yes"), ids.Do.STRANGER_YES, value, style="primary"),
            kit.button(t("strangers.no"), ids.Do.STRANGER_NO, value),
            kit.button(t("strangers.unsure"), ids.Do.STRANGER_UNSURE, value),
        ]
    )


def no_view(t: Text, line: StrangerLine) -> Json:
    """Why not: remembered, so that nobody is asked again."""
    field = kit.text_input(ids.Field.VALUE, multiline=True, limit=REASON)
    hint = t("strangers.reason_hint")
    return kit.modal(
        t("strangers.no_title"),
        [
            *_line(t, line),
            kit.input_block(t("strangers.reason"), field, ids.field_block("reason"), hint=hint, optional=False),
        ],
        callback_id=ids.View.STRANGER_NO,
        metadata=ids.pack(line.id, line.cycle),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def list_view(t: Text, page: StrangerPage) -> Json:
    """Everything that was found, those without an answer first."""
    counted = t("strangers.count", total=page.total, open=page.open_, page=page.page, pages=page.pages)
    blocks = [kit.section(kit.plain(counted if page.total else t("strangers.none")))]
    for line in page.lines:
        blocks += [kit.divider(), *_line(t, line), kit.context(kit.plain(_state(t, line)))]
        blocks += [_buttons(t, line)] if line.state in OPEN else []
    turns = [("ledger.previous", page.page - 1), ("ledger.next", page.page + 1)]
    turning = [
        kit.button(t(key), f"{ids.Do.STRANGER_PAGE}.{n}", ids.pack(number))
        for n, (key, number) in enumerate(turns, 1)
        if 1 <= number <= page.pages
    ]
    blocks += [kit.divider(), kit.actions(turning)] if turning else []
    blocks.append(kit.context(kit.plain(t("strangers.limits"))))
    return kit.modal(t("strangers.list_title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _state(t: Text, line: StrangerLine) -> str:
    parts = [t("strangers.first_seen", on=t.date(line.first_seen)), t(f"strangers.state.{line.state.value}")]
    if line.state in OPEN and line.asked:
        asked = t("strangers.team") if line.asked == TEAM else kit.cut(kit.clean(line.asked), 60)
        parts.append(t("strangers.asked_of", name=asked))
    if line.state in OPEN and line.registered:
        parts.append(t("strangers.registered"))
    if line.reason:
        parts.append(t("strangers.because", reason=kit.cut(kit.clean(line.reason), 200)))
    return t("ledger.between").join(parts)
