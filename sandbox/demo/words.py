"""What stands on the buttons and fields that suppliers' people use, in their language; the rest of the demo reads Japanese."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """Labels and sentences of one language."""

    hub: str  # the end of the card's heading
    submit: str  # the card's last button
    check: str  # title of the window behind the last page
    all_there: str  # in that window, when nothing is missing
    go_to_gap: str
    remarks: str
    name: str
    role: str
    submitted: str  # after the submission
    somebody_was_faster: str
    suspended: str


JA = Words(
    hub="ご回答のお願い",
    submit="内容を確認して提出する",
    check="回答状況の確認",
    all_there="すべての設問にご回答いただきました",
    go_to_gap="開く",
    remarks="補足",
    name="ご確認者のお名前",
    role="お役職・ご担当",
    submitted="ご提出を承りました",
    somebody_was_faster="さんが先に",
    suspended="この窓口は確認中のため",
)
EN = Words(
    hub="your answers, please",
    submit="Check and submit",
    check="Check your answers",
    all_there="Every question has an answer",
    go_to_gap="Open",
    remarks="Remarks (optional)",
    name="Name of the person confirming",
    role="Position",
    submitted="Your answers have been submitted",
    somebody_was_faster="has already answered",
    suspended="cannot be used right now",
)


def of(language: str) -> Words:
    """The words of a supplier's language."""
    return EN if language == "en" else JA
