"""A supplier's endpoints: their list, severing and moving one, an engagement's own; and what an old hub says.

What people wrote stands in plain text; channels are named by their id, which Slack shows only to those who may see them.
"""

from __future__ import annotations

from typing import Any

from bot.domain.linking import Here, LinkView
from bot.domain.moving import EndpointCard, Endpoints, Moved, OverrideForm, Severed, SeverForm, Then, Why
from bot.domain.record import Record
from message_templates import ids, kit
from message_templates.catalogs import Text
from message_templates.link import link_blocks, link_form

Json = dict[str, Any]

SHOWN = 12
REVIEWS = 10
NAME = 80
SUPPLIERS = "supplier"
"""The option that stands for the supplier's endpoint; an endpoint's own id for the others."""


def endpoints_view(t: Text, found: Endpoints) -> Json:
    """All endpoints with their buttons, the living ones first."""
    cards = sorted(found.cards, key=lambda card: not card.living)
    blocks = [kit.header(t("moving.of", supplier=kit.cut(found.supplier, NAME)))]
    if not cards:
        blocks.append(kit.section(kit.md(t, "moving.none")))
    for card in cards[:SHOWN]:
        blocks += [kit.section(_line(t, card)), *_facts(t, card), *_buttons(t, card)]
    if len(cards) > SHOWN:
        blocks.append(kit.context(kit.plain(t("moving.more", count=len(cards) - SHOWN))))
    blocks.append(kit.actions([kit.button(t("moving.invite"), ids.Do.INVITE_OPEN, ids.pack(found.supplier_id))]))
    return kit.modal(t("moving.title"), blocks, callback_id=ids.View.LIST, close=t("common.close"))


def _line(t: Text, card: EndpointCard) -> Json:
    return kit.md(t, "moving.line", channel=card.channel_id, state=t(f"ledger.state.endpoint.{card.state}"))


def _facts(t: Text, card: EndpointCard) -> list[Json]:
    lines = [t(f"ledger.why.{card.reason}")] if card.reason and t.has(f"ledger.why.{card.reason}") else []
    lines += [t("moving.note", note=kit.cut(card.note, 200))] if card.note else []
    if card.verified_on:
        counts = {"companies": card.companies, "guests": card.guests}
        lines.append(t("moving.verified", on=t.date(card.verified_on), **counts))
    if card.works:
        lines.append(t("moving.works", works=t("link.between").join(kit.cut(w, 40) for w in card.works[:5])))
    if card.reviews:
        lines.append(t("moving.open" if card.living else "moving.waiting", count=len(card.reviews)))
    return [kit.context(kit.plain("\n".join(lines)))] if lines else []


def _buttons(t: Text, card: EndpointCard) -> list[Json]:
    """Confirm again, move, sever: what this state allows."""
    if not card.movable:
        return []
    buttons = [kit.button(t("moving.move"), ids.Do.ENDPOINT_MOVE, ids.pack(card.id))]
    if card.living:
        buttons.insert(0, kit.button(t("moving.verify"), f"{ids.Do.HOME_LINK}.1", ids.pack(card.channel_id)))
    key = "moving.sever" if card.living else "moving.give_up"
    buttons.append(kit.button(t(key), ids.Do.ENDPOINT_SEVER, ids.pack(card.id)))
    return [kit.actions(buttons)]


def endpoints_section(t: Text, record: Record, found: Endpoints, engagement_id: str) -> list[Json]:
    """The record's section: the way to all endpoints, or to this engagement's own."""
    if engagement_id:
        own = next((r.engagement.endpoint_id for r in record.rows if r.engagement.id == engagement_id), None)
        card = next((c for c in found.cards if c.id == own), None)
        text = _line(t, card) if card else kit.plain(t("moving.of_supplier"))
        return [kit.section(text, kit.button(t("moving.own"), ids.Do.ENDPOINT_OWN, ids.pack(engagement_id)))]
    button = kit.button(t("moving.manage"), ids.Do.ENDPOINT_LIST, ids.pack(found.supplier_id))
    living = sum(card.living for card in found.cards)
    return [kit.section(kit.plain(t("moving.count", count=living)), button)]


