"""excess_personal_data: data about the supplier's people beyond need. What they protect is not what we ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.checklist_parts import Kind
from bot.domain.lint import english, japanese
from bot.domain.lint.values import Asked, Hit, Reading, Setting

_DATA_JA = re.compile(
    r"生年月日|誕生日|年齢|(?:自宅|現|私宅)?住所|自宅(?:の)?(?:電話|連絡先)|私用(?:の)?(?:携帯|電話|スマ)|個人(?:の|で使っている)?(?:携帯|電話番号|メール|SNS|ＳＮＳ|アカウント)|携帯電話番号|本籍|国籍|出身|家族|扶養|配偶者|結婚|婚姻|子ども|病歴|持病|病名|通院|健康|既往|障害(?:の有無|者手帳|等級)|心の病|精神|妊娠|宗教|信仰|信条|支持政党|政党|思想|労働組合|組合(?:への)?加入"
    r"|借金|滞納|年収|給与|収入|資産|口座番号|振込先|犯罪歴|前科|逮捕|犯歴|指紋|顔写真|虹彩|顔の(?:写真|画像)|写真付き|マイナンバー|個人番号|免許証|パスポート|旅券|保険証|在留カード|住民票|戸籍|身分証|履歴書|職務経歴|血液型|性別|学歴|趣味|SNS|ＳＮＳ|利用者名|身長|体重|印鑑証明|性格|飲酒|喫煙|氏名(?:・|、|と|の一覧|一覧)|全員の(?:氏名|名前|お名前)|(?:氏名|名前)(?:を)?(?:すべて|全員|全部)|顔の|位置情報|通勤経路|信用情報|離婚|民族|人種|ワクチン|体温|署名の写し|親族|緊急連絡先"
)
_SENSITIVE_JA = re.compile(
    r"持病|病歴|心の病|精神|通院|病気|障害(?:の有無|者手帳)|妊娠|宗教|信仰|信条|政党|思想|組合|借金|滞納|犯罪歴|前科|逮捕|国籍|離婚|民族|服役|破産"
)
_PEOPLE_JA = re.compile(
    r"担当|従業|社員|職員|作業|スタッフ|オペレーター|代表|役員|運転|配送|ドライバー|[夜日]勤|方(?:の|に|が|全員|は|々)|者(?:の|に|が|全員|は|を)|要員|メンバー|人員|技術者|開発者|派遣|警備員|清掃員|エンジニア|全員|各人|本人"
)
_THEIRS_JA = re.compile(
    r"応募|お客様|顧客|会員|患者|生徒|受講者|利用者(?!名)|来訪|入居|名簿(?:に|の|を|が)|データの(?:件|種|数)|お預け|お預かり|取り扱う(?:情報|個人)|個人データに触れ"
)
_NOT_ASKED_JA = re.compile(
    r"不要|伺いません|お書きにならない|書かないで|除い|除き|含めないで|いりません|記入しない|お聞きしません|必要はありません|必要ありません|お名前は結構|聞かない|集めない|残さない"
)
_GIVE_JA = {
    "いただく",
    "頂く",
    "もらう",
    "教える",
    "提出",
    "送付",
    "送る",
    "提供",
    "知らせる",
    "記入",
    "入力",
    "添付",
    "書く",
    "くださる",
    "共有",
    "届ける",
    "開示",
    "見せる",
    "願う",
}

_DATA_EN = (
    r"dates? of birth|birth ?dates?|birthdays?|birth ?places?|place of birth|ages?|home address(?:es)?|private (?:\w+ )?(?:numbers?|phones?|mobiles?|addresses|e-?mail|accounts?|social media)|personal (?:phone|mobile|e-?mail|cell)\w*|home (?:phone|telephone)\w*|"
    r"mobile numbers?|nationalit(?:y|ies)|citizenship|famil(?:y|ies)|dependants?|dependents?|spouses?|marital status|married|children|illness(?:es)?|chronic|medical (?:history|records?|certificates?)|health|disabilit(?:y|ies)|pregnan\w+|relig\w+|faith|beliefs?|political|party membership|trade union|union members?\w*|"
    r"debts?|arrears|salar(?:y|ies)|incomes?|bank (?:account|details)|criminal|convictions?|arrests?|fingerprints?|biometric\w*|photographs? of (?:each|every|all|your|the)|face|CVs?|r[eé]sum[eé]s?|passports?|driving licen[cs]e|driver'?s? licen[cs]e|identity (?:card|document)s?|ID cards?|"
    r"social security|tax (?:number|return)s?|blood (?:type|group)|sex|gender|ethnic\w*|race|hobbies|social media|full names?|names of (?:all|every|each)|all names|schooling|education history|residence (?:card|certificate)s?|family register|credit (?:score|record|history)\w*|weight|height|next of kin|mental|vaccin\w+|names and|with their names|sexual"
)
_SENSITIVE_EN = r"illness(?:es)?|chronic|disabilit(?:y|ies)|pregnan\w+|relig\w+|political|trade union|debts?|criminal|convictions?|arrested|mental|bankrupt\w*|nationalit(?:y|ies)|divorced"
_PEOPLE_EN = r"staff|employees?|workers?|drivers?|operators?|each person|every person|people (?:who|working|on|in)|those who|everyone|everybody|team|members?|in charge|director|engineers?|guards?|cleaners?|developers?|colleagues|personnel|shift|each \w+|person|anybody|anyone|your people|who will|technicians?|nurses?"
_THEIRS_EN = r"customers?|patients?|applicants?|pupils?|members of|clients?|visitors?|data subjects?|entrusted|list of names|handle personal data|users?"
_NOT_ASKED_EN = r"not needed|no (?:personal )?names|not ask|do not (?:ask|enter|write|give|need)|without (?:names|naming)|leave out names|no fields|never|rule not to|no need"
_GIVE_EN = r"(?:give|send|tell|show|provide|submit|let) us|(?:will|can|could|would) you (?:please )?(?:give|send|tell|show|provide|submit|share|attach|list)|hand over|share with us|with us|attach|enclose"


def excess_personal_data(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """In a free answer or a choice the data itself is asked for; in yes or no only where it is to be handed over."""
    found = _japanese(asked.text, asked.question.kind)
    if found:
        yield Hit((*asked.text.loc, "ja"), "ja", (found,))
    found = _english(asked.text.en, asked.question.kind)
    if found:
        yield Hit((*asked.text.loc, "en"), "en", (found,))


def _japanese(one: Reading, kind: Kind) -> str | None:
    text = one.ja
    found = _DATA_JA.search(text)
    if not found or _NOT_ASKED_JA.search(text):
        return None
    people = _PEOPLE_JA.search(text)
    if kind is Kind.YES_NO:
        sensitive = _SENSITIVE_JA.search(text)
        last = japanese.core(one.tokens)[-6:]
        there = any(
            token.lemma in ("いる", "居る", "ある", "含む", "含まれる", "おる", "らっしゃる", "いらっしゃる")
            for token in last[-4:]
        )
        if sensitive and people and there and not any(token.surface in ("を", "て", "で") for token in last[:-2]):
            return sensitive[0]
        giving = _gives(one)
        return found[0] if giving and people and not _THEIRS_JA.search(text) else None
    if _THEIRS_JA.search(text):
        return None
    return found[0] if people or kind in (Kind.TEXT, Kind.FILE) else None


def _gives(one: Reading) -> bool:
    """The predicate hands something to us: いただけますか, 教えてください, 弊社に送って."""
    for sentence in japanese.sentences(one.tokens):
        last = japanese.core(sentence)[-7:]
        words = japanese.lemmas(last)
        ours = re.search(r"弊社|当社|私ども|当方", japanese.text(sentence))
        asks = japanese.is_request(sentence) or words & {"いただける", "頂ける", "もらえる", "いただく"}
        if words & _GIVE_JA and (asks or ours):
            return True
    return False


def _english(text: str, kind: Kind) -> str | None:
    found = english.has(text, _DATA_EN)
    if not found or english.has(text, _NOT_ASKED_EN):
        return None
    people = english.has(text, _PEOPLE_EN)
    if kind is Kind.YES_NO:
        sensitive = english.has(text, _SENSITIVE_EN)
        there = re.match(
            r"(?:is|are) (?:there )?(?:anybody|anyone|any|somebody|someone)|(?:do|does|has|have) (?:any|anybody|anyone|your (?:staff|people|workers|employees)|somebody)",
            text,
            re.IGNORECASE,
        )
        if sensitive and there and people:
            return sensitive
        return found if english.has(text, _GIVE_EN) and people and not english.has(text, _THEIRS_EN) else None
    if english.has(text, _THEIRS_EN):
        return None
    return found if people or kind in (Kind.TEXT, Kind.FILE) else None
