"""Files of Slack that somebody handed to us, on their way into our own store, whatever they are for.

To fetch files for one more purpose: a member of `Purpose`, fields that say what a file belongs to, and its taker in
`bot/services/fetching.py`.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import AwareDatetime

from bot.domain.base import Root


class Purpose(StrEnum):
    """What a file is for. evidence: of a review, dropped in the hub's thread. document: of a record, put into its form."""

    EVIDENCE = "evidence"
    DOCUMENT = "document"


class FetchState(StrEnum):
    """wanted → stored, refused (it may not be kept), or gone (it cannot be had any more)."""

    WANTED = "wanted"
    STORED = "stored"
    REFUSED = "refused"
    GONE = "gone"


class FileFetch(Root):
    """One file that is wanted. A row has a version: of two processes that fetch it at once, one finds it taken care of.

    Evidence has `review_id` and `endpoint_id`; a document `supplier_id`, `title`, and `engagement_id` where it is not the
    company's. The supplier is the one of that day: the document goes to the record into which that was merged since.
    """

    slack_file_id: str
    purpose: Purpose = Purpose.EVIDENCE
    review_id: str | None = None
    endpoint_id: str | None = None
    supplier_id: str | None = None
    engagement_id: str | None = None
    title: str = ""
    person_id: str
    state: FetchState = FetchState.WANTED
    reason: str = ""
    at: AwareDatetime
    tries: int = 0
