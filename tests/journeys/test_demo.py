"""The demo: it plays to the end, it is right about what people received, and it says so when something is wrong.

A small cast takes the same way as the 54 suppliers of `make demo`.
"""

from __future__ import annotations

import csv
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.demo import MARK, ROOT, Demo, DemoError, clear
from sandbox.demo import people, plan, verdict
from sandbox.demo.expect import Expected, expected
from sandbox.demo.received import Received, sort
from sandbox.demo.stage import Stage

FEW = 8
FILE = ROOT / "docs" / "examples" / "suppliers.csv"
OUTPUTS = ("ledger.csv", "transcript.md", "transcript.html", "summary.json", "vendor-review.db", "record.jsonl")


def summary(out: Path) -> dict[str, Any]:
    """What the run says of itself."""
    return dict(json.loads((out / "summary.json").read_text(encoding="utf-8")))


@pytest.mark.timeout(900)
def test_everybody_receives_what_they_should(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "demo-out"
    clear(out).close()
    (out / "summary.json").write_text("of an earlier run", encoding="utf-8")

    assert Demo(out, seed=3, suppliers=FEW).run() == 0, capfd.readouterr().out

    told = summary(out)
    assert told["ok"]
    assert told["wrong"] == []
    assert told["messages_received"] == told["messages_expected"] > 100
    assert all(told["judgements"].values()), "each judgement at least once, and none at least once"
    assert all((out / name).stat().st_size for name in OUTPUTS)
    with (out / "ledger.csv").open(encoding="utf-8-sig", newline="") as rows:
        names = {row["名称"] for row in csv.DictReader(rows)}
    assert len(names) == FEW
    shown = capfd.readouterr().out
    assert "担当者の回答" in shown
    assert "next: make test" in shown


@pytest.mark.timeout(900)
def test_a_bot_that_is_killed_midway_is_noticed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bot = (sys.executable, "-m", "tests.journeys.bot_that_dies")

    assert Demo(tmp_path / "out", suppliers=FEW, bot=bot).run() == 1

    shown = capfd.readouterr().out
    assert "the bot ended before the demo did, with status -9" in shown
    assert "connection_lost" in shown
    wrong = summary(tmp_path / "out")["wrong"]
    assert any(sentence.startswith("while acting: ") and "answers" in sentence for sentence in wrong)
    assert any("error_shown" in sentence for sentence in wrong)
    assert any(sentence.startswith("missing: “thanks”") for sentence in wrong)


@pytest.mark.timeout(900)
def test_a_card_that_cannot_be_drawn_is_missed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bot = (sys.executable, "-m", "tests.journeys.bot_without_a_card")

    assert Demo(tmp_path / "out", suppliers=FEW, bot=bot).run() == 1

    wrong = summary(tmp_path / "out")["wrong"]
    assert wrong
    assert all(sentence.startswith("missing: “outcome, owner” about ") for sentence in wrong), wrong
    assert wrong[0] in capfd.readouterr().out


def test_a_demo_that_is_ended_takes_its_parts_along(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "demo", "--suppliers", str(FEW), "--out", str(tmp_path / "out")]
    where = tmp_path / "out" / "sandbox.json"
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as demo:
        until = time.monotonic() + 60
        while not where.exists() and time.monotonic() < until:
            time.sleep(0.1)
        demo.terminate()
        assert demo.wait(60) == 128 + 15

    slack = urlsplit(json.loads(where.read_text(encoding="utf-8"))["url"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((slack.hostname or "", slack.port or 0), timeout=5)


# -- the folder ----------------------------------------------------------------------------------------------------------


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ledger.csv").write_text("somebody's own", encoding="utf-8")

    with pytest.raises(DemoError, match="no demo has made"):
        clear(tmp_path)

    assert (tmp_path / "ledger.csv").read_text(encoding="utf-8") == "somebody's own"


def test_the_next_run_clears_what_the_last_one_left_and_nothing_else(tmp_path: Path) -> None:
    clear(tmp_path).close()
    (tmp_path / "record.jsonl").write_text("old", encoding="utf-8")
    (tmp_path / "evidence" / "ab").mkdir(parents=True)
    (tmp_path / "notes.txt").write_text("somebody's own", encoding="utf-8")

    clear(tmp_path).close()

    assert sorted(path.name for path in tmp_path.iterdir()) == [MARK, "notes.txt"]


# -- the verdict, without a run ------------------------------------------------------------------------------------------


@pytest.fixture(name="stage")
def made_stage() -> Stage:
    """The full plan; nobody acts."""
    said: list[str] = []
    whole = plan.make(people.cast(1, FILE))
    return Stage(slack=None, plan=whole, said=said.append, step=said.append)  # type: ignore[arg-type]


def as_received(rows: list[Expected]) -> list[Received]:
    """A run in which everybody got exactly what they should."""
    return [Received(r.who, r.kind, r.about, r.on, r.where, "\n".join(r.says), n) for n, r in enumerate(rows)]


def test_the_full_plan_has_every_path(stage: Stage) -> None:
    assert len(stage.plan.suppliers) == 54
    assert {one.path for one in stage.plan.suppliers} == set(plan.SUPPLIERS)
    assert {one.path for one in stage.plan.works} == set(plan.OWNERS)
    assert {work.judgement for work in stage.plan.works} == {"", *plan.JUDGEMENTS}
    special = {one.special for one in stage.plan.suppliers}
    assert special >= {"no_channel", "linked_late", "suspended", "same_question", "bad_file", "english", "guest"}


def test_as_expected_is_no_difference(stage: Stage) -> None:
    rows = expected(stage)

    assert list(verdict.differences(rows, as_received(rows), verdict.Names(stage.plan.cast))) == []


def test_a_lost_a_doubled_and_a_strange_message_are_named(stage: Stage) -> None:
    rows = expected(stage)
    got = as_received(rows)
    lost = next(row for row in got if row.kind == "thanks")
    doubled = next(row for row in got if row.kind == "digest")
    stray = Received(doubled.who, "supplier due", "", doubled.on, "", "", 0)
    got = [row for row in got if row is not lost] + [doubled, stray]

    found = list(verdict.differences(rows, got, verdict.Names(stage.plan.cast)))

    assert [sentence.split(" ")[0] for sentence in found] == ["missing:", "doubled:", "unexpected:"]
    assert lost.who in found[0]
    assert "digest" in found[1]


def test_a_reminder_on_another_day_is_missing_and_unexpected(stage: Stage) -> None:
    rows = expected(stage)
    got = as_received(rows)
    late = next(row for row in got if row.kind == "supplier due")
    got[got.index(late)] = Received(late.who, late.kind, late.about, rows[0].on, late.where, late.text, late.n)

    found = list(verdict.differences(rows, got, verdict.Names(stage.plan.cast)))

    assert [sentence.split(" ")[0] for sentence in found] == ["missing:", "unexpected:"]


def test_a_text_of_no_kind_is_unknown() -> None:
    assert sort("まったく別のお知らせです。")[0] == "unknown"


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_seeds_vary_names_and_paths(seed: int) -> None:
    one, same, other = (plan.make(people.cast(n, FILE)) for n in (seed, seed, seed + 1))

    assert [(p.supplier.name, p.path, p.submitted) for p in one.suppliers] == [
        (p.supplier.name, p.path, p.submitted) for p in same.suppliers
    ]
    assert [p.path for p in one.suppliers] != [p.path for p in other.suppliers]
    assert one.cast.admin.name != other.cast.admin.name


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    with clear(tmp_path), pytest.raises(DemoError, match="is running in"):
        clear(tmp_path)
    clear(tmp_path).close()