def here_form(t: Text, form: LinkView) -> Json:
    """The form of linking; in a channel that is an endpoint already, with its state and what can be done with it."""
    view = link_form(t, form)
    if form.here:
        view["blocks"] = [*_here(t, form.here), *view["blocks"]][: kit.VIEW_BLOCKS]
        if "submit" in view:
            view["submit"] = kit.plain(t("moving.verify"), kit.TITLE)
    return view


def _here(t: Text, here: Here) -> list[Json]:
    """What the channel is already, above the form that confirms it again."""
    state = t(f"ledger.state.endpoint.{here.state}")
    text = t("moving.here", supplier=kit.cut(here.supplier, NAME), state=state)
    if here.reason and t.has(f"ledger.why.{here.reason}"):
        text += "\n" + t(f"ledger.why.{here.reason}")
    value = ids.pack(here.endpoint_id)
    buttons = [
        kit.button(t("moving.move"), ids.Do.ENDPOINT_MOVE, value),
        kit.button(t("moving.sever"), ids.Do.ENDPOINT_SEVER, value),
    ]
    return [kit.section(kit.plain(text)), kit.actions(buttons), kit.divider()]


# -- severing ------------------------------------------------------------------------------------------------------------


def sever_view(t: Text, form: SeverForm) -> Json:
    """Why, and what becomes of the reviews that are open there."""
    card = form.card
    intro = "moving.sever_intro" if card.living else "moving.give_up_intro"
    blocks = [kit.section(_line(t, card)), kit.section(kit.plain(t(intro, supplier=kit.cut(form.supplier, NAME))))]
    if card.living:
        options = [kit.option(t(f"moving.why.{why.value}"), why.value) for why in Why]
        menu = kit.radio(ids.Field.VALUE, options)
        note = kit.text_input(ids.Field.VALUE, multiline=True, limit=300)
        blocks += [
            kit.input_block(t("moving.why"), menu, ids.field_block("why"), optional=False),
            kit.input_block(t("moving.note_label"), note, ids.field_block("note"), hint=t("moving.note_hint")),
        ]
    if card.reviews:
        blocks += _reviews(t, card)
    return kit.modal(
        t("moving.sever_title"),
        blocks,
        callback_id=ids.View.ENDPOINT_SEVER,
        metadata=ids.pack(card.id, card.version),
        submit=t("moving.sever_submit" if card.living else "moving.give_up"),
        close=t("common.cancel"),
    )


def _reviews(t: Text, card: EndpointCard) -> list[Json]:
    lines = [t("moving.review", title=kit.cut(r.title, NAME), due=t.date(r.due_on)) for r in card.reviews[:REVIEWS]]
    if len(card.reviews) > REVIEWS:
        lines.append(t("moving.more_reviews", count=len(card.reviews) - REVIEWS))
    thens = (Then.WAIT, Then.CANCEL) if card.living else (Then.CANCEL,)
    options = [kit.option(t(f"moving.then.{then.value}"), then.value) for then in thens]
    menu = kit.radio(ids.Field.VALUE, options, chosen=thens[0].value if card.living else "")
    return [
        kit.section(kit.plain("\n".join([t("moving.reviews"), *lines]))),
        kit.input_block(t("moving.then"), menu, ids.field_block("then"), hint=t("moving.then_hint"), optional=False),
    ]


def severed_view(t: Text, done: Severed) -> Json:
    """It is done, and what goes on without it."""
    blocks = [kit.section(kit.md(t, "moving.severed", supplier=kit.cut(done.supplier, NAME), channel=done.channel_id))]
    facts = [t("moving.unsent", count=done.unsent)] if done.unsent else []
    if done.cancelled:
        facts.append(t("moving.cancelled", count=done.cancelled))
    elif done.reviews:
        facts.append(t("moving.wait", count=done.reviews))
    facts.append(t("moving.stays"))
    blocks.append(kit.context(kit.plain("\n".join(facts))))
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


