"""Certificates and sub-contractors as people see them: hostile and endless input, sixty sub-contractors, words that fit."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.domain.certificate_warnings import WarningCard, WarningLine
from bot.domain.certificates import SELF_DECLARED, Certificate, Scheme, What
from bot.domain.certifying import CertificateForm, CheckForm, Soon, SoonLine, SupplierCertificates, held
from bot.domain.ledger import DataKind, Engagement
from bot.domain.subcontracting import AddForm, Alike, DecideForm, Parent, SubTree, TreeLine, UsedLine, WorkTree
from bot.domain.subcontracts import EdgeState, Mismatch, SubcontractEdge
from message_templates import certificate, subcontract
from message_templates.catalogs import LANGUAGES, Text
from sandbox.limits import check_message, check_view, second_opinion

NOW = datetime(2026, 11, 25, tzinfo=UTC)
TODAY = date(2026, 11, 25)
HOSTILE = '<!channel> <@U0ADMIN> *太字* =HYPERLINK("x") <https://evil.invalid|社内> \u202eexe\u2066'
TEXTS = ["みかづき運輸", HOSTILE, "あ" * 3000, "👨‍👩‍👧" * 1000, "", "\n\n"]


@pytest.fixture(params=LANGUAGES)
def t(request: pytest.FixtureRequest) -> Text:
    return Text(request.param)


def sound(view: dict[str, Any]) -> None:
    assert check_view(view) == []
    assert second_opinion.check_view(view) == []


def taken(blocks: list[dict[str, Any]]) -> None:
    assert check_message(blocks) == []


def work(n: int, text: str) -> Engagement:
    return Engagement(id=f"e{n}", supplier_id="s1", department_id="d1", business=text, starts_on=TODAY, created_at=NOW)


def cert(n: int = 1, text: str = "IS 999999", **changed: Any) -> Certificate:
    usual: dict[str, Any] = {"id": f"c{n}", "supplier_id": "s1", "scheme": Scheme.OTHER, "created_at": NOW}
    usual |= dict.fromkeys(("other", "number", "certifier", "edition", "scope"), text)
    return Certificate(**(usual | changed))


def certificates(text: str, many: int) -> SupplierCertificates:
    found = held([cert(n, text) for n in range(many)], [work(n, text) for n in range(many)], {}, TODAY)
    return SupplierCertificates(supplier_id="s1", supplier=text, held=found, today=TODAY)


# -- certificates --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("many", [0, 1, 40])
def test_any_list_form_and_message_is_taken(t: Text, text: str, many: int) -> None:
    sound(certificate.certificates_view(t, certificates(text, many)))
    sound(certificate.certificate_view(t, CertificateForm(supplier_id="s1", supplier=text, certificate=cert(1, text))))
    works = tuple((f"e{n}", text) for n in range(max(1, many * 4)))
    sound(
        certificate.check_view(
            t, CheckForm(supplier_id="s", supplier=text, certificate=cert(1, text), engagements=works)
        )
    )
    lines = tuple(SoonLine(supplier=text, certificate=cert(n, text)) for n in range(min(many, 20)))
    taken(certificate.soon_blocks(t, Soon(lines=lines, total=many, today=TODAY)))
    told = tuple(
        WarningLine(supplier=text, scheme=Scheme.OTHER, other=text, number=text, what=what, day=TODAY, edition=text)
        for what in What
        for _ in range(7)
    )[:20]
    taken(certificate.warning_blocks(t, WarningCard(lines=told, total=40, today=TODAY)))
    taken(certificate.certificates_section(t, None, certificates(text, many), ""))


def test_a_declaration_is_never_called_certified_and_an_old_id_is_named() -> None:
    t = Text("ja")
    for scheme in SELF_DECLARED:
        mine = cert(scheme=scheme, other="", number="40000000000", certifier="", edition="", scope="")
        found = held([mine], [work(1, "社内便の配送")], {}, TODAY)
        view = certificate.certificates_view(
            t, SupplierCertificates(supplier_id="s", supplier="みかづき", held=found, today=TODAY)
        )
        said = json.dumps(view["blocks"][1:-2], ensure_ascii=False)
        assert "自己宣言" in said
        assert "旧ID" in said
        assert not any(word in said for word in ("認定", "取得", "認証"))
        assert "vr1.cert_check" not in said  # there is no scope to look up


@pytest.mark.parametrize(("days", "words"), [(1, "あと1日"), (0, "あと0日"), (-1, "1日前に期限切れ")])
def test_how_long_a_certificate_is_good_for(days: int, words: str) -> None:
    assert words in certificate.until(Text("ja"), cert(expires_on=TODAY + timedelta(days=days)), TODAY)


def test_the_question_of_scope_asks_first_who_does_the_work() -> None:
    form = CheckForm(supplier_id="s", supplier="みかづき", certificate=cert(), engagements=(("e1", "配送"),))
    asked = [b["block_id"] for b in certificate.check_view(Text("ja"), form)["blocks"] if b["type"] == "input"]
    assert asked == [f"vr1.f.{name}" for name in ("engagement", "department", "site", "looked", "covers")]


# -- sub-contractors -----------------------------------------------------------------------------------------------------


def line(n: int, depth: int, text: str, **changed: Any) -> TreeLine:
    edge = SubcontractEdge(
        id=f"{n:032}",
        engagement_id="e1",
        child_id="s2",
        work=text or "-",
        data=tuple(DataKind),
        secret_data=True,
        reason=text,
        approved_until=TODAY,
        created_at=NOW,
    )
    usual: dict[str, Any] = {"edge": edge, "depth": depth, "child": text or "-", "state": EdgeState.APPROVED}
    return TreeLine(**(usual | {"used_by": 3} | changed))


def tree(text: str, many: int, works: int = 1, depth: int = 4) -> SubTree:
    return SubTree(
        supplier_id="s1",
        supplier=text,
        works=tuple(
            WorkTree(
                engagement_id=f"e{w}",
                business=text,
                lines=tuple(line(w * 1000 + n, n % depth, text) for n in range(many)),
            )
            for w in range(works)
        ),
        mismatch=Mismatch.NONE_REPORTED,
        used=tuple(UsedLine(supplier=text, business=text, work=text, state=EdgeState.REQUESTED) for _ in range(20)),
        used_by=20,
        today=TODAY,
    )


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(("many", "works", "depth"), [(0, 0, 1), (1, 1, 1), (60, 1, 4), (150, 1, 60), (3, 120, 3)])
def test_any_tree_is_taken(t: Text, text: str, many: int, works: int, depth: int) -> None:
    found = tree(text, many, works, depth)
    sound(subcontract.tree_view(t, found))
    taken(subcontract.subcontractors_section(t, None, found, ""))


def test_sixty_sub_contractors_at_depth_four_are_all_there_with_state_data_and_concentration() -> None:
    lines = tuple(line(n, n % 4, f"第{n}再委託先株式会社", state=list(EdgeState)[n % 4]) for n in range(60))
    one = WorkTree(engagement_id="e1", business="社内便の配送", lines=lines)
    view = subcontract.tree_view(Text("ja"), SubTree(supplier_id="s1", supplier="みかづき", works=(one,), today=TODAY))
    sound(view)
    said = json.dumps(view["blocks"], ensure_ascii=False)
    assert all(said.count(f"第{n}再委託先株式会社") >= 2 for n in range(60))  # in the tree and in the menu
    assert "　　　└" in said
    assert "　　　　└" not in said
    assert said.count("この再委託先を利用している委託先: 3社") == 60
    for words in ("未承認", "承認切れ", "承認しない", "2026年11月25日", "秘密情報", "要配慮個人情報"):
        assert words in said
    (menu,) = [e for b in view["blocks"] if b["type"] == "actions" for e in b["elements"] if "options" in e]
    assert len(menu["options"]) == 60


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("many", [1, 300])
def test_any_form_is_taken(t: Text, text: str, many: int) -> None:
    parents = tuple(Parent(value=f"s.{n:032}", label=text, depth=n % 20) for n in range(many))
    alike = tuple(Alike(id=f"{n:032}", name=text, corporate_number="7999902000000") for n in range(8))
    for asked in ((), alike):
        sound(subcontract.add_view(t, AddForm(supplier_id="s1", supplier=text, parents=parents, alike=asked)))
    form = DecideForm(
        supplier_id="s1",
        supplier=text,
        business=text,
        line=line(1, 2, text),
        parent=text,
        decided_by=text,
        decided_on=TODAY,
    )
    sound(subcontract.decide_view(t, form))


def test_nothing_of_people_is_interpreted() -> None:
    t = Text("ja")
    for view in (
        subcontract.tree_view(t, tree(HOSTILE, 3)),
        certificate.certificates_view(t, certificates(HOSTILE, 2)),
    ):
        said = json.dumps([b for b in view["blocks"] if '"mrkdwn"' in json.dumps(b)], ensure_ascii=False)
        assert "<!channel>" not in said
        assert "\u202e" not in json.dumps(view, ensure_ascii=False)
