"""Inviting a supplier's people: which channel, which addresses, the last look, the list, and what the team is told.

Names of suppliers and addresses stand in plain text only. The last screen shows each address in full: its boxes are what is
confirmed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.domain.inviting import (
    LONGEST,
    MOST,
    Addresses,
    InvitationLine,
    InvitationState,
    Invited,
    Invitee,
    InviteForm,
    Known,
    Preview,
)
from bot.domain.linking import Candidate
from message_templates import ids, kit
from message_templates.catalogs import Text

Json = dict[str, Any]

SUPPLIER, CHANNEL, CONTACTS, TYPED, MAILS = "supplier", "channel", "contacts", "typed", "mails"
NAME = 60
PEOPLE = 20
BOXES = 10
_I = InvitationState


# -- the first screen ----------------------------------------------------------------------------------------------------


def form_view(t: Text, form: InviteForm) -> Json:
    """Which supplier and which channel, above what was sent so far; what to do by hand where the app may not invite."""
    if not form.may:
        return by_hand_view(t)
    found = form.suppliers
    blocks = [kit.section(kit.plain(t("invite.intro")))]
    if found.shown:
        blocks += _choice(t, form)
    else:
        blocks.append(kit.section(kit.md(t, "invite.no_supplier")))
    return kit.modal(
        t("invite.title"),
        [*blocks, kit.divider(), *list_blocks(t, form.lines)],
        callback_id=ids.View.INVITE,
        submit=t("invite.next") if found.shown else "",
        close=t("common.cancel"),
    )


def _choice(t: Text, form: InviteForm) -> list[Json]:
    found = form.suppliers
    options = [_option(t, candidate) for candidate in found.shown]
    menu = kit.select(ids.Field.VALUE, options, chosen=form.chosen, placeholder=t("invite.choose"))
    blocks = [kit.input_block(t("invite.supplier"), menu, ids.field_block(SUPPLIER), optional=False)]
    if found.total > len(found.shown):
        blocks.append(kit.context(kit.md(t, "invite.many", total=found.total, shown=len(found.shown))))
    channels = {
        "type": "conversations_select",
        "action_id": ids.Field.VALUE.value,
        "filter": {
            "include": ["private", "public"],
            "exclude_bot_users": True,
            "exclude_external_shared_channels": True,
        },
    }
    hint = t("invite.channel_hint")
    return [
        *blocks,
        kit.input_block(t("invite.channel"), channels, ids.field_block(CHANNEL), hint=hint, optional=False),
    ]


def _option(t: Text, candidate: Candidate) -> Json:
    option = kit.option(candidate.name, candidate.id)
    if not candidate.corporate_number:
        return option
    return option | {"description": kit.plain(t("invite.number", number=candidate.corporate_number), kit.OPTION)}


def by_hand_view(t: Text) -> Json:
    """The app lacks the scope: who may invite, where in Slack, and what then."""
    blocks = [
        kit.section(kit.plain(t("invite.byhand"))),
        kit.section(kit.md(t, "invite.byhand_steps")),
        kit.context(kit.md(t, "invite.byhand_scope")),
    ]
    return kit.modal(t("invite.byhand_title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


# -- the addresses and the last look -------------------------------------------------------------------------------------


def addresses_view(t: Text, found: Addresses) -> Json:
    """Whom the record knows, and a field for others."""
    names = {"supplier": kit.cut(found.supplier, NAME), "channel": kit.cut(found.channel, NAME)}
    blocks = [
        kit.section(kit.plain(t("invite.to", **names))),
        kit.context(kit.plain(t("invite.members", count=len(found.readers), names=_names(t, found.readers)))),
    ]
    contacts = [c for c in found.contacts if len(c.mail) <= LONGEST][:BOXES]
    if contacts:
        options = [_box(kit.cut(kit.clean(c.name), NAME), c.mail, c.mail) for c in contacts]
        boxes = kit.checkboxes(ids.Field.VALUE, options)
        blocks.append(kit.input_block(t("invite.contacts"), boxes, ids.field_block(CONTACTS)))
    typed = kit.text_input(ids.Field.VALUE, multiline=True, limit=500)
    hint = t("invite.typed_hint", most=MOST)
    blocks.append(kit.input_block(t("invite.typed"), typed, ids.field_block(TYPED), hint=hint))
    return kit.modal(
        t("invite.to_title"),
        blocks,
        callback_id=ids.View.INVITE_TO,
        metadata=ids.pack(found.look_id, found.supplier_id, int(found.private)),
        submit=t("invite.next"),
        close=t("common.cancel"),
    )


def confirm_view(t: Text, shown: Preview) -> Json:
    """Exactly who is invited to where, and what they will see there."""
    options = [_box(one.mail, one.mail, _known(t, one)) for one in shown.invitees]
    boxes = kit.checkboxes(ids.Field.VALUE, options, [one.mail for one in shown.invitees])
    blocks = [
        kit.section(kit.plain(t("invite.confirm"))),
        kit.section(kit.plain(t("endpoint.supplier", supplier=kit.cut(shown.supplier, NAME)))),
        kit.section(kit.md(t, "invite.confirm_where", channel=shown.channel_id)),
        kit.input_block(t("invite.mails"), boxes, ids.field_block(MAILS), optional=False),
        kit.section(kit.plain(t("invite.sees", names=_names(t, shown.readers)))),
        *([] if shown.private else [kit.section(kit.plain(t("invite.public")))]),
        kit.context(kit.plain(t("invite.then"))),
    ]
    return kit.modal(
        t("invite.confirm_title"),
        blocks,
        callback_id=ids.View.INVITE_CONFIRM,
        metadata=ids.pack(shown.look_id, shown.supplier_id),
        submit=t("invite.submit"),
        close=t("common.cancel"),
    )


def done_view(t: Text, done: Invited) -> Json:
    """It was taken down; nothing has left yet."""
    blocks = [
        kit.section(kit.plain(t("invite.done", supplier=kit.cut(done.supplier, NAME)))),
        kit.section(kit.plain("\n".join(f"・{mail}" for mail in done.mails))),
        *([kit.section(kit.plain(t("invite.paused")))] if done.paused else []),
    ]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def _box(text: str, value: str, below: str) -> Json:
    return kit.option(text, value) | {"description": kit.plain(below, kit.OPTION)}


def _known(t: Text, one: Invitee) -> str:
    name = kit.cut(kit.clean(one.name), NAME)
    return t("invite.known.contact", name=name) if one.known is Known.CONTACT else t(f"invite.known.{one.known.value}")


def _names(t: Text, names: Sequence[str]) -> str:
    shown = t("link.between").join(kit.cut(kit.clean(name), NAME) for name in names[:PEOPLE] if name)
    more = len(names) - PEOPLE
    return shown + (t("link.more_people", count=more) if more > 0 else "")


# -- what became of them -------------------------------------------------------------------------------------------------


def list_view(t: Text, lines: Sequence[InvitationLine]) -> Json:
    """The list alone."""
    return kit.modal(t("invite.title"), list_blocks(t, lines), callback_id=ids.View.LIST, close=t("common.close"))


def list_blocks(t: Text, lines: Sequence[InvitationLine]) -> list[Json]:
    """The newest invitations; what a person can still decide has buttons."""
    blocks = [kit.section(kit.plain(t("invite.lines" if lines else "invite.no_lines")))]
    for line in lines:
        blocks.append(kit.section(kit.plain(_line(t, line))))
        where = [kit.md(t, "invite.line_where", channel=line.channel_id)]
        if line.reason:
            where.append(kit.plain(why(t, line.reason)))
        blocks.append(kit.context(*where))
        if buttons := _buttons(t, line):
            blocks.append(kit.actions(buttons, block_id=f"vr1.invitation.{line.id}"))
    return blocks


def _line(t: Text, line: InvitationLine) -> str:
    supplier = kit.cut(line.supplier, NAME)
    return t("invite.line", mail=kit.clean(line.mail), supplier=supplier, state=state_of(t, line))


def state_of(t: Text, line: InvitationLine) -> str:
    """In words."""
    return t(f"ledger.state.invitation.{line.state.value}")


def why(t: Text, reason: str) -> str:
    """The sentence for Slack's error, or for ours."""
    return t(f"invite.why.{reason}") if t.has(f"invite.why.{reason}") else t("invite.why_other", reason=reason)


