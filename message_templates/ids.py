"""Wire ids: what stands in buttons, modals and inputs that are already in people's channels. Append-only.

A button posted a year ago still works or says kindly why not, so a value here is never changed or reused; a golden file
(`tests/templates/wire_ids.txt`) holds them. `vr1` is the version of the grammar: `vr1.<name>` for ids, and
`1.<part>.<part>` for values, whose parts are opaque ids of ours, never names.
To add one: a new member at the end of its class, and its line in the golden file.
"""

from __future__ import annotations

from enum import StrEnum

from bot.domain.refusal import Code, Refusal


class Do(StrEnum):
    """action_id of buttons and other elements that act when pressed."""

    HUB_OPEN = "vr1.hub_open"
    HUB_SUBMIT = "vr1.hub_submit"
    PAGE_CHOOSE = "vr1.page_choose"
    PAGE_BACK = "vr1.page_back"
    PAGE_JUMP = "vr1.page_jump"
    ATTEST_SAME = "vr1.attest_same"
    ATTEST_CHANGED = "vr1.attest_changed"
    ATTEST_ENDED = "vr1.attest_ended"
    ATTEST_NOT_MINE = "vr1.attest_not_mine"
    JUDGE_OPEN = "vr1.judge_open"
    ROUND_PREVIOUS = "vr1.round_previous"
    ROUND_NEXT = "vr1.round_next"
    ROUND_CANCEL = "vr1.round_cancel"
    LIST_PAGE = "vr1.list_page"
    NOTICE_THERE = "vr1.notice_there"
    NOTICE_AGAIN = "vr1.notice_again"
    NOTHING = "vr1.nothing"
    LIST_BACK = "vr1.list_back"
    JUDGE_READ = "vr1.judge_read"
    HOME_TEAM = "vr1.home_team"
    HOME_DEPARTMENT = "vr1.home_department"
    HOME_REGISTER = "vr1.home_register"
    HOME_CHANNELS = "vr1.home_channels"
    HOME_LINK = "vr1.home_link"
    HOME_REHEARSE = "vr1.home_rehearse"
    HOME_END = "vr1.home_end"
    HOME_ROUND = "vr1.home_round"
    HOME_SKIP = "vr1.home_skip"
    HOME_GUIDE = "vr1.home_guide"
    HOME_LIST = "vr1.home_list"
    HOME_JUDGE = "vr1.home_judge"
    HOME_STUCK = "vr1.home_stuck"
    CERT_LIST = "vr1.cert_list"
    CERT_NEW = "vr1.cert_new"
    CERT_EDIT = "vr1.cert_edit"
    CERT_CHECK = "vr1.cert_check"
    SUB_TREE = "vr1.sub_tree"
    SUB_NEW = "vr1.sub_new"
    SUB_EDGE = "vr1.sub_edge"
    DEPT_NEW = "vr1.dept_new"
    DEPT_EDIT = "vr1.dept_edit"
    DEPT_MOVE = "vr1.dept_move"
    DEPT_ARCHIVE = "vr1.dept_archive"
    DEPT_PAGE = "vr1.dept_page"
    OWNER_CHANGE = "vr1.owner_change"
    OWNER_PAGE = "vr1.owner_page"
    END_RENEW = "vr1.end_renew"
    END_ENDS = "vr1.end_ends"
    END_PAGE = "vr1.end_page"
    CLOSING_OPEN = "vr1.closing_open"
    CLOSING_ITEM = "vr1.closing_item"
    CLOSING_UNDO = "vr1.closing_undo"
    HOME_OWNERS = "vr1.home_owners"
    HOME_ENDS = "vr1.home_ends"
    REGISTER_COMPANY = "vr1.register_company"
    REGISTER_ASK = "vr1.register_ask"
    REGISTER_FOUND = "vr1.register_found"
    PROPOSAL_CONFIRM = "vr1.proposal_confirm"
    PROPOSAL_REFUSE = "vr1.proposal_refuse"
    RECORD_OPEN = "vr1.record_open"
    RECORD_PAGE = "vr1.record_page"
    RECORD_DAY = "vr1.record_day"
    RECORD_TURN = "vr1.record_turn"
    RECORD_EDIT = "vr1.record_edit"
    RECORD_REMOVE = "vr1.record_remove"
    CLOUD = "vr1.cloud"
    FREE_FIELD = "vr1.free_field"
    TIER_CHANGE = "vr1.tier_change"
    HOME_TIERS = "vr1.home_tiers"
    QUESTIONS_WHY = "vr1.questions_why"
    SCOPE_SEE = "vr1.scope_see"
    SCOPE_TURN = "vr1.scope_turn"
    SCOPE_LEAVE = "vr1.scope_leave"
    MERGE_UNDO = "vr1.merge_undo"
    KNOWN_SAME = "vr1.known_same"
    KNOWN_NEW = "vr1.known_new"
    KNOWN_OPEN = "vr1.known_open"
    KNOWN_REGISTER = "vr1.known_register"
    LIST_TURN = "vr1.list_turn"
    LIST_FILTER = "vr1.list_filter"
    LIST_RESET = "vr1.list_reset"
    LIST_CHOOSE = "vr1.list_choose"
    LIST_SAVED = "vr1.list_saved"
    LIST_SAVE = "vr1.list_save"
    LIST_FORGET = "vr1.list_forget"
    HOME_COUNT = "vr1.home_count"
    FILE_IMPORT = "vr1.file_import"
    FILE_STOP = "vr1.file_stop"
    FILE_COLUMNS = "vr1.file_columns"
    ENDPOINT_LIST = "vr1.endpoint_list"
    ENDPOINT_SEVER = "vr1.endpoint_sever"
    ENDPOINT_MOVE = "vr1.endpoint_move"
    ENDPOINT_OWN = "vr1.endpoint_own"
    STRANGER_YES = "vr1.stranger_yes"
    STRANGER_NO = "vr1.stranger_no"
    STRANGER_UNSURE = "vr1.stranger_unsure"
    STRANGER_PAGE = "vr1.stranger_page"
    LIST_TICK = "vr1.list_tick"
    LIST_FILTER_SET = "vr1.list_filter_set"
    DOCUMENT_GET = "vr1.document_get"
    DOCUMENT_FILE = "vr1.document_file"
    DOCUMENT_WHERE = "vr1.document_where"
    LEDGER_EXPORT = "vr1.ledger_export"
    HOME_STRANGERS = "vr1.home_strangers"
    HOME_PROPOSALS = "vr1.home_proposals"
    INVITE_OPEN = "vr1.invite_open"
    INVITE_ARRIVED = "vr1.invite_arrived"
    INVITE_AGAIN = "vr1.invite_again"
    INVITE_WITHDRAW = "vr1.invite_withdraw"
    CHECKLIST_TURN = "vr1.checklist_turn"
    CHECKLIST_SAME = "vr1.checklist_same"
    CHECKLIST_RETIRE = "vr1.checklist_retire"
    CHECKLIST_DRAFT = "vr1.checklist_draft"
    CHECKLIST_KEEP = "vr1.checklist_keep"
    CHECKLIST_EDIT = "vr1.checklist_edit"
    CHECKLIST_ACT = "vr1.checklist_act"
    CHECKLIST_PUBLISH = "vr1.checklist_publish"


