"""product_or_certification and threat_or_price: what may be an abuse of a superior position (content_ja.md §5.3, R-L2, R-L3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.domain.lint import english, japanese
from bot.domain.lint.lexicon import AMBIGUOUS_EN, AMBIGUOUS_JA, CERTIFICATES_EN, CERTIFICATES_JA, PRODUCTS
from bot.domain.lint.values import Asked, Hit, Reading, Setting

_LATIN = sorted(
    (name for name in PRODUCTS if name.isascii() and name.lower() not in AMBIGUOUS_EN), key=len, reverse=True
)
_CAPITAL = sorted((name for name in PRODUCTS if name.lower() in AMBIGUOUS_EN), key=len, reverse=True)
_ANY_LATIN = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, _LATIN))})(?![A-Za-z0-9])")
_CAPITALS = re.compile(rf"(?<=[a-z,] )(?:{'|'.join(map(re.escape, _CAPITAL))})(?![A-Za-z0-9])")
_IN_JAPANESE = re.compile(
    "|".join(
        [
            rf"(?<![A-Za-z0-9])(?:{'|'.join(map(re.escape, sorted((n for n in PRODUCTS if n.isascii() and n not in AMBIGUOUS_JA), key=len, reverse=True)))})(?![A-Za-z0-9])",
            *(
                rf"(?<![ァ-ヴー一-龥]){re.escape(n)}(?![ァ-ヴー])"
                for n in PRODUCTS
                if not n.isascii() and n not in AMBIGUOUS_JA
            ),
            r"LINE(?=で|を使|の(?:トーク|アプリ))",
        ]
    )
)
_QUOTED_JA = re.compile(
    r"(?:指定|推奨|弊社|当社|製品|ソフト|サービス|アプリ|ツール)[^。「]{0,8}「([^」]{2,20})」[^。]{0,8}(?:を|で|に|が|の)?[^。]{0,6}(?:購入|導入|契約|利用|使|入れ|インストール|加入)"
)
_BOUGHT_JA = re.compile(
    r"「(?!はい|いいえ|一部|該当)([^」をがはに]{2,16})」(?:というソフト|という製品)?(?:を|で|に)[^。「]{0,4}(?:購入|導入|契約|利用|使っ|使い|入れて|インストール|加入)"
)
_BOUGHT_EN = re.compile(
    r"(?:\b(?:use|uses|using|used|run|runs|running|install|installed|buy|bought|purchase|purchased|subscribe to|subscribed to|"
    r"hosted on|via|through|product|tool|software|licen[sc]ed?(?: for)?|adopt|adopted|deploy|deployed|switch to|chosen product,)"
    r"(?: on| to| in| our| the| a| latest| version of| product,| tool,| service,)*) ((?!Yes\b|No\b|Not\b|Partly\b|I\b|Internet|English|Japan|Japanese|Annex|Individual)[A-Z][a-z]{2,}[A-Za-z0-9]*(?: [A-Z0-9][A-Za-z0-9]*)*)"
)
_EXCLUDE_EN = re.compile(
    r"Printing|Company|Inc|Ltd|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Braille|Bluetooth|Wi-?Fi",
    re.IGNORECASE,
)

_MUST_JA = re.compile(
    r"必要です|必要が|必要で|必須|取得してください|取得して下さい|取得をお願い|取得いただ|取得して(?:いただ|くださ)|条件|義務|に限り|に限る|限定|お任せでき|お願いできません|お取引(?:でき|いた)|"
    r"未取得|なければ|ない(?:会社|場合|企業|方)|持たない|お持ちでない(?:会社|場合は、?(?!空欄|「該当|結構))|切れたら|ことが求め|求めます|前提|不可|だけ(?:が|「|を|に)|のみ(?:が|「|を|に)|必ず|でないと|ないと|以外|お持ちの会社|必要と(?:し|な)|までに[^。]*取得"
)
_RELAXED_JA = re.compile(
    r"(?:必要|義務|必須|条件|不利)[^。]{0,12}(?:ありません|ございません|ではない|ではありません|ない)|問いません|でなくても|なくても(?:結構|かまい|構い|「|問題)|お持ちでなくて|任意"
)
_AUTHENTICATION = re.compile(r"(?:多要素|二要素|二段階|2段階|本人|端末|利用者|生体|パスワード)認証")
_MUST_EN = re.compile(
    r"\b(?:must|necessary|required?|requires|mandatory|obligatory|be sure to|condition|need(?:s|ed)? (?:a|an|to|the|valid)|cannot (?:be given|work|order|do)|"
    r"no (?:work|orders?|contract)|only (?:if|those|companies|suppliers|when)|have to|has to|prerequisite|expected to|please (?:obtain|acquire|get)|"
    r"obtain (?:it|one)|unless|by (?:the )?(?:renewal|end of)|insist|without (?:it|one|this|the|a valid)|essential|compulsory|eligible)\b",
    re.IGNORECASE,
)
_RELAXED_EN = re.compile(
    r"not (?:necessary|required|needed|a condition|mandatory)|no disadvantage|need not|do(?:es)? not (?:have|need) to|without one is fine|if you hold|if you have one",
    re.IGNORECASE,
)
_LAW_JA, _LAW_EN = re.compile(r"法律|法令|条例|法で"), re.compile(r"\blaws?\b|\bstatut|\blegal", re.IGNORECASE)


def product_or_certification(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """A product's name anywhere; a certificate where it is demanded. A certificate that is asked about is fine."""
    for one in (*asked.both, *((asked.confidential,) if asked.confidential else ())):
        found = _product_ja(one.ja) or _forced(one.ja, CERTIFICATES_JA, _MUST_JA, _RELAXED_JA, _LAW_JA)
        if found:
            yield Hit((*one.loc, "ja"), "ja", (found,))
        found = _product_en(one.en) or _forced(one.en, CERTIFICATES_EN, _MUST_EN, _RELAXED_EN, _LAW_EN)
        if found:
            yield Hit((*one.loc, "en"), "en", (found,))


