"""The words of people: both languages say the same things, every code has its sentence, and no sentence is left over.

The code is read with `ast`: a key is used where it stands as a whole in a string, or where an f-string can become it. What
an f-string ends with comes from a list of codes; FAMILIES names that list for each family, so both sides are compared.
To add a family of keys: its prefix and its codes in FAMILIES.
"""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator
from itertools import chain
from typing import get_args

import pytest

from bot.doctor.base import CHECKS, Mark
from bot.doctor.scopes import OPTIONAL, SCOPES
from bot.domain.attesting import What
from bot.domain.base import Root
from bot.domain.bulk import Left
from bot.domain.bulk import What as ManyAtOnce
from bot.domain.certificates import Certificate, Covers, Scheme, Standing
from bot.domain.certificates import What as WarnedOf
from bot.domain.certifying import CHECK_FIELDS
from bot.domain.channel_check import Difference
from bot.domain.checklist import YES_NO, Checklist, Fault, Kind, Question
from bot.domain.checklist import Scope as QuestionScope
from bot.domain.checklist_parts import FACTS, EvidenceKind, Protects
from bot.domain.checklist_parts import Certificate as CoveringScheme
from bot.domain.choosing import Why
from bot.domain.closing_list import Item as ClosingItem
from bot.domain.closing_list import ItemState as ClosingState
from bot.domain.cloud import ANSWERS, QUESTIONS
from bot.domain.contacts import CONTACT_FIELDS
from bot.domain.contract_end import Step as EndStep
from bot.domain.delivery import NoticeKind
from bot.domain.departments import PEOPLE
from bot.domain.documents import DOCUMENT_FIELDS
from bot.domain.draft_forms import FLAGS
from bot.domain.editing import PARTS as RECORD_PARTS
from bot.domain.ending import EndSettled
from bot.domain.fields import ENGAGEMENT, FIELDS
from bot.domain.first_run import Step as FirstStep
from bot.domain.first_run import StepState
from bot.domain.free_fields import FreeKind
from bot.domain.importing import Remark, Verdict
from bot.domain.inviting import REASONS as NOT_INVITED
from bot.domain.inviting import InvitationState, Known
from bot.domain.ledger import (
    CloudClass,
    Endpoint,
    EndpointState,
    Engagement,
    EngagementState,
    Supplier,
    SupplierState,
)
from bot.domain.linking import Warn
from bot.domain.listing import AT_HOME, Filter, Flag, Sort
from bot.domain.moving import Then
from bot.domain.moving import Why as SeveredWhy
from bot.domain.policy import TAG
from bot.domain.reading import Ends
from bot.domain.record import Page
from bot.domain.refusal import Code
from bot.domain.registering import Note
from bot.domain.reminders import Step
from bot.domain.rounds import OPEN_REVIEW, AttestationKind, JudgementValue
from bot.domain.scoping import Asked, Reason
from bot.domain.scoring import Reason as ScoreReason
from bot.domain.strangers import StrangerState
from bot.domain.subcontracting import ADD_FIELDS, DECIDE_FIELDS
from bot.domain.subcontracts import EdgeState, Mismatch, SubcontractEdge
from bot.domain.tiers import TierFacts
from bot.services.fetching import PROBLEMS
from bot.services.team import Unfit
from bot.services.transferring import PROBLEMS as FILE_PROBLEMS
from handlers.slack.all_routes import SUBCOMMANDS
from handlers.slack.commands import HELP
from message_templates import kit
from message_templates.catalogs import CATALOGS, LANGUAGES
from message_templates.certificate import HINTS as CERTIFICATE_HINTS
from message_templates.checklist_form import INPUTS as CHECKLIST_INPUTS
from message_templates.judge import KINDS
from message_templates.list_filter import HINTS as FILTER_HINTS
from message_templates.register import HINTS
from storage.checklist_files import load_all
from storage.merging import MOVES
from tests.meta.house import PRODUCT, ROOT, files, walked

JA, EN = CATALOGS["ja"], CATALOGS["en"]


def _hinted(*names: str) -> set[str]:
    """Inputs with a label and a hint."""
    return {*names, *(f"{name}_hint" for name in names)}


