"""What the security team sees of its checklists. Values only; drawing them is `message_templates/`'s business."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Literal

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.checklist import Checklist
from bot.domain.checklist_versions import Draft, Meaning
from bot.domain.learning import Learned
from bot.domain.words import Words

STALE = timedelta(days=365)
"""Twelve months without a review: a list that asks what was right last year."""


class Entry(Value):
    """One checklist of the list. `n` 0: only a file so far, never asked. `newer_file`: the file is not what was taken over."""

    key: str
    title: Words
    audience: str
    own: bool
    n: int
    questions: int
    reviewed_on: date
    stale: bool
    retired: bool = False
    retired_why: str = ""
    newer_file: bool = False
    draft: bool = False


class ListPage(Value):
    """A page of the list."""

    entries: tuple[Entry, ...]
    page: int
    pages: int


class Overview(Value):
    """One checklist's own page. `drafted_by`: who wrote last in the working copy, '' for none."""

    entry: Entry
    checklist: Checklist
    drafted_by: str = ""
    editable: bool = True


class PagePreview(Value):
    """A page of a checklist as a supplier sees it. `what` says which: now, draft, file or a version's id."""

    key: str
    what: str
    n: int
    checklist: Checklist
    page: int


class PublishedLine(Value):
    """One version in the list of versions; by nobody where it is a file's that a round asked."""

    version_id: str
    n: int
    at: AwareDatetime
    who: str = ""
    reason: str = ""
    first: bool = False
    current: bool = False


class VersionsPage(Value):
    """Every version, the newest first."""

    entry: Entry
    lines: tuple[PublishedLine, ...]
    page: int
    pages: int


class Said(Value):
    """What a person said of one reworded question, and who."""

    meaning: Meaning
    who: str


class DifferencePage(Value):
    """Two versions side by side. `what`: a version's id, draft or file. Meanings can be said where both are published."""

    key: str
    what: str
    before: Checklist | None
    after: Checklist
    before_n: int = 0
    after_n: int = 0
    from_id: str = ""
    to_id: str = ""
    said: tuple[Said, ...] = ()
    page: int = 0


class LearningPage(Value):
    """What the answers tell of its questions."""

    entry: Entry
    lines: tuple[Learned, ...]
    page: int
    pages: int


class DraftPage(Value):
    """A section of the working copy with the ways to change it."""

    draft: Draft
    checklist: Checklist
    who: str
    section: int
    new: bool


class EditForm(Value):
    """A form over the working copy. `digest` of what it showed; `theirs`: what stands now where somebody was faster."""

    what: Literal["head", "section", "new_section", "question", "new_list"]
    key: str = ""
    arg: str = ""
    checklist: Checklist | None = None
    held: dict[str, Any]
    digest: str = ""
    theirs: dict[str, Any] = {}
    who: str = ""


class Edited(Value):
    """What a form led to: the form again where somebody was faster, otherwise the page to show."""

    again: EditForm | None = None
    key: str = ""
    section: int = 0


class PublishForm(Value):
    """What publishing would change. `changed`: the working copy was changed after the form was shown."""

    draft: Draft
    difference: DifferencePage
    warnings: tuple[str, ...] = ()
    changed: bool = False


class Published(Value):
    """The version that is asked from now on; or the form again."""

    again: PublishForm | None = None
    key: str = ""
    n: int = 0


class Done(Value):
    """Something was done to a checklist."""

    key: str


def stale(reviewed_on: date, today: date) -> bool:
    """Whether a list was last reviewed twelve months ago or longer."""
    return today - reviewed_on >= STALE
