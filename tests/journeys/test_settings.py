"""A start that cannot be: one line on standard error that names what to mend, an exit status, never a traceback.

All starts run side by side before the first test looks at how they ended. To add one: a row in CASES.
"""

from __future__ import annotations

import asyncio
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.journeys.town import town

SECRET = "sesame-4711"
NOBODY = "http://127.0.0.1:9/api/"  # the discard port: nothing listens


@dataclass(frozen=True)
class Case:
    """A start: the settings that differ from good ones (None: not set), the exit status, what the line says."""

    settings: dict[str, str | None]
    status: int
    says: tuple[str, ...]


CASES: dict[str, Case] = {
    "nothing is set": Case(
        {"SLACK_BOT_TOKEN": None, "SLACK_APP_TOKEN": None}, 2, ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    ),
    "one is missing": Case({"SLACK_BOT_TOKEN": None}, 2, ("SLACK_BOT_TOKEN is missing",)),
    "no mode": Case({"SLACK_APP_TOKEN": None}, 2, ("SLACK_SIGNING_SECRET", "or SLACK_APP_TOKEN", "set one")),
    "an empty token is none": Case({"SLACK_APP_TOKEN": ""}, 2, ("SLACK_SIGNING_SECRET", "or SLACK_APP_TOKEN")),
    "two modes": Case(
        {"SLACK_SIGNING_SECRET": SECRET * 3}, 2, ("SLACK_SIGNING_SECRET", "and SLACK_APP_TOKEN", "keep one")
    ),
    "no signing secret": Case(
        {"SLACK_APP_TOKEN": None, "SLACK_SIGNING_SECRET": "xapp-" + SECRET * 2}, 2, ("SIGNING_SECRET",)
    ),
    "no port": Case({"HTTP_PORT": "70000"}, 2, ("HTTP_PORT",)),
    "no token": Case({"SLACK_BOT_TOKEN": SECRET}, 2, ("SLACK_BOT_TOKEN",)),
    "tokens swapped": Case(
        {"SLACK_BOT_TOKEN": "xapp-town", "SLACK_APP_TOKEN": "xoxb-town"}, 2, ("SLACK_BOT_TOKEN", "SLACK_APP_TOKEN")
    ),
    "no number": Case({"TICK_SECONDS": "soon"}, 2, ("TICK_SECONDS",)),
    "no time zone": Case({"TIME_ZONE": "Asia/Nowhere"}, 2, ("TIME_ZONE", "Asia/Tokyo")),
    "no hours": Case({"QUIET_HOURS": "25-9"}, 2, ("QUIET_HOURS", "18-9")),
    "no person": Case({"FIRST_ADMIN": "佐藤"}, 2, ("FIRST_ADMIN",)),
    "another database": Case({"DATABASE_URL": f"mysql://root:{SECRET}@db/x"}, 2, ("DATABASE_URL",)),
    "a clock against slack.com": Case({"SLACK_API_URL": "https://slack.com/api/"}, 2, ("CLOCK_URL",)),
    "a clock against slack.com, dotted": Case({"SLACK_API_URL": "https://slack.com./api/"}, 2, ("CLOCK_URL",)),
    "wrong bot token": Case({"SLACK_BOT_TOKEN": "xoxb-wrong"}, 1, ("SLACK_BOT_TOKEN", "invalid_auth")),
    "wrong app token": Case({"SLACK_APP_TOKEN": "xapp-wrong"}, 1, ("SLACK_APP_TOKEN", "invalid_auth")),
    "nobody at the API": Case({"SLACK_API_URL": NOBODY}, 1, (NOBODY,)),
    "nobody at the clock": Case({"CLOCK_URL": "http://127.0.0.1:9/clock"}, 1, ("CLOCK_URL",)),
    "no such folder": Case({"DATABASE_URL": "sqlite:///{folder}/nowhere/bot.db"}, 1, ("DATABASE_URL",)),
    "a file that is no database": Case({"DATABASE_URL": "sqlite:///{folder}/broken/basic.yaml"}, 1, ("DATABASE_URL",)),
    "nobody at the database": Case({"DATABASE_URL": f"postgresql://u:{SECRET}@127.0.0.1:9/x"}, 1, ("DATABASE_URL",)),
    "a broken checklist": Case({"CHECKLIST_DIR": "{folder}/broken"}, 1, ("basic.yaml:3:1", "questionz")),
    "a broken policy": Case(
        {"POLICY_FILE": "{folder}/broken/policy.yml"}, 1, ("POLICY_FILE", "policy.yml:2:1", "twice")
    ),
    "no policy": Case({"POLICY_FILE": "{folder}/nowhere.yaml"}, 1, ("POLICY_FILE", "cannot be read")),
    "no checklist": Case({"CHECKLIST_DIR": "{folder}/empty"}, 1, ("CHECKLIST_DIR",)),
    "evidence cannot be kept": Case({"EVIDENCE_DIR": "{folder}/broken/basic.yaml/evidence"}, 1, ("EVIDENCE_DIR",)),
}


