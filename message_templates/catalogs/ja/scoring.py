"""採点と提案。"""

TEXT = {
    "score.proposal": "回答からの提案: {value}({percent}点)\n{reasons}\n判断はご自身でお決めください。",
    "score.none": "回答からの提案はありません。\n{reasons}",
    "score.sections": "区分ごとの点数: {sections}",
    "score.section": "{title} {percent}点",
    "score.section_none": "{title} なし",
    "score.separator": "、",
    "score.reason_good": "良好とみなす点数に達しています。",
    "score.reason_fair": "良好とみなす点数には届きませんが、大きく下回ってはいません。",
    "score.reason_poor": "良好とみなす点数を大きく下回っています。",
    "score.reason_critical": "重要な設問のうち{count}問に、確認が必要な回答があります。このため点数に上限があります。",
    "score.reason_dont_know": "「わからない」が{count}問あります。",
    "score.reason_not_applicable": "「該当なし」が{count}問と多く、確認できた範囲は限られます。",
    "score.reason_unanswered": "回答のない設問が{count}問あり、点数に入っていません。",
    "score.reason_nothing": "点数に数えられる回答がありません。",
}
