"""The words that `open_question.py` knows: verbs of telling, short facts, and what takes an essay. Data only."""

from __future__ import annotations

import re

TELL = {
    *(
        "記述",
        "記載",
        "説明",
        "述べる",
        "教える",
        "書く",
        "聞く",
        "列挙",
        "記入",
        "回答",
        "紹介",
        "報告",
        "語る",
        "詳述",
    ),
    *("挙げる", "示す", "聞かせる", "論ずる", "知らせる", "答える", "入力", "伺う", "コメント", "まとめる", "叙述"),
}
ESSAY_VERBS = {"記述", "説明", "述べる", "紹介", "詳述", "列挙", "論ずる", "聞かせる", "語る", "叙述", "まとめる"}
SHORT = {
    *(
        "名",
        "名前",
        "名称",
        "社名",
        "部署",
        "部門",
        "役職",
        "役割",
        "窓口",
        "番号",
        "日",
        "日付",
        "年",
        "年月日",
        "国",
        "URL",
    ),
    *(
        "アドレス",
        "連絡先",
        "人数",
        "件数",
        "台数",
        "版",
        "バージョン",
        "都道府県",
        "条",
        "担当",
        "責任者",
        "住所",
        "場所",
    ),
    *(
        "氏名",
        "電話",
        "肩書",
        "肩書き",
        "期限",
        "時刻",
        "日時",
        "金額",
        "回数",
        "数",
        "県",
        "所在地",
        "地域",
        "拠点",
        "呼称",
    ),
    *(
        "利用者名",
        "会社名",
        "国名",
        "役職名",
        "部署名",
        "サービス名",
        "期間",
        "時間",
        "商号",
        "屋号",
        "略称",
        "品名",
        "型番",
    ),
}
ESSAY = {
    *(
        "手順",
        "方法",
        "状況",
        "取組",
        "取組み",
        "取り組み",
        "考え",
        "考え方",
        "工夫",
        "対策",
        "理由",
        "事項",
        "方針",
        "経緯",
    ),
    *(
        "概要",
        "課題",
        "意見",
        "感想",
        "見解",
        "体制",
        "改善",
        "内容",
        "流れ",
        "仕組み",
        "懸念",
        "背景",
        "特徴",
        "実態",
        "すべて",
    ),
    *(
        "全て",
        "その他",
        "詳細",
        "具体",
        "自由",
        "点",
        "想い",
        "所感",
        "要望",
        "ポイント",
        "現状",
        "計画",
        "理念",
        "姿勢",
    ),
}
LABELS = {
    "方法",
    "手順",
    "対策",
    "状況",
    "理由",
    "考え方",
    "取組み",
    "取組",
    "取り組み",
    "工夫",
    "概要",
    "方針",
    "意見",
    "課題",
    "ついて",
    "経緯",
}
FREELY = re.compile(
    r"自由(?:に|記述|記入|回答)|ご自由|箇条書き|具体的に|詳し|できるだけ多く|思いつく|余すところなく|ありのまま"
)
MANNER = {"どう", "どんな", "なぜ", "いかに", "いかが", "どのよう", "どうして", "何故", "如何"}

EN_TELL = (
    r"describe|explain|outline|tell us (?:about|how|why|what|which|who|your|the|more)|elaborate|detail|summari[sz]e|set out|discuss|comment on|share|list|give|state|"
    r"specify|write|enter|provide|name|let us know|say|report|indicate|illustrate|define|show how"
)
EN_ESSAY_TELL = (
    r"describe|explain|outline|elaborate|summari[sz]e|set out|discuss|comment on|illustrate|tell us (?:about|how|why|what)|"
    r"detail|walk us through|give (?:us )?an? (?:account|overview|outline|description)|in your own words"
)
EN_SHORT = (
    r"names?|titles?|roles?|departments?|dates?|numbers?|countr(?:y|ies)|address(?:es)?|url|contacts?|version|year|month|"
    r"day|clause|places?|cit(?:y|ies)|region|units?|phone|email|e-mail|time|person responsible|how many|teams?|firm|company"
)
EN_ESSAY = (
    r"measures?|procedures?|process(?:es)?|efforts?|ways|approach|thoughts|opinions?|views?|reasons?|anything|everything|"
    r"details?|situation|policy|policies|strategy|arrangements|steps|issues|challenges|philosophy|experience|plans?|"
    r"how|why|free text|bullet points|controls?|state of"
)
EN_LABEL = (
    r"(?:your |the |any )?(?:measures|ways|methods?|procedures?|approach|views?|opinions?|reasons?|details?|status|overview|summary|"
    r"description|explanation|thoughts|comments?|steps|efforts)\b"
)
EN_WANT = (
    r"(?:would|should) (?:therefore |also )?like to (?:hear|know|learn|understand)|want to (?:hear|know)|feel free"
)
