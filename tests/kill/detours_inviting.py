"""Detours of invitations to outside people: whatever dies and whenever, nobody is ever invited twice.

What the team is told on the way depends, as it should, on what was known when; `state.py` compares whom Slack has sent an
invitation, and what each of them came to.
"""

from __future__ import annotations

from sandbox.client import ActResult, Person
from tests.journeys.town import BOT, SEC1
from tests.kill.acts import close, no, row
from tests.kill.play import Leg, Play, at_rest

NAME = "みかづき運輸株式会社"
SCOPE = "conversations.connect:write"
ABE, BABA, CHIBA = "abe@example.com", "baba@example.com", "chiba@example.com"


async def _invited(play: Play) -> None:
    """One is sent, and closed by a person some time later."""
    sec, new = play.t.slack.person(SEC1), await _channel(play)
    await _invite(play, new, ABE)
    await _settled(play, ABE)
    over = row(play, "SELECT 1 FROM invitation WHERE state = 'withdrawn'")
    await play.do(lambda: _press(sec, "vr1.invite_withdraw"), over, "it is over")
    await close(sec)


async def _in_doubt(play: Play) -> None:
    """The bot dies before it asks (in every run); then an answer is lost, and then a request."""
    new = await _channel(play)
    await _invite(play, new, ABE)
    await _settled(play, ABE)
    await play.t.slack.fault("lost_answer", "conversations.inviteShared")
    await _invite(play, new, BABA)
    await _settled(play, BABA)
    await play.t.slack.fault("lost_request", "conversations.inviteShared")
    await _invite(play, new, CHIBA)
    await _settled(play, CHIBA)


async def _channel(play: Play) -> str:
    """A channel without outsiders, and an app that may invite."""
    play.world.app.scopes |= {SCOPE}
    new = await play.t.slack.create_channel("ext-new", [SEC1, BOT], private=True)
    await at_rest(play)
    return new


async def _invite(play: Play, channel: str, mail: str) -> None:
    """The three screens, from the first one wherever the bot died."""
    sec = play.t.slack.person(SEC1)

    async def act() -> ActResult | None:
        await close(sec)
        await sec.command("/vendor-review", "invite")
        form = await sec.wait_modal("vr1.invite", timeout=5)
        for label, value in (("委託先", NAME), ("招待するチャンネル", channel)):
            await sec.choose(next(f.block_id for f in form.fields if f.label == label), value)
        await sec.submit()
        to = await sec.wait_modal("vr1.invite_to", timeout=5)
        await sec.fill(to.fields[-1].block_id, mail)
        await sec.submit()
        await sec.wait_modal("vr1.invite_confirm", timeout=5)
        return await sec.submit()

    await play.do(act, row(play, f"SELECT 1 FROM invitation WHERE mail = '{mail}'"), f"{mail} is to be invited")
    await close(sec)


async def _settled(play: Play, mail: str) -> None:
    """Sent; or nobody knows, and somebody looks into Slack and decides, as often as it takes."""
    sec = play.t.slack.person(SEC1)
    unknown = row(play, "SELECT 1 FROM invitation WHERE state = 'unknown'")
    await at_rest(play)
    while await unknown():
        await play.t.slack.no_faults()
        there = mail in {invite.email for invite in play.world.invites.values()}
        do = "vr1.invite_arrived" if there else "vr1.invite_again"
        await play.do(lambda do=do: _press(sec, do), no(unknown), do)  # type: ignore[misc]
        await close(sec)
        await at_rest(play)
    await play.until(row(play, f"SELECT 1 FROM invitation WHERE mail = '{mail}' AND state = 'sent'"), f"{mail} is sent")


async def _press(sec: Person, action_id: str) -> ActResult:
    """A button of the list."""
    await close(sec)
    await sec.command("/vendor-review", "invite")
    listed = await sec.wait_modal("vr1.invite", timeout=5)
    return await sec.press(listed, action_id=action_id)


DETOURS = (
    Leg("invited", _invited, after="set up"),
    Leg("invited in doubt", _in_doubt, after="set up", dies=("send:invite:before",)),
)