_NAME_IN_JAPANESE = re.compile(
    r"(?<![A-Za-z0-9@./_-])(?!Wi-?Fi|Web|Bluetooth|Yes|No\b|Type|Annex|Internet|Tokyo|Japan|PrivacyMark)[A-Z][a-z]{2,}[A-Za-z0-9]*"
)
_CHOSEN_JA = re.compile(
    r"(?:弊社|当社)(?:が|の)?(?:指定|推奨|紹介|選定)(?:する|した|の)?[^。、]{0,12}(?:製品|ソフト|サービス|アプリ|ツール|保険|クラウド|システム)[^。]{0,15}(?:購入|導入|契約|利用|使|加入|入れ|買)"
)
_CHOSEN_EN = re.compile(
    r"\b(?:our|we) (?:designated|chosen|recommended?|preferred|specified|nominated|prescribed?) (?:\w+ )?(?:product|software|tool|service|app|package|vendor|insurance|brand)",
    re.IGNORECASE,
)


def _product_ja(text: str) -> str | None:
    found = _IN_JAPANESE.search(text)
    if found:
        return found[0]
    quoted = _QUOTED_JA.search(text) or _BOUGHT_JA.search(text)
    if quoted:
        return quoted[1]
    named = _NAME_IN_JAPANESE.search(text) or _CHOSEN_JA.search(text)
    return named[0] if named else None


def _product_en(text: str) -> str | None:
    found = _ANY_LATIN.search(text) or _CAPITALS.search(text)
    if found:
        return found[0]
    chosen = _CHOSEN_EN.search(text)
    if chosen:
        return chosen[0]
    bought = _BOUGHT_EN.search(text)
    return bought[1] if bought and not _EXCLUDE_EN.search(bought[1]) else None


def _forced(
    text: str, certificates: str, must: re.Pattern[str], relaxed: re.Pattern[str], law: re.Pattern[str]
) -> str | None:
    text = _AUTHENTICATION.sub("", text)
    found = re.search(rf"(?:{certificates})", text)
    if not found or relaxed.search(text) or law.search(text):
        return None
    return found[0] if must.search(text) else None


