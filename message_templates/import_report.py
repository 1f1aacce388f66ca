"""An import's report as lines of plain text, for the command line."""

from __future__ import annotations

from bot.domain.importing import Complaint, ImportReport, Verdict
from message_templates import kit
from message_templates.catalogs import Text


def report_lines(t: Text, report: ImportReport) -> list[str]:
    """The outcome first, then everything that needs a look, each with its line and column."""
    lines = [_outcome(t, report)]
    lines += [_complaint(t, c) for c in report.complaints]
    if report.unknown_departments:
        lines.append(t("import.departments", names="、".join(report.unknown_departments)))
    lines += [t("import.twin", line=r.line, name=r.name, twin=r.twin) for r in report.rows if r.twin]
    return [kit.clean(line) for line in lines]


def _outcome(t: Text, report: ImportReport) -> str:
    created, same, refused = (report.count(verdict) for verdict in Verdict)
    if report.dry_run:
        return t("import.checked", created=created, same=same, refused=refused)
    if not report.ok:
        return t("import.refused", refused=refused)
    return t("import.stored", suppliers=report.suppliers, engagements=report.engagements, same=same)


def _complaint(t: Text, complaint: Complaint) -> str:
    sentence = t(f"refusal.{complaint.code}", **complaint.params)
    if not complaint.column:
        return t("import.line_whole", line=complaint.line, sentence=sentence)
    return t("import.line", line=complaint.line, column=complaint.column, sentence=sentence)
