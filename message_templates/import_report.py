"""An import's report as lines of plain text, for the command line."""

from __future__ import annotations

from bot.domain.columns import MAILS, PAPERS
from bot.domain.importing import Complaint, ImportReport, Note, RowVerdict, Verdict
from message_templates import kit
from message_templates.catalogs import Text

_MANY = 20
_OTHER = {
    "free": "import.field.free",
    "past": "import.field.past",
    MAILS: "import.field.mails",
    PAPERS: "import.field.papers",
}


def report_lines(t: Text, report: ImportReport, *, every: bool = False) -> list[str]:
    """The outcome first, then everything that needs a look, each with its line and column. `every`: all rows as well."""
    lines = [outcome(t, report)]
    lines += [complaint_line(t, c) for c in report.complaints]
    if report.unknown_departments:
        lines.append(t("import.departments", names="、".join(report.unknown_departments)))
    if report.unknown_columns:
        lines.append(t("import.unknown_columns", names="、".join(report.unknown_columns)))
    lines += [note_line(t, n) for n in report.notes]
    for row in report.rows:
        lines += row_lines(t, row, every=every)
    return [kit.clean(line) for line in lines]


def outcome(t: Text, report: ImportReport) -> str:
    """What was done, or would be, in numbers."""
    created, updated, same, refused = (report.count(verdict) for verdict in Verdict)
    if report.dry_run:
        return t("import.checked", created=created, updated=updated, same=same, refused=refused)
    if not report.ok:
        return t("import.refused", refused=max(refused, 1))
    return t("import.stored", suppliers=report.suppliers, engagements=report.engagements, updated=updated, same=same)


def row_lines(t: Text, row: RowVerdict, *, every: bool = False) -> list[str]:
    """What is worth saying of a row: an update with its fields, a record merged or over before, a new name, a twin."""
    lines = []
    if row.verdict is Verdict.UPDATED or (every and row.verdict is not Verdict.REFUSED):
        fields = t("import.comma").join(field_label(t, name) for name in row.fields)
        lines.append(t(f"import.row.{row.verdict}", line=row.line, name=row.name, fields=fields))
    if row.merged and (every or row.verdict is not Verdict.SAME):
        lines.append(t("import.row.merged", line=row.line, merged=row.merged, name=row.name))
    if row.revived:
        lines.append(t("import.row.revived", line=row.line, name=row.name))
    if row.was:
        lines.append(t("import.row.renamed", line=row.line, was=row.was, name=row.name))
    if row.twin:
        lines.append(t("import.twin", line=row.line, name=row.name, twin=row.twin))
    return lines


def field_label(t: Text, name: str) -> str:
    """A field's name for people."""
    return t(_OTHER[name]) if name in _OTHER else t(f"ledger.field.{name}")


def note_line(t: Text, note: Note) -> str:
    """One remark."""
    what = t("import.comma").join(note.what[:_MANY]) + (" …" if len(note.what) > _MANY else "")
    return t(f"import.note.{note.remark}", what=what)


def complaint_line(t: Text, complaint: Complaint) -> str:
    """One thing that is wrong, with its place."""
    sentence = t(f"refusal.{complaint.code}", **complaint.params)
    if not complaint.column:
        return t("import.line_whole", line=complaint.line, sentence=sentence)
    column = f"{complaint.letter} {complaint.column}".strip()
    return t("import.line", line=complaint.line, column=column, sentence=sentence)