def _fields(*values: type[Root]) -> set[str]:
    """What can change of a record; its history names each."""
    return {field for value in values for field in value.model_fields} - {"id", "version"}


WORK_PARTS = RECORD_PARTS[ENGAGEMENT]
STEPS = {step.value for step in Step} - {Step.ESCALATION.value}
CHECKLIST_HEAD = set(Checklist.model_fields) - {"sections", "version", "reviewed_on", "owner"}
FAMILIES: dict[str, set[str]] = {
    "refusal.": {code.value for code in Code},
    "merge.moves.": set(MOVES),
    "fault.": {fault.value for fault in Fault},
    "resolve.kind_": {kind.value for kind in NoticeKind},
    "resolve.line_": {"unresolved", "failed"},
    "import.note.": {remark.value for remark in Remark},
    "transfer.problem.": set(FILE_PROBLEMS),
    **{f"home.{what}.": {step.value for step in FirstStep} for what in ("step", "why", "do", "again")},
    "home.count.": {step.value for step in FirstStep} - {FirstStep.REHEARSAL.value},
    "home.state.": {state.value for state in StepState},
    "help.": {s.name for s in chain(*SUBCOMMANDS)} | {HELP, "title", "line", "what", "how", "first", "ask"},
    "judge.value_": {value.value for value in JudgementValue},
    "why.list_": set(get_args(Why.model_fields["by"].annotation)),
    "why.fact.": {*FACTS, TAG},
    "checklists.field.": {*Question.model_fields, *CHECKLIST_HEAD, "sections"},
    "checklists.form.": set(CHECKLIST_INPUTS),
    "checklists.input.": {name for names in CHECKLIST_INPUTS.values() for name in names},
    "checklists.kind.": {kind.value for kind in Kind},
    "checklists.scope.": {scope.value for scope in QuestionScope},
    "checklists.flag.": set(FLAGS),
    "checklists.protects.": set(get_args(Protects)),
    "checklists.evidence.": {"none", "optional", "required"},
    "checklists.evidence_kind.": set(get_args(EvidenceKind)),
    "why.certificate.": set(get_args(CoveringScheme)),
    "score.reason_": set(get_args(ScoreReason.model_fields["code"].annotation)),
    "ledger.judgement.": {value.value for value in JudgementValue},
    **{f"{field.words}.": set(field.values) for field in FIELDS if field.words},
    "list.flag.": {flag.value for flag in Flag},
    "list.sort.": {sort.value for sort in Sort},
    "list.personal.": {"any", "yes", "no"},
    "list.saved.": {"own", "shared"},
    "list.home.": set(AT_HOME),
    "bulk.what.": {what.value for what in ManyAtOnce},
    "bulk.reason.": {left.value for left in Left},
    "ledger.state.supplier.": {state.value for state in SupplierState},
    "ledger.state.engagement.": {state.value for state in EngagementState},
    "ledger.state.endpoint.": {state.value for state in EndpointState} | {"none"},
    "ledger.state.review.": {state.value for state in OPEN_REVIEW},
    "ledger.ends.": {end.value for end in Ends},
    "round.reason.": {reason.value for reason in Reason},
    "tier.reason.": {*(fact for fact in TierFacts.model_fields), "otherwise"},
    "tier.unanswered.": set(TierFacts.model_fields) - {"personal_data"},
    "attest.what.": {what.value for what in What},
    "link.warn.": {warn.value for warn in Warn},
    "endpoint.why.": {why.value for why in Difference},
    "ledger.why.": {why.value for why in (*Difference, *SeveredWhy)},
    "moving.why.": {why.value for why in SeveredWhy},
    "moving.then.": {then.value for then in Then},
    "strangers.state.": {state.value for state in StrangerState},
    "evidence.why_": PROBLEMS,
    "document.why_": PROBLEMS,
    "chase.supplier_": STEPS | {"dear", "where"},
    "chase.owner_": STEPS | {"where", "name", "escalation", "escalation_ask"},
    "hub.state_": {"submitted", "judged", "closed", "cancelled"},
    "answer.": set(YES_NO) | {"none", "separator"},
    "certificate.scheme.": {scheme.value for scheme in Scheme},
    "certificate.standing.": {standing.value for standing in Standing},
    "certificate.covers.": {covers.value for covers in Covers},
    "certificate.ask.": set(CHECK_FIELDS),
    "certificate.hint.": {hint.rpartition(".")[2] for hint in CERTIFICATE_HINTS},
    "subcontract.state.": {state.value for state in EdgeState},
    "subcontract.decide.": {state.value for state in EdgeState},
    "ledger.state.subcontractedge.": {state.value for state in EdgeState},
    "subcontract.mismatch.": {mismatch.value for mismatch in Mismatch},
    "subcontract.ask.": {*ADD_FIELDS, *DECIDE_FIELDS},
    "subcontract.hint.": {"parent", "corporate_number", "until", "reason"},
    "ends.settled.": set(get_args(EndSettled.model_fields["what"].annotation)),
    "ends.step.": {step.value for step in EndStep},
    "closing.mark.": {state.value for state in ClosingState},
    "closing.state.": {state.value for state in ClosingState},
    "closing.item.": {item.value for item in ClosingItem},
    "closing.hint.": {item.value for item in ClosingItem},
    "doctor.scope.": {*SCOPES, *OPTIONAL},
    "ledger.state.invitation.": {state.value for state in InvitationState},
    "invite.known.": {known.value for known in Known},
    "invite.why.": set(NOT_INVITED),
    "invite.told.": {f"{what}{more}" for what in ("sent", "failed", "unknown", "came") for more in ("", "_text")}
    | {"unknown_do", "link", "where"},
    "doctor.check.": set(CHECKS),
    "doctor.found.": {f"{check}.{outcome}" for check, table in CHECKS.items() for outcome in table},
    "doctor.do.": {
        f"{check}.{outcome}"
        for check, table in CHECKS.items()
        for outcome, mark in table.items()
        if mark is not Mark.GOOD
    },
}
"""Prefix → what may stand behind it, all of it and nothing else."""
PARTS: dict[str, set[str]] = {
    "invite.": {f"{what}{more}" for what in ("again", "withdraw") for more in ("", "_title", "_sure")},
    "import.row.": {verdict.value for verdict in Verdict} - {Verdict.REFUSED.value},
    "list.": {*Filter.model_fields, "name", "shared"},
    "list.hint.": set(FILTER_HINTS),
    "record.hint.": {"ends_on", "notice_days", "data_count", "recipients", "instructors", "tags"}
    | {"mail", "may_submit", "until", "link"},
    "record.page.": {page.value for page in Page} - {Page.WORK.value},
    "record.part.": {part.value for part in WORK_PARTS},
    "record.form.": {part.value for parts in RECORD_PARTS.values() for part in parts},
    "record.edit.": {part.value for part in WORK_PARTS},
    "contact.field.": {field.name for field in CONTACT_FIELDS},
    "document.field.": {
        *(field.name for field in DOCUMENT_FIELDS),
        "sha256",
        "file_name",
        "removed_at",
        "added_by",
        "added_at",
        "engagement_id",
    },
    "cloud.": set(QUESTIONS),
    "cloud.hint.": {*QUESTIONS, "basis"},
    "cloud.answer.": set(ANSWERS),
    "cloud.means.": {found.value for found in CloudClass},
    "free.kind.": {kind.value for kind in FreeKind},
    "common.": {"back", "next"},
    "checklists.": {
        *(f"origin_{where}" for where in ("file", "own", "new")),
        *("previous", "next", "free_answer", "date_answer", "number_answer", "added", "removed", "moved"),
        *("same_said_yes", "same_said_no", "retire_title", "retire_text", "back_title", "back_text"),
        *("up", "down", "remove", "section_up", "section_down", "discard"),
    },
    "checklists.same_": {"yes", "no"},
    "checklists.side_": {"draft", "file", "own"},
    "checklists.in_": set(LANGUAGES),
    "checklists.learning_": {"dont_know", "not_applicable"},
    "checklists.hint.": {"title_ja", "help_ja", "choices", "section", "conditions", "confidential_ja", "text_en"},
    "attest.": {kind.value for kind in AttestationKind} | {"changed_title", "ended_title", "not_mine_title"},
    "attest.field_": {"what", "personal_data", *_hinted("ends_on", "ended_on", "note", "person")},
    "tier.": {*_hinted("tier", "reason", "until")},
    "certificate.": {f"{what.value}_{how}" for what in WarnedOf for how in ("ahead", "today", "past")},
    "department.": {*PEOPLE, "moved", "archived_done", "restored"},
    "department.hint.": set(PEOPLE),
    "department.line.": {*PEOPLE, "group"},
    "closing.": {f"{state.value}_by" for state in ClosingState if state is not ClosingState.OPEN},
    "owners.instead_": {role.value for role in Asked if role is not Asked.NOBODY},
    "rehearsal.part_": {"owner", "supplier", "security"},
    "home.rehearsal_": {"owner", "supplier", "security", "over"},
    "judge.count_": set(KINDS),
    "judge.waiting_": {"no_answer", "not_reached"},
    "ledger.field.": {*_fields(Supplier, Engagement, Endpoint, Certificate, SubcontractEdge), "department"},
    "ledger.subject.": {
        "supplier",
        "engagement",
        "endpoint",
        "contact",
        "document",
        "freefield",
        "proposal",
        "certificate",
        "registercheck",
        "subcontractedge",
        "invitation",
    },
    "outcome.supplier_": {value.value for value in JudgementValue},
    "pause.": {f"{what}_{how}{end}" for what in ("all", "one") for how in ("on", "off") for end in ("", "_already")},
    "register.hint.": set(HINTS),
    "register.note.": {note.value for note in Note},
    "round.": {*_hinted("title", "checklists", "attest_by", "due_on", "departments"), "checklists_must_hint"},
    "team.": {unfit.value for unfit in Unfit},
}
"""The same for codes that stand among other sentences of that prefix."""

