"""`vendor-review play`, as a program: it says where, everybody has something to answer, Ctrl-C ends all its parts."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
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
from bot.play import Part, check_parts

PATIENCE = 120.0
OF_A_REAL_ONE = {
    "SLACK_BOT_TOKEN": "xoxb-real",
    "SLACK_APP_TOKEN": "xapp-real",
    "SLACK_API_URL": "http://127.0.0.1:9/",
    "DATABASE_URL": "sqlite:////nowhere/real.db",
}
"""What somebody may have set for a real installation: no part of a play may hear of it."""
SECURITY, OWNER, SUPPLIER, GUEST = "U0SEC0000", "U0OWN0000", "U0SUP001A", "U0SUP050A"


@contextmanager
def playing(out: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The program and the address that it prints."""
    command = [sys.executable, "-m", "bot", "play", "--out", str(out)]
    said = out.with_suffix(".said")
    around = {**os.environ, **OF_A_REAL_ONE}
    with said.open("wb") as shown:
        program = subprocess.Popen(command, cwd=ROOT, stdout=shown, stderr=shown, start_new_session=True, env=around)
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


@pytest.mark.parametrize("presses", [1, 2])
def test_ctrl_c_during_the_set_up_ends_it_without_a_traceback(tmp_path: Path, presses: int) -> None:
    command = [sys.executable, "-m", "bot", "play", "--out", str(tmp_path / "play-out")]
    program = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )
    assert program.stdout
    with program.stdout as shown:
        said = shown.readline()
        for _ in range(presses):
            os.killpg(program.pid, signal.SIGINT)
        said += shown.read()
    program.wait(60)
    assert b"Traceback" not in said, said.decode()
    assert said.endswith(b"\nEnded.\n")


def refused(out: Path, *more: str) -> str:
    """What it says when it does not begin: one line."""
    command = [sys.executable, "-m", "bot", "play", "--out", str(out), *more]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    return ended.stderr


def test_a_part_that_ends_is_said_at_once_with_its_last_words(tmp_path: Path) -> None:
    (tmp_path / "bot.log").write_text("Traceback\nERROR the token is wrong\n", encoding="utf-8")
    ended = subprocess.Popen([sys.executable, "-c", "raise SystemExit(3)"])
    ended.wait()
    with pytest.raises(
        LocalError, match=r"the bot has ended with status 3 \(ERROR the token is wrong\); see .*bot\.log$"
    ):
        check_parts([Part("the bot", ended, tmp_path / "bot.log")])


def test_a_port_that_is_taken_is_said_before_anything_is_done(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        assert f"port {port} cannot be used" in refused(tmp_path / "play-out", "--port", str(port))
    assert not (tmp_path / "play-out").exists()


def test_a_second_play_leaves_the_first_ones_folder_alone(tmp_path: Path) -> None:
    with clear(tmp_path, "play"):
        (tmp_path / "vendor-review.db").write_text("of the first", encoding="utf-8")
        assert "a play is running" in refused(tmp_path)
        assert (tmp_path / "vendor-review.db").read_text(encoding="utf-8") == "of the first"
    with clear(tmp_path, "play"):
        assert not (tmp_path / "vendor-review.db").exists(), "it is over: one begins afresh"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be written (Not a directory)" in refused(tmp_path / "file" / "play-out")
    assert "is no folder" in refused(tmp_path / "file")


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl").write_text("mine", encoding="utf-8")
    with pytest.raises(LocalError, match="no play has made"):
        clear(tmp_path, "play")
    assert (tmp_path / "record.jsonl").read_text(encoding="utf-8") == "mine"