_THREAT_JA = re.compile(
    r"(?:契約|取引)[^。]{0,6}(?:を|は)(?:解除|解約)|解除(?:いた|します|の対象|とな)|解約(?:いた|します|とな)|打ち切|打切|取引停止|取引を?(?:停止|中止|見直|終了|お断り)|お取引(?:を|は|の)[^。]{0,8}(?:停止|中止|見直|終了|でき|控え|お断り)|違約金|損害賠償|賠償|請求(?:し|いた|する|させ)|罰則|罰金|制裁|ペナルティ|処分(?:し|いた|の対象|を検討)"
    r"|措置を(?:取|と|講)|法的|(?:社名|会社名|結果|回答)[^。]{0,8}公表|掲示します|掲示(?:し|いた)|社名(?:を|が)[^。]{0,8}(?:公表|掲示|公開|共有)|参加でき|入札|指名停止|発注(?:を|は|が)?[^。]{0,6}(?:停止|減ら|見合わせ|でき|控え|取り消|取りやめ|なくな)|契約(?:を|は|の)?[^。]{0,8}(?:更新(?:し|でき|いた|を見)|終了|見直|打|破棄|取り消|いたしか)"
    r"|評価を(?:下げ|落と)|評価が下が|減点|不利(?:益|に)|不合格|失格|除外(?:し|いた|の対象|され)|候補から外|お断り|責任を(?:問|追及)|厳正|警告(?:し|いた|書を)|信用を失|後悔|担当を外|外れて(?:いただ|もら)|次回から|交代(?:していただ|をお願)|出入り(?:を|禁止)"
)
_PRICE_JA = re.compile(
    r"減額|値引|値下|割引|単価(?:を|の)?(?:下げ|引き下げ|見直|据え置)|価格(?:を|の)?(?:下げ|引き下げ|見直|据え置|交渉)|料金(?:を|から|の)?(?:下げ|差し引|減|見直|引)|代金(?:を|から|の)?(?:減|差し引|支払いを|引)"
    r"|(?:委託料|報酬|支払い?)(?:を|から|の|は|が)?[^。]{0,6}(?:減|差し引|下げ|止め|保留|停止|遅|いたしか|し(?:ません|かねます))|(?:費用|経費|コスト|代金)[^。]{0,14}(?:負担|持ち|お支払い)|(?:貴社|御社|委託先)(?:の|が|で|側)?(?:ご)?(?:負担|持ち(?!物|込|出|帰|主|歩))|自己負担|自費|自社負担|無償で|無料で(?:対応|実施|行)|協力金|値上げ"
)
_CONDITION_JA = re.compile(
    r"場合|なければ|ければ|とき|れば|たら|なら|未回答|次第|以下の|ないと|ますが|ですが|は、|には|会社は|から|期限"
)
_HARMLESS_JA = re.compile(
    r"(?:こと|もの|わけ|必要|心配|予定)(?:は|では|も)?(?:あり|ござい)ません|差し支え(?:あり|ござい)ません|ではありません|いたしません(?:。|$)|しません(?:。|$)|影響(?:は)?(?:し|あり)ません|問いません|かまいません|結構です|弊社(?:が|で)(?:ご)?負担|当社(?:が|で)(?:ご)?負担|協議|ご相談"
)
_INSTRUCTION_JA = re.compile(
    r"(?:「[^」]*」(?:です|になります|に当たります|としてください|とお答えください)|(?:お選び|お考え|お答え|ご記入|ご確認|ご入力|ご回答|お書き|数えて|含めて)(?:ください|いただ[^。]*)|数えます|含みます|含まれます)(?:。|$)"
)
_FAILURE_JA = re.compile(
    r"いいえ」?の(?:場合|とき|会社)|「いいえ」を|未回答|ご?回答(?:が|の|を)?(?:ない|いただけない|なき|遅れ)|お答え(?:が|の)?(?:ない|なけれ|いただけない)|守(?:ら|れ)な(?:い|けれ)|違反(?:が|し)|基準に(?:満た|達し)|(?:C|D|不可|低い|悪い)(?:以下)?の(?:場合|会社)"
    r"|期限(?:を|に)(?:過ぎ|遅れ)|対応(?:でき|いただけ|し)な(?:い|けれ)|不備が|虚偽|ご協力(?:が|を)?(?:いただけ|得られ)な"
)
_REFUSAL_JA = re.compile(
    r"でき(?:ません|なく|かね)|いただけ(?:ません|なく)|いたしかねます|お任せできません|差し上げられません|支払いません|更新(?:いた)?しません|発注(?:いた)?しません"
)
_URGENT_JA = re.compile(
    r"至急|【緊急】|大至急|今すぐ(?:回答|ご回答|提出)|さもないと|さもなければ|でないと困|ただちに(?:回答|提出)|回答がない場合は|未回答の場合は|直ちに(?:回答|提出)"
)
_ASKED_PRICE_JA = re.compile(
    r"(?:値引|値下げ|減額|割引|単価の(?:引き下げ|見直)|価格の(?:引き下げ|見直)|無償|無料|据え置)[^。]{0,24}(?:応じ|いただけ|頂け|もらえ|可能|できます|協力|くださ|願)|(?:費用|経費|コスト)[^。]{0,10}(?:貴社|御社)[^。]{0,10}(?:負担|持)"
    r"|(?:貴社|御社)(?:の|が|で|側の)?(?:ご)?(?:負担|費用|経費)(?:で|に|と|により|となり)|自己負担|自費で"
)