TO_SUPPLIERS = (
    *("hub.", "page.", "answer.", "fault.", "missing.", "submit.", "thanks.", "evidence.", "chase.supplier_"),
    *("outcome.supplier", "note.", "refusal.", "common."),
)
"""What people of suppliers can read."""
NEVER = {
    "ja": r"至急|早急|違反|下請|(?<![従事作])業者|罰|ペナルティ|警告|督促|値引|値下|減額|単価|解約|取引停止|契約解除|下さい|怠",
    "en": r"\b(urgent|urgently|immediately|asap|violat\w+|penalt\w+|warning|breach|terminat\w+|discount|fail(ed|ure)?)\b",
}
"""Threats, haste, prices and belittling words (fair-dealing rules; polite Japanese for outside people)."""
PRICES = {"ja": r"価格|料金", "en": r"\bpric\w+\b"}
PROMISES = {"hub.use"}
"""The one sentence that may name prices: it promises that answers are not used for them."""

TERMS = ("ledger.contract.", "ledger.trade_law.", "register.notice", "register.source")
"""Names of Japanese contracts: beside the English word stands what is written in the contract itself. And what the tax agency
prescribes, in its own words."""
PRESCRIBED = {"register.source"}
"""The agency wants its address beside its data."""

_JAPANESE = re.compile("[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]")


