"""Certificates and sub-contractors on the screen: one modal from the list to the form and back, nothing typed is lost."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from bot.domain.certificates import Certificate
from bot.domain.ledger import Supplier
from bot.domain.subcontracts import SubcontractEdge
from message_templates import ids
from sandbox import views
from tests.handlers.cast import SEC
from tests.handlers.slackside import Modal
from tests.handlers.stage import Scene
from tests.handlers.stage_third import CERTIFICATE, EDGE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def put_back(stage: Scene) -> AsyncIterator[Scene]:
    yield stage
    stage.restore()


async def submit(stage: Scene, modal: str, **values: Any) -> dict[str, Any]:
    done = await stage.slack.send(stage.slack.submit(SEC, stage.modals[modal], values))
    assert not done.problems
    return done.ack


def errors(ack: dict[str, Any]) -> dict[str, str]:
    return {ids.field_name(block): text for block, text in ack.get("errors", {}).items()}


async def test_what_is_wrong_stands_under_its_field_and_nothing_is_kept(put_back: Scene) -> None:
    ack = await submit(
        put_back, "cert", scheme="p_mark", number="12345", expires_on="2020-01-01", registered_on="2021-01-01"
    )
    assert set(errors(ack)) == {"number", "expires_on"}
    assert "数字8桁" in errors(ack)["number"]
    ack = await submit(put_back, "cert check", engagement=_first, covers="yes")
    assert set(errors(ack)) == {"department", "site", "looked"}
    ack = await submit(put_back, "sub edge", state="refused")
    assert set(errors(ack)) == {"reason"}
    assert put_back.changes() == []


def _first(place: Any) -> str:
    return str(place.element["options"][0]["value"])


async def test_a_saved_certificate_leads_back_to_the_list(put_back: Scene) -> None:
    ack = await submit(put_back, "cert", **CERTIFICATE | {"expires_on": "2029-12-31"})
    assert ack["response_action"] == "update"
    assert "2029年12月31日" in str(ack["view"])
    ack = await submit(put_back, "cert", expires_on="2030-12-31")  # the form of somebody who opened it before
    assert (ack["response_action"], "変わりました" in str(ack) or "変更" in str(ack)) == ("push", True)


async def test_a_circle_is_refused_on_the_field_that_leads_to_it(put_back: Scene) -> None:
    async with put_back.app.db.read() as tx:
        certificate = await tx.need(Certificate, put_back.ids["certificate"])
        ours = await tx.need(Supplier, certificate.supplier_id)
    typed: dict[str, Any] = {"parent": _first, "name": ours.name, "work": "印刷"}
    asked = await submit(put_back, "sub new", **typed)
    assert ours.name in str(asked["view"])
    assert "印刷" in str(asked["view"])  # what was typed is there again
    put_back.modals["asked"] = Modal(asked["view"])
    ack = await submit(put_back, "asked", **typed, which=ours.id)
    assert set(errors(ack)) == {"parent"}


async def test_who_is_meant_is_asked_and_the_answer_is_one_record(put_back: Scene) -> None:
    typed: dict[str, Any] = {"parent": _first, "name": "さざなみ(同)", "work": "印刷"}
    asked = await submit(put_back, "sub new", **typed)
    assert EDGE["name"] in str(asked["view"])
    put_back.modals["asked"] = Modal(asked["view"])
    tree = await submit(put_back, "asked", **typed, which=_first)
    assert "印刷" in str(tree["view"])
    async with put_back.app.db.read() as tx:
        edges = await tx.find(SubcontractEdge)
    assert len(edges) == 2
    assert len({e.child_id for e in edges}) == 1


async def test_from_a_record_the_list_lies_on_top_and_the_record_stays(put_back: Scene) -> None:
    for do, words in ((ids.Do.CERT_LIST, "IS 999999"), (ids.Do.SUB_TREE, EDGE["name"])):
        await put_back.slack.send(put_back.slack.press(SEC, put_back.modals["record"], do))
        below, top = views.stack(put_back.slack.live.sandbox.world, SEC)[-2:]
        assert below.content["callback_id"] == put_back.modals["record"].content["callback_id"]
        assert words in str(top.content)
