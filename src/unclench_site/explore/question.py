"""What somebody asks of the model: a person, a plan, perhaps a second plan, and what to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Final, final
from urllib.parse import urlencode

from unclench.patient import Patient
from unclench.regimen import OralRegimen, OralStep, Regimen, format
from unclench.therapy import History, Symptom
from unclench.units import mg
from unclench_site.explore.choices import Choice
from unclench_site.explore.telling import parts_told

if TYPE_CHECKING:
    from unclench_site.explore.laid import Laid

USUAL: Final = Patient()
"""The person when nobody has said anything about themselves."""

FIRST_PLAN: Final = Regimen(
    oral=OralRegimen((OralStep(tuple((hour * 60, mg(20)) for hour in (8, 14, 20))),))
)
"""The plan when nobody has put anything in: three tablets a day."""


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """How much time is simulated and shown.

    Attributes:
        simulated_days: The last day that is simulated.
        shown_days: The first and the last day that the charts show.
        step_min: Minutes between the points of a curve.
        band_step_min: Minutes between the points of the band.
        lead_days: Days before day 1 that are simulated too, and not shown.
    """

    simulated_days: int
    shown_days: tuple[int, int]
    step_min: int
    band_step_min: int
    lead_days: int = 0


@final
class Span(Enum):
    """How much time the charts show, where no plan of many days decides."""

    words: str
    window: Window
    event_day: int

    def __new__(
        cls,
        code: str,
        words: str,
        days: tuple[int, int],
        steps_min: tuple[int, int],
        event_day: int,
    ) -> Span:
        """Keep beside the code what the model and the charts need."""
        member = object.__new__(cls)
        member._value_ = code
        member.words = words
        member.window = Window(
            simulated_days=days[1],
            shown_days=days,
            step_min=steps_min[0],
            band_step_min=steps_min[1],
        )
        member.event_day = event_day
        return member

    DAY = "day", "One day, after a week", (7, 7), (15, 15), 7
    WEEK = "week", "The first week", (1, 7), (15, 30), 4
    MONTH = "month", "The first four weeks", (1, 28), (60, 60), 15


@final
class Picture(Choice):
    """Which chart comes first and largest."""

    SPASMS = "spasms", "Spasms"
    BLOOD = "blood", "Baclofen in the blood"
    FLUID = "fluid", "Baclofen in the spinal fluid"
    DROWSINESS = "drowsiness", "Drowsiness"
    STIFFNESS = "stiffness", "Stiffness"
    WEAKNESS = "weakness", "Weakness"
    WITHDRAWAL = "withdrawal", "Withdrawal"


@final
class Against(Choice):
    """What a plan is compared with."""

    NOTHING = "none", "No baclofen"
    ROUTE = "route", "The other way: a pump, or tablets"
    NIGHT = "night", "The same amount, more of it at night"
    MISSED = "missed", "One dose missed"
    DOUBLED = "doubled", "One dose taken twice"
    STOPPED = "stopped", "Stopping suddenly"
    KIDNEY = "kidney", "Kidneys that work at a third"
    OWN = "own", "A plan of your own, in words"


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Second:
    """The plan, or the person, to compare with.

    Attributes:
        patient: The person.
        regimen: The plan.
        words: Its name after "with", such as "more of it at night".
        note: What has to be said beside it.
        day: The day on which it differs most; None for the last.
        judged: The plan as the rules judge it, counted from the first day shown, if not the same.
    """

    patient: Patient
    regimen: Regimen
    words: str
    note: str = ""
    day: int | None = None
    judged: Regimen | None = None


@final
@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Everything that one picture is drawn from; it has an address of its own."""

    patient: Patient = USUAL
    regimen: Regimen = FIRST_PLAN
    against: Against = Against.NOTHING
    second: Second | None = None
    span: Span = Span.DAY
    picture: Picture = Picture.SPASMS
    history: History = field(default_factory=History)
    symptoms: frozenset[Symptom] = frozenset()
    laid: Laid | None = None

    @property
    def window(self) -> Window:
        """The time to simulate and to show."""
        return self.laid.window if self.laid else self.span.window

    @property
    def simulated(self) -> Regimen:
        """What the model is asked about."""
        return self.laid.simulated if self.laid else self.regimen

    @property
    def judged(self) -> Regimen:
        """What the rules are asked about."""
        return self.laid.regimen if self.laid else self.regimen

    def address(self) -> str:
        """The query part of this question's address: the plan in words, and what is not usual.

        Example:
            >>> Question(span=Span.WEEK).address()
            'regimen=20+mg+at+08:00,+14:00,+20:00&span=week'
        """
        parts: dict[str, str] = {"regimen": format(self.regimen)}
        for name, part in (
            ("kg", "weight_kg"),
            ("age", "age_years"),
            ("kidney", "crcl_ml_per_min"),
            ("spasms", "spasms_per_day"),
        ):
            if getattr(self.patient, part) != getattr(USUAL, part):
                parts[name] = f"{getattr(self.patient, part):.6g}"
        if self.patient.worst_time is not USUAL.worst_time:
            parts["worst"] = self.patient.worst_time.value
        if self.against is not Against.NOTHING:
            parts["against"] = self.against.value
        if self.against is Against.OWN and self.second:
            parts["other"] = format(self.second.regimen)
        if self.span is not Span.DAY:
            parts["span"] = self.span.value
        if self.picture is not Picture.SPASMS:
            parts["show"] = self.picture.value
        told = parts_told(self.patient, self.history, self.symptoms)
        laid = self.laid.parts if self.laid else ()
        return urlencode([*parts.items(), *told, *laid], safe=":,/")
