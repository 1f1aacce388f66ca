"""Words of the history of monitoring."""

TEXT = {
    "monitoring.title": "Reviews, newest first",
    "monitoring.line": "{day}: {value}",
    "monitoring.imported": "{day}: {value} (imported)",
    "monitoring.reason": " – {reason}",
    "monitoring.not_judged": "not judged",
}
