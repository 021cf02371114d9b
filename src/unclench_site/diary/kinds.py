"""What can be logged, what a number beside it means, and how both are said."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, final

from django.db import models


class Kind(models.TextChoices):
    """What an entry of the diary is about."""

    SPASM = "spasm", "Spasm"
    DOSE_TAKEN = "dose-taken", "Dose taken"
    DOSE_SKIPPED = "dose-skipped", "Dose skipped"
    SLEEPINESS = "sleepiness", "Sleepiness"
    SLEEP = "sleep", "Sleep"
    WEAKNESS = "weakness", "Too loose"
    RATING = "rating", "Stiffness"
    SIDE_EFFECT = "side-effect", "Side effect"
    PUMP_BEEP = "pump-beep", "Pump beep"


DOSES: Final = frozenset({Kind.DOSE_TAKEN, Kind.DOSE_SKIPPED})


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """What the number of an entry means.

    Attributes:
        question: How it is asked.
        low: The smallest number.
        high: The greatest number.
        words: A word for each number from `low` up; empty where the number speaks for itself.
        needed: Whether an entry without a number says nothing.
    """

    question: str
    low: int
    high: int
    words: tuple[str, ...] = ()
    needed: bool = True

    @property
    def choices(self) -> list[tuple[int, str]]:
        """Each number with how it is said."""
        numbers = range(self.low, self.high + 1)
        return [(number, self.says(number)) for number in numbers]

    def says(self, number: int) -> str:
        """A number in words."""
        return self.words[number - self.low] if self.words else f"{number} of {self.high}"


SCALES: Final = MappingProxyType(
    {
        Kind.SPASM: Scale(
            question="How strong was the spasm?",
            low=0,
            high=3,
            words=("none all day", "light", "middling", "strong"),
            needed=False,
        ),
        Kind.WEAKNESS: Scale(
            question="How much too loose?",
            low=1,
            high=3,
            words=("a little", "middling", "much"),
            needed=False,
        ),
        Kind.SLEEPINESS: Scale(
            question="How sleepy are you now? 0 is wide awake, 10 is hard to stay awake.",
            low=0,
            high=10,
        ),
        Kind.SLEEP: Scale(
            question="How did you sleep? 0 is not at all, 10 is very well.", low=0, high=10
        ),
        Kind.RATING: Scale(
            question="How stiff are you now? 0 is not at all, 10 is the most there can be.",
            low=0,
            high=10,
        ),
        Kind.PUMP_BEEP: Scale(
            question="Which beep was it?",
            low=1,
            high=2,
            words=("one tone", "two tones"),
            needed=False,
        ),
    }
)
"""The scale of each kind that has a number."""

NO_SPASM: Final = 0
"""The number of a spasm entry that says that a day had none: it makes the day a counted one."""
