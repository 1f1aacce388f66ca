"""Inviting a supplier's people to a channel through Slack Connect: values and rules. Pure.

An invitation is no notice. It has no text of ours, nothing in Slack by which it could be looked up again, a life after it was
sent, and a mail address in it. So it is a row of its own, and the database holds at most one open one for each channel and
address. It goes to an outside company: one that nobody knows the end of is `unknown`, and is never sent again by itself.
To add a state: a member, its moves, its words `invite.state.<value>` in both catalogs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Root, Value
from bot.domain.contacts import mail
from bot.domain.linking import Candidates
from bot.domain.refusal import Code, Refusal

MOST = 5
"""Addresses at a time."""
LONGEST = 75
"""Characters of an address: what Slack shows of an option, so that a person sees all of what is confirmed."""


class InvitationState(StrEnum):
    """How far one has come.

    wanted: confirmed by a person, not yet asked of Slack · claimed: a process is asking · sent: Slack took it · failed: Slack
    refused, nobody was invited · unknown: the answer was lost, a person decides · accepted: the channel became the supplier's
    endpoint · withdrawn: a person says that it is over.
    """

    WANTED = "wanted"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


_I = InvitationState
OPEN = frozenset({_I.WANTED, _I.CLAIMED, _I.SENT, _I.UNKNOWN})
"""Of these there is at most one for a channel and an address (storage/tables/inviting.py says the same)."""
OUT = frozenset({_I.SENT, _I.UNKNOWN})
"""Somebody may have it."""
MOVES: dict[InvitationState, frozenset[InvitationState]] = {
    _I.WANTED: frozenset({_I.CLAIMED, _I.FAILED, _I.WITHDRAWN}),
    _I.CLAIMED: frozenset({_I.WANTED, _I.SENT, _I.FAILED, _I.UNKNOWN}),
    _I.UNKNOWN: frozenset({_I.WANTED, _I.SENT, _I.WITHDRAWN, _I.ACCEPTED}),
    _I.SENT: frozenset({_I.ACCEPTED, _I.WITHDRAWN}),
}


class Invitation(Root):
    """One address invited to one channel for one supplier. `mail_key` is the address in small letters: mail servers do not
    tell them apart, so neither does the rule of one.

    `confirmed_by` saw the last screen and sent it; `settled_by` said what became of it afterwards. `lease_until`, `retry_at`
    and `tried_at` are real time. `slack_id` is Slack's own id of the invitation. `reason` is Slack's error or a code of ours.
    """

    supplier_id: str
    channel_id: str
    channel_name: str
    mail: str
    mail_key: str
    state: InvitationState = InvitationState.WANTED
    reason: str = ""
    confirmed_by: str
    confirmed_at: AwareDatetime
    settled_by: str = ""
    settled_at: AwareDatetime | None = None
    attempts: int = 0
    lease_until: AwareDatetime | None = None
    retry_at: AwareDatetime | None = None
    tried_at: AwareDatetime | None = None
    slack_id: str = ""


REASONS = frozenset(
    {
        *("missing_scope", "no_permission", "not_paid", "not_owner", "restricted_action", "already_in_channel"),
        *("invalid_email", "user_not_found", "connection_limit_exceeded", "connection_limit_exceeded_pending"),
        *("legacy_connection_limit_exceeded", "member_limit_exceeded", "channel_archived", "channel_not_found"),
        *("not_in_channel", "cannot_share_mandatory_channel", "cannot_share_cross_workspace_channel", "not_supported"),
        *("invalid_channel_type", "ratelimited", "not_connected", "lease_over", "channel_unseen"),
        *("channel_has_outsiders", "channel_taken", "channel_is_endpoint", "invited_for_other", "team_channel"),
        *("invited_by_hand", "supplier_ended", "supplier_blocked", "supplier_merged"),
    }
)
"""Why one was not sent, as far as there is a sentence for it: Slack's errors and codes of ours."""


def move(one: Invitation, state: InvitationState, **more: object) -> Invitation:
    """The invitation in its next state. Raises Refusal(ILLEGAL_MOVE)."""
    if state not in MOVES.get(one.state, frozenset()):
        raise Refusal(Code.ILLEGAL_MOVE)
    return one.model_copy(update={"state": state, "reason": "", "retry_at": None, **more})


# -- what is shown -------------------------------------------------------------------------------------------------------


class InvitationLine(Value):
    """One of the list. `step` makes a button of an earlier try void."""

    id: str
    supplier: str
    channel_id: str
    mail: str
    state: InvitationState
    reason: str
    step: int


