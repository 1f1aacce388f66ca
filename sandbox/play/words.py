"""What Slack's screen refuses, and what went wrong, said to the person in Japanese.

`people.ACTS` gives reasons in English, for developers (`CannotDo`); here they become sentences. A reason that no pattern knows
becomes a sentence without it, so that nothing about others can stand in one. To word one more, add a row.
"""

from __future__ import annotations

import re

_OTHERWISE = "この操作は現在の画面では行えません。最新の画面かどうかご確認ください。"
REQUIRED = "please complete this required field"
_REFUSALS: tuple[tuple[str, str], ...] = (
    (REQUIRED, "この項目は必須です。入力してください。"),
    (r"type at least (\d+) characters", r"\1文字以上入力すると候補が出ます。"),
    (r"at least (\d+) characters$", r"\1文字以上で入力してください。"),
    (r"too long: (\d+) characters, at most (\d+)", r"長すぎます。\2文字以内で入力してください(いま\1文字)。"),
    (r"is not a number here", "数値を入力してください。"),
    (r"is not between (\S+) and (\S+)", r"\1から\2までの数値を入力してください。"),
    (r"is not an e-mail address", "メールアドレスの形式で入力してください。"),
    (r"is not a URL", "URL を入力してください(https:// から)。"),
    (r"at most (\d+) can be chosen", r"選べるのは\1件までです。"),
    (r": only ([\w, ]+)$", r"この形式のファイルは添付できません(\1 のみ)。"),
    (r"single-channel guests have no slash commands", "シングルチャンネルゲストはスラッシュコマンドを使えません。"),
    (r"is no shortcut that", "このショートカットは使えません。他社のワークスペースのアプリのものは使えません。"),
    (r"is not a valid command", "有効なコマンドではありません。他社のワークスペースのアプリのコマンドは使えません。"),
    (r"frozen copy", "このチャンネルの接続は解除されているため、操作できません。"),
    (r"is archived", "このチャンネルはアーカイブされているため、投稿できません。"),
    (r"has no view|lies under another|has no modal open", "この画面はもう閉じられています。"),
    (r"no message \S+ (in|that)", "このメッセージはもうありません。"),
    (r"shares no channel with the app", "このアプリと共有しているチャンネルがないため、メッセージを送れません。"),
    (r"no such person|deactivated", "このアカウントは無効になっています。"),
    (r"no option|no conversation|no public channel|nobody to choose", "候補の中から選んでください。"),
    (r"the clock goes from (\d+) to (\d+)", r"業務時計は\1年から\2年までの間で動かせます。"),
    (r"is not a date|Invalid isoformat|month must|day is out of range", "日付を入力してください。"),
    (r"external selects are used in views only", "この検索メニューは、ここでは使えません。"),
    (r"post.only|cannot press|external_limited", "投稿のみが許可されているため、この操作はできません。"),
    (r"empty message", "メッセージを入力してください。"),
    (r"commands in a thread", "スラッシュコマンドはスレッドでは使えません。"),
)
_ERRORS = {
    "operation_timeout": "操作がタイムアウトしました。アプリから3秒以内に応答がありませんでした。もう一度お試しください。",
    "connection_lost": "アプリとの接続が切れました。もう一度お試しください。",
    "no_connection": "アプリが応答していません。しばらくしてからもう一度お試しください。",
    "bad_ack": "アプリの応答に問題があり、処理できませんでした。もう一度お試しください。",
}


def refusal(reason: object, *, chosen: bool = False) -> str:
    """A CannotDo as a sentence. `chosen`: about something that one chooses, and does not write."""
    if str(reason) in _ERRORS.values():
        return str(reason)
    if chosen and str(reason).endswith(REQUIRED):
        return "この項目は必須です。選択してください。"
    for pattern, sentence in _REFUSALS:
        found = re.search(pattern, str(reason))
        if found:
            return found.expand(sentence)
    return _OTHERWISE


def failure(error_shown: str) -> str:
    """What stands in `ActResult.error_shown` as Slack's screen says it."""
    return _ERRORS.get(error_shown.split(":", maxsplit=1)[0], "問題が発生しました。もう一度お試しください。")
