"""`vendor-review play`, as a program: it says where, everybody has something to answer, Ctrl-C ends all its parts."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.local import ROOT, LocalError, clear

PATIENCE = 120.0
SECURITY, OWNER, SUPPLIER, GUEST = "U0SEC0000", "U0OWN0000", "U0SUP001A", "U0SUP050A"


@contextmanager
def playing(out: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program and the address that it prints."""
    command = [sys.executable, "-m", "bot", "play", "--out", str(out)]
    said = out.with_suffix(".said")
    with said.open("wb") as shown:
        program = subprocess.Popen(command, cwd=ROOT, stdout=shown, stderr=shown, start_new_session=True)
    try:
        yield program, _address(program, said)
    finally:
        if program.poll() is None:
            program.kill()
            program.wait()


def _address(program: subprocess.Popen[bytes], said: Path) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        found = re.search(r"(http://127\.0\.0\.1:\d+)/\n", said.read_text(encoding="utf-8"))
        if found:
            return found[1]
        assert program.poll() is None, said.read_text(encoding="utf-8")
        time.sleep(0.1)
    raise AssertionError(said.read_text(encoding="utf-8"))


def page(url: str) -> str:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


@pytest.mark.timeout(300)
def test_everybody_has_something_to_answer_and_ctrl_c_ends_it_all(tmp_path: Path) -> None:
    with playing(tmp_path / "play-out") as (program, url):
        chooser = page(f"{url}/")
        assert [chooser.count(f'href="/as/{who}/"') for who in (SECURITY, OWNER, SUPPLIER, GUEST)] == [1, 1, 1, 1]
        assert chooser.count("別のワークスペース") == 2
        assert "現況確認" in page(f"{url}/as/{OWNER}/app")
        assert "ご回答のお願い" in page(f"{url}/as/{SUPPLIER}/")
        assert "まだメッセージはありません" in page(f"{url}/as/{GUEST}/")
        entries = (tmp_path / "play-out" / "record.jsonl").read_text(encoding="utf-8").splitlines()
        problems = [entry for entry in map(json.loads, entries) if entry["kind"] == "problem"]
        assert not problems

        os.killpg(program.pid, signal.SIGINT)  # what a terminal does

        assert program.wait(60) == 0
    assert (tmp_path / "play-out.said").read_text(encoding="utf-8").endswith("Ended.\n")
    with pytest.raises(urllib.error.URLError):
        page(f"{url}/")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(LocalError, match="no play has made"):
        clear(tmp_path, "play")
    assert (tmp_path / "record.jsonl").read_text(encoding="utf-8") == "mine"