class View(StrEnum):
    """callback_id of modals."""

    PAGE = "vr1.page"
    MISSING = "vr1.missing"
    SUBMIT = "vr1.submit"
    DONE = "vr1.done"
    REGISTER = "vr1.register"
    DEPARTMENT = "vr1.department"
    LINK = "vr1.link"
    LINK_CONFIRM = "vr1.link_confirm"
    ROUND = "vr1.round"
    ROUND_PREVIEW = "vr1.round_preview"
    ATTEST_CHANGED = "vr1.attest_changed"
    ATTEST_ENDED = "vr1.attest_ended"
    ATTEST_NOT_MINE = "vr1.attest_not_mine"
    JUDGE = "vr1.judge"
    WAIT = "vr1.wait"
    NOTICE_THERE = "vr1.notice_there"
    TEAM = "vr1.team"
    LIST = "vr1.list"
    CERT = "vr1.cert"
    CERT_CHECK = "vr1.cert_check"
    SUB_NEW = "vr1.sub_new"
    SUB_EDGE = "vr1.sub_edge"
    DEPT_MOVE = "vr1.dept_move"
    OWNER_CHANGE = "vr1.owner_change"
    END_RENEW = "vr1.end_renew"
    END_ENDS = "vr1.end_ends"
    CLOSING = "vr1.closing"
    CLOSING_ITEM = "vr1.closing_item"
    PROPOSAL_REFUSE = "vr1.proposal_refuse"
    RECORD = "vr1.record"
    RECORD_EDIT = "vr1.record_edit"
    CLOUD = "vr1.cloud"
    FREE_FIELD = "vr1.free_field"
    TIERS = "vr1.tiers"
    TIER = "vr1.tier"
    QUESTIONS_WHY = "vr1.questions_why"
    SCOPE_LIST = "vr1.scope_list"
    SCOPE = "vr1.scope"
    MERGE = "vr1.merge"
    MERGE_CONFIRM = "vr1.merge_confirm"
    NEED = "vr1.need"
    LIST_OPEN = "vr1.list_open"
    LIST_FILTER = "vr1.list_filter"
    LIST_SAVE = "vr1.list_save"
    LIST_BULK = "vr1.list_bulk"
    FILE_COLUMNS = "vr1.file_columns"
    ENDPOINT_SEVER = "vr1.endpoint_sever"
    ENDPOINT_MOVE = "vr1.endpoint_move"
    ENDPOINT_MOVE_CONFIRM = "vr1.endpoint_move_confirm"
    ENDPOINT_OWN = "vr1.endpoint_own"
    STRANGER_NO = "vr1.stranger_no"
    DOCUMENT_FILE = "vr1.document_file"
    INVITE = "vr1.invite"
    INVITE_TO = "vr1.invite_to"
    INVITE_CONFIRM = "vr1.invite_confirm"
    CHECKLIST = "vr1.checklist"
    CHECKLIST_RETIRE = "vr1.checklist_retire"
    CHECKLIST_EDIT = "vr1.checklist_edit"
    CHECKLIST_PUBLISH = "vr1.checklist_publish"


