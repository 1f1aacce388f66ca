"""no_way_out and evidence_no_alternative: nobody may be stuck with a question (content_ja.md §8.4 Q5 and Q6)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.checklist_parts import Kind
from bot.domain.lint import english, japanese
from bot.domain.lint.values import Asked, Hit, Reading, Setting

_UNKNOWN_JA = re.compile(
    r"[わ分判]から(?:な|ず|ん)|不明|知りません|知らない|存じ|未確認|把握していな|把握でき|確認でき|答えられ|聞かないと|確かめないと"
)
_UNKNOWN_EN = re.compile(
    r"(?:not|n't|never|nobody|no one|un)[ -]?know|not sure|unsure|unknown|uncertain|cannot (?:say|tell)|would have to ask|unclear|no idea",
    re.IGNORECASE,
)


def no_way_out(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """Choices need a "don't know" in whatever words; a free answer may be left out, or is asked behind a condition."""
    question = asked.question
    if question.kind in (Kind.ONE_OF, Kind.MANY_OF):
        if not any(
            choice.key == "dont_know" or (_UNKNOWN_JA.search(choice.text.ja) and _UNKNOWN_EN.search(choice.text.en))
            for choice in question.choices
        ):
            yield Hit((*asked.loc, "choices"), None, tuple(choice.key for choice in question.choices[:4]))
    elif question.kind is not Kind.YES_NO and question.required and not question.ask_if:
        yield Hit((*asked.loc, "kind"), None, (question.kind.value,))


_ALTERNATIVE_JA = re.compile(
    r"結構|構いません|かまいません|差し支え(?:あり|ござい)ません|支障(?:あり|ござい)ません|代わり|代え|画面|伏せ|黒塗り|墨塗り|マスク|抜粋|抜き出|お見せ|見せて|十分です"
    r"|(?:だけ|のみ)(?:で|を|の|お|ご|でも)|番号|目次|表紙|要約|概要|口頭|閲覧|消して|隠し|除い|省い|省略いただ|不要|なしで|添付なし|空欄|備考|コメント|写真に代え|会議|塗りつぶ|匿名|置き換え|ご相談|問題ありません|足ります|難し(?:い|け)|見本|ひな形|白紙|様式だけ|切り取|役割|記入(?!例)|お示し"
)
_NO_ALTERNATIVE_JA = re.compile(r"省略でき|例外なく|必ず(?:ご)?(?:提出|添付|送)")
_ALTERNATIVE_EN = re.compile(
    r"\b(?:enough|fine|instead|will do|would do|acceptable|welcome|redact\w*|screen|black(?:ed)? out|extract|excerpt|without|"
    r"suffic\w+|hid(?:e|den)|mask\w*|may (?:show|replace|leave|give|remove|also|simply|cover)|you (?:may|can) (?!not)|summary|number|only the|just the|cover page|"
    r"blank|write|how many|counts?|headings?|removed|hidden|all we need|table|blank form|own template|meeting|call|on request|not needed|no need|alternatively|comment|describe|remove|cover up|table of contents|in person|"
    r"at your (?:office|premises)|anonymi[sz]ed|show(?:ing)? (?:it|us|them)|leave out|left out|also do|all right|okay)\b",
    re.IGNORECASE,
)

_SENDING = {
    "添付",
    "提出",
    "送付",
    "送る",
    "添える",
    "同封",
    "アップロード",
    "郵送",
    "提供",
    "貼付",
    "送信",
    "差し出す",
}
_EN_SEND = (
    r"attach|enclose|upload|submit|send(?: us)?|provide|e-?mail(?: us)?|forward|hand (?:in|over)|supply|append|furnish"
)
_EN_THING = (
    r"cop(?:y|ies)|report|record|sheets?|lists?|document|contract|certificate|photo\w*|screenshot|plan|chart|log|file|evidence|proof|"
    r"policy|minutes|roster|diagram|agreement|register|manual|form|slip|receipt|pages?|it|them|one|roll|results?|papers?|ledger|schedule"
)


def evidence_no_alternative(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """What is to be handed in has a way for what may not leave the company, in both languages."""
    question = asked.question
    offered = [asked.help, *([asked.confidential] if asked.confidential else [])]
    wanted = question.evidence.need != "none" or question.kind is Kind.FILE
    if wanted:
        told = asked.confidential or asked.help
        loc = asked.confidential.loc if asked.confidential else asked.loc
        if not _offers_ja(told.ja) and not (question.kind is Kind.FILE and _offers_ja(asked.help.ja)):
            yield Hit(loc, "ja", ())
        if not _offers_en(told.en) and not (question.kind is Kind.FILE and _offers_en(asked.help.en)):
            yield Hit(loc, "en", ())
        return
    for one in asked.both:
        found = _asks_ja(one)
        if found and not any(_offers_ja(other.ja) for other in offered):
            yield Hit((*one.loc, "ja"), "ja", (found,))
        found = _asks_en(one.en)
        if found and not any(_offers_en(other.en) for other in offered):
            yield Hit((*one.loc, "en"), "en", (found,))


def _offers_ja(text: str) -> bool:
    return bool(_ALTERNATIVE_JA.search(text)) and not _NO_ALTERNATIVE_JA.search(text)


def _offers_en(text: str) -> bool:
    return bool(_ALTERNATIVE_EN.search(text)) and not re.search(
        r"without exception|no exceptions?|cannot be (?:left|omitted)", text
    )


def _asks_ja(one: Reading) -> str | None:
    """A request whose verb hands something to us: 添付してください, 写しを添えて…お答えください, 添付した場合だけ「はい」."""
    for sentence in japanese.sentences(one.tokens):
        said = japanese.core(sentence)
        if japanese.denied(said):
            continue
        sends = [
            (i, token)
            for i, token in enumerate(said)
            if token.surface in _SENDING or token.lemma in _SENDING or token.normal in _SENDING
        ]
        for i, token in sends:
            after = japanese.text(said[i + 1 : i + 7])
            verbal = token.pos == "動詞" or re.match(
                r"し|を?(?:お願い|願い|いただ|頂|ください|下さい)|(?:が|は)?(?:必要|必須)|のこと|の上|のうえ|できる場合|ください",
                after,
            )
            if not verbal:
                continue
            if japanese.is_request(sentence) and not re.match(r"(?:する|る|した|た)(?:前|方|とき|際|相手|担当)", after):
                return token.surface
            if re.match(r"(?:して)?(?:いただけ|頂け|もらえ|いただい|いただく|くださ)", after):
                return token.surface
            if re.match(r"(?:が|は)?(?:必要|必須)|のこと", after):
                return token.surface
            if (
                re.search(r"(?:場合|とき|方|社)(?:に|だけ|のみ|に限り)", after + japanese.text(said[i + 7 : i + 12]))
                and "「はい」" in one.ja
            ):
                return token.surface
    return None


def _asks_en(text: str) -> str | None:
    for sentence in english.sentences(text):
        if english.has(sentence, r"no need|need not|not necessary|do not (?:need|have) to|never|not required"):
            continue
        found = re.match(
            rf"(?:.*[,:;] )?(?:please |kindly |and |then |also )*(?P<verb>{_EN_SEND})\b(?! (?:and|or)\b)(?=.*\b(?:{_EN_THING})\b)",
            sentence,
            re.IGNORECASE,
        )
        if found and (not english.is_question(sentence) or "please" in sentence.lower()):
            return found["verb"]
        gerund = re.match(
            r"(?:attaching|enclosing|uploading|submitting|sending|with|together with) .*\b(?:cop(?:y|ies)|attached|enclosed)\b",
            sentence,
            re.IGNORECASE,
        )
        if gerund:
            return gerund[0].split()[0]
        condition = english.has(
            sentence,
            r"(?:if|when|once|provided(?: that)?|until|unless) you (?:also |can |have )?(?:attach|enclose|upload|submit|send us|attached|enclosed|uploaded|submitted|sent)",
        )
        if condition:
            return condition
        must = english.has(
            sentence,
            rf"(?:must|has to|have to|needs? to|is to|are to|should) be (?:attached|enclosed|uploaded|submitted|sent|provided)|"
            rf"(?:you (?:must|need to|have to|should)|(?:can|could|will|would) you(?: please)?|we (?:need|require|ask) you to) (?:{_EN_SEND}) (?:us )?(?:a|an|the|your|copies|last|this|all|it)|"
            r"(?:copy|copies|proof|evidence|records?|screenshots?) (?:is|are) (?:required|to be)",
        )
        if must:
            return must
        closing = english.has(
            sentence, r"(?:cop(?:y|ies)|sheets?|records?|lists?|photos?|logs?|reports?)\b[^.?]*\b(?:, )please"
        )
        if closing:
            return closing
    return None
