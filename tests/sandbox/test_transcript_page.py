"""The page of a transcript: safe, small, complete in itself."""

from __future__ import annotations

import copy

from sandbox import world_file
from sandbox.render import page
from sandbox.render.names import Room, WorldNames
from sandbox.render.transcript import build
from tests.sandbox.conftest import WORLD
from tests.sandbox.drawn import Drawn
from tests.sandbox.tape import NAMES, Tape, card, form, typed


def test_hostile_names_texts_and_files_stay_text():
    bad = '"><img src=x onerror=alert(1)><script>alert(1)</script>\u202e<!channel>'
    names = WorldNames({"U1": (bad, bad, "external")}, {"C1": Room(bad, (bad,), ("U1",))}, {"T1": bad})
    tape = Tape()
    tape.post("C1", '1"><x', *card(bad, bad), user="U1", sees=["U1"], files=[bad])
    tape.post("C1", '1"><x', *card(bad + bad, bad), user="U1", kind="updated")
    tape.press("U1", bad, channel="C1", ts='1"><x')
    tape.add("typed", user="U1", command=bad, text=bad, channel="C1")
    tape.view("open", "U1", form(bad, bad, bad))
    tape.add("file", id=bad, user="U1", channel="C1", thread_ts=None, name=bad, size=1, sha256="0")
    tape.add("shared", channel="C1", team="T1")
    tape.add("problem", what=bad, detail=bad, user=bad)
    told = build(tape.entries, names, bad)
    html = told.html()
    Drawn(html)
    assert not any(raw in html for raw in ("<script", "<img", "<!channel", "\u202e", "<x"))
    assert "<script" not in told.markdown()
    assert "\u202e" not in told.markdown()


def test_the_page_forbids_what_it_does_not_need():
    got = Drawn(Tape().told().html())
    policy = next(m["content"] for m in got.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert all("disabled" in fieldset for fieldset in got.all("fieldset"))


def test_a_large_record_stays_small():
    tape = Tape()
    names = WorldNames(
        NAMES.users, {f"C{n}": Room(f"ext-{n:02}", ("あおぞら商事",), ("UA", "UBOT")) for n in range(60)}
    )
    for n in range(60):
        tape.post(
            f"C{n}", f"{n}.1", *(block for i in range(8) for block in card(f"*{i} 組織* 0 / 9", "回答する", "見直す"))
        )
        for edit in range(20):
            blocks = [
                block
                for i in range(8)
                for block in card(f"*{i} 組織* {edit if i == edit % 8 else 0} / 9", "回答する", "見直す")
            ]
            tape.post(f"C{n}", f"{n}.1", *blocks, kind="updated")
        for turn in range(10):
            tape.press("UA", "回答する", channel=f"C{n}", ts=f"{n}.1")
            tape.view("open", "UA", form(f"V{n}-{turn}", f"点検票 {turn}"))
            tape.add("submitted", user="UA", view_id=f"V{n}-{turn}", callback_id="f", values=typed(f"{turn % 3}"))
    assert len(tape.entries) > 3000
    html = build(tape.entries, names, "大きい").html()
    assert len(html.encode()) < 4_000_000
    assert html.count('<form class="modal') == 10  # 600 were opened, 10 differ


def test_names_of_a_world():
    names = WorldNames.of(world_file.from_json(copy.deepcopy(WORLD)))
    assert names.person("UBOT").kind == "bot"
    assert {names.person(user).kind for user in names.users} >= {"external", "bot", "member"}
    assert all(room.companies for room in map(names.room, names.channels))


def test_the_style_is_part_of_the_page():
    assert f"<style>{page.style()}</style>" in Tape().told().html()