_THREAT_EN = re.compile(
    r"\b(?:(?:terminat|cancel)\w* (?:the|your|our|this|any) (?:contract|agreement|order|business)|(?:contract|agreement|orders?|business) (?:will|may|can|shall|is|are|could) (?:be )?(?:cancel|terminat)\w*|(?:for|to|in) (?:termination|cancellation)|penalt(?:y|ies) (?:will|may|of|is|are|appl)|(?:a|with a|under|any) penalty|penalis\w+|penaliz\w+|fined\b|(?:a|be) fine (?:of|will)|damages|blacklist\w*|black-?listed|"
    r"no longer (?:bid|work|be|receive|get|place|order|supply|qualif\w+|tender)|not be (?:renewed|considered|given|paid|invited)|will (?:stop|end|suspend|review|reconsider|withdraw|withhold|move)|withheld|withhold|affect (?:your|future|further|our)|held (?:liable|responsible)|removed from|(?:business|orders?|work) (?:will go |goes )?elsewhere|(?:orders|work|contract|business) (?:may|will|could|can) (?:be|go|stop|end)|"
    r"put up in|(?:published|named|posted) (?:on|in|publicly)|lose (?:the|your|this|our)|lost contract|appropriate (?:steps|action|measures)|legal (?:action|steps|proceedings)|"
    r"disqualif\w+|excluded from|sanction\w*|consequences|hold you (?:liable|responsible)|grounds for|breach of|struck off|sued?|dismiss\w*|replaced by|look for another|find another|downgrad\w+|lower(?:s|ed)? your (?:rating|score|grade)|"
    r"count(?:s|ed)? against|no (?:further|more|new) (?:orders|work|business|contracts?)|at risk|regret)\b",
    re.IGNORECASE,
)
_PRICE_EN = re.compile(
    r"\b(?:discount|rebate|off the price|off your (?:fee|price|invoice|bill)|(?:reduce|cut|lower|deduct\w*|reduced|reduction) (?:\w+ )?(?:\w+ )?(?:fee|fees|price|prices|rate|rates|payment|invoice|pay)|deduct\w*|"
    r"(?:costs?|expenses?) (?:\w+ )?(?:are|is|will be|shall be|must be) (?:\w+ )?(?:yours|borne|paid|met|covered|charged|on you)|(?:at|on|out of) your (?:own )?(?:cost|expense|pocket)|own expense|free of charge|without (?:extra )?(?:charge|payment)|"
    r"(?:be|is|are) charged (?:for|to you)|will be charged|(?:will|shall) (?:not )?(?:pay|be paid)|unpaid|pay (?:for it )?yourselves?|no extra (?:fee|charge|pay)|cheaper|price (?:cut|reduction)|no (?:increase|rise) in)\b",
    re.IGNORECASE,
)
_HARMLESS_EN = re.compile(
    r"\b(?:will|does|do|would|shall) not (?:change|affect|influence|lead|result|count|be used|mean)|\bno (?:disadvantage|effect|influence|bearing)|is no|we (?:will )?(?:bear|pay|cover|meet)|\bno one will|not (?:a )?reason",
    re.IGNORECASE,
)
_FAILURE_EN = re.compile(
    r"(?:\bif (?:not|no (?:answer|reply|measures)|the answer is no|you (?:cannot|answer no|fail|refuse|miss))|\b(?:a|an|any|each|every) (?:no|error|mistake|delay|breach|leak|missing answer|late reply)|\berrors|\bmistakes|\bunless|\bwithout (?:this|it|a yes)|"
    r"\b(?:companies|suppliers|those|firms|anyone|partners) (?:that|who|rated|without)|\blate (?:answers|replies)|\bpoor (?:answers|results)|\bprove[sd]? (?:false|wrong))\b.*\b(?:will|shall|may|can|are|is|cannot|must)\b",
    re.IGNORECASE,
)
_GUIDE_EN = re.compile(
    r"\b(?:Yes|No|Partly|Not applicable|choose|answer|count|enough|fine|will do|leave it empty|tick|select)\b"
)
_URGENT_EN = re.compile(
    r"\bURGENT|\bor else\b|\bwithout an answer\b|\bfailure to\b|\bfailing (?:which|that|this)\b|\botherwise (?:we|you|your|the|no)\b|\bif you (?:do not|don't|fail to) (?:answer|reply|respond|comply)",
    re.IGNORECASE,
)
_ASKED_PRICE_EN = re.compile(
    r"\bat your own (?:cost|expense)|\bfree of charge|\bdiscount\b(?! (?:code|coupon|card|list)s?)|\blower (?:your|the) (?:price|fee|rate)|\bwithout (?:extra|additional) (?:charge|payment|cost)|\bpay for\b[^?]*\byourselves|\babsorb\b|\bbear the costs?\b",
    re.IGNORECASE,
)


