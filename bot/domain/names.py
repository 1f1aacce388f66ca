"""The key under which names of companies look alike: 株式会社髙橋商店, ㈱高橋商店 and 高橋商店 (株) are one.

A key only warns of twins and finds what somebody half remembers; it never decides that two records are one company
(data_model.md: same name = a warning). To teach it a character form or a company word: a pair or a word below, and a case
in `tests/domain/test_names.py`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Old and variant forms, each followed by the form it is compared as.
_FORMS = (
    "髙高﨑崎嵜崎碕崎邉辺邊辺齋斉斎斉齊斉濵浜濱浜嶋島嶌島櫻桜澤沢廣広國国圀国瀧滝龍竜德徳惠恵藏蔵眞真榮栄學学會会"
    "萬万與与豐豊鐵鉄銕鉄圓円縣県實実壽寿敎教淸清瀨瀬𠮷吉渕淵渊淵籔薮藪薮鷗鴎桒桑靜静總総廳庁戶戸黑黒綠緑黃黄曾曽"
    "增増來来佛仏區区單単嚴厳圍囲團団寶宝專専將将對対應応戰戦擴拡效効數数斷断樂楽樣様橫横檢検權権歐欧步歩歷歴氣気"
    "溫温滿満澁渋濟済燈灯營営爐炉獨独產産畫画當当發発禮礼稻稲穗穂竝並經経聲声臺台舊旧莊荘藝芸藥薬號号蟲虫裝装覺覚"
    "觀観證証譯訳讀読變変豫予賣売轉転辨弁辯弁鄕郷醫医釋釈錢銭鑄鋳關関雜雑靈霊顯顕驛駅鹽塩麥麦點点黨党龜亀冨富峯峰"
    "舘館埜野桺柳栁柳槇槙凉涼冝宜亙亘"
)
ALIKE_FROM = 3  # characters: shorter keys are part of too many names

_MODERN = {ord(old): new for old, new in zip(_FORMS[::2], _FORMS[1::2], strict=True)}
_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_INVISIBLE = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")

_LEGAL_FORMS = re.compile(
    r"株式会社|有限会社|合同会社|合名会社|合資会社|相互会社|特例有限会社|特定非営利活動法人|npo法人"
    r"|(?:一般|公益)?(?:社団|財団)法人|医療法人(?:社団|財団)?|社会福祉法人|学校法人|宗教法人|独立行政法人|弁護士法人|税理士法人"
    r"|\((?:株|有|同|名|資|相|一社|一財|公社|公財|特非|医|福|学|独)\)|^[カユドシメ]\)|\([カユドシメ]\)?$"
)
_ENGLISH_FORMS = frozenset(
    [
        "incorporated",
        "inc",
        "corporation",
        "corp",
        "company",
        "co",
        "limited",
        "ltd",
        "llc",
        "llp",
        "plc",
        "gmbh",
        "ag",
        "pte",
        "pty",
        "bv",
        "sa",
        "kk",
        "gk",
    ]
)
_ENGLISH_PAIRS = frozenset(
    {("k", "k"), ("g", "k"), ("s", "a"), ("b", "v"), ("kabushiki", "kaisha"), ("godo", "kaisha")}
)


@lru_cache(maxsize=4096)
def name_key(name: str) -> str:
    """Letters and digits of a name in one form: width, case, kana, old characters and legal form put aside.

    Never empty for a name with a visible character: where only signs or a legal form would be left, they are the key.
    """
    plain = modern(name).strip()
    return _letters(bare(plain)) or _letters(plain) or "".join(plain.split())


def modern(text: str) -> str:
    """The text in one width and case, with old character forms as their new ones."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).casefold().translate(_MODERN)


def bare(plain: str) -> str:
    """A modern name without the words for its legal form."""
    return _without_english_form(_LEGAL_FORMS.sub(" ", plain))


def hiragana(text: str) -> str:
    """Katakana as hiragana."""
    return text.translate(_HIRAGANA)


def _without_english_form(text: str) -> str:
    words = [word for word in re.split(r"[\s,.]+", text) if word]
    while len(words) > 1:
        if tuple(words[-2:]) in _ENGLISH_PAIRS:
            words = words[:-2]
        elif words[-1] in _ENGLISH_FORMS:
            words.pop()
        else:
            break
    return " ".join(words)


def _letters(text: str) -> str:
    return "".join(char for char in text if unicodedata.category(char)[0] in "LMN").translate(_HIRAGANA)


def alike(one: str, other: str) -> bool:
    """Whether two keys are worth a warning: equal, or one within the other and not trifling."""
    shorter, longer = sorted((one, other), key=len)
    return one == other or (len(shorter) >= ALIKE_FROM and shorter in longer)
