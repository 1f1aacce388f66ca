"""The first run: from nothing to the first real round in six steps. What stands is read from facts, never from a counter.

Only what a person decided is kept (`Choices`: a step put off, the guide closed), so the guide can be left, resumed by a
colleague, and done in any order that makes sense. To add a step: a member of `Step`, its fact in `_there`, what it needs
in `NEEDS`, and its words `home.step.<value>`, `home.why.<value>`, `home.do.<value>` in both catalogs.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from bot.domain.base import Value
from bot.domain.permissions import Action, Role, allows

FIRST_RUN = "first_run"
"""The setting in which `Choices` is kept: one for the team, because the setting up is one job."""


class Step(StrEnum):
    """In the order in which they are shown."""

    TEAM = "team"
    DEPARTMENTS = "departments"
    SUPPLIERS = "suppliers"
    LINK = "link"
    REHEARSAL = "rehearsal"
    ROUND = "round"


class StepState(StrEnum):
    """完了, 保留, 未着手. What is there is done, also when it had been put off before."""

    DONE = "done"
    SKIPPED = "skipped"
    LEFT = "left"


NEEDS: dict[Step, tuple[Step, ...]] = {
    Step.TEAM: (),
    Step.DEPARTMENTS: (Step.TEAM,),
    Step.SUPPLIERS: (Step.DEPARTMENTS,),
    Step.LINK: (Step.SUPPLIERS,),
    Step.REHEARSAL: (Step.TEAM,),
    Step.ROUND: (Step.SUPPLIERS,),
}
"""What has to be there before a step can be taken; its form would only refuse."""

SKIPPABLE = frozenset({Step.LINK, Step.REHEARSAL})
"""Without the others there is no round at all."""

MAY: dict[Step, Action] = {
    Step.TEAM: Action.SET_TEAM,
    Step.DEPARTMENTS: Action.EDIT_DEPARTMENTS,
    Step.SUPPLIERS: Action.REGISTER,
    Step.LINK: Action.LINK,
    Step.REHEARSAL: Action.REHEARSE,
    Step.ROUND: Action.OPEN_ROUND,
}


class Facts(Value):
    """What is there: numbers of real things. `rehearsed`: somebody has played a rehearsal to its end."""

    members: int = 0
    departments: int = 0
    suppliers: int = 0
    endpoints: int = 0
    rehearsed: bool = False
    rounds: int = 0


class Choices(Value):
    """What the team decided. `closed` None: the guide is shown until everything is done."""

    skipped: tuple[Step, ...] = ()
    closed: bool | None = None


class StepLine(Value):
    """One step as one person sees it. `waits_for`: the step that has to come first. `count`: how many there are."""

    step: Step
    state: StepState
    may: bool
    waits_for: Step | None = None
    count: int = 0

    @property
    def ready(self) -> bool:
        """Whether its button does something for this person."""
        return self.may and self.waits_for is None


class Guide(Value):
    """The six steps; `next` is the one to take now, None where nothing is left to this person."""

    lines: tuple[StepLine, ...]

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return all(line.state is not StepState.LEFT for line in self.lines)

    @property
    def next(self) -> Step | None:
        """The first step that is left and can be taken."""
        return next((line.step for line in self.lines if line.state is StepState.LEFT and line.ready), None)


def guide(facts: Facts, choices: Choices, held: Collection[Role]) -> Guide:
    """The steps for somebody with these roles."""
    there = _there(facts)
    return Guide(
        lines=tuple(
            StepLine(
                step=step,
                state=_state(step, there, choices),
                may=allows(MAY[step], held),
                waits_for=next((need for need in NEEDS[step] if not there[need]), None),
                count=there[step],
            )
            for step in Step
        )
    )


def shown(found: Guide, choices: Choices) -> bool:
    """Whether the guide stands on the Home tab: until it is finished or closed, and again when somebody wants it."""
    return not found.finished if choices.closed is None else not choices.closed


def skip(choices: Choices, step: Step) -> Choices:
    """Put off one step."""
    return choices.model_copy(update={"skipped": tuple(s for s in Step if s in {*choices.skipped, step})})


def _there(facts: Facts) -> dict[Step, int]:
    return {
        Step.TEAM: facts.members,
        Step.DEPARTMENTS: facts.departments,
        Step.SUPPLIERS: facts.suppliers,
        Step.LINK: facts.endpoints,
        Step.REHEARSAL: int(facts.rehearsed),
        Step.ROUND: facts.rounds,
    }


def _state(step: Step, there: dict[Step, int], choices: Choices) -> StepState:
    if there[step]:
        return StepState.DONE
    return StepState.SKIPPED if step in choices.skipped else StepState.LEFT
