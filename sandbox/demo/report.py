"""What a run leaves behind: the table of paths, summary.json, and the transcripts drawn from the record.

To add a column: a key in `paths`. Everything here reads the plan, the verdict and the record; it asks nobody.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

from sandbox.demo import days, names
from sandbox.demo.plan import JUDGEMENTS, LAST, OWNERS, SUPPLIERS, Plan, WorkPlan
from sandbox.demo.verdict import Verdict
from sandbox.render.names import WorldNames
from sandbox.render.transcript import build
from sandbox.world import Json
from sandbox.world_file import load

NONE = "判断なし"
SHOWN = 40


def why_not(plan: Plan, work: WorkPlan) -> str:
    """Why a piece of work ended without a judgement; '' where it has one."""
    if work.judgement:
        return ""
    if work.path == "not_asked":
        return "契約期間が終わっていたため対象外"
    if work.path == "ended":
        return "委託業務が終了したため対象から除外"
    special = plan.supplier(work.work.supplier).special
    return {
        "no_channel": "窓口がなく依頼を送れない(担当へ通知済み)",
        "suspended": "窓口の参加会社が変わり送信を停止中(再確認待ち)",
    }[special]


def paths(plan: Plan) -> list[dict[str, Any]]:
    """How many pieces of work took each path: owner × supplier, with each judgement and the reasons for none."""
    counts: dict[tuple[str, str], Counter[str]] = {}
    reasons: dict[tuple[str, str], Counter[str]] = {}
    for work in plan.works:
        key = (work.path, plan.supplier(work.work.supplier).path)
        counts.setdefault(key, Counter())[work.judgement or NONE] += 1
        if reason := why_not(plan, work):
            reasons.setdefault(key, Counter())[reason] += 1
    order = {path: n for n, path in enumerate([*OWNERS, *SUPPLIERS])}
    return [
        {
            "owner": OWNERS[key[0]],
            "supplier": SUPPLIERS[key[1]],
            **{value: counts[key][value] for value in (*JUDGEMENTS, NONE)},
            "without_judgement": dict(reasons.get(key, {})),
        }
        for key in sorted(counts, key=lambda k: (order[k[0]], order[k[1]]))
    ]


def table(plan: Plan, *, confirmed: bool = True) -> Table:
    """The paths for a terminal; `confirmed` says that the record agrees."""
    drawn = Table(
        title="委託業務ごとの結果(件)" if confirmed else "委託業務ごとの予定(件。記録との違いは下のとおり)",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
        padding=(0, 1, 0, 0),
    )
    for heading in ("担当者の回答", "委託先の回答"):
        drawn.add_column(heading, no_wrap=True)
    for heading in (*JUDGEMENTS, NONE):
        drawn.add_column(heading, justify="right", no_wrap=True)
    rows = paths(plan)
    for row in rows:
        drawn.add_row(row["owner"], row["supplier"], *(_count(row[v]) for v in (*JUDGEMENTS, NONE)))
    drawn.add_section()
    totals = (str(sum(row[value] for row in rows)) for value in (*JUDGEMENTS, NONE))
    drawn.add_row(f"計 {len(plan.works)}件", f"委託先 {len(plan.suppliers)}社", *totals)
    return drawn


def _count(number: int) -> str:
    return str(number) if number else "·"


def summary(plan: Plan, verdict: Verdict, seconds: float) -> dict[str, Any]:
    """Everything in numbers."""
    rows = paths(plan)
    return {
        "ok": verdict.ok,
        "wrong": verdict.wrong,
        "seed": plan.cast.seed,
        "seconds": round(seconds, 1),
        "from": days.START.isoformat(),
        "to": days.on(LAST).isoformat(),
        "suppliers": len(plan.suppliers),
        "works": len(plan.works),
        "messages_expected": verdict.expected,
        "messages_received": verdict.received,
        "received": verdict.kinds,
        "owners": dict(Counter(OWNERS[work.path] for work in plan.works)),
        "suppliers_by_path": dict(Counter(SUPPLIERS[one.path] for one in plan.suppliers)),
        "judgements": {value: sum(row[value] for row in rows) for value in (*JUDGEMENTS, NONE)},
        "without_judgement": dict(Counter(reason for w in plan.works if (reason := why_not(plan, w)))),
        "paths": rows,
    }


def write(folder: Path, plan: Plan, entries: list[Json], numbers: dict[str, Any]) -> None:
    """summary.json and both transcripts."""
    (folder / "summary.json").write_text(json.dumps(numbers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    title = f"{names.COMPANY} {plan.title}(デモの記録)"
    drawn = build(entries, WorldNames.of(load(folder / "world.json")), title)
    (folder / "transcript.md").write_text(drawn.markdown(), encoding="utf-8")
    (folder / "transcript.html").write_text(drawn.html(), encoding="utf-8")


def show(console: Console, plan: Plan, verdict: Verdict) -> None:
    """The table, and what is wrong in plain sentences."""
    console.print(table(plan, confirmed=verdict.ok))
    for reason, count in Counter(reason for w in plan.works if (reason := why_not(plan, w))).items():
        console.print(f"{NONE} {count}件: {reason}", highlight=False, soft_wrap=True)
    if verdict.ok:
        console.print(
            f"✓ {verdict.received} messages in front of people, each one expected: none missing, none doubled, none besides.",
            highlight=False,
            soft_wrap=True,
        )
        return
    console.print(f"✗ {len(verdict.wrong)} things are not as they should be:", style="bold red")
    for sentence in verdict.wrong[:SHOWN]:
        console.print(f"  - {sentence}", markup=False, highlight=False, soft_wrap=True)
    if len(verdict.wrong) > SHOWN:
        console.print(f"  … and {len(verdict.wrong) - SHOWN} more, in summary.json", highlight=False)
