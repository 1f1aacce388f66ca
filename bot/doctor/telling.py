"""Lines as an operator reads them. Nothing that is secret, and nothing that could forge a line, gets through here.

Names come from people and companies outside, so control characters are replaced; tokens, the signing secret and the
database's password are masked wherever they stand, also inside an error message of somebody else's.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr

from bot.config import Settings
from bot.doctor.base import Line, Mark, Reading
from bot.doctor.settings import STAND_INS
from message_templates.catalogs import Text, text

LONGEST = 400
_TOKEN = re.compile(r"\bx(?:ox[a-z.]*|app)-[\w-]+")


def language(asked: str) -> str:
    """`ja` or `en`: what was asked for, else the locale's, else Japanese."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "en" if (asked or locale).lower().startswith("en") else "ja"


def told(lines: Iterable[Line], reading: Reading, tongue: str) -> list[str]:
    """What is printed: a line each, with the step below it where there is something to do, and a count at the end."""
    t, hidden, all_ = text(tongue), _secrets(reading.settings), list(lines)
    said = [_masked(sentence, hidden) for each in all_ for sentence in _one(t, each)]
    bad, hints = (sum(each.mark is mark for each in all_) for mark in (Mark.BAD, Mark.HINT))
    return [*said, "", t("doctor.sum", good=len(all_) - bad - hints, hints=hints, bad=bad)]


def _one(t: Text, each: Line) -> list[str]:
    params = {name: _plain(value) for name, value in each.params.items()}
    what = t(f"doctor.check.{each.check}")
    found = t(f"doctor.found.{each.check}.{each.outcome}", **params)
    said = [f"{each.mark} {what}: {found}"]
    if (each.check, each.outcome) in {("scopes", "missing"), ("scopes_optional", "absent")}:
        said += [f"    · {scope}: {t(f'doctor.scope.{scope}')}" for scope in str(params["scopes"]).split(", ")]
    if each.mark is not Mark.GOOD:
        said.append(f"    → {t(f'doctor.do.{each.check}.{each.outcome}', **params)}")
    return said


def _plain(value: str | int) -> str | int:
    if isinstance(value, int):
        return value
    shown = "".join(c if c.isprintable() else "?" for c in value)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"


def _secrets(settings: Settings) -> list[str]:
    """Everything of the settings that must not be shown, the longest first."""
    password = _password(settings.database_url)
    held = [value.get_secret_value() for _, value in settings if isinstance(value, SecretStr)]
    return sorted({*held, password, unquote(password)} - {"", *STAND_INS.values()}, key=len, reverse=True)


def _password(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:  # no URL at all
        return ""


def _masked(sentence: str, hidden: list[str]) -> str:
    for secret in hidden:
        sentence = sentence.replace(secret, "***")
    return _TOKEN.sub("***", sentence)