def threat_or_price(asked: Asked, _setting: Setting) -> Iterator[Hit]:
    """A consequence or a price that is stated at them; asked about as the subject matter, both are fine."""
    for one in (*asked.both, *((asked.confidential,) if asked.confidential else ())):
        found = _threat_ja(one)
        if found:
            yield Hit((*one.loc, "ja"), "ja", (found,))
        found = _threat_en(one.en)
        if found:
            yield Hit((*one.loc, "en"), "en", (found,))


def _threat_ja(one: Reading) -> str | None:
    for sentence in japanese.sentences(one.tokens):
        text = japanese.text(sentence)
        urgent = _URGENT_JA.search(text)
        if urgent:
            return urgent[0]
        stated = text
        if japanese.is_question(sentence):
            priced = _ASKED_PRICE_JA.search(text)
            if priced:
                return priced[0]
            cut = re.search(r"(?:ます|です|ません|ございます|ください|ましょう)(?:が|ので|から|けれど|けど|し)、", text)
            if not cut:
                continue
            stated = text[: cut.end()]
        if _INSTRUCTION_JA.search(stated):
            continue
        failing = _FAILURE_JA.search(stated)
        if (
            failing
            and re.search(r"(?:ます|ません|ございます|です)(?:。|が、|ので、|!|！|$)", stated)
            and not _HARMLESS_JA.search(stated)
        ):
            return failing[0]
        if _HARMLESS_JA.search(stated) and not _REFUSAL_JA.search(stated):
            continue
        found = _THREAT_JA.search(stated) or _PRICE_JA.search(stated)
        if found:
            return found[0]
        refusal = _REFUSAL_JA.search(stated)
        if refusal and re.search(r"お任せ|取引|契約|発注|依頼|支払", stated):
            return refusal[0]
    return None


def _threat_en(text: str) -> str | None:
    for sentence in english.sentences(text):
        urgent = _URGENT_EN.search(sentence)
        if urgent:
            return urgent[0]
        stated = sentence
        if english.is_question(sentence):
            priced = _ASKED_PRICE_EN.search(sentence)
            if priced:
                return priced[0]
            stated = sentence.partition(": ")[0] if ": " in sentence else ""
        if not stated or _HARMLESS_EN.search(stated):
            continue
        failing = _FAILURE_EN.search(stated)
        if failing and not _GUIDE_EN.search(stated):
            return failing[0]
        if _GUIDE_EN.search(stated) and not re.search(
            r"\b(?:no longer|lose|terminat|penalt|discount|price|fee|excluded|disqualif)", stated, re.IGNORECASE
        ):
            continue
        found = _THREAT_EN.search(stated) or _PRICE_EN.search(stated)
        if found:
            return found[0]
    return None
