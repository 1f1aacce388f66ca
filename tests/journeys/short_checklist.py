"""A checklist for the journeys: two pages, three questions to answer and one for free words."""

from __future__ import annotations

from tests.journeys.town import Town

CHECKLIST = """\
key: short
version: "1"
title: {ja: 短い点検票, en: Short checklist}
purpose: {ja: 安全に取り扱われていることを確認します。, en: To see that things are handled safely.}
source: {title: {ja: 自作, en: Our own}, version: "1", licence: Same as this software, modified: false}
reviewed_on: 2026-11-01
owner: 情報セキュリティ室
minutes: 3
sections:
  - key: first
    title: {ja: 体制, en: Organisation}
    why: {ja: 責任者が必要です。, en: Somebody must be in charge.}
    questions:
      - key: q_person
        text: {ja: 責任者を定めていますか。, en: Is somebody in charge?}
        help: {ja: お名前は不要です。, en: No name needed.}
        kind: yes_no
      - key: q_rules
        text: {ja: 規程がありますか。, en: Are there rules?}
        help: {ja: 文書を指します。, en: A document.}
        kind: yes_no
  - key: second
    title: {ja: 機器, en: Devices}
    why: {ja: 機器は入口です。, en: Devices are the way in.}
    questions:
      - key: q_patch
        text: {ja: 更新していますか。, en: Are they patched?}
        help: {ja: 14日以内です。, en: Within 14 days.}
        kind: yes_no
      - key: q_other
        text: {ja: ほかに取り組んでいることはありますか。, en: Is there anything else you do?}
        help: {ja: 自由にお書きください。, en: In your own words.}
        kind: text
        required: false
"""

PERSON, RULES, PATCH, OTHER = "責任者を定めて", "規程があり", "更新して", "ほかに取り組んで"


def with_short_checklist(t: Town) -> None:
    """The bot will know one checklist: two pages, three questions to answer and one for free words."""
    folder = t.folder / "checklists"
    folder.mkdir(exist_ok=True)
    (folder / "short.yaml").write_text(CHECKLIST, encoding="utf-8")
    t.env["CHECKLIST_DIR"] = str(folder)
