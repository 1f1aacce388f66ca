"""Detours of certificates and sub-contractors: entered, looked up, warned of; added and approved."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sandbox.client import Person
from tests.journeys.town import SEC1, SEC_CHANNEL, START
from tests.kill.acts import Act, close, message_with, row, through
from tests.kill.play import Leg, Play, at_rest

CERTIFICATE = {
    "種類": "ISMS認証(ISO/IEC 27001)",
    "登録番号": "IS 999999",
    "登録範囲": "東京本社 運用部",
    "有効期限": "2026-12-10",
}
LOOKED = {
    "どの部署が": "運用部",
    "どの拠点で": "東京本社",
    "確かめた場所": "https://example.invalid/",
    "その部署と拠点は": "はい、含まれる",
}
EDGE = {"再委託先の名称": "さざなみ合同会社", "再委託先が行う業務": "倉庫の作業"}
DECISION = {"判断": "承認する", "理由": "契約書を確認"}


async def _certificate(play: Play) -> None:
    """One that runs out soon: the team is warned within the minute. Somebody looks it up in the register."""
    sec = play.t.slack.person(SEC1)
    await _form(play, sec, "certs みかづき", "追加", CERTIFICATE, "SELECT 1 FROM certificate")
    await play.t.slack.set_clock(START + timedelta(minutes=1))
    await play.until(message_with(sec, "認証の期限について", SEC_CHANNEL), "the warning")
    await at_rest(play)
    await _form(play, sec, "certs みかづき", "登録範囲を確認", LOOKED, "SELECT 1 FROM register_check")


async def _subcontractor(play: Play) -> None:
    """Added under the one piece of work, and approved."""
    sec = play.t.slack.person(SEC1)
    await _form(play, sec, "subs みかづき", "再委託先を追加", EDGE, "SELECT 1 FROM subcontract_edge")
    approved = "SELECT 1 FROM subcontract_edge WHERE state = 'approved'"
    await _form(play, sec, "subs みかづき", "", DECISION, approved)


async def _form(play: Play, sec: Person, command: str, button: str, values: dict[str, Any], stored: str) -> None:
    """A list, its button (or the one entry of its menu), the form behind it, saved."""
    await through(play, sec, _opened(sec, command, button), values, row(play, stored), stored)
    await close(sec)


def _opened(sec: Person, command: str, button: str) -> Act:
    async def act() -> None:
        await sec.command("/vendor-review", command)
        shown = await sec.wait_modal(timeout=5, fits=lambda m: m.callback_id == "vr1.list")
        if button:
            await sec.press(shown, label=button)
        else:
            menu = next(e for b in shown.content["blocks"] for e in b.get("elements", []) if "options" in e)
            await sec.choose(menu["action_id"], menu["options"][0]["value"])
        await sec.wait_modal(timeout=5, fits=lambda m: bool(m.fields) and m.callback_id != "vr1.list")

    return act


DETOURS = (
    Leg("certificate", _certificate, after="set up"),
    Leg("sub-contractor", _subcontractor, after="set up"),
)
