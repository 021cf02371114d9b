"""How a member follows a plan: what is today's step, what comes next, and what a problem holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final, final
from uuid import UUID

from django.db import transaction

from unclench.errors import InputError
from unclench.therapy import symptom
from unclench_site.accounts.access import may_author_plans, note
from unclench_site.accounts.models import Action, Person
from unclench_site.plans.checking import whole
from unclench_site.plans.drafting import route_of
from unclench_site.plans.intake import newest_treatment
from unclench_site.plans.models import (
    CarePlan,
    MarkKind,
    PlanMark,
    PlanVersion,
    read_regimen,
)
from unclench_site.plans.onward import onward
from unclench_site.plans.signing import NotAllowed
from unclench_site.plans.takes import Stale, keep_treatment, last_version
from unclench_site.plans.typed import one_line

__all__ = ["Progress", "State", "mark", "progress", "resume", "takes_otherwise"]

MOST_WORDS: Final = 500
"""Characters of what is said of a problem or of the end of a hold."""


@final
class State(Enum):
    """Where a member stands with a version."""

    words: str

    def __new__(cls, code: str, words: str) -> State:
        """Keep plain words beside the code."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        return member

    OFFERED = "offered", "offered to you"
    FOLLOWED = "followed", "you follow it"
    HOLD = "hold", "on hold"
    LEFT = "left", "you left it"
    FINISHED = "finished", "finished"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Where a member stands with a version.

    Args:
        state: Where.
        steps: The steps of the version, as signed.
        current: The step that was begun last; 0 for none.
        begun_on: The day on which it was begun, on the member's wall.
        done: The steps that were marked as done.
        problem: The problem that holds the plan; None for none.
    """

    state: State = State.OFFERED
    steps: Sequence[dict[str, Any]] = ()
    current: int = 0
    begun_on: date | None = None
    done: frozenset[int] = field(default_factory=frozenset)
    problem: PlanMark | None = None

    @property
    def step(self) -> dict[str, Any] | None:
        """The step that holds today."""
        return self.steps[self.current - 1] if self.current else None

    @property
    def next_step(self) -> dict[str, Any] | None:
        """The step that comes next; None if there is none."""
        return self.steps[self.current] if self.current < len(self.steps) else None

    @property
    def next_on(self) -> date | None:
        """The first day on which the next step may begin; None for at once, or never."""
        if self.begun_on is None or self.step is None or self.next_step is None:
            return None
        wait = self.next_step["first_day"] - self.step["first_day"]
        return self.begun_on + timedelta(days=wait)

    def may_begin_next(self, today: date) -> bool:
        """Whether the next step may begin today."""
        follows = self.state is State.FOLLOWED and self.next_step is not None
        return follows and (self.next_on is None or self.next_on <= today)


def progress(version: PlanVersion, marks: Sequence[PlanMark], *, owner: Person) -> Progress:
    """Give where a member stands, from the marks of a version, oldest first."""
    state, current, begun_on, problem = State.OFFERED, 0, None, None
    done: set[int] = set()
    for one in marks:
        if one.kind in (MarkKind.FOLLOW, MarkKind.RESUME):
            state, problem = State.FOLLOWED, None
        elif one.kind == MarkKind.START:
            current, begun_on = one.step, one.at.astimezone(owner.zone).date()
        elif one.kind == MarkKind.DONE:
            done.add(one.step)
        elif one.kind == MarkKind.PROBLEM:
            state, problem = State.HOLD, one
        elif one.kind == MarkKind.LEAVE:
            state, problem = State.LEFT, None
    steps = version.content["steps"]
    if state is State.FOLLOWED and current == len(steps) and current in done:
        state = State.FINISHED
    return Progress(
        state=state,
        steps=steps,
        current=current,
        begun_on=begun_on,
        done=frozenset(done),
        problem=problem,
    )


def takes_otherwise(stands: Progress, *, owner: Person, at: datetime) -> bool:
    """Tell whether the member has said since that they take something else than today's step."""
    step = stands.step
    if step is None or not step["regimen"]:
        return False
    meant = read_regimen(step["regimen"])
    held = newest_treatment(owner, at=at)
    if held is None or held.is_ended:
        return True
    taken = held.to_regimen()
    return taken.pump != meant.pump if meant.oral is None else taken.oral != meant.oral


def mark(
    plan: CarePlan,
    *,
    by: Person,
    at: datetime,
    kind: MarkKind,
    seen: UUID | None,
    key: UUID,
    step: int = 0,
    words: str = "",
    symptoms: Sequence[str] = (),
) -> PlanMark:
    """Mark what the member does with the newest version of their plan.

    Beginning a step makes it what is taken from now on; the other way in goes on as it was.

    Args:
        plan: The plan.
        by: The member, whose plan it is.
        at: When.
        kind: What was done.
        seen: The version that the page showed.
        key: Made by the page: the same tap twice is one mark.
        step: Which step, for its beginning or end.
        words: What the member says of a problem.
        symptoms: Codes of what is felt, for a problem.

    Raises:
        NotAllowed: if it is somebody else's plan.
        Stale: if a newer version was signed since the page was made.
        InputError: if that cannot be done now.
    """
    if by.pk != plan.owner_id:
        raise NotAllowed
    for code in symptoms:
        symptom(code)
    with transaction.atomic():
        owner = Person.objects.select_for_update().get(pk=plan.owner_id)
        version, marks = _newest(plan)
        again = next((one for one in marks if one.key == key), None)
        if again is not None:
            return again
        if version.public_id != seen:
            raise Stale
        stands = progress(version, marks, owner=owner)
        _check(kind, step, stands, owner=owner, plan=plan, version=version, at=at)
        made = PlanMark.objects.create(
            version=version,
            kind=kind,
            step=step,
            at=at,
            by=by,
            note=one_line(words, most=MOST_WORDS),
            symptoms=list(symptoms),
            key=key,
        )
        if kind is MarkKind.START:
            _take(stands.steps[step - 1], made, owner=owner, at=at)
        note(owner, by=by, action=Action.WRITE, what="care plan", at=at)
    return made


