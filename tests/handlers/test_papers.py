"""Files of documents through the real application: put into the form, asked back, dropped in the DM and put into a record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.domain.documents import Document
from bot.domain.fetching import FetchState, FileFetch, Purpose
from bot.domain.transfers import Transfer, Way
from message_templates import ids
from tests.handlers.cast import OWNER, SEC, mark
from tests.handlers.slackside import Modal
from tests.handlers.stage import Scene
from tests.handlers.tries import FILE

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(autouse=True)
def as_it_was(stage: Scene) -> Iterator[None]:
    yield
    stage.restore()


async def found(stage: Scene, cls: Any, **equals: Any) -> list[Any]:
    async with stage.app.db.read() as tx:
        return await tx.find(cls, **equals)


async def send(stage: Scene, body: Any) -> Any:
    done = await stage.slack.send(body)
    assert not done.problems, done.problems
    assert not done.early, done.early  # no call before the acknowledgement: the file is fetched by the tick
    return done


async def test_a_file_in_the_form_is_wanted_and_the_record_says_so(stage: Scene) -> None:
    form = stage.modals["document form"]
    (upload,) = [b for b in form.content["blocks"] if b.get("element", {}).get("type") == "file_input"]
    assert upload["element"]["max_files"] == 1
    done = await send(stage, stage.slack.submit(SEC, form, {"title": "覚書", "file": [FILE]}))
    assert "「覚書」のファイルを受け取りました" in done.returned
    (fetch,) = await found(stage, FileFetch, slack_file_id=FILE["id"])
    assert (fetch.purpose, fetch.title, fetch.state) == (Purpose.DOCUMENT, "覚書", FetchState.WANTED)
    assert fetch.supplier_id == stage.ids["first supplier"]
    await send(stage, stage.slack.press(SEC, stage.modals["record"], ids.Do.RECORD_PAGE, choose="書類"))
    assert "保管中: 覚書" in str(stage.slack.modal_of(SEC).content)


async def test_without_a_link_and_a_file_the_form_says_what_is_missing(stage: Scene) -> None:
    form = stage.modals["document form"]
    done = await send(stage, stage.slack.submit(SEC, form, {"title": "覚書"}))
    assert {ids.field_name(b): words for b, words in done.ack["errors"].items()} == {
        "file": "リンクを入力するか、ファイルを選んでください。"
    }
    typed = {"title": "覚書", "link": "https://docs.example.com/2", "file": [FILE]}
    done = await send(stage, stage.slack.submit(SEC, form, typed))
    assert [ids.field_name(b) for b in done.ack["errors"]] == ["file"]
    assert stage.changes() == []


async def test_the_owner_adds_a_proof_from_the_closing_list(stage: Scene) -> None:
    done = await send(stage, stage.slack.submit(OWNER, stage.modals["proof"], {"title": "消去証明書", "file": [FILE]}))
    assert "受け取りました" in done.returned
    (fetch,) = await found(stage, FileFetch, slack_file_id=FILE["id"])
    assert fetch.engagement_id == stage.ids["closing"]


async def test_a_stored_file_is_sent_to_the_dm_of_whoever_asked(stage: Scene) -> None:
    papers = stage.modals["record papers"]
    assert "nda.pdf" in str(papers.content)
    value = ids.pack(stage.ids["document"])
    await send(stage, stage.slack.press(SEC, papers, ids.Do.DOCUMENT_GET, value=value))
    assert "まもなくDMにお送りします" in str(stage.slack.modal_of(SEC).content)
    (wanted,) = await found(stage, Transfer, way=Way.GIVE.value)
    assert (wanted.name, wanted.sha256) == ("nda.pdf", "0" * 64)


async def test_a_dropped_file_is_put_where_it_is_said_to_belong(stage: Scene) -> None:
    form = stage.modals["dropped"]
    options = (await send(stage, stage.slack.suggest(SEC, form, ids.Do.DOCUMENT_WHERE, mark(1, "株式会社")))).ack[
        "options"
    ]
    company, work = options[0], options[1]
    assert company["text"]["text"].endswith("会社全体")
    done = await send(stage, stage.slack.submit(SEC, form, {"where": work, "title": "覚書(締結版)"}))
    assert "の記録に保管しました" in done.returned
    (made,) = await found(stage, Document, title="覚書(締結版)")
    assert (made.sha256, made.engagement_id) == ("1" * 64, ids.unpack(work["value"], 2)[1])
    again = await send(stage, stage.slack.press(SEC, stage.cards["dropped"], ids.Do.DOCUMENT_FILE))
    assert "もう一度お送りください" in again.returned
    assert len(await found(stage, Document, sha256="1" * 64)) == 1


async def test_a_place_of_nobodys_making_is_refused(stage: Scene) -> None:
    form = stage.modals["dropped"]
    for value in ("w" * 20, ids.pack("w", "0" * 32), ids.pack("c", stage.ids["document"])):
        where = {"text": {"type": "plain_text", "text": "-"}, "value": value}
        done = await send(stage, stage.slack.submit(SEC, form, {"where": where, "title": mark(1, "覚書")}))
        assert "保管しました" not in done.returned
    assert stage.changes() == []


def fields(modal: Modal) -> list[str]:
    """The names of a form's inputs."""
    return [ids.field_name(b["block_id"]) for b in modal.content["blocks"] if b["type"] == "input"]


async def test_the_form_asks_for_name_link_or_file(stage: Scene) -> None:
    assert fields(stage.modals["document form"]) == ["title", "link", "file"]
