"""two_questions: one answer for two points that may differ (content_ja.md §8.4 Q3).

One act on two objects (AとBを実施) is one question; two acts, each with its own object (Aを定め、Bを実施), are two. So not
the conjunction decides, but what it joins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.checklist_parts import Kind
from bot.domain.lint import japanese
from bot.domain.lint.japanese import Tokens
from bot.domain.lint.two_in_english import two_in_english
from bot.domain.lint.values import Asked, Hit, Setting, Token

_LIST = re.compile(r"[①②③④⑤⑥⑦⑧⑨]|[（(]\s?[1-9１-９a-cア-ウイ]\s?[）)]")
_PARTICLE_VERBS = {
    *(
        "よる",
        "基づく",
        "従う",
        "沿う",
        "応ずる",
        "応じる",
        "関する",
        "対する",
        "当たる",
        "あたる",
        "際する",
        "備える",
        "加える",
    ),
    *(
        "伴う",
        "限る",
        "先立つ",
        "通ずる",
        "通じる",
        "除く",
        "含める",
        "用いる",
        "使う",
        "使用",
        "踏まえる",
        "経る",
        "とる",
        "つく",
    ),
    *(
        "問う",
        "併せる",
        "始める",
        "もつ",
        "持つ",
        "介する",
        "利用",
        "基づける",
        "向ける",
        "かかわる",
        "関わる",
        "合わせる",
        "於く",
    ),
    *("離れる", "代わる", "替わる", "即する", "準ずる", "照らす", "考慮", "想定", "対象"),
}
"""Verbs that make a phrase of their object rather than an act: により, に基づき, に備え, を除き."""

_ADDING = {
    "また",
    "かつ",
    "且つ",
    "さらに",
    "更に",
    "そのうえ",
    "その上",
    "加えて",
    "あわせて",
    "併せて",
    "同時に",
    "なおかつ",
    "それとも",
}
_LIGHT = {"行う", "実施", "する", "為る", "おこなう", "できる", "済む"}
_NOMINAL = {
    "こと",
    "の",
    "とき",
    "時",
    "場合",
    "手順",
    "仕組み",
    "決まり",
    "ルール",
    "体制",
    "よう",
    "運用",
    "際",
    "前",
    "後",
    "為",
}


def two_questions(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """Each language on its own. What is chosen, dated or counted may have two wordings for the same thing."""
    if asked.question.kind is not Kind.YES_NO and asked.text.ja.count("か。") + asked.text.ja.count("か?") < 2:
        return
    found = _japanese(asked.text.ja, asked.text.tokens)
    if found:
        yield Hit((*asked.text.loc, "ja"), "ja", (found,))
    found = two_in_english(asked.text.en)
    if found:
        yield Hit((*asked.text.loc, "en"), "en", (found,))


def _japanese(text: str, tokens: Tokens) -> str | None:
    if len(_LIST.findall(text)) > 1:
        return "・".join(_LIST.findall(text))
    parts = japanese.sentences(japanese.outside_brackets(tokens))
    asking = [part for part in parts if japanese.is_question(part)]
    if len(asking) > 1:
        return japanese.text(asking[1][:4])
    for part in parts:
        said = japanese.core(part)
        found = _added(said) or _acts(said) or _clauses(said)
        if found:
            return found
    return None


def _verbal(token: Token) -> bool:
    return token.pos in ("動詞", "助動詞") and token.form.startswith("連用形")


def _added(said: Tokens) -> str | None:
    """A conjunction that adds a predicate: 整備し、かつ…, 得るとともに…, していますし…."""
    for i, token in enumerate(said[1:-1], start=1):
        before, rest = said[i - 1], said[i + 1 :]
        surface = token.surface
        if surface == "また" and rest and rest[0].surface == "は":
            continue
        joined = before.surface in ("、", "て", "で") or before.pos in ("動詞", "助動詞")
        if surface in _ADDING and joined and _has_predicate(said[:i]):
            return surface
        if surface == "し" and token.pos == "助詞" and before.pos in ("助動詞", "動詞"):
            return surface
        together = surface == "と" and bool(rest) and rest[0].surface in ("とも", "共", "ともに", "共に", "同時")
        if before.pos in ("動詞", "助動詞") and (together or surface in ("と共に", "とともに")):
            return surface + (rest[0].surface if together else "")
        if before.pos in ("動詞", "助動詞") and surface in ("ほか", "他") and before.form.startswith(("連体", "終止")):
            return surface
        if before.pos in ("動詞", "助動詞") and surface in ("だけ", "のみ") and "なく" in japanese.text(rest[:3]):
            return surface + japanese.text(rest[:2])
        if surface in ("なら", "ならず") and before.surface == "のみ" and said[i - 2].pos in ("動詞", "助動詞"):
            return "のみならず"
        if surface in ("および", "及び", "ならびに", "並びに") and before.pos in ("動詞", "助動詞"):
            return surface
    return None


def _has_predicate(tokens: Tokens) -> bool:
    return any(token.pos in ("動詞", "形容詞") for token in tokens[-4:])


def _acts(said: Tokens) -> str | None:
    """規程の整備と研修の実施を行って: two nouns of doing, each with its own の, under one light verb."""
    for i in range(2, len(said) - 3):
        if said[i].surface not in ("と", "および", "及び", "ならびに", "並びに", "、", "や"):
            continue
        left, right = said[i - 1], said[i + 1 :]
        if left.detail != "サ変可能" or said[i - 2].surface != "の":
            continue
        for j in range(2, min(len(right) - 1, 10)):
            if right[j].surface in ("を", "は", "が"):
                closes = right[j - 1].detail == "サ変可能" and right[j - 2].surface == "の"
                light = any(token.lemma in _LIGHT for token in right[j + 1 : j + 3])
                if closes and light:
                    return left.surface + said[i].surface + right[j - 1].surface
                break
    return None


def _clauses(said: Tokens) -> str | None:
    """A clause that ends in a bare 連用形 before a comma, followed by another one that is asked as well."""
    for i in range(1, len(said) - 2):
        if said[i].surface not in ("、", "，"):
            continue
        verb = said[i - 1]
        if not _verbal(verb) or verb.surface in ("ず", "に", "で", "なく", "と", "なり"):
            continue
        start = (
            i - 2
            if verb.lemma in ("する", "為る", "おる", "居る", "いる", "られる", "れる", "せる", "させる")
            else i - 1
        )
        if said[start].surface == "て" and start > 0:
            start -= 1
        head = said[start]
        if start > 0 and head.lemma in _PARTICLE_VERBS and said[start - 1].surface in ("に", "を", "と", "も", "は"):
            continue
        if start > 0 and said[start - 1].surface == "と" and verb.lemma in ("する", "為る"):
            continue
        if head.surface in ("対象", "原則", "限度", "単位", "目的"):
            continue
        if head.lemma in ("ある", "有る") and not any(token.surface == "を" for token in said[i + 1 :]):
            continue
        if said[i + 1].surface in ("その", "それ", "そこ") or _taken_up(said, start) in japanese.text(
            said[i + 1 : i + 3]
        ):
            continue
        if _topic_only(said[:start]) or not _independent(said[i + 1 :]):
            continue
        return japanese.text(said[max(0, start - 1) : i + 1])
    return None


def _taken_up(said: Tokens, start: int) -> str:
    """The verb itself, as a noun that the next clause may take up again: 区分し、区分ごとに."""
    return said[start].surface if said[start].detail == "サ変可能" else "\0"


def _topic_only(before: Tokens) -> bool:
    """A verb without anything of its own before it is no clause."""
    return not any(token.surface in ("を", "が", "に", "は", "で", "も", "から") for token in before)


def _independent(rest: Tokens) -> bool:
    """Whether the next verb is the predicate that is asked, with something of its own; not inside こと, とき, かを."""
    own = False
    for i, token in enumerate(rest):
        if token.surface in ("を", "が", "に", "は", "も") and token.pos == "助詞":
            own = True
        if token.pos == "動詞" or (
            token.detail == "サ変可能" and rest[i + 1 : i + 2] and rest[i + 1].lemma in ("する", "為る")
        ):
            after = rest[i + 1 :]
            k = 0
            while (k < len(after) and after[k].pos in ("助動詞", "動詞")) or (
                k < len(after) and after[k].surface in ("て", "で")
            ):
                k += 1
            closing = after[k].surface if k < len(after) else ""
            if closing in _NOMINAL:
                return False
            if closing == "か" and k + 1 < len(after):
                return False
            if closing in ("", "か"):
                return own
            if after[k].pos == "名詞":
                continue
    return own
