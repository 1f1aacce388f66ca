"""Words of the rehearsal."""

TEXT = {
    "help.rehearse": "委託先の点検を、ご自身だけで練習する(記録や集計には含まれません。`end` を続けると終了します)",
    "refusal.not_in_rehearsal": "練習では、ほかの方への引き継ぎはできません。お知らせも届きません。",
    "rehearsal.department": "練習用の部門",
    "rehearsal.supplier": "練習用の委託先(サンプル)",
    "rehearsal.business": "練習用の業務",
    "rehearsal.round": "練習用のモニタリング",
    "rehearsal.part_owner": "【練習】いまのあなたは「担当部門の方」です。担当者には、次のように届きます。",
    "rehearsal.part_supplier": "【練習】いまのあなたは「委託先の方」です。共有チャンネルには、次のように届きます。",
    "rehearsal.part_security": "【練習】いまのあなたは「セキュリティ担当」です。セキュリティ担当には、次のように届きます。",
    "rehearsal.fallback": "【練習】{text}",
    "rehearsal.begun": "練習を始めました。このアプリのDMに、担当部門の方へのカードが届きます。順にお試しください。ほかの方には何も届きません。",
    "rehearsal.ended": "練習を終了し、練習で作った記録をすべて消しました。DMに残っている練習のカードは、押しても何も起こりません。",
    "rehearsal.word": "練習",
    "rehearsal.word_end": "終了",
    "rehearsal.none": "練習は行われていません。",
}