def places(sentence: str) -> list[str]:
    """The names in braces, each as often as it stands there."""
    return sorted(name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None)


# -- the two languages ---------------------------------------------------------------------------------------------------


def test_both_languages_have_the_same_keys() -> None:
    assert sorted(JA.keys() - EN.keys()) == [], "these keys have no English sentence"
    assert sorted(EN.keys() - JA.keys()) == [], "these keys have no Japanese sentence"


def test_a_sentence_has_the_same_places_in_both_languages() -> None:
    differing = {
        key: (JA[key], EN[key]) for key in JA.keys() & EN.keys() if set(places(JA[key])) != set(places(EN[key]))
    }
    assert differing == {}
    unnamed = {key for key in JA for name in places(JA[key]) + places(EN[key]) if not name.isidentifier()}
    assert unnamed == set(), "places have names"


def test_english_has_no_japanese_characters_in_it() -> None:
    found = {key: sentence for key, sentence in EN.items() if _JAPANESE.search(sentence)}
    assert {key: sentence for key, sentence in found.items() if not key.startswith(TERMS)} == {}


def test_japanese_is_japanese() -> None:
    """A sentence of letters that is the same in both languages was not written for its reader."""
    foreign = {
        key: sentence
        for key, sentence in JA.items()
        if re.search("[A-Za-z]{2}", re.sub(r"\{\w+\}|`[^`]*`", "", sentence)) and not _JAPANESE.search(sentence)
    }
    assert foreign == {}