# -- moving --------------------------------------------------------------------------------------------------------------


def move_view(t: Text, form: SeverForm) -> Json:
    """Which channel takes its place."""
    menu = {
        "type": "conversations_select",
        "action_id": ids.Field.VALUE.value,
        "filter": {"include": ["private", "public"], "exclude_bot_users": True},
    }
    blocks = [
        kit.section(_line(t, form.card)),
        kit.section(kit.plain(t("moving.move_intro", supplier=kit.cut(form.supplier, NAME)))),
        kit.input_block(
            t("moving.channel"), menu, ids.field_block("channel"), hint=t("moving.channel_hint"), optional=False
        ),
    ]
    return kit.modal(
        t("moving.move_title"),
        blocks,
        callback_id=ids.View.ENDPOINT_MOVE,
        metadata=ids.pack(form.card.id),
        submit=t("moving.look"),
        close=t("common.cancel"),
    )


def move_confirm_view(t: Text, look: LinkView, endpoint_id: str) -> Json:
    """Who will see what is posted in the new channel; confirmed, it takes the old one's place."""
    fit = look.fit and look.here is None
    blocks = link_blocks(t, look)
    blocks.append(
        kit.section(kit.plain(t("moving.effect") if fit else t("moving.taken" if look.here else "moving.unfit")))
    )
    return kit.modal(
        t("moving.move_title"),
        blocks,
        callback_id=ids.View.ENDPOINT_MOVE_CONFIRM,
        metadata=ids.pack(look.look_id, endpoint_id) if fit else "",
        submit=t("moving.move_submit") if fit else "",
        close=t("common.cancel"),
    )


def moved_view(t: Text, moved: Moved) -> Json:
    """It is done."""
    names = {"supplier": kit.cut(moved.supplier, NAME), "channel": moved.channel_id, "was": moved.was}
    blocks = [kit.section(kit.md(t, "moving.moved", **names))]
    key = "moving.moved_reviews" if moved.reviews else "moving.moved_none"
    blocks.append(kit.context(kit.plain(t(key, count=moved.reviews))))
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))


def moved_text(t: Text) -> str:
    """What an old hub says, as a notification."""
    return t("moving.hub")


def moved_hub(t: Text) -> list[Json]:
    """An old hub: no buttons, and no word of where the endpoint is now."""
    return [kit.section(kit.plain(moved_text(t)))]


# -- an engagement's own -------------------------------------------------------------------------------------------------


def override_view(t: Text, form: OverrideForm) -> Json:
    """The supplier's endpoint, or one of its endpoints for this work alone."""
    options = [kit.option(t("moving.use_supplier"), SUPPLIERS)]
    for choice in form.choices:
        state = t(f"ledger.state.endpoint.{choice.state}")
        options.append(kit.option(t("moving.choice", channel=choice.channel_id, state=state), choice.id))
    menu = kit.select(ids.Field.VALUE, options, chosen=form.chosen or SUPPLIERS)
    blocks = [
        kit.section(kit.plain(t("moving.own_intro", business=kit.cut(form.business, NAME)))),
        *(kit.context(kit.md(t, "moving.choice_link", channel=c.channel_id)) for c in form.choices[:SHOWN]),
        kit.input_block(t("moving.own"), menu, ids.field_block("endpoint"), hint=t("moving.own_hint"), optional=False),
    ]
    return kit.modal(
        t("moving.own"),
        blocks,
        callback_id=ids.View.ENDPOINT_OWN,
        metadata=ids.pack(form.engagement_id, form.version),
        submit=t("common.save"),
        close=t("common.cancel"),
    )


def overridden_view(t: Text, form: OverrideForm) -> Json:
    """It is done."""
    key = "moving.own_done" if form.chosen else "moving.own_cleared"
    blocks = [kit.section(kit.plain(t(key, business=kit.cut(form.business, NAME))))]
    return kit.modal(t("note.done_title"), blocks, callback_id=ids.View.DONE, close=t("common.close"))
