"""Owners: who has left and who answers instead, the list of work without an owner, and the form that gives it to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.owning import OwnerForm, OwnersChanged, Unowned, UnownedPage
from bot.domain.scoping import Asked
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

NAME = 60


def left_text(t: Text, total: int) -> str:
    """The text of notifications and screen readers."""
    return kit.fallback(t("owners.left", count=total))


def left_blocks(t: Text, lines: Sequence[Unowned], total: int, nobody: int) -> list[Json]:
    """Whose work lost its owner, who answers for it now, and the way to give it to somebody."""
    rows = [_line(t, line) for line in lines]
    rows += [t("owners.more", count=total - len(lines))] if total > len(lines) else []
    blocks = [
        kit.header(t("owners.left", count=total)),
        kit.section(kit.plain(t("owners.left_who", name=_who(t, lines[0].was)))),
        kit.section(kit.plain("\n".join(rows))),
    ]
    if nobody:
        blocks.append(kit.section(kit.plain(t("owners.left_nobody", count=nobody))))
    go = kit.button(t("owners.go"), ids.Do.OWNER_PAGE, ids.pack(1), style="primary")
    return [*blocks, kit.context(kit.plain(t("owners.left_how"))), kit.actions([go], block_id="vr1.owners.go")]


def unowned_view(t: Text, page: UnownedPage) -> Json:
    """Work whose owner is no active employee, with a button for each."""
    if not page.total:
        blocks = [kit.section(kit.plain(t("owners.none")))]
    else:
        counted = t("owners.count", total=page.total, page=page.page, pages=page.pages)
        blocks = [kit.section(kit.plain(counted)), *_turning(t, page)]
        for line in page.lines:
            button = kit.button(t("owners.change"), ids.Do.OWNER_CHANGE, ids.pack(line.engagement_id))
            blocks.append(kit.section(kit.plain(_line(t, line)), button, block_id=f"vr1.owner.{line.engagement_id}"))
    return kit.modal(t("owners.title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _turning(t: Text, page: UnownedPage) -> list[Json]:
    pages = [("ledger.previous", page.page - 1), ("ledger.next", page.page + 1)]
    buttons = [
        kit.button(t(key), f"{ids.Do.OWNER_PAGE}.{n}", ids.pack(number))
        for n, (key, number) in enumerate(pages)
        if 1 <= number <= page.pages
    ]
    return [kit.actions(buttons, block_id="vr1.owners.turn")] if buttons else []


def _line(t: Text, line: Unowned) -> str:
    instead = t("owners.nobody")
    if line.role is not Asked.NOBODY:
        instead = t(f"owners.instead_{line.role.value}", name=_who(t, line.instead))
    return t(
        "owners.line",
        supplier=kit.cut(line.supplier, NAME),
        business=kit.cut(line.business, NAME),
        department=kit.cut(line.department, NAME),
        instead=instead,
    )


def _who(t: Text, name: str) -> str:
    return kit.cut(name, NAME) if name else t("owners.somebody")


def owner_view(t: Text, form: OwnerForm) -> Json:
    """Whose it shall be."""
    facts = t(
        "owners.facts",
        supplier=kit.cut(form.supplier, NAME),
        business=kit.cut(form.business, NAME),
        department=kit.cut(form.department, NAME),
        owner=kit.cut(form.owner, NAME) if form.owner else t("ledger.no_owner"),
    )
    element = kit.user_input(ids.Field.VALUE)
    blocks = [
        kit.section(kit.plain(facts)),
        kit.input_block(t("owners.person"), element, ids.field_block("person"), optional=False),
        kit.context(kit.plain(t("owners.change_how"))),
    ]
    return kit.modal(
        t("owners.change_title"),
        blocks,
        callback_id=ids.View.OWNER_CHANGE,
        metadata=ids.pack(form.engagement_id),
        submit=t("owners.change"),
        close=t("common.cancel"),
    )


def changed_sentence(t: Text, done: OwnersChanged) -> str:
    """What became of it."""
    said = [t("owners.changed", name=done.owner, count=done.changed)] if done.changed else []
    said += [t("owners.same", name=done.owner, count=done.same)] if done.same else []
    said += [t("owners.kept", count=done.kept)] if done.kept else []
    return "\n".join(said)