def line_of(one: Invitation, supplier: str) -> InvitationLine:
    """An invitation as it is listed."""
    return InvitationLine(
        id=one.id,
        supplier=supplier,
        channel_id=one.channel_id,
        mail=one.mail,
        state=one.state,
        reason=one.reason,
        step=one.attempts,
    )


class InviteForm(Value):
    """Which supplier, to which channel. `may`: whether the app has the scope."""

    may: bool
    suppliers: Candidates
    chosen: str = ""
    lines: tuple[InvitationLine, ...] = ()


class Addressee(Value):
    """A contact of the supplier with an address."""

    name: str
    mail: str


class Addresses(Value):
    """The channel as it is, and whom the record knows. `readers` are the names of our own people who are in it."""

    look_id: str
    supplier_id: str
    supplier: str
    channel_id: str
    channel: str
    private: bool
    readers: tuple[str, ...]
    contacts: tuple[Addressee, ...] = ()


class Known(StrEnum):
    """How an address stands to the record: a contact's, of the same mail domain as a contact's, or strange. A domain that
    anybody can have an address of says nothing."""

    CONTACT = "contact"
    DOMAIN = "domain"
    STRANGE = "strange"


class Invitee(Value):
    """An address of the last screen, with what tells whether it is the right one."""

    mail: str
    name: str = ""
    known: Known


class Preview(Addresses):
    """The last screen: exactly who is invited to where."""

    invitees: tuple[Invitee, ...]


class Invited(Value):
    """Confirmed. `paused`: nothing leaves until somebody ends the pause."""

    supplier: str
    channel_id: str
    mails: tuple[str, ...]
    paused: bool = False


# -- rules ---------------------------------------------------------------------------------------------------------------


def unfit(*, outsiders: bool, pending: bool, invited_here: Collection[str], supplier_id: str) -> Code | None:
    """Why nobody can be invited to the channel for this supplier; None where they can.

    A channel in which somebody from outside is already would show the one to the other. `invited_here`: the suppliers to whom
    an open invitation to this channel belongs. Where Slack says that an invitation waits (`pending`) and none of it is ours,
    somebody sent one by hand: another could be its double.
    """
    if outsiders:
        return Code.CHANNEL_HAS_OUTSIDERS
    if set(invited_here) - {supplier_id}:
        return Code.INVITED_FOR_OTHER
    if pending and not invited_here:
        return Code.INVITED_BY_HAND
    return None


_SPLIT = re.compile(r"[\s,;、，；]+")


def addresses(chosen: Iterable[str], typed: str) -> list[str]:
    """Every address once, in order. Raises Refusal(BAD_MAIL, MAIL_NOT_ASCII, TOO_LONG, TOO_MANY, NO_ADDRESS) on `typed`."""
    found: dict[str, str] = {}
    for text in [*chosen, *_SPLIT.split(typed)]:
        one = mail(text, "typed")
        if one and len(one) > LONGEST:
            raise Refusal(Code.TOO_LONG, "typed", limit=LONGEST)
        if one:
            found.setdefault(one.lower(), one)
    if not found:
        raise Refusal(Code.NO_ADDRESS, "typed")
    if len(found) > MOST:
        raise Refusal(Code.TOO_MANY, "typed", most=MOST)
    return list(found.values())


FREE = frozenset(
    {
        *(
            "gmail.com",
            "googlemail.com",
            "outlook.com",
            "outlook.jp",
            "hotmail.com",
            "hotmail.co.jp",
            "live.jp",
            "icloud.com",
        ),
        *(
            "yahoo.co.jp",
            "yahoo.com",
            "ymail.ne.jp",
            "me.com",
            "docomo.ne.jp",
            "ezweb.ne.jp",
            "au.com",
            "softbank.ne.jp",
        ),
    }
)


def invitees(mails: Sequence[str], contacts: Sequence[Addressee]) -> tuple[Invitee, ...]:
    """Each address with how it stands to the supplier's contacts."""
    names = {c.mail.lower(): c.name for c in contacts}
    hosts = {c.mail.lower().rpartition("@")[2] for c in contacts} - FREE

    def known(key: str) -> Known:
        if key in names:
            return Known.CONTACT
        return Known.DOMAIN if key.rpartition("@")[2] in hosts else Known.STRANGE

    return tuple(Invitee(mail=one, name=names.get(one.lower(), ""), known=known(one.lower())) for one in mails)
