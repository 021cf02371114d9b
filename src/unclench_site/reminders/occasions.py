"""What is due for a person between two moments: the same occasions whenever it is asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, final

from unclench_site.accounts.models import Person
from unclench_site.plans.intake import due_doses, pump_of
from unclench_site.reminders import clocks
from unclench_site.reminders.countdown import Countdown, steps
from unclench_site.reminders.models import Kind, OwnReminder, Wishes

MORNING: Final = time(10)
"""When the countdown of a pump speaks: a clinic's telephone is answered then."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """Something due once.

    Attributes:
        key: Its name for this person, the same on every call.
        due_at: When, in UTC.
        own: The reminder that the person wrote, if it is that.
    """

    kind: Kind
    key: str
    due_at: datetime
    own: OwnReminder | None = None


def occasions(
    owner: Person,
    wishes: Wishes,
    own: Iterable[OwnReminder],
    *,
    start: datetime,
    end: datetime,
) -> list[Occasion]:
    """What is due after `start` and up to `end`, in order.

    Args:
        owner: For whom.
        wishes: What they want to be reminded of.
        own: The reminders that they wrote.
        start: Not included.
        end: Included.
    """
    days = list(clocks.days(start, end, zone=owner.zone))
    found = [
        *_doses(owner, wishes, start=start, end=end),
        *_check_ins(owner, wishes, days),
        *_of_the_pump(owner, wishes, days),
        *_own(owner, own, days),
    ]
    return sorted(
        (one for one in found if start < one.due_at <= end), key=lambda one: (one.due_at, one.key)
    )


def dose_key(due_key: str) -> str:
    """The occasion of a dose."""
    return f"{Kind.DOSE.value}:{due_key}"


def _doses(owner: Person, wishes: Wishes, *, start: datetime, end: datetime) -> Iterator[Occasion]:
    if not wishes.doses:
        return
    for dose in due_doses(owner, start=start, end=end + timedelta(minutes=1)):
        yield Occasion(kind=Kind.DOSE, key=dose_key(dose.key), due_at=dose.at)


def _check_ins(owner: Person, wishes: Wishes, days: list[date]) -> Iterator[Occasion]:
    if wishes.check_in_at is None:
        return
    for day in days:
        due_at = clocks.moment(day, wishes.check_in_at, zone=owner.zone)
        yield Occasion(kind=Kind.CHECK_IN, key=f"check-in:{day}", due_at=due_at)


def _of_the_pump(owner: Person, wishes: Wishes, days: list[date]) -> Iterator[Occasion]:
    if not wishes.pump:
        return
    for counted in countdowns(owner, today=days[0]):
        for ahead in steps(counted.kind):
            day = counted.on - timedelta(days=ahead)
            if days[0] <= day <= days[-1]:
                yield Occasion(
                    kind=counted.kind,
                    key=f"{counted.kind.value}:{counted.on}:{ahead}",
                    due_at=clocks.moment(day, MORNING, zone=owner.zone),
                )


def _own(owner: Person, own: Iterable[OwnReminder], days: list[date]) -> Iterator[Occasion]:
    for one in own:
        for day in days:
            if str(day.weekday()) in one.weekdays:
                yield Occasion(
                    kind=Kind.OWN,
                    key=f"own:{one.public_id}:{day}",
                    due_at=clocks.moment(day, one.at_time, zone=owner.zone),
                    own=one,
                )


def countdowns(owner: Person, *, today: date) -> list[Countdown]:
    """The dates of a person's pump, seen from a day; none where there is no pump."""
    pump = pump_of(owner)
    if pump is None:
        return []
    dates = ((Kind.REFILL, pump.refill_due_on), (Kind.SERVICE, pump.end_of_service_on))
    return [Countdown(kind=kind, on=on, today=today) for kind, on in dates if on is not None]
