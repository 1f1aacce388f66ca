"""点検票の検査: どこが問題で、どう直すか。"""

TEXT = {
    "lint.open_question": "選択だけでは答えられない質問です: {found}。「はい・いいえ」で答えられる形にするか、選択肢と任意のコメント欄にしてください。",
    "lint.two_questions": "一つの質問で二つのことを尋ねています: {found}。質問を二つに分け、それぞれにキーを付けてください。",
    "lint.jargon": "説明のない専門用語です: {found}。かっこ書きで説明するか、平易な言葉に言い換えるか、glossary.yaml に登録してください。",
    "lint.no_way_out": "わからない方が先へ進めません（{found}）。選択肢に `dont_know` を加えてください。自由回答は `required: false` にすると省略できます。",
    "lint.evidence_no_alternative": "提出を求めていますが、社外に出せないときの方法が書かれていません。{found}"
    "抜粋、画面の提示、日付と件数だけの記入など、代わりの方法を `evidence.if_confidential` に書いてください。",
    "lint.stale": "最後の見直しは {found} で、12か月を過ぎています。すべての質問を読み直してから `reviewed_on` を改めてください。",
    "lint.product_or_certification": "特定の製品を挙げているか、認証の取得を条件にしています: {found}。"
    "ほかの方法でも満たせるよう、目的とする状態を尋ねてください。",
    "lint.office_only": "自社の事務所があることを前提にしています: {found}。在宅勤務やクラウドの利用でも答えられる尋ね方にするか、"
    "該当しないときの答え方を書いてください。",
    "lint.threat_or_price": "不利益や価格に触れて回答を求めています: {found}。点検票からは除いてください。費用については、別に協議して記録します。",
    "lint.vague_quantity": "頻度、期限、量がはっきりしません: {found}。「年1回」「24時間以内」「100件以上」のように数で書いてください。",
    "lint.excess_personal_data": "必要以上に、先方の方々の個人情報を尋ねています: {found}。役割や人数、または確認したかどうかを尋ねてください。",
    "lint.too_heavy": "このリスク区分には負担が大きすぎます: {found}。質問を減らすか、`ask_if` で絞るか、求める証跡を減らしてください。",
    "lint.unknown_reference": "{found} という番号はありません。規格で番号を確かめるか、参照を外してください。",
    "lint.duplicate_key": "キー `{found}` は、すでに別の質問に使われています。同じ質問なら文言をそろえ、違う質問なら別のキーにしてください。",
    "lint.impossible_condition": "この質問が表示されることはありません。`{found}` についての条件が両立しないためです。条件を緩めてください。",
    "lint.same_question": "`{found}` とほぼ同じことを尋ねています。キーと文言を一つにそろえるか、別のことを尋ねてください。",
    "lint.burden.questions": "質問{count}問（上限{most}問）",
    "lint.burden.attachments": "添付{count}件（上限{most}件）",
    "lint.burden.written": "記述{count}問（上限{most}問）",
    "lint.in_file": "{file} の {key}",
    "lint.error": "エラー",
    "lint.warning": "警告",
    "lint.clean": "{files}件のファイルを確認しました。直すところはありません。",
    "lint.sum": "ファイル{files}件: エラー{errors}件、警告{warnings}件。",
}
