"""The whole way on the real hub: what a supplier's page of the preview shows is what is posted in its channel."""

from __future__ import annotations

import pytest

from bot.domain.attesting import Answered
from bot.domain.rounds import Attestation, AttestationKind
from bot.services.attesting import Attesting
from bot.services.calendars import company_calendar
from bot.services.company import remember_company
from bot.services.desk import Desk
from bot.services.library import Library
from bot.services.marking import Delivery
from bot.services.outbox import Outbox
from bot.services.rounds import Rounds
from bot.services.sending import preview_hub
from bot.services.telling import CARD, TELL, owner
from message_templates.catalogs import text
from message_templates.inert import inert
from message_templates.round import preview_modal
from sandbox.limits import check_view
from storage.db import Database
from tests.kit import RecordingChannel, StillClock, press
from tests.ledger_scene import checklists, small_books
from tests.services.test_rounds import WISH, everything


async def test_every_letter_of_the_preview_is_the_message_that_arrives(
    db: Database, clock: StillClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind, tell in owner.TELL.items():
        monkeypatch.setitem(TELL, kind, tell)
    for card, draw in owner.CARD.items():
        monkeypatch.setitem(CARD, card, draw)
    await remember_company(db, "あおば商事株式会社")
    books = await small_books(db)
    await books.write()
    desk = Desk(db, clock, "")
    rounds = Rounds(desk, company_calendar(), Library(checklists()), preview_hub)
    drafted = await rounds.draft(press("U0SEC"), WISH)
    first = await rounds.page(press("U0SEC"), drafted.round_id, 0)
    pages = [first, *[await rounds.page(press("U0SEC"), drafted.round_id, n) for n in range(1, first.pages)]]
    for page in pages:
        assert check_view(preview_modal(text(page.language), page)) == []
    await rounds.open(press("U0SEC"), drafted.round_id)
    channel = RecordingChannel()
    outbox = Outbox(db, clock, channel, Delivery(60, 30, 0, look_age=1e9), "test", lambda _point: None)
    await outbox.drain()
    attesting = Attesting(desk, company_calendar())
    users = {p.id: user for user, p in books.people.items()}
    for asked in await everything(db, Attestation, state="asked"):
        same = Answered(kind=AttestationKind.UNCHANGED)
        await attesting.answer(press(users[asked.owner_id]), asked.id, same)
    await outbox.drain()
    posted = {place: message for place, message, _, thread in channel.posted if not thread}
    places = {p.id: f"user:{p.slack_user_id}" for p in books.people.values()}
    compared = 0
    for letter in (page.letter for page in pages if page.letter):
        for place in [places.get(letter.recipient.id, ""), *(f"channel:{c}" for c in letter.channels)]:
            if place:
                t = text(letter.language)
                assert inert(t, posted[place].blocks) == inert(t, letter.blocks), place
                compared += 1
    assert compared == 4  # two owners, two suppliers that can be reached
