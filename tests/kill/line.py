"""One review from nothing to its outcome, acted by people who press again where Slack shows them an error.

The scenes here are used by the detours too; what people do in any of them is in `acts.py`, how a leg is run in `play.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.client import ActResult, Message, Modal, Person
from tests.journeys.town import (
    ADMIN,
    ANNA,
    BERT,
    BOSS,
    CH1,
    DEPUTY,
    OWNER1,
    SEC1,
    SEC_CHANNEL,
    START,
)
from tests.kill.acts import (
    close,
    find,
    form,
    message_with,
    modal_with,
    nothing_open,
    opened,
    row,
    submit_label,
    whispered,
)
from tests.kill.play import Leg, Play, at_rest


async def set_up(play: Play) -> None:
    """Team, department, supplier, channel."""
    slack = play.t.slack
    admin, sec = slack.person(ADMIN), slack.person(SEC1)
    await play.do(
        lambda: admin.command("/vendor-review", f"security #{SEC_CHANNEL}"),
        whispered(admin, "担当は2名", "のちほど自動で確認します"),
        "security team",
    )
    settled = "SELECT 1 FROM setting WHERE id = 'security_team' AND json_extract(value, '$.unsettled') IS NULL"
    await play.until(row(play, settled), "the team is known")  # told "later", a person waits
    people = {"部門名": "物流部", "主担当者": OWNER1, "副担当者": DEPUTY, "エスカレーション先": BOSS}
    await form(play, sec, lambda: sec.command("/vendor-review", "department 物流部"), people, "「物流部」を")
    supplier = {
        "名称": "みかづき運輸株式会社",
        "部門": "物流部",
        "業務内容": "配送業務",
        "契約形態": "準委任",
        "個人データ": "あり",
    }
    registered = lambda: sec.command("/vendor-review", "register")  # noqa: E731
    await form(play, sec, registered, supplier, "「みかづき運輸株式会社」")
    await form(
        play,
        sec,
        lambda: sec.command("/vendor-review", "link", channel=CH1),
        {"委託先": "みかづき運輸株式会社"},
        "窓口として",
    )
    await play.do(
        lambda: sec.command("/vendor-review", "pause"), whispered(sec, "停止しています", "一時停止しました"), "pause"
    )
    await play.do(
        lambda: sec.command("/vendor-review", "resume"), whispered(sec, "再開しました", "停止していません"), "resume"
    )


async def open_round(play: Play) -> None:
    """Form, preview, open."""
    sec = play.t.slack.person(SEC1)

    async def started() -> bool:
        return (
            await modal_with(sec, "モニタリングを開始しました")()
            or await message_with(play.t.slack.person(OWNER1), "委託業務の現況確認")()
        )

    async def act() -> Any:
        modal = await sec.modal()
        if modal is None or submit_label(modal) != "この内容で開始する":
            got = await draft(sec)
            if not got.ok or got.modal is None or not submit_label(got.modal):
                return got
        return await sec.submit()

    await play.do(act, started, "open the round")
    await close(sec)
    await at_rest(play)


async def draft(sec: Person) -> ActResult:
    """A round is put together; its preview is on top then."""
    await close(sec)
    await sec.command("/vendor-review", "round")
    modal = await sec.wait_modal(timeout=5, fits=lambda m: bool(m.fields))
    await sec.fill(next(f.block_id for f in modal.fields if f.label.startswith("件名")), "2026年度 委託先点検")
    await sec.choose(next(f.block_id for f in modal.fields if f.label.startswith("点検票")), "short")
    return await sec.submit()


async def attest(play: Play) -> None:
    """The owner says: nothing changed."""
    owner = play.t.slack.person(OWNER1)
    card = await find(owner, "委託業務の現況確認")
    await play.do(
        lambda: owner.press(card, label="変更なし"), message_with(owner, "すべてご回答いただきました"), "attest"
    )
    await at_rest(play)


async def page(play: Play, person: Person, hub: Message, number: int, title: str) -> Modal:
    """Open a page of the form."""
    opened = lambda: person.press(hub, action_id=f"vr1.hub_open.{number}")  # noqa: E731
    await play.do(opened, modal_with(person, title), f"open page {number}")
    modal = await person.modal()
    assert modal
    return modal


async def choose(play: Play, person: Person, label: str, option: str) -> None:
    """Choose an option; again where the error was shown, although the choice stands on the screen."""
    taken = False

    async def act() -> Any:
        nonlocal taken
        modal = await person.modal()
        where = next((f.block_id for f in modal.fields if f.label.startswith(label)), "") if modal else ""
        result = await person.choose(where, option)
        taken = result.ok
        return result

    async def held() -> bool:
        modal = await person.modal()
        fields = modal.fields if modal else []
        return taken and any(f.label.startswith(label) and f.chosen == option for f in fields)

    await play.do(act, held, f"choose {label}")


async def turn(play: Play, person: Person, words: str) -> None:
    """Turn the page."""
    await play.do(person.submit, modal_with(person, words), f"turn to {words}")


async def answer(play: Play) -> None:
    """Two people, two pages, a comment, a file in the thread."""
    anna, bert = play.t.slack.person(ANNA), play.t.slack.person(BERT)
    hub = await find(anna, "ご回答のお願い", CH1)
    await page(play, anna, hub, 0, "責任者を定めていますか")
    await choose(play, anna, "責任者", "yes")
    modal = await anna.modal()
    assert modal
    comment = next(f.block_id for f in modal.fields if f.type == "plain_text_input")
    await anna.fill(comment, "部長が務めています")
    await turn(play, anna, "更新していますか")
    await play.do(anna.close, nothing_open(anna), "close")
    await page(play, bert, hub, 1, "更新していますか")
    await choose(play, bert, "更新", "partly")
    await turn(play, bert, "まだ回答のない設問が1問")
    await play.do(lambda: bert.press(label="開く"), modal_with(bert, "責任者が必要です"), "jump")
    await choose(play, bert, "規程", "no")
    await turn(play, bert, "更新していますか")
    await turn(play, bert, "すべての設問にご回答いただきました")
    await close(bert)
    await anna.say(CH1, "規程です", thread_ts=hub.ts, files=[("規程.pdf", b"%PDF-1.7 kitei")])
    await at_rest(play)


async def remind(play: Play) -> None:
    """Three business days before the due day: one reminder."""
    await play.t.slack.set_clock(START + timedelta(days=23))
    await at_rest(play)


async def submit(play: Play) -> None:
    """The confirmed submission."""
    anna = play.t.slack.person(ANNA)
    hub = await find(anna, "ご回答のお願い", CH1)

    async def act() -> Any:
        modal = await opened(anna, lambda: anna.press(hub, action_id="vr1.hub_submit"))
        if not modal.fields:
            return None
        for f in modal.fields:
            await anna.fill(f.block_id, "安藤 花" if "お名前" in f.label else "部長")
        return await anna.submit()

    async def done() -> bool:
        modal = await anna.modal()
        return modal is not None and ("承りました" in modal.plain() or "提出済み" in modal.plain())

    await play.do(act, done, "submit")
    await close(anna)
    await at_rest(play)


async def judge(play: Play) -> None:
    """Judged with a reason; everybody is told; the round closes."""
    sec = play.t.slack.person(SEC1)
    card = await find(sec, "みかづき運輸", SEC_CHANNEL)

    async def act() -> Any:
        modal = await opened(sec, lambda: sec.press(card, action_id="vr1.judge_open"))
        if not modal.fields:
            return None
        for f in modal.fields:
            if f.label.startswith("判断"):
                await sec.choose(f.block_id, "経過観察")
            elif f.label.startswith("理由") or "理由" in f.label:
                await sec.fill(f.block_id, "規程の整備を来期に確認する")
        return await sec.submit()

    async def done() -> bool:
        modal = await sec.modal()
        return modal is not None and not modal.fields and "判断" in modal.plain()

    await play.do(act, done, "judge")
    await close(sec)
    await at_rest(play)


async def round_(play: Play) -> None:
    """Opened, and answered by the owner: the supplier is asked."""
    await open_round(play)
    await attest(play)


async def _answer(play: Play) -> None:
    await answer(play)
    await remind(play)


async def _end(play: Play) -> None:
    await submit(play)
    await judge(play)


LEGS = (
    Leg("set up", set_up),
    Leg("round", round_, after="set up"),
    Leg("answer", _answer, after="round"),
    Leg("end", _end, after="answer"),
)
