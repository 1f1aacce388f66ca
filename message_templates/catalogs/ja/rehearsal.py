"""Words of the rehearsal."""

TEXT = {
    "help.rehearse": "委託先の点検を、ご自身だけで練習する(記録や集計には含まれません。`end` を続けると終了します)",
    "refusal.not_in_rehearsal": "ほかの方にお知らせが届かないよう、練習では引き継ぎを行えません。",
    "rehearsal.department": "練習用の部門",
    "rehearsal.supplier": "練習用の委託先(サンプル)",
    "rehearsal.business": "練習用の業務",
    "rehearsal.round": "練習用のモニタリング",
    "rehearsal.part_owner": "【練習】「担当部門の方」の役です。担当者には、次のように届きます。",
    "rehearsal.part_supplier": "【練習】「委託先の方」の役です。共有チャンネルには、次のように届きます。",
    "rehearsal.part_security": "【練習】「セキュリティ担当」の役です。セキュリティ担当には、次のように届きます。",
    "rehearsal.no_files": "資料の添付だけは、練習ではお試しいただけません。",
    "rehearsal.fallback": "【練習】{text}",
    "rehearsal.begun": "練習を始めました。このアプリのDMに、まず担当部門あてのカードが届きますので、順にお試しください。途中でやめても、続きから再開できます。ほかの方には何も届きません。",
    "rehearsal.paused": "ただし、いまは自動送信を一時停止しています。`/vendor-review resume` で再開すると、カードが届きます。",
    "rehearsal.ended": "練習を終了し、練習で作った記録をすべて消しました。DMに残っている練習のカードは、もう使えません。",
    "rehearsal.word": "練習",
    "rehearsal.word_end": "終了",
    "rehearsal.none": "いまは練習中ではありません。",
}
