"""The wire ids against their golden file: what stands in messages that people already have is never changed or reused.

`wire_ids.txt` holds every id, the grammar of block ids and packed values, and what each button's value and each modal's
metadata is made of (`tests/handlers/test_old_buttons.py` holds those against real cards). Its lines are only ever added to.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

import pytest

from bot.domain.refusal import Code, Refusal
from message_templates import ids

GOLDEN = Path(__file__).with_name("wire_ids.txt")

CLASSES: tuple[type[StrEnum], ...] = (ids.Do, ids.View, ids.Shortcut, ids.Field)


def golden() -> list[str]:
    """The lines of the golden file without its comments."""
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def now() -> list[str]:
    """The same lines as the code has them. `__members__` also holds a second name for one value, which is a mistake."""
    members = [f"{cls.__name__}.{name} = {m.value}" for cls in CLASSES for name, m in cls.__members__.items()]
    return [
        *members,
        f"block of a field = {ids.field_block('<name>')}",
        f"block of a question = {ids.question_block('<question>', 7, 'v').replace('.7.', '.<revision>.')}",
        f"block of a comment = {ids.question_block('<question>', 7, 'c').replace('.7.', '.<revision>.')}",
        f"packed = {ids.pack('<part>', '<part>')}",
    ]


def check(kept: list[str], found: list[str]) -> None:
    """AssertionError with a sentence for whoever changed the ids."""
    kept = [line for line in kept if not line.startswith(("value of ", "metadata of "))]
    gone = [line for line in kept if line not in found]
    assert not gone, (
        f"{gone} stood in ids.py and does not any more. Buttons with it are in people's channels, and they must still work "
        "or say kindly why not: put it back. An id that is not drawn any more keeps its member and its route."
    )
    new = [line for line in found if line not in kept]
    assert not new, "new ids: append these lines to tests/templates/wire_ids.txt\n" + "\n".join(new)
    for group in ("Do.", "View.", "Shortcut.", "Field."):
        old, current = ([line for line in lines if line.startswith(group)] for lines in (kept, found))
        assert old == current, f"{group}…: wire_ids.txt has another order than ids.py: a new member stands at the end"


def test_what_is_in_peoples_channels_is_what_the_code_understands() -> None:
    check(golden(), now())


def test_the_golden_file_notices_what_is_taken_away_changed_or_not_written_down() -> None:
    kept = golden()
    with pytest.raises(AssertionError, match="put it back"):
        check(kept, [line for line in now() if "HUB_OPEN" not in line])
    with pytest.raises(AssertionError, match="put it back"):
        check(kept, [line.replace("vr1.hub_open", "vr2.hub_open") for line in now()])
    with pytest.raises(AssertionError, match=r"append these lines .*\n.*Do.NEW = vr1.new"):
        check(kept, [*now(), "Do.NEW = vr1.new"])
    with pytest.raises(AssertionError, match="stands at the end"):
        check([kept[1], kept[0], *kept[2:]], now())


@pytest.mark.parametrize("cls", CLASSES)
def test_no_value_is_used_twice_and_each_carries_the_version_of_the_grammar(cls: type[StrEnum]) -> None:
    values = [member.value for member in cls.__members__.values()]
    assert len(set(values)) == len(values), (
        "two members with one value: Bolt would run the first one's handler for both"
    )
    for value in values:
        assert value.startswith("vr1."), f"{value}: the version of the grammar comes first"
        assert "." not in value.removeprefix("vr1."), f"{value}: a dot divides an id from the number behind it"


def test_no_value_of_the_golden_file_is_used_for_something_else() -> None:
    """An old value under a new name would make old buttons do something that was never written on them."""
    old = dict(line.split(" = ") for line in golden() if line.startswith(("Do.", "View.", "Shortcut.", "Field.")))
    current = dict(line.split(" = ") for line in now())
    assert {name: current.get(name) for name in old} == old


def test_values_come_back_as_they_were_packed() -> None:
    assert ids.unpack(ids.pack("a", "b", 3), 3) == ["a", "b", "3"]
    assert ids.question_part(ids.question_block("q", 12, "c")) == ("q", "c")
    assert ids.field_name(ids.field_block("reason.0192")) == "reason.0192"


@pytest.mark.parametrize("value", ["", "1", "1.a", "1.a.b.c", "2.a.b", "a.b", "vr1.a.b", "0192f0c4"])
def test_what_was_packed_otherwise_is_refused_kindly(value: str) -> None:
    with pytest.raises(Refusal) as refused:
        ids.unpack(value, 2)
    assert refused.value.code is Code.NOT_FOUND


@pytest.mark.parametrize("block", ["", "vr1.f.name", "vr1.q.", "vr1.q.a", "vr1.q.a.1", "vr1.q.a.1.x", "vr1.q.a.1.v.z"])
def test_a_block_that_is_no_question_is_none(block: str) -> None:
    assert ids.question_part(block) is None


def test_a_pages_number_is_a_number_or_refused_kindly() -> None:
    assert ids.number("12") == 12
    for part in ("", "x", "-1", "1.5", "１", "²"):
        with pytest.raises(Refusal) as refused:
            ids.number(part)
        assert refused.value.code is Code.NOT_FOUND
