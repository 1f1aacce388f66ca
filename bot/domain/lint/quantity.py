"""vague_quantity: "regularly", "promptly", "a large amount" where a number is needed, and no number stands beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.checklist_parts import Kind
from bot.domain.lint import english, japanese
from bot.domain.lint.japanese import Tokens
from bot.domain.lint.values import Asked, Hit, Reading, Setting

_VAGUE = {
    *(
        "適宜",
        "随時",
        "適時",
        "速やか",
        "迅速",
        "早急",
        "直ち",
        "直ちに",
        "すぐ",
        "直ぐ",
        "短時間",
        "短期間",
        "大量",
        "多数",
        "少数",
    ),
    *(
        "時々",
        "時折",
        "たまに",
        "頻繁",
        "遅滞",
        "長期間",
        "長時間",
        "早期",
        "即座",
        "即時",
        "少量",
        "多量",
        "度々",
        "たびたび",
        "数日",
    ),
    *(
        "しばしば",
        "定期的",
        "当分",
        "当面",
        "早々",
        "早め",
        "こまめ",
        "まめ",
        "至急",
        "長期",
        "短期",
        "折々",
        "常時",
        "逐次",
        "都度都度",
    ),
    *(
        "ときどき",
        "時時",
        "ちょくちょく",
        "しばらく",
        "暫く",
        "そのうち",
        "近日",
        "可及的",
        "相当",
        "大人数",
        "少人数",
        "数回",
        "数名",
    ),
} - {"常時"}
_PHRASES = re.compile(
    r"必要に応じ|状況に応じ|適切な(?:頻度|間隔|期間|時期|長さ|回数|数|量|人数)|十分な(?:長さ|期間|量|数|頻度|間隔|人数|回数|時間|強度|桁|文字)"
    r"|十分(?:に)?(?:長い|長く|多い|頻繁)|なるべく(?:早|速|短|多|少|頻)|できるだけ(?:早|速|短|多|少|頻)|できる限り(?:早|速)|可能な限り(?:早|速)"
    r"|ある程度|一定(?:の)?(?:期間|時間|頻度|間隔|回数|人数|量|数|件数|規模|以上|長さ|範囲|年数|日数|割合)|合理的な期間|相応の|遅れることなく"
    r"|遅滞なく|定期的?に|定期(?:的な)?(?:の)?(?:点検|見直し|監査|研修|教育|棚卸|訓練|確認|更新|清掃|報告|検査|診断|交換)|長い間|短い間|しばらく"
    r"|数(?:日|回|名|人|件|か月|ヶ月|年|週間|時間|分)(?:以内|ごと|に1|に一|間|ほど|程度|おき|まで|分|$|、|の|に)|折に触れ|機会があれば|多めに|少なめに"
    r"|大勢の|たくさんの|多くの(?:データ|情報|件|人|書類)|何度か|何回か|ときどき|まとまった量|大きな(?:金額|量)|少し(?:の間|前)|早いうち|間を置かず"
)
_NUMBER = re.compile(
    r"[0-9０-９一二三四五六七八九十百]+\s*(?:日|時間|分|秒|回|年|か月|ヶ月|カ月|月|週|件|人|名|台|営業日|度|%|％|桁|文字|g|kg|m|枚|通|箱|部|四半期)"
    r"|毎(?:日|週|月|年|朝|晩|回|時)|四半期|半年|当日|翌(?:日|営業日)|即日|週次|月次|日次|年次|のたび|都度|半期|その日のうち"
)
_HARMLESS = re.compile(
    r"定期(?:券|便|購読|預金|入金|保険|演奏|的でない)|長期(?:休暇|滞在|保存文書|休業)|短期(?:大学|滞在|雇用|契約)|即時(?:通話)|相当する"
)

_EN_VAGUE = (
    r"promptly|regular(?:ly)?(?: basis| intervals?)?|periodic(?:ally)?|as soon as (?:possible|practicable|you can)|timely|"
    r"in good time|from time to time|occasional(?:ly)?|now and then|(?:as|if|when|where|whenever) "
    r"(?:needed|appropriate|necessary|required|applicable)|short (?:time|while|period|interval|delay)|"
    r"(?:large|small|big|huge|great|certain|considerable|significant|substantial|limited) (?:amounts?|numbers?|volumes?|quantit(?:y|ies)|sums?)|"
    r"adequate(?:ly)?|sufficient(?:ly)?(?: long| often| time| number)?|several|reasonable (?:time|period|interval|delay|number|frequency)|"
    r"undue delay|without delay|at once|immediate(?:ly)?|quickly|swiftly|speedily|frequent(?:ly)?|routinely|"
    r"long enough|often enough|(?:fairly |very |reasonably )?soon(?! as)|a few|a while|some time|every so often|once in a while|"
    r"right away|straight ?away|without hesitation|at intervals|a lot of|lots of|a good (?:number|many)|"
    r"appropriate (?:intervals?|frequency|period|time|length)|in due (?:course|time)|at short notice|ad hoc|long periods?"
)
_EN_NUMBER = (
    r"\d+|within (?:a|an|one|two|three|four|five|six|seven|ten|twelve|thirty) |(?:once|twice|one|two|three|four|five|six|ten) "
    r"(?:times )?(?:a|an|per|every|each)|(?:every|each) (?:day|week|month|year|morning|evening|quarter|time|shipment|hour|\w+ months)|"
    r"daily|weekly|monthly|yearly|annual(?:ly)?|quarterly|hourly|same day|next (?:working |business )?day|a (?:day|week|month|year)\b|"
    r"(?:one|two|three|four|five|six|seven|ten|twelve|thirty) (?:minutes?|hours?|days?|weeks?|months?|years?)"
)
_EN_HARMLESS = (
    r"regular (?:mail|staff|employees?|customers?|post|expressions?|hours|size|job|work)|how (?:soon|many|often|frequent(?:ly)?|quickly)|"
    r"as many|so many|too many|not many|many of|many to|immediate (?:superior|supervisor|family|manager)|"
    r"several (?:people at once|people|offices|services|sites|files|suppliers|companies|customers|persons|keys|accounts)|in bulk|"
    r"bulk (?:mail|mailing|e-?mail)|for several|soon as|several (?:of|parties|kinds)"
)


def vague_quantity(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """Fine where the number stands beside it: in the sentence, in the help, or in what can be chosen."""
    if asked.question.kind in (Kind.NUMBER, Kind.DATE):
        return
    numbered = (asked.help, *asked.others)
    if not any(_NUMBER.search(reading.ja) for reading in numbered):
        found = _japanese(asked.text)
        if found:
            yield Hit((*asked.text.loc, "ja"), "ja", (found,))
    if not any(english.has(reading.en, _EN_NUMBER) for reading in numbered):
        found = _english(asked.text.en)
        if found:
            yield Hit((*asked.text.loc, "en"), "en", (found,))


def _japanese(reading: Reading) -> str | None:
    for sentence in japanese.sentences(reading.tokens):
        text = japanese.text(sentence)
        if _NUMBER.search(text):
            continue
        phrase = _PHRASES.search(_HARMLESS.sub("", text))
        if phrase:
            return phrase[0]
        word = _word(sentence)
        if word and not _HARMLESS.search(text):
            return word
    return None


def _word(sentence: Tokens) -> str | None:
    """A vague word by its dictionary form: not as part of another word, and not inside quotes."""
    said = japanese.outside_brackets(sentence)
    for i, token in enumerate(said):
        if token.surface in _VAGUE or token.lemma in _VAGUE:
            if i and said[i - 1].pos == "接頭辞":
                continue
            if token.surface in ("相当", "長期", "短期", "多数", "少数") and _compound(said, i):
                continue
            return token.surface
    return None


def _compound(said: Tokens, i: int) -> bool:
    return i + 1 < len(said) and (said[i + 1].pos in ("名詞", "接尾辞") or said[i + 1].lemma == "する")


def _english(text: str) -> str | None:
    for sentence in english.sentences(text):
        if english.has(sentence, _EN_NUMBER):
            continue
        said = re.sub(rf"\b(?:{_EN_HARMLESS})\b", "", sentence, flags=re.IGNORECASE)
        found = english.has(said, _EN_VAGUE)
        if found:
            return found
    return None
