"""Refusals: the rules said no. Expected, told to that person alone, and worded in the catalogs (`refusal.<code>`).

To add one: a member here and its sentence in both catalogs (a test compares them). A refusal reveals nothing that the
person may not know: wrong person, wrong company and no such thing are one code, NOT_YOURS.
"""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """Why not. The value is the catalog key after `refusal.` and goes into the audit trail as it stands."""

    NOT_YOURS = "not_yours"
    UNKNOWN_PERSON = "unknown_person"
    NOT_FOUND = "not_found"
    BAD_CHECK_DIGIT = "bad_check_digit"
    BAD_NUMBER = "bad_number"
    NUMBER_TAKEN = "number_taken"
    NAME_EMPTY = "name_empty"
    TOO_LONG = "too_long"
    END_BEFORE_START = "end_before_start"
    BAD_DATE = "bad_date"
    NO_DEPARTMENT = "no_department"
    DEPARTMENT_EXISTS = "department_exists"
    PERSON_NOT_EMPLOYEE = "person_not_employee"
    CHANNEL_UNFIT = "channel_unfit"
    CHANNEL_TAKEN = "channel_taken"
    CHANNEL_CHANGED = "channel_changed"
    CHANNEL_UNSEEN = "channel_unseen"
    CHANNEL_UNCHECKED = "channel_unchecked"
    ENDPOINT_SUSPENDED = "endpoint_suspended"
    NOTHING_IN_SCOPE = "nothing_in_scope"
    ROUND_NOT_DRAFT = "round_not_draft"
    DUE_TOO_SOON = "due_too_soon"
    ALREADY_ANSWERED = "already_answered"
    CLOSED = "closed"
    ALREADY_SUBMITTED = "already_submitted"
    INCOMPLETE = "incomplete"
    PAGE_EXPIRED = "page_expired"
    BAD_VALUE = "bad_value"
    NO_REASON = "no_reason"
    ALREADY_JUDGED = "already_judged"
    NOT_READY = "not_ready"
    ILLEGAL_MOVE = "illegal_move"
    BAD_COMMAND = "bad_command"
    BAD_TEXT = "bad_text"
    BUSY = "busy"
    EMPTY = "empty"
    SOLE_TRADER_NUMBER = "sole_trader_number"
    LOST_DIGITS = "lost_digits"
    DIFFERS = "differs"
    ENGAGEMENT_EXISTS = "engagement_exists"
    SEVERAL_MATCH = "several_match"
    UNKNOWN_DEPARTMENT = "unknown_department"
    SAME_PERSON = "same_person"
    CHANGED_MEANWHILE = "changed_meanwhile"
    BAD_TEAM = "bad_team"
    BAD_PAGE = "bad_page"
    NOT_UTF8 = "not_utf8"
    BAD_CSV = "bad_csv"
    NO_ROWS = "no_rows"
    UNKNOWN_COLUMN = "unknown_column"
    COLUMN_TWICE = "column_twice"
    MISSING_COLUMN = "missing_column"
    CELL_COUNT = "cell_count"
    ATTEST_BY_UNFIT = "attest_by_unfit"
    NOTHING_CHANGED = "nothing_changed"
    END_IN_FUTURE = "end_in_future"
    ONE_OF_TWO = "one_of_two"
    NOT_IN_REHEARSAL = "not_in_rehearsal"
    BAD_COUNT = "bad_count"
    MAIL_NOT_ASCII = "mail_not_ascii"
    BAD_MAIL = "bad_mail"
    BAD_LINK = "bad_link"
    NO_LINK_NO_FILE = "no_link_no_file"
    LINK_AND_FILE = "link_and_file"
    TOO_MANY = "too_many"
    TOO_MANY_AT_ONCE = "too_many_at_once"
    CONTACT_EXISTS = "contact_exists"
    LABEL_EXISTS = "label_exists"
    READ_ONLY = "read_only"
    NO_PROOF = "no_proof"
    CLOSING_EARLY = "closing_early"
    CLOSING_OPEN = "closing_open"
    OWN_ITEMS = "own_items"
    RECORD_KEPT = "record_kept"
    DEPARTMENT_BUSY = "department_busy"
    DEPARTMENT_ARCHIVED = "department_archived"
    END_NOT_LATER = "end_not_later"
    EXPIRY_BEFORE_START = "expiry_before_start"
    BAD_PMARK = "bad_pmark"
    BAD_DECLARATION = "bad_declaration"
    CERTIFICATE_EXISTS = "certificate_exists"
    SUBCONTRACT_CYCLE = "subcontract_cycle"
    SUBCONTRACT_EXISTS = "subcontract_exists"
    UNTIL_PAST = "until_past"
    TIER_SAME = "tier_same"
    TIER_UNTIL = "tier_until"
    NO_CHOICE = "no_choice"
    PROPOSAL_DONE = "proposal_done"
    SAME_RECORD = "same_record"
    REVIEW_UNDER_WAY = "review_under_way"
    MERGED_SINCE = "merged_since"
    FILE_TOO_BIG = "file_too_big"
    OLD_EXCEL = "old_excel"
    HTML_FILE = "html_file"
    BAD_WORKBOOK = "bad_workbook"
    WORKBOOK_BOMB = "workbook_bomb"
    TOO_MANY_ROWS = "too_many_rows"
    CELL_ERROR = "cell_error"
    NO_HEADING = "no_heading"
    CONTRADICTS = "contradicts"
    PAST_IN_FUTURE = "past_in_future"
    NOT_THIS_FILE = "not_this_file"
    NOTHING_CHOSEN = "nothing_chosen"
    SAME_CHANNEL = "same_channel"
    ENDPOINT_SENDING = "endpoint_sending"
    ENDPOINT_MOVED = "endpoint_moved"
    OWN_SUBCONTRACTOR = "own_subcontractor"
    SUPPLIER_BLOCKED = "supplier_blocked"


class Refusal(Exception):  # noqa: N818  the rules said no: that is not an error
    """Raised by rules and services; nothing of the use case is saved. `field` names the input it belongs to, if any."""

    def __init__(self, code: Code, field: str = "", **params: str | int) -> None:
        super().__init__(code.value)
        self.code = code
        self.field = field
        self.params = params


class Refusals(Exception):  # noqa: N818
    """Several fields of one form were refused at once, so that a person mends them in one go."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(", ".join(r.code.value for r in refusals))
        self.refusals = refusals
