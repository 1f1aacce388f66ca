"""The sample of `make play`: a small company with its suppliers, set up in seconds, with something to answer for everybody.

    python -m sandbox.demo.sample world --dir DIR --csv CSV        who is there
    python -m sandbox.demo.sample set-up --dir DIR --csv CSV --import-command C    act as they would on the first morning

Of the demo's cast: the security team, owners of three departments, two suppliers with people in workspaces of their own and a
channel that is linked, a sole trader who is a guest and whose channel waits to be linked, and some who are only in the ledger.
At the end a round is open: owners are asked, and the first supplier's request is in its channel. To leave more or less
to the person at the page, change `set_up`.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from sandbox.client import LocalSlack
from sandbox.demo import owners, people, setting_up, suppliers, world
from sandbox.demo.people import STRANGER_TEAM, Cast, Supplier
from sandbox.demo.plan import Asked, Plan, SupplierPlan, WorkPlan
from sandbox.demo.stage import Stage

DEPARTMENTS = ("物流部", "総務部", "営業本部")
IN_THE_LEDGER = 5
WITH_PEOPLE = 2
CONNECTING = 30.0
TITLE = "2026年度 委託先点検"


def cast(seed: int, file: Path) -> Cast:
    """Who is there; the same seed, the same people."""
    made = people.cast(seed, file)
    made.departments = [one for one in made.departments if one.name in DEPARTMENTS]
    ledger = [s for s in made.suppliers if not s.by_hand and {w.department for w in s.works} <= set(DEPARTMENTS)]
    for supplier in ledger:
        supplier.works = [work for work in supplier.works if not work.by_hand]
    by_hand = [s for s in made.suppliers if s.by_hand]
    company, guest = by_hand[0], next(s for s in by_hand if s.kind == "個人事業主")
    made.suppliers = [*ledger[:IN_THE_LEDGER], company, guest]
    company.works = [replace(work, department=DEPARTMENTS[0]) for work in company.works]
    for supplier in (*ledger[WITH_PEOPLE:IN_THE_LEDGER], company):
        supplier.team = supplier.channel = ""
        supplier.people = []
    return made


def plan(made: Cast) -> Plan:
    """What is done on the first morning: the owners of the first supplier answer, so that its request goes out."""
    first = made.suppliers[0]
    works = [
        WorkPlan(w, "unchanged", [Asked(made.department(w.department).primary, 0, 1 if w in first.works else None)])
        for w in made.works
    ]
    linked = {one.key: 0 for one in made.suppliers if one.team}
    return Plan(made, TITLE, works, [SupplierPlan(one, "early", linked=linked.get(one.key)) for one in made.suppliers])


def write(made: Cast, folder: Path) -> None:
    """world.json, settings.json and the part of the file that is imported."""
    world.write(made, folder)
    told = world.world(made)
    told["teams"] = [team for team in told["teams"] if team["id"] != STRANGER_TEAM]
    roles = _roles(made)
    told["users"] = [u | {"title": roles.get(u["id"], "")} for u in told["users"] if u["team_id"] != STRANGER_TEAM]
    (folder / "world.json").write_text(json.dumps(told, ensure_ascii=False, indent=1), encoding="utf-8")


def _roles(made: Cast) -> dict[str, str]:
    """What stands in people's profiles."""
    roles = {made.admin.id: "情報システム部", made.successor.id: "総務部", made.bystander.id: "経理部"}
    roles |= {one.id: "情報セキュリティ室" for one in made.security}
    for one in made.departments:
        for who, what in ((one.primary, "委託先の主担当"), (one.stands_in, "副担当"), (one.escalation, "部長")):
            if who:
                roles[who.id] = f"{one.name} {what}"
    roles |= {who.id: _role(supplier, n) for supplier in made.suppliers for n, who in enumerate(supplier.people)}
    return roles


def _role(supplier: Supplier, number: int) -> str:
    return supplier.works[0].business if not supplier.team else ("情報管理責任者", "営業窓口")[number]


async def set_up(stage: Stage, command: str) -> None:
    """The first morning, one step after the other; what fails is said and the rest is tried."""
    for what, doing in (
        ("the security team", setting_up.security_team(stage)),
        ("departments", setting_up.departments(stage)),
        ("suppliers by the form", setting_up.register(stage)),
        ("suppliers by the file", setting_up.import_file(stage, command)),
        ("channels", setting_up.link_all(stage)),
        ("a round", setting_up.open_round(stage)),
    ):
        stage.said(what)
        await stage.act(what, doing)
    await stage.rest()
    await stage.together(owners.sittings(stage, 1))
    await stage.rest()
    first = stage.plan.suppliers[0]
    await stage.act("the first request", suppliers.hub(stage, first, first.supplier.people[0]))
    await stage.slack.rate_limits(1)  # from here on as Slack: nobody is in a hurry any more


async def _act(options: argparse.Namespace) -> int:
    where = json.loads((options.dir / "sandbox.json").read_text(encoding="utf-8"))
    async with LocalSlack(where["url"]) as slack:
        stage = Stage(slack, plan(cast(options.seed, options.csv)), _said, lambda _what: None)
        try:
            await slack.connected(CONNECTING)
        except TimeoutError as error:
            stage.trouble("waiting for the bot", error)
        else:
            await set_up(stage, options.import_command)
    for line in stage.troubles:
        print(f"✗ {line}", file=sys.stderr)
    return 1 if stage.troubles else 0


def _said(line: str) -> None:
    print(f"  … {line}", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Exit status 0 where all is as it should be."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.demo.sample", description="The sample of make play.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name in ("world", "set-up"):
        command: Any = commands.add_parser(name)
        command.add_argument("--dir", type=Path, required=True)
        command.add_argument("--csv", type=Path, required=True)
        command.add_argument("--seed", type=int, default=1)
        if name == "set-up":
            command.add_argument("--import-command", required=True)
    options = parser.parse_args(arguments)
    if options.command == "world":
        write(cast(options.seed, options.csv), options.dir)
        return 0
    return asyncio.run(_act(options))


if __name__ == "__main__":
    sys.exit(main())
