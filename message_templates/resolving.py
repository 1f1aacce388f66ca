"""Notices that need a person: the list with its buttons, and the form that asks where a card stands."""

from __future__ import annotations

from typing import Any

from bot.domain.delivery import NoticeState
from bot.domain.resolving import StuckNotice, StuckNotices
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]
QUOTE = 200


def stuck_text(t: Text, stuck: StuckNotices) -> str:
    """The sentence above the list."""
    if not stuck.unresolved and not stuck.failed:
        return t("resolve.none")
    return t("resolve.head", unresolved=stuck.unresolved, failed=stuck.failed)


def stuck_list(t: Text, stuck: StuckNotices) -> list[Json]:
    """What waits for a decision with two buttons, what failed with its reason and one button."""
    blocks = [kit.section(kit.plain(stuck_text(t, stuck)))]
    if stuck.unresolved:
        blocks.append(kit.context(kit.plain(t("resolve.how"))))
    for notice in stuck.listed:
        blocks += _notice(t, notice)
    more = stuck.unresolved + stuck.failed - len(stuck.listed)
    if more > 0:
        blocks.append(kit.context(kit.plain(t("resolve.more", count=more))))
    return blocks


def _notice(t: Text, notice: StuckNotice) -> list[Json]:
    where = _where(t, notice)
    head = t(f"resolve.line_{notice.state.value}", what=t(f"resolve.kind_{notice.kind.value}"), where=where)
    reason = t("resolve.reason", reason=notice.reason or "-")
    quote = t("resolve.quote", text=kit.cut(kit.clean(notice.text), QUOTE)) if notice.text else ""
    section = kit.section(kit.plain("\n".join(part for part in (head, reason, quote) if part)))
    value = ids.pack(notice.notice_id)
    there = [kit.button(t("resolve.there"), ids.Do.NOTICE_THERE, value)]
    buttons = [
        *(there if notice.state is NoticeState.UNRESOLVED else []),
        kit.button(
            t("resolve.again"),
            ids.Do.NOTICE_AGAIN,
            value,
            confirm=kit.confirm(
                t("resolve.again_title"), t("resolve.again_sure"), t("resolve.again"), t("common.cancel")
            ),
        ),
    ]
    return [section, kit.actions(buttons, block_id=f"vr1.notice.{notice.notice_id}")]


def _where(t: Text, notice: StuckNotice) -> str:
    if notice.place.startswith("channel:"):
        channel = notice.place.removeprefix("channel:")
        return t("resolve.channel", channel=channel, supplier=notice.supplier) if notice.supplier else channel
    return t("resolve.person", name=notice.person) if notice.person else t("resolve.somebody")


def where_modal(t: Text, notice_id: str) -> Json:
    """Asks for the message's link, so that the card can be refreshed and answered in its thread."""
    link = kit.text_input(ids.Field.VALUE, limit=300, placeholder="https://example.slack.com/archives/C…/p…")
    return kit.modal(
        t("resolve.where_title"),
        [
            kit.section(kit.plain(t("resolve.where"))),
            kit.input_block(t("resolve.link"), link, ids.field_block("link"), optional=False),
        ],
        callback_id=ids.View.NOTICE_THERE,
        metadata=ids.pack(notice_id),
        submit=t("common.save"),
        close=t("common.cancel"),
    )
