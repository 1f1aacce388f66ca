"""Past reviews: monitoring that was done before this product, or outside it, and came in with a file.

They are history, never a judgement of ours: `source` says where from, and each names the import that brought it. What is
current is whichever is later, a judgement or one of these, so that not everything is overdue on the first day.
"""

from __future__ import annotations

from datetime import date

from pydantic import AwareDatetime

from bot.domain.base import Value
from bot.domain.entered import choice
from bot.domain.rounds import JudgementValue

SOURCE = "import"
NOT_JUDGED = "not_judged"
WORDS = {
    "問題なし": JudgementValue.OK,
    "問題無し": JudgementValue.OK,
    "適合": JudgementValue.OK,
    "経過観察": JudgementValue.WATCH,
    "要改善": JudgementValue.IMPROVE,
    "要是正": JudgementValue.IMPROVE,
    "契約不可": JudgementValue.NO_CONTRACT,
    "未判断": NOT_JUDGED,
    **{value.value: value for value in JudgementValue},
}
judged_words = choice(WORDS)
"""Reads a judgement as files write it; None for nothing, NOT_JUDGED where the file says that there is none."""


class PastReview(Value):
    """One past review of an engagement. `reviewed_at` is the beginning of `reviewed_on` where the company is.

    `value` None: it was done, and nobody judged. `file_sha256` and `imported_by` say which import brought it.
    """

    id: str
    engagement_id: str
    reviewed_on: date
    reviewed_at: AwareDatetime
    value: JudgementValue | None = None
    comment: str = ""
    source: str = SOURCE
    file_sha256: str
    imported_by: str
    imported_at: AwareDatetime