@dataclass(frozen=True)
class Ended:
    """How a start ended. `status` None: it had to be killed."""

    status: int | None
    out: str
    err: str
    log: str = field(repr=False, default="")


async def start(env: dict[str, str], folder: Path) -> Ended:
    """One start, in a folder without a `.env`; whoever is still running after a minute is killed."""
    bot = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "run"),
        cwd=folder,
        env=env,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    talk = asyncio.create_task(bot.communicate())
    ended, _ = await asyncio.wait({talk}, timeout=60)
    if not ended:
        bot.kill()
    out, err = await talk
    return Ended(bot.returncode if ended else None, out.decode(), err.decode())


async def start_all(folder: Path) -> dict[str, Ended]:
    """Every case, as many at a time as there are processors."""
    for name in ("broken", "empty"):
        (folder / name).mkdir()
    (folder / "broken" / "policy.yml").write_text("nda: out\nnda: in\n", encoding="utf-8")
    (folder / "broken" / "basic.yaml").write_text('key: basic\nversion: "1"\nquestionz: []\n' + BODY, encoding="utf-8")
    gate = asyncio.Semaphore(os.cpu_count() or 2)
    async with town(folder) as t:

        async def one(name: str, case: Case) -> tuple[str, Ended]:
            mine = folder / name.replace(" ", "_")
            mine.mkdir()
            changed = {k: v.replace("{folder}", str(folder)) for k, v in case.settings.items() if v is not None}
            base = {**t.env, "DATABASE_URL": f"sqlite:///{mine}/bot.db", "EVIDENCE_DIR": str(mine / "evidence")}
            env = {k: v for k, v in {**base, **changed}.items() if case.settings.get(k, "") is not None}
            async with gate:
                return name, await start(env, mine)

        return dict(await asyncio.gather(*(one(*item) for item in CASES.items())))


BODY = """\
title: {ja: 点検票, en: Checklist}
purpose: {ja: 確認します。, en: To see.}
source: {title: {ja: 自作, en: Our own}, version: "1", licence: Same as this software, modified: false}
reviewed_on: 2026-11-01
owner: 情報セキュリティ室
minutes: 3
sections:
  - key: first
    title: {ja: 体制, en: Organisation}
    why: {ja: 責任者が必要です。, en: Somebody must be in charge.}
    questions:
      - key: q_person
        text: {ja: 責任者を定めていますか。, en: Is somebody in charge?}
        help: {ja: お名前は不要です。, en: No name needed.}
        kind: yes_no
"""


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Ended]:
    return asyncio.run(start_all(tmp_path_factory.mktemp("starts")))


@pytest.mark.parametrize("name", CASES)
def test_a_start_that_cannot_be_says_why_in_one_line(ends: dict[str, Ended], name: str) -> None:
    case, ended = CASES[name], ends[name]
    lines = ended.err.strip().splitlines()
    assert ended.status == case.status, ended.err[-2000:]
    assert len(lines) == 1, ended.err[-2000:]
    assert lines[0].startswith("vendor-review: ")
    assert len(lines[0]) < 400
    for words in case.says:
        assert words in lines[0]
    assert ended.out == ""
    assert SECRET not in ended.err, "what is secret is never repeated"