def test_nothing_is_empty_or_begins_or_ends_with_a_space_that_nobody_sees() -> None:
    for language, words in CATALOGS.items():
        for key, sentence in words.items():
            assert sentence.strip(), f"{language} {key} is empty"
            assert "  \n" not in sentence, f"{language} {key}"
            assert sentence == sentence.rstrip() or key.rpartition(".")[2] in ENDS_OPEN, (
                f"{language} {key} ends with a space"
            )


ENDS_OPEN = {"about", "between", "separator", "list_separator", "section_separator", "risky", "critical", "comma"}
"""Pieces that something is put behind."""


def test_no_sentence_calls_everybody_or_carries_a_link() -> None:
    for key, sentence in chain(JA.items(), EN.items()):
        bad = r"@here|@channel|@everyone|<!|<@" + ("" if key in PRESCRIBED else "|https?://")
        assert not re.search(bad, sentence), f"{key}: {sentence}"


# -- codes and their sentences -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("prefix", FAMILIES)
def test_every_code_has_its_sentence_and_every_sentence_its_code(prefix: str) -> None:
    others = [p for p in FAMILIES if p.startswith(prefix) and p != prefix]
    keys = {k for k in JA if k.startswith(prefix) and not k.startswith(tuple(others) or ("\0",))}
    wanted = {prefix + code for code in FAMILIES[prefix]}
    assert not wanted - keys, f"write a sentence in both catalogs for {sorted(wanted - keys)}"
    assert not keys - wanted, f"nothing says {sorted(keys - wanted)} (any more): take it out of both catalogs"


@pytest.mark.parametrize("prefix", PARTS)
def test_every_code_among_other_sentences_has_its_own(prefix: str) -> None:
    missing = {prefix + code for code in PARTS[prefix]} - JA.keys()
    assert not missing, f"write a sentence in both catalogs for {sorted(missing)}"


# -- what the code uses --------------------------------------------------------------------------------------------------


def product() -> Iterator[tuple[str, tuple[ast.AST, ...]]]:
    """The nodes of every file of the product, the catalogs aside."""
    for path in files(*PRODUCT):
        if "catalogs" not in path.parts:
            yield path.relative_to(ROOT).as_posix(), walked(path)


def prefixes() -> dict[str, str]:
    """What the f-strings begin with that can become a key, and where the first of each stands."""
    found: dict[str, str] = {}
    for name, nodes in product():
        for node in nodes:
            if isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                start = str(node.values[0].value)
                if re.match(r"[a-z_]+\.", start) and any(key.startswith(start) for key in JA):
                    found.setdefault(start, f"{name}:{node.lineno}")
    return found


def test_what_every_f_string_can_become_is_listed() -> None:
    unknown = {start: where for start, where in prefixes().items() if start not in FAMILIES | PARTS}
    unknown.pop("ledger.state.", None)  # its three families stand in FAMILIES
    assert not unknown, f"name the codes that can stand behind these in FAMILIES or PARTS of this file: {unknown}"


def test_no_key_is_left_over() -> None:
    strings = (node.value for _, nodes in product() for node in nodes if isinstance(node, ast.Constant))
    used = {text for text in strings if isinstance(text, str)}
    used |= {prefix + code for prefix, codes in chain(FAMILIES.items(), PARTS.items()) for code in codes}
    left_over = [key for key in JA if key not in used]
    assert not left_over, f"nothing uses {left_over} (any more): take them out of both catalogs"


def calls() -> Iterator[tuple[str, str, ast.Call]]:
    """(where, key, call) for each `t("key", …)` and `kit.md(t, "key", …)`."""
    for name, nodes in product():
        for node in nodes:
            if isinstance(node, ast.Call):
                behind = (
                    node.args[1:2] if isinstance(node.func, ast.Attribute) and node.func.attr == "md" else node.args[:1]
                )
                for key in behind:
                    if isinstance(key, ast.Constant) and key.value in JA:
                        yield f"{name}:{node.lineno}", str(key.value), node


