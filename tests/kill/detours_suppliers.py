"""Detours of suppliers and their channels: silence, files that are not taken, a company too many, people nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.journeys.town import ANNA, CH1, CHIE, HOME, OWNER1, SEC1, SEC2, SEC_CHANNEL, START, SUP3
from tests.kill.acts import close, find, form, modal_with, row, whispered
from tests.kill.line import judge
from tests.kill.play import Leg, Play, at_rest

MANY = 10_000
LONG_AFTER = datetime(2027, 1, 13, 1, 0, tzinfo=UTC)  # ten business days after the due day, over the turn of the year


async def _silent_supplier(play: Play) -> None:
    """Nobody answers: owner and security team are told, and somebody judges without an answer."""
    await play.t.slack.set_clock(LONG_AFTER)
    await find(play.t.slack.person(OWNER1), "受付を終了し、判断待ちとしました")
    await find(play.t.slack.person(SEC1), "受付を終了し、判断待ちとしました", SEC_CHANNEL)
    await at_rest(play)
    await judge(play)


async def _bad_files(play: Play) -> None:
    """A program, and a document that is deleted before it can be fetched."""
    anna = play.t.slack.person(ANNA)
    hub = await find(anna, "ご回答のお願い", CH1)
    await anna.say(CH1, "規程です", thread_ts=hub.ts, files=[("規程.exe", b"MZ kitei")])
    await find(anna, "次の資料は受け取れませんでした: 規程.exe", CH1)
    said = await anna.say(CH1, "規程です", thread_ts=hub.ts, files=[("規程.pdf", b"%PDF-1.7 kitei")])
    for file in said.files:
        play.world.files[file["id"]].deleted = True
    await find(anna, "ファイルを開けませんでした", CH1)


async def _company_too_many(play: Play) -> None:
    """Another company stands in the channel and no event told: seen before the reminder is posted, then confirmed anew."""
    anna, sec = play.t.slack.person(ANNA), play.t.slack.person(SEC1)
    hub = await find(anna, "ご回答のお願い", CH1)
    play.world.channels[CH1].connected.append(SUP3)
    await play.t.slack.set_clock(START + timedelta(days=23))
    await find(sec, "窓口への送信を止めました", SEC_CHANNEL)
    press = lambda: anna.press(hub, action_id="vr1.hub_open.0")  # noqa: E731
    await play.do(press, modal_with(anna, "この窓口は確認中のため"), "a press at a suspended endpoint")
    await close(anna)
    play.world.channels[CH1].connected.remove(SUP3)
    link = lambda: sec.command("/vendor-review", "link", channel=CH1)  # noqa: E731
    await form(play, sec, link, {"委託先": "みかづき運輸株式会社"}, "窓口として確認し直しました")
    await find(anna, "ご回答期限(", CH1)


async def _strangers(play: Play) -> None:
    """A new colleague whom nobody told of, and somebody who joins while Slack cannot be asked."""
    newcomer = play.t.slack.person(await play.t.slack.add_user("newcomer", team=HOME, real_name="新入 一男"))
    pause = lambda: newcomer.command("/vendor-review", "pause")  # noqa: E731
    await play.do(pause, whispered(newcomer, "お名前を確認しています", "担当の方だけ"), "a press by nobody known")
    await play.do(pause, whispered(newcomer, "担当の方だけ"), "a press by somebody who may not")
    await play.t.slack.fault("lost_request", "users.info", times=MANY)
    await play.t.slack.join(CH1, CHIE)
    tried = "SELECT 1 FROM inbox WHERE kind = 'member_joined_channel' AND (tries > 0 OR done)"
    await play.until(row(play, tried), "an event that cannot be worked on")
    await play.t.slack.no_faults()
    await at_rest(play)
    chie = play.t.slack.person(CHIE)
    hub = await find(chie, "ご回答のお願い", CH1)
    press = lambda: chie.press(hub, action_id="vr1.hub_open.0")  # noqa: E731
    await play.do(press, modal_with(chie, "責任者を定めていますか"), "a press by somebody who joined")
    await close(chie)


async def _team_overheard(play: Play) -> None:
    """A company comes into the security team's channel: the team is told in DMs until it has left."""
    await play.t.slack.connect(SEC_CHANNEL, SUP3)
    await play.until(row(play, _team('\'%"unfit": "shared"%\'')), "the team's channel is unfit")
    await at_rest(play)
    await play.t.slack.set_clock(LONG_AFTER)
    for member in (SEC1, SEC2):
        dm = await play.t.slack.person(member).open_dm()
        for words in ("受付を終了し、判断待ちとしました", "業務の委託先ですか"):
            await find(play.t.slack.person(member), words, dm)
    await at_rest(play)  # a question that is sent after the company has left does not ask about it any more
    await play.t.slack.disconnect(SEC_CHANNEL, SUP3)
    await play.until(row(play, _team('\'%"unfit": ""%\'')), "the team's channel is fit again")


def _team(like: str) -> str:
    return f"SELECT 1 FROM setting WHERE id = 'security_team' AND value LIKE {like}"


DETOURS = (
    Leg("silent supplier", _silent_supplier, after="round"),
    Leg("bad files", _bad_files, after="round"),
    Leg("company too many", _company_too_many, after="round"),
    Leg("strangers", _strangers, after="round"),
    Leg("team overheard", _team_overheard, after="round"),
)
