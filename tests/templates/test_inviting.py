"""The screens of inviting: Slack's limits with endless, hostile and empty input; every address is shown in full."""

from __future__ import annotations

import pytest

from bot.domain.inviting import (
    LONGEST,
    MOST,
    REASONS,
    Addressee,
    Addresses,
    InvitationLine,
    InvitationState,
    Invited,
    InviteForm,
    Preview,
    invitees,
)
from bot.domain.linking import Candidate, candidates
from message_templates import inviting
from message_templates.catalogs import LANGUAGES, Text
from sandbox.limits import check_message, check_view

LONG, HOSTILE = "長" * 3000, "<!channel> *太字* <https://example.com|押す>\u202e"
NAMES = ["", "みかづき運輸株式会社", LONG, HOSTILE]
MAIL = "a" * (LONGEST - len("@example.com")) + "@example.com"
TEXTS = [Text(language) for language in LANGUAGES]


def addresses(name: str, contacts: int = 3, people: int = 3) -> Addresses:
    return Addresses(
        look_id="0" * 32,
        supplier_id="1" * 32,
        supplier=name,
        channel_id="C0NEW",
        channel=name or "x",
        private=not name,
        readers=(name,) * people,
        contacts=tuple(Addressee(name=name, mail=f"c{n}@example.com") for n in range(contacts)),
    )


@pytest.mark.parametrize("t", TEXTS, ids=lambda t: t.language)
@pytest.mark.parametrize("name", NAMES, ids=["nobody", "short", "long", "hostile"])
def test_screens_keep_slacks_limits_whatever_stands_in_them(t: Text, name: str) -> None:
    suppliers = [Candidate(id=str(n), name=name or "x", key="x", corporate_number="1" * 13) for n in range(150)]
    lines = tuple(line(state, name) for state in InvitationState)
    form = InviteForm(may=True, suppliers=candidates(suppliers, ()), lines=lines)
    shown = addresses(name, contacts=40, people=300)
    mails = [f"{n}{MAIL[1:]}" for n in range(MOST)]
    last = Preview(**dict(shown), invitees=invitees(mails, shown.contacts))
    done = Invited(supplier=name, channel_id="C0NEW", mails=tuple(mails), paused=True)
    views = [
        inviting.form_view(t, form),
        inviting.form_view(t, InviteForm(may=True, suppliers=candidates((), ()))),
        inviting.by_hand_view(t),
        inviting.addresses_view(t, shown),
        inviting.confirm_view(t, last),
        inviting.done_view(t, done),
        inviting.list_view(t, lines),
    ]
    for view in views:
        assert check_view(view) == []
        marked = [b["text"]["text"] for b in view["blocks"] if (b.get("text") or {}).get("type") == "mrkdwn"]
        assert "<!channel>" not in "".join(marked)


def line(state: InvitationState, name: str = "みかづき運輸", reason: str = "") -> InvitationLine:
    return InvitationLine(
        id=f"{state.value:0>32}", supplier=name, channel_id="C0NEW", mail=MAIL, state=state, reason=reason, step=1
    )


@pytest.mark.parametrize("t", TEXTS, ids=lambda t: t.language)
def test_the_last_screen_shows_each_address_in_full_and_ticked(t: Text) -> None:
    shown = addresses("みかづき運輸")
    view = inviting.confirm_view(t, Preview(**dict(shown), invitees=invitees([MAIL, "c1@example.com"], shown.contacts)))
    (boxes,) = [b["element"] for b in view["blocks"] if b["type"] == "input"]
    assert [o["text"]["text"] for o in boxes["options"]] == [o["value"] for o in boxes["options"]]
    assert boxes["initial_options"] == boxes["options"]
    assert boxes["options"][0]["value"] == MAIL


@pytest.mark.parametrize("t", TEXTS, ids=lambda t: t.language)
@pytest.mark.parametrize("step", ["sent", "failed", "unknown", "came"])
def test_what_the_team_is_told(t: Text, step: str) -> None:
    for name in NAMES:
        told = inviting.told_blocks(t, step, line(InvitationState.FAILED, name, "not_paid"))
        assert check_message(told) == []
    reason = t("invite.why.not_paid")
    assert (reason in str(told)) is (step == "failed"), "who cannot know is not told of a cause"


@pytest.mark.parametrize("t", TEXTS, ids=lambda t: t.language)
def test_an_unknown_reason_is_quoted_and_every_known_one_has_its_sentence(t: Text) -> None:
    assert "brand_new" in inviting.why(t, "brand_new")
    assert len({inviting.why(t, reason) for reason in REASONS}) == len(REASONS)


@pytest.mark.parametrize("state", list(InvitationState))
def test_only_what_a_person_can_decide_has_buttons(state: InvitationState) -> None:
    shown = inviting.list_blocks(TEXTS[0], [line(state)])
    ids_ = [e["action_id"] for b in shown if b["type"] == "actions" for e in b["elements"]]
    close = "vr1.invite_withdraw"
    doubt = ["vr1.invite_arrived", "vr1.invite_again", close]
    wanted = {InvitationState.UNKNOWN: doubt, InvitationState.WANTED: [close], InvitationState.SENT: [close]}
    assert ids_ == wanted.get(state, [])
