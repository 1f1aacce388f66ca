"""That the list of sites is read from the code, and that a site which nothing reaches is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.kill import sites
from tests.kill.proof import FEW, quiet_presses, spared


def test_a_new_commit_site_that_nothing_reaches_is_named(tmp_path: Path) -> None:
    new = tmp_path / "bot" / "services" / "new.py"
    new.parent.mkdir(parents=True)
    new.write_text(
        'async def f(db):\n    async with db.begin("brand.new"):\n        pass\n'
        'async def g(desk, press):\n    return await desk.once("brand.pressed", press, str, f)\n',
        encoding="utf-8",
    )
    found = sites.commits(tmp_path)
    assert found == {"brand.new": "bot/services/new.py:2", "brand.pressed": "bot/services/new.py:5"}
    assert sites.missing(found, ["commit:brand.pressed:before", "commit:brand.pressed:after"]) == ["brand.new"]


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ('db.begin(f"x.{name}")', "write the commit's name out"),
        ("db.begin()", "write the commit's name out"),
        ('db.begin("x.y"); db.begin("x.y")', "stands at bot/new.py:1 too"),
    ],
)
def test_a_commit_site_that_cannot_be_told_from_others_is_refused(tmp_path: Path, source: str, complaint: str) -> None:
    (tmp_path / "bot").mkdir()
    (tmp_path / "bot" / "new.py").write_text(source, encoding="utf-8")
    with pytest.raises(ValueError, match=complaint):
        sites.commits(tmp_path)


def test_a_kind_of_notice_that_nothing_sends_is_named() -> None:
    points = [f"{site}:before" for site in sites.sends() - {"send:hub_escalation", "update:hub"}]
    assert sites.missing(sites.sends(), points) == ["send:hub_escalation", "update:hub"]


def test_an_exemption_that_is_none_any_more_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sites.EXEMPT, "old.commit", "nothing led there")
    assert sites.missing(["old.commit"], []) == []
    assert sites.missing(["old.commit"], ["commit:old.commit:before"]) == ["old.commit is exempt, but was passed"]


def test_of_presses_those_are_spared_that_nothing_follows() -> None:
    calm = ["commit:editing.save:before", "commit:editing.save:after", "commit:owning.hand_over:before"]
    loud = ["commit:judging.submit:before", "commit:judging.submit:after", "commit:outbox.claim:before"]
    assert quiet_presses([calm, loud, [*calm[:2], *loud]]) == {"editing.save"}
    assert quiet_presses([calm, [*calm[:2], *loud[2:]]]) == set()


def test_of_points_that_are_alike_a_few_are_left_and_of_others_all() -> None:
    sends = [f"send:{kind}:{when}" for kind in ("hub", "digest", "proposed") for when in ("before", "stored")]
    every = [f"commit:{name}:{when}" for name in sorted(sites.commits()) for when in ("before", "after")]
    quiet = {"editing.save", "editing.remove", "pause.switch"}
    left_out = spared([*sends, *every], quiet)
    assert len(left_out & set(sends)) == 1
    assert {name for name in left_out if name.endswith(":stored")} == set()
    assert len({name for name in left_out if name.endswith(":after")}) == len(quiet) - FEW
    assert not {name for name in left_out if name.split(":")[1] not in sites.presses() and name.startswith("commit:")}


def test_the_code_has_sites() -> None:
    assert {"outbox.mark", "answering.choose", "import.suppliers"} <= sites.commits().keys()
    assert {"send:hub", "update:digest"} <= sites.sends()
