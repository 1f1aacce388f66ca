"""What each person received, from the local Slack's record alone: every message of the app, sorted by what it says.

A kind is recognised by its visible text, as a reader would; a text that fits no kind, or two, is reported as such. To add
a kind: a row in KINDS; `about` in its pattern is what it is about, where a place gets several of the kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sandbox.demo.days import day_of
from sandbox.screen import visible
from sandbox.world import Json


@dataclass(frozen=True)
class Received:
    """One message in front of one person. `where` is the channel, '' for direct messages and whispers."""

    who: str
    kind: str
    about: str
    on: date
    where: str
    text: str
    n: int  # the entry in the record


UNKNOWN = "unknown"

KINDS: tuple[tuple[str, str], ...] = (
    # to owners
    ("digest", r"^委託業務の現況確認: .*ご担当の委託業務(?P<about>\d+)件の現況を"),
    ("digest added", r"^次の委託業務のご担当と伺いましたので"),
    ("owner -3", r"現況確認について、回答期限\(.*が近づいて.*未回答は(?P<about>\d+)件"),
    ("owner due", r"現況確認の回答期限は.*です。未回答が(?P<about>\d+)件"),
    ("owner +3", r"現況確認が、回答期限\(.*を過ぎております。恐れ入りますが、次の(?P<about>\d+)件"),
    ("owner +7", r"現況確認\(回答期限: .*重ねてのご案内となり恐れ入ります。次の(?P<about>\d+)件"),
    ("owner escalation", r"回答期限\(.*を過ぎても回答を確認できていない委託業務が(?P<about>\d+)件"),
    ("silence, owner", r"お疲れさまです。(?P<about>.+?)様への「.*ご提出がなかったため.*担当者が確認し、判断します"),
    ("outcome, owner", r"^お疲れさまです。(?P<about>.+?)の「[^」]+」について、判断が決まりました"),
    ("closing list", r"^(?P<about>.+?)｜.*の契約終了に伴い、確認リストへのご記入を"),
    ("closing reminder", r"^契約が終了した委託業務(?P<about>\d+)件の確認リストに、未記入の項目があります"),
    ("end question", r"^契約の終了予定のご確認\n.*委託業務が(?P<about>\d+)件あります。更新するか"),
    ("end unanswered", r"更新か終了かの回答を確認できていない委託業務が(?P<about>\d+)件"),
    # to the security team
    ("submitted", r"^(?P<about>.+?)から「[^」]+」の回答が提出されました"),
    ("silence, team", r"お疲れさまです。(?P<about>.+?)様への「.*ご提出がなかったため.*判断には理由の入力が必要です"),
    ("no channel", r"^点検の案内をお送りできません\n「(?P<about>.+?)」には"),
    ("suspended", r"^窓口への送信を止めました\n委託先: (?P<about>[^\n]+)"),
    ("owner missing", r"^担当者のいない委託業務があります.*担当者のいない委託業務が(?P<about>\d+)件"),
    # to suppliers, in either language
    ("hub", r"^[^\n]+ ご回答のお願い\n|^[^\n]+: your answers, please\n"),
    ("thanks", r"問のご回答を承りました|^Thank you\. We have received \d+ answers"),
    ("file taken", r"^資料を受け取りました: (?P<about>[^\n]+)|^Document received: (?P<about_en>[^\n]+)"),
    ("file refused", r"^申し訳ございません。次の資料は受け取れませんでした: (?P<about>[^\n]+)"),
    ("supplier -3", r"ご回答期限\(.*が近づいてまいりました|A friendly reminder that your answers to .* are due on"),
    ("supplier due", r"のご回答期限は.*でございます|A friendly reminder that .* is the day your answers"),
    ("supplier +3", r"時点でご提出を確認できておりません。ご事情が|we have not yet received .* If you need more time"),
    ("supplier +7", r"時点でご提出を確認できておりません。ご不明な点|We are sorry to write again"),
    ("outcome, supplier", r"確認が終わりましたので、結果を|We have gone through your answers"),
    ("outcome, silent", r"ご回答を確認できないまま受付を終了|We closed .* without having received your answers"),
    # answers to commands, for one person alone
    ("answer: team", r"^セキュリティ担当を設定しました"),
    ("answer: members", r"^セキュリティ担当は\d+名です"),
    ("answer: public", r"^公開チャンネルはセキュリティ担当にできない"),
    ("answer: help", r"^使い方\n|^このアプリは、業務をお願いしている委託先の"),
    ("answer: list", r"^委託先台帳\n"),
    ("answer: show", r"^(?P<about>[^\n]+)\n法人番号: "),
)
_PATTERNS = [(kind, re.compile(pattern, re.DOTALL)) for kind, pattern in KINDS]


def received(entries: Iterable[Json], bot: str) -> list[Received]:
    """Everything the app showed anybody as a message, one row for each reader."""
    return [row for entry in entries for row in _rows(entry, bot)]


def _rows(entry: Json, bot: str) -> Iterator[Received]:
    if entry["kind"] == "posted" and entry["bot"]:
        readers = [user for user in entry["sees"] if user != bot]
    elif entry["kind"] == "ephemeral":
        readers = [entry["user"]]
    else:
        return
    text = text_of(entry)
    kind, about = sort(text)
    private = entry["kind"] == "ephemeral" or entry["channel"].startswith("D")
    for reader in readers:
        where = "" if private else entry["channel"]
        yield Received(reader, kind, about, day_of(entry["clock"]), where, text, entry["n"])


def text_of(entry: Json) -> str:
    """What can be read on a message."""
    return "\n".join(visible(entry["blocks"])) if entry["blocks"] else str(entry["text"])


def sort(text: str) -> tuple[str, str]:
    """(kind, what it is about); UNKNOWN where no kind fits or several do."""
    fits = [(kind, match) for kind, pattern in _PATTERNS if (match := pattern.search(text))]
    if len(fits) != 1:
        return UNKNOWN, " and ".join(kind for kind, _ in fits)
    kind, match = fits[0]
    return kind, next((value for value in match.groupdict().values() if value), "")


def last_versions(entries: Iterable[Json]) -> dict[str, str]:
    """The present text of each message of the app, by channel and ts: as posted, or as last changed."""
    return {
        f"{entry['channel']}/{entry['ts']}": text_of(entry)
        for entry in entries
        if entry["kind"] in {"posted", "updated"} and entry["bot"]
    }