def test_every_place_is_filled_where_a_sentence_is_said() -> None:
    """A missing one would be a KeyError in front of a person."""
    found = list(calls())
    assert len(found) > 200, "the scan does not see the calls any more"
    for where, key, call in found:
        given = {k.arg for k in call.keywords}
        if None not in given:  # **params are filled elsewhere
            assert set(places(JA[key])) <= given, f"{where}: {key} needs {sorted(set(places(JA[key])) - given)}"


def test_every_key_that_is_said_exists() -> None:
    """Strings that look like a key of a family, in calls of words."""
    families = {key.partition(".")[0] for key in JA}
    for name, nodes in product():
        for node in nodes:
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"t", "words"}
                and node.args
            ):
                key = node.args[0]
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    assert key.value in JA, f"{name}:{node.lineno}: no sentence {key.value!r}"
                    assert key.value.partition(".")[0] in families


# -- room ----------------------------------------------------------------------------------------------------------------

ROOM: tuple[tuple[str, int | str, int], ...] = (
    ("modal", 0, kit.TITLE),
    ("modal", "submit", kit.TITLE),
    ("modal", "close", kit.TITLE),
    ("button", 0, kit.BUTTON),
)
"""Where a sentence stands, and how long Slack lets it be there: a longer one would be cut in front of people."""


def said(given: ast.expr | None) -> Iterator[str]:
    """The keys in an argument, whichever of them is said."""
    for node in ast.walk(given) if given else ():
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in JA:
            yield node.value


def test_titles_and_buttons_fit_into_their_room() -> None:
    seen = 0
    for name, nodes in product():
        for node in (n for n in nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Attribute)):
            for what, where, room in ROOM:
                for key in said(_given(node, where)) if getattr(node.func, "attr", "") == what else ():
                    seen += 1
                    for language in LANGUAGES:
                        size = len(CATALOGS[language][key])
                        fits = size <= room or places(CATALOGS[language][key])
                        assert fits, f"{name}:{node.lineno}: {language} {key} has {size} characters, {room} fit"
    assert seen > 40, f"the scan does not see titles and buttons any more ({seen})"


def _given(call: ast.Call, where: int | str) -> ast.expr | None:
    if isinstance(where, int):
        return call.args[where] if len(call.args) > where else None
    return next((k.value for k in call.keywords if k.arg == where), None)


# -- what goes to suppliers ----------------------------------------------------------------------------------------------


def to_suppliers(language: str) -> dict[str, str]:
    """Every sentence that suppliers' people can read: the catalogs' and the checklists'."""
    found = {key: words for key, words in CATALOGS[language].items() if key.startswith(TO_SUPPLIERS)}
    for key, checklist in load_all().items():
        if checklist.audience == "supplier":
            for n, words in enumerate(_words(checklist.model_dump(mode="json"), language)):
                found[f"checklists/{key}.yaml #{n}"] = words
    return found


def _words(node: object, language: str) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get(language), str):
            yield node[language]
        for value in node.values():
            yield from _words(value, language)
    elif isinstance(node, list):
        for value in node:
            yield from _words(value, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_suppliers_read_no_threat_no_haste_and_no_talk_of_prices(language: str) -> None:
    found = to_suppliers(language)
    assert len(found) > 200
    for key, words in found.items():
        bad = re.search(NEVER[language], words, re.IGNORECASE)
        assert not bad, f"{language} {key} says {bad[0]!r}: {words}"
        if key not in PROMISES:
            bad = re.search(PRICES[language], words, re.IGNORECASE)
            assert not bad, f"{language} {key} talks of {bad[0]!r}: {words}"


def test_what_suppliers_read_is_found_at_all() -> None:
    """Each of these would slip through if its family were not looked at."""
    keys = to_suppliers("ja")
    for key in ("hub.letter", "chase.supplier_after_7", "outcome.supplier_no_contract", "refusal.endpoint_suspended"):
        assert key in keys
    assert any(key.startswith("checklists/basic.yaml") for key in keys)