class Shortcut(StrEnum):
    """callback_id of global shortcuts, as they stand in app.yaml too."""

    REGISTER = "vr1.register"


class Field(StrEnum):
    """action_id of inputs in forms; the block_id of a form input is `field_block(name)`."""

    VALUE = "vr1.value"
    COMMENT = "vr1.comment"


_FIELD = "vr1.f."


def field_block(name: str) -> str:
    """The block_id of the form input for a field name; errors are shown under it."""
    return _FIELD + name


def shown_block(name: str, digest: str) -> str:
    """The block_id of an input that remembers what it showed, as a digest.

    An input that must show another person's newer value so gets another id, and every other keeps what is being typed.
    """
    return f"{_FIELD}{name}~{digest}"


def field_name(block_id: str) -> str:
    """The field name of a form input's block_id, with or without a digest; '' for any other block."""
    return block_id.removeprefix(_FIELD).partition("~")[0] if block_id.startswith(_FIELD) else ""


def field_digest(block_id: str) -> str:
    """The digest of what an input showed; '' where it remembers none."""
    return block_id.removeprefix(_FIELD).partition("~")[2] if block_id.startswith(_FIELD) else ""


_QUESTION = "vr1.q."


def question_block(question_id: str, rev: int, part: str) -> str:
    """The block_id of a question's input. `part` is `v` (value) or `c` (comment).

    The shown revision is part of it: Slack keeps what stands in an input whose ids stay the same, so an input that must
    show another person's newer answer needs another id, and every other input keeps what is being typed.
    """
    return f"{_QUESTION}{question_id}.{rev}.{part}"


def question_part(block_id: str) -> tuple[str, str] | None:
    """(question id, part) of a question's input, or None for any other block."""
    if not block_id.startswith(_QUESTION):
        return None
    parts = block_id.removeprefix(_QUESTION).split(".")
    return (parts[0], parts[2]) if len(parts) == 3 and parts[2] in {"v", "c"} else None


def pack(*parts: str | int) -> str:
    """A button's value or a modal's metadata from opaque parts."""
    return ".".join(["1", *map(str, parts)])


def unpack(value: str, count: int) -> list[str]:
    """The parts of a packed value. Refusal(NOT_FOUND) for anything we did not pack: the press is answered kindly."""
    version, *parts = value.split(".")
    if version != "1" or len(parts) != count:
        raise Refusal(Code.NOT_FOUND)
    return parts


def number(part: str) -> int:
    """A part that is a page's number. Refusal(NOT_FOUND) for anything else, like `unpack`."""
    if not (part.isascii() and part.isdecimal()):
        raise Refusal(Code.NOT_FOUND)
    return int(part)