def resume(
    plan: CarePlan, *, by: Person, at: datetime, seen: UUID | None, key: UUID, words: str
) -> PlanMark:
    """End a hold: the clinician has spoken with the member, and the plan goes on.

    Raises:
        NotAllowed: if they are not a verified clinician whom the member let in.
        Stale: if a newer version was signed since the page was made.
        InputError: if the plan is not on hold, or nothing is said.
    """
    with transaction.atomic():
        owner = Person.objects.select_for_update().get(pk=plan.owner_id)
        if not may_author_plans(by, owner, at=at):
            raise NotAllowed
        version, marks = _newest(plan)
        again = next((one for one in marks if one.key == key), None)
        if again is not None:
            return again
        if version.public_id != seen:
            raise Stale
        if progress(version, marks, owner=owner).state is not State.HOLD:
            raise InputError("The plan is not on hold.", expected="a plan on hold")
        said = one_line(words, most=MOST_WORDS)
        if not said:
            raise InputError(
                "There is no word to the member.",
                expected="why the plan may go on, for them to read",
            )
        made = PlanMark.objects.create(
            version=version, kind=MarkKind.RESUME, at=at, by=by, note=said, key=key
        )
        note(owner, by=by, action=Action.WRITE, what="care plan", at=at)
    return made


def _newest(plan: CarePlan) -> tuple[PlanVersion, list[PlanMark]]:
    version = plan.versions.order_by("-number").first()
    if version is None:
        raise Stale
    return version, list(version.marks.order_by("id"))


def _check(
    kind: MarkKind,
    step: int,
    stands: Progress,
    *,
    owner: Person,
    plan: CarePlan,
    version: PlanVersion,
    at: datetime,
) -> None:
    """Refuse what cannot be done now, with the reason."""
    followed = stands.state in (State.FOLLOWED, State.HOLD, State.FINISHED)
    if kind is MarkKind.FOLLOW:
        if followed:
            raise InputError("You follow this plan already.", expected="a plan to begin")
        _check_alone(owner, plan, version)
    elif not followed:
        raise InputError("You do not follow this plan.", expected="a plan that you follow")
    elif kind is MarkKind.START:
        _check_start(step, stands, today=at.astimezone(owner.zone).date())
    elif kind is MarkKind.DONE and (step != stands.current or step in stands.done or not step):
        raise InputError(
            f"Step {step} is not the step of today.", expected="the step that you began last"
        )


def _check_start(step: int, stands: Progress, *, today: date) -> None:
    if stands.state is State.HOLD:
        raise InputError(
            "The plan is on hold.", expected="a word from your clinician before the next step"
        )
    if step != stands.current + 1 or step > len(stands.steps):
        raise InputError(f"Step {step} is not the next one.", expected=f"step {stands.current + 1}")
    if stands.next_on is not None and today < stands.next_on:
        raise InputError(
            f"Step {step} is not due yet.",
            expected=f"{stands.next_on.day} {stands.next_on:%B} at the earliest",
            hint="the step of today until then",
        )


def _check_alone(owner: Person, plan: CarePlan, version: PlanVersion) -> None:
    """Refuse a second plan for the same way in."""
    route = route_of(version.content)
    others = (
        PlanVersion.objects.filter(plan__owner=owner, superseded_by=None)
        .exclude(plan=plan)
        .prefetch_related("marks")
    )
    for other in others:
        marks = sorted(other.marks.all(), key=lambda one: one.pk)
        state = progress(other, marks, owner=owner).state
        if route_of(other.content) == route and state in (State.FOLLOWED, State.HOLD):
            raise InputError(
                "You follow another plan for the same way of taking baclofen.",
                expected="one plan at a time",
                hint="to leave that one first",
            )


def _take(step: dict[str, Any], made: PlanMark, *, owner: Person, at: datetime) -> None:
    """Make a step what is taken from now on."""
    if not step["regimen"]:
        return
    held = newest_treatment(owner, at=at)
    today = at.astimezone(owner.zone).date()
    beside = None
    if held is not None and not held.is_ended:
        day = max(1, (today - held.day_one).days + 1)
        beside = onward(held.to_regimen(), day=day)
    keep_treatment(
        owner,
        by=owner,
        at=at,
        from_at=at,
        regimen=whole(read_regimen(step["regimen"]), beside),
        medicines=() if held is None else tuple(held.medicines),
        seen=last_version(owner),
        mark=made,
    )
