"""The operator at the command line: the whole program in a process of its own, on a database of its own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.domain.ledger import Department
from storage.db import Database
from storage.migrate import upgrade
from tests.kit import remember, seen

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "docs" / "examples" / "suppliers.csv"
DEPARTMENTS = ("物流部", "総務部", "営業本部", "製造部", "情報システム部", "人事部")
HEADER = "法人番号,名称,部門,業務内容,契約形態,開始日,個人データ\n"


class Machine:
    """A machine with a database and the command."""

    def __init__(self, folder: Path) -> None:
        self.url = f"sqlite:///{folder / 'ledger.db'}"
        self.folder = folder

    def run(self, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        fixed = {"SLACK_BOT_TOKEN": "xoxb-x", "SLACK_APP_TOKEN": "xapp-x", "DATABASE_URL": self.url}
        environment = {**kept, **fixed, "PYTHONPATH": str(ROOT), **settings}
        command = [sys.executable, "-m", "bot", *words]
        return subprocess.run(command, env=environment, cwd=self.folder, capture_output=True, text=True, check=False)

    def departments(self, *names: str) -> None:
        async def write() -> None:
            db = Database(self.url)
            (owner,) = await remember(db, seen("U0OWNER"))
            async with db.begin("test.departments") as tx:
                tx.add(*(Department(id=f"d{n}", name=name, primary_id=owner.id) for n, name in enumerate(names)))
            await db.close()

        upgrade(self.url)
        asyncio.run(write())


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_file_that_ships_comes_in_whole_and_goes_out_again(machine: Machine) -> None:
    machine.departments(*DEPARTMENTS)

    looked = machine.run("import", "suppliers", str(EXAMPLE), "--dry-run")
    assert (looked.returncode, looked.stderr) == (0, "")
    assert "登録 58件、更新 0件、変更なし 0件、不備 0件(何も保存していません)" in looked.stdout

    taken = machine.run("import", str(EXAMPLE))
    assert (taken.returncode, taken.stderr) == (0, "")
    assert "委託先 48社、委託業務 58件を登録、0件を更新しました" in taken.stdout

    written = machine.run("export", "ledger", "--out", "ledger.csv")
    assert (written.returncode, written.stderr) == (0, "")
    content = (machine.folder / "ledger.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert len(content.decode("utf-8-sig").splitlines()) == 59

    again = machine.run("import", "ledger.csv")
    assert again.returncode == 0
    assert "変更なし 58件" in again.stdout


def test_one_bad_row_keeps_everything_out_and_is_named(machine: Machine) -> None:
    machine.departments("総務部")
    rows = [
        ",ほうき星測量株式会社,総務部,測量,請負,2026-04-01,なし\n",
        "1234567890123,ゆらぎ音響設備株式会社,総務部,保守,準委任,2026-04-01,なし\n",
        ",くるみ割り分析株式会社,研究部,分析,請負,2026-04-01,なし\n",
    ]
    (machine.folder / "new.csv").write_text(HEADER + "".join(rows), encoding="utf-8")

    refused = machine.run("import", "new.csv")

    assert refused.returncode == 1
    assert "3行目 A 法人番号" in refused.stdout
    assert "登録されていない部門: 研究部" in refused.stdout
    assert machine.run("import", "new.csv", "--dry-run").stdout.count("変更なし 0件") == 1
    machine.run("export", "ledger.csv")
    assert len((machine.folder / "ledger.csv").read_text(encoding="utf-8-sig").splitlines()) == 1


def test_a_file_that_is_not_there_is_one_line(machine: Machine) -> None:
    missing = machine.run("import", "nowhere.csv")

    assert missing.returncode == 2
    assert missing.stderr.strip().splitlines() == ["vendor-review: nowhere.csv: No such file or directory"]


def test_a_place_that_cannot_be_written_is_one_line(machine: Machine) -> None:
    refused = machine.run("export", "nowhere/ledger.csv")

    assert refused.returncode == 2
    assert refused.stderr.strip().splitlines() == ["vendor-review: nowhere/ledger.csv: No such file or directory"]


def test_missing_settings_are_one_line(machine: Machine) -> None:
    refused = machine.run("import", str(EXAMPLE), SLACK_BOT_TOKEN="wrong")

    assert refused.returncode == 2
    assert "SLACK_BOT_TOKEN" in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("setting", "value"),
    [("CLOCK_URL", "http://127.0.0.1:9/clock"), ("DATABASE_URL", "sqlite:////nowhere/at/all/ledger.db")],
)
def test_what_cannot_be_reached_is_one_line(machine: Machine, setting: str, value: str) -> None:
    elsewhere = {"SLACK_API_URL": "http://127.0.0.1:9/api/", setting: value}

    refused = machine.run("export", "ledger.csv", **elsewhere)

    assert refused.returncode == 1
    assert refused.stderr.startswith(f"vendor-review: {setting} ")
    assert len(refused.stderr.strip().splitlines()) == 1
    assert not (machine.folder / "ledger.csv").exists()


def test_the_demo_leaves_a_strange_folder_alone(machine: Machine) -> None:
    refused = machine.run("demo", "--out", str(machine.folder.parent))

    assert refused.returncode == 2
    assert "no demo has made" in refused.stderr