def _buttons(t: Text, line: InvitationLine) -> list[Json]:
    value = ids.pack(line.id, line.step)
    over = _sure(t, "withdraw")
    close = kit.button(t("invite.withdraw"), ids.Do.INVITE_WITHDRAW, value, confirm=over)
    if line.state is _I.UNKNOWN:
        return [*_decide(t, value), close]
    return [close] if line.state in {_I.WANTED, _I.SENT} else []


def _decide(t: Text, value: str) -> list[Json]:
    return [
        kit.button(t("invite.arrived"), ids.Do.INVITE_ARRIVED, value),
        kit.button(t("invite.again"), ids.Do.INVITE_AGAIN, value, confirm=_sure(t, "again")),
    ]


def _sure(t: Text, what: str) -> Json:
    title, sure = t(f"invite.{what}_title"), t(f"invite.{what}_sure")
    return kit.confirm(title, sure, t(f"invite.{what}"), t("common.cancel"))


def told_text(t: Text, step: str, line: InvitationLine) -> str:
    """The text of notifications, and the first sentence of the card."""
    return t(f"invite.told.{step}_text", supplier=kit.cut(line.supplier, NAME), mail=kit.clean(line.mail))


def told_blocks(t: Text, step: str, line: InvitationLine) -> list[Json]:
    """What became of it, why, and what to do now."""
    blocks = [
        kit.header(t(f"invite.told.{step}")),
        kit.section(kit.plain(told_text(t, step, line))),
        kit.context(kit.md(t, "invite.told.where", channel=line.channel_id)),
    ]
    if line.reason and step == _I.FAILED:
        blocks.append(kit.section(kit.plain(why(t, line.reason))))
    if step == _I.UNKNOWN:
        blocks.append(kit.section(kit.plain(t("invite.told.unknown_do"))))
        blocks.append(kit.actions(_decide(t, ids.pack(line.id, line.step))))
    if step == "came":
        look = kit.button(t("invite.told.link"), ids.Do.HOME_LINK, ids.pack(line.channel_id), style="primary")
        blocks.append(kit.actions([look]))
    return blocks
