"""The record, its forms, the cloud wizard and the free fields: any data renders as something Slack takes."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.domain.cloud import CloudForm
from bot.domain.contacts import CONTACT, Contact
from bot.domain.documents import DOCUMENT, Document
from bot.domain.editing import PARTS, Clash, EditForm, Saved, Target, form_fields
from bot.domain.fields import ENGAGEMENT, SUPPLIER, Input, Part
from bot.domain.free_fields import MOST, FreeField, FreeFieldForm, FreeFieldList, FreeKind
from bot.domain.ledger import CloudClass, DataKind, EndpointState, Engagement, Supplier, SupplierState
from bot.domain.reading import ChangeLine, EndpointLine, LedgerRow
from bot.domain.record import HISTORY_PAGE, Page, Record, Spot
from bot.domain.refusal import Code, Refusal
from bot.domain.registering import Choice
from message_templates import ids
from message_templates.catalogs import LANGUAGES, Text
from message_templates.cloud import classed_view, cloud_view
from message_templates.free_fields import field_saved_view, field_view, list_view
from message_templates.record import record_view
from message_templates.record_form import UNKNOWN, edit_view, saved_view
from message_templates.record_spots import pack_spot, pack_target, unpack_spot, unpack_target
from sandbox.limits import check_view, second_opinion
from tests.ledger_rows import ledger_row

HOSTILE = "<!channel> <@U0ADMIN> *太字* `x` <https://evil.invalid|社内> &lt;!here&gt; \u202eexe\u2066"
TEXTS = ["みかづき運輸", HOSTILE, "あ" * 3000, "&" * 2990, "👨‍👩‍👧" * 1000, ""]
TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 1, tzinfo=UTC)


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def must_be_a_view(view: dict[str, Any]) -> None:
    assert check_view(view) == []
    assert second_opinion.check_view(view) == []


def shown(found: Any) -> str:
    return json.dumps(found, ensure_ascii=False)


def mrkdwn(found: Any) -> str:
    """Everything that Slack would interpret."""
    if isinstance(found, dict):
        inside = "".join(mrkdwn(part) for part in found.values())
        return found["text"] + inside if found.get("type") == "mrkdwn" else inside
    return "".join(mrkdwn(part) for part in found) if isinstance(found, list) else ""


def key(n: int) -> str:
    return f"{n:032}"


def free_fields(count: int, text: str) -> tuple[FreeField, ...]:
    kinds = list(FreeKind)
    return tuple(
        FreeField(id=key(n), label_ja=text[:60] or "x", kind=kinds[n % 4], choices=("月次", "年次"), created_at=NOW)
        for n in range(count)
    )


def row(n: int, text: str) -> LedgerRow:
    """An engagement whose every field is as long as it may be."""
    made = ledger_row(supplier=text, business=text[:500] or "x")
    long = {"recipients": text[:1000], "instructors": text[:1000], "cloud_basis": text[:1000], "id": key(n)}
    long |= {"data_kinds": tuple(DataKind), "tags": tuple(f"{text[:25]}{i}" for i in range(20)), "data_count": 10**10}
    free = {key(i): {1: "yes", 2: "2026-11-25"}.get(i % 4, text[:300]) for i in range(MOST)}
    work = Engagement.model_validate(made.engagement.model_dump() | long | {"free": free})
    return made.model_copy(update={"engagement": work})


def record(text: str, spot: Spot, count: int = 1, **more: Any) -> Record:
    rows = tuple(row(n, text) for n in range(count))
    supplier = (rows[0] if rows else row(0, text)).supplier.model_copy(update={"id": key(0), "address": text[:300]})
    kinds = ("supplier", "contact", "document", "endpoint", "freefield", "department", "somethingnew")
    made = [
        ChangeLine(
            subject=kinds[n % 7], about=text, field="name", before=text, after=text, actor=text, at=NOW, on=TODAY
        )
        for n in range(HISTORY_PAGE - 1)
    ]
    old, new = {key(i): text for i in range(MOST)}, {key(i): text + "x" for i in range(MOST)}
    made.append(ChangeLine(subject="engagement", field="free", before=old, after=new, actor="", at=NOW, on=TODAY))
    whole = {
        "supplier": supplier,
        "rows": rows,
        "deputies": {key(n): (text,) * 20 for n in range(count)},
        "endpoints": (EndpointLine(channel_id="C1", state=EndpointState.VERIFIED),) * count,
        "reviews": (),
        "changes": tuple(made if count else ()),
        "today": TODAY,
        "spot": spot,
        "contacts": tuple(contact(n, text) for n in range(count)),
        "documents": tuple(document(n, text) for n in range(count)),
        "free_fields": free_fields(MOST if count else 0, text),
        "names": {"p": text},
        "pages": 3,
        "total": 60,
    }
    return Record.model_validate(whole | more)


def contact(n: int, text: str) -> Contact:
    return Contact(
        id=key(n), supplier_id=key(0), name=text[:100] or "x", mail=f"{'a' * 240}{n}@x.example", slack_user="U0HANA",
        until=TODAY if n % 2 else None, created_at=NOW,
    )  # fmt: skip


def document(n: int, text: str) -> Document:
    link = "https://docs.example.com/" + text[:900].replace(" ", "")
    return Document(id=key(n), supplier_id=key(0), title=text[:150] or "x", link=link, added_by="p", added_at=NOW)


SPOTS = [Spot(supplier_id=key(0), page=page, key=key(0) if page is Page.WORK else "") for page in Page]


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("spot", SPOTS, ids=lambda s: s.page)
@pytest.mark.parametrize("on", [None, date(2026, 11, 1)], ids=["today", "then"])
def test_every_page(t: Text, text: str, spot: Spot, on: date | None) -> None:
    for count in (0, 60):
        view = record_view(t, record(text, spot.model_copy(update={"on": on}), count))
        must_be_a_view(view)
        assert unpack_spot(view["private_metadata"]).on == on
        assert "<!channel>" not in mrkdwn(view)
        assert (ids.Do.RECORD_EDIT.value in shown(view)) <= (on is None)
    must_be_a_view(record_view(t, record(text, spot.model_copy(update={"on": on}), 0, absent=True)))


def test_hundreds_of_engagements_still_have_a_menu(t: Text) -> None:
    view = record_view(t, record("みかづき運輸", SPOTS[0], 350))
    must_be_a_view(view)
    groups = view["blocks"][1]["elements"][0]["option_groups"]
    assert [len(g["options"]) for g in groups] == [4, 100, 100, 100]


def test_every_field_stands_on_its_page_and_the_buttons_lead_to_its_form(t: Text) -> None:
    company = shown(record_view(t, record("みかづき運輸", SPOTS[0])))
    work = record_view(t, record("みかづき運輸", Spot(supplier_id=key(0), page=Page.WORK, key=key(0))))
    for subject, page in ((SUPPLIER, company), (ENGAGEMENT, shown(work))):
        for part in PARTS[subject]:
            target = Target(subject=subject, supplier_id=key(0), part=part, id=key(0))
            labels = [t(f"ledger.field.{f.name}") for f in form_fields(target) if f.name != "business"]
            assert [name for name in labels if name not in page] == []
    buttons = [e for b in work["blocks"] if b["type"] == "actions" for e in b["elements"] if e["type"] == "button"]
    parts = [unpack_target(b["value"])[0].part for b in buttons if b["action_id"].startswith(ids.Do.RECORD_EDIT)]
    assert parts == [*PARTS[ENGAGEMENT], Part.DOCUMENT]


def test_a_merged_or_past_record_has_no_way_to_edit(t: Text) -> None:
    for page in Page:
        spot = Spot(supplier_id=key(0), page=page, key=key(0) if page is Page.WORK else "")
        found = record("みかづき運輸", spot)
        merged = found.supplier.model_copy(update={"state": SupplierState.MERGED})
        for view in (
            record_view(t, found.model_copy(update={"supplier": merged})),
            record_view(t, found.model_copy(update={"spot": spot.model_copy(update={"on": TODAY})})),
        ):
            assert not {ids.Do.RECORD_EDIT.value, ids.Do.RECORD_REMOVE.value} & set(shown(view).split('"'))


# -- forms ---------------------------------------------------------------------------------------------------------------

TARGETS = [
    Target(subject=subject, supplier_id=key(0), part=part, id=key(1))
    for subject, parts in PARTS.items()
    for part in parts
]


def form(target: Target, text: str, **more: Any) -> EditForm:
    free = free_fields(MOST, text)
    fields = form_fields(target, free)
    texts = {f.name: text if f.input in (Input.LINE, Input.TEXT, Input.TAGS) else "" for f in fields}
    digests = dict.fromkeys(texts, "0123456789")
    departments = tuple(Choice(id=key(n), name=f"{text[:60]}{n}") for n in range(350))
    return EditForm(
        target=target, name=text, texts=texts, shown=digests, departments=departments, free_fields=free, **more
    )


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("target", TARGETS, ids=lambda x: f"{x.subject}-{x.part}")
def test_every_form(t: Text, text: str, target: Target) -> None:
    made = form(target, text)
    clashes = tuple(Clash(field=f.name, theirs=text[:500], who=text) for f in made.fields)
    for one in (made, made.model_copy(update={"clashes": clashes})):
        view = edit_view(t, one, "V0123456789")
        must_be_a_view(view)
        assert unpack_target(view["private_metadata"]) == (target, "V0123456789")
        inputs = [b["block_id"] for b in view["blocks"] if b["type"] == "input"]
        assert [ids.field_name(b) for b in inputs] == [f.name for f in made.fields]
        assert {ids.field_digest(b) for b in inputs} == {"0123456789"}
        must = [f.must for f in made.fields]
        assert [not b["optional"] for b in view["blocks"] if b["type"] == "input"] == must, "as the record needs it"
        assert "<!channel>" not in mrkdwn(view)
    names = tuple(f.name for f in made.fields)
    for created in (True, False):
        must_be_a_view(saved_view(t, Saved(target=target, name=text, written=names, created=created)))
    must_be_a_view(saved_view(t, Saved(target=target, name=text)))


def test_what_a_record_may_be_without_can_be_said_again_and_what_not_cannot(t: Text) -> None:
    """A menu of Slack cannot be emptied, so there must be a choice for 'nobody said' exactly where that is a value."""
    for target in TARGETS:
        model = {SUPPLIER: Supplier, ENGAGEMENT: Engagement, CONTACT: Contact, DOCUMENT: Document}[target.subject]
        view = edit_view(t, form(target, ""))
        for block in (b for b in view["blocks"] if b["type"] == "input"):
            kind = block["element"]["type"]
            known = model.model_fields.get(ids.field_name(block["block_id"]))
            if kind in {"static_select", "radio_buttons"} and "option_groups" not in block["element"]:
                offered = UNKNOWN in [o["value"] for o in block["element"]["options"]]
                assert offered == (known is None or known.default is None), block["block_id"]


def test_a_choice_that_is_none_any_more_stays_where_it_stands(t: Text) -> None:
    target = Target(subject=ENGAGEMENT, supplier_id=key(0), part=Part.FREE, id=key(1))
    free = FreeField(id=key(3), label_ja="頻度", kind=FreeKind.CHOICE, choices=("月次",), created_at=NOW)
    name = f"free-{key(3)}"
    made = EditForm(target=target, name="x", texts={name: "年次"}, shown={name: "d"}, free_fields=(free,))
    (block,) = (b for b in edit_view(t, made)["blocks"] if b["type"] == "input")
    assert block["element"]["initial_option"]["value"] == "年次"


@pytest.mark.parametrize("bad", ["", "1", "1.a.b", "1.a.nowhere.-.-", "1.a.work.-.someday", "2.a.work.-.-"])
def test_a_forged_place_is_nothing(bad: str) -> None:
    for read in (unpack_spot, unpack_target):
        with pytest.raises(Refusal) as refused:
            read(bad)
        assert refused.value.code is Code.NOT_FOUND
    spot = Spot(supplier_id=key(0), page=Page.WORK, key=key(1), on=TODAY)
    assert unpack_spot(pack_spot(spot)) == spot
    target = Target(subject=DOCUMENT, supplier_id=key(0), part=Part.DOCUMENT, engagement_id=key(2))
    assert unpack_target(pack_target(target)) == (target, "")


# -- the wizard and the free fields --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("found", [None, *CloudClass])
def test_the_cloud_wizard(t: Text, text: str, found: CloudClass | None) -> None:
    digests = dict.fromkeys(("cloud_class", "cloud_basis", "cloud_checked_on"), "0123456789")
    asked = CloudForm(
        engagement_id=key(1), supplier_id=key(0), business=text, cloud_class=found, basis=text[:1000],
        checked_on=TODAY if found else None, today=TODAY, shown=digests,
    )  # fmt: skip
    must_be_a_view(cloud_view(t, asked, "V1"))
    target = Target(subject=ENGAGEMENT, supplier_id=key(0), part=Part.TERMS, id=key(1))
    must_be_a_view(classed_view(t, Saved(target=target, name=text), found or CloudClass.ENTRUSTED))


@pytest.mark.parametrize("text", TEXTS)
def test_the_free_fields(t: Text, text: str) -> None:
    for count in (0, 1, MOST, 200):
        must_be_a_view(list_view(t, FreeFieldList(fields=free_fields(count, text))))
    must_be_a_view(field_view(t, FreeFieldForm()))
    for field in free_fields(4, text):
        must_be_a_view(field_view(t, FreeFieldForm(field=field)))
        must_be_a_view(field_saved_view(t, FreeFieldForm(field=field)))
