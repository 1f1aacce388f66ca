"""Words of the history of monitoring."""

TEXT = {
    "monitoring.title": "モニタリング履歴(新しい順)",
    "monitoring.line": "{day}　{value}",
    "monitoring.imported": "{day}　{value}(取込)",
    "monitoring.reason": "　{reason}",
    "monitoring.not_judged": "判断なし",
}
