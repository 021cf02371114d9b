"""What a person takes and what a clinician should know, as versions that are only ever added."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import ClassVar, Self, final

from django.db import models

from unclench.patient import Condition, TimeOfDay
from unclench.regimen import Regimen, parse
from unclench_site.accounts.access import Owned, OwnedQuerySet
from unclench_site.accounts.models import Person, Scope, valid_time_zone

MOST_TEXT = 2000
CONDITIONS = {one.value: one for one in Condition}
TIMES_OF_DAY = {one.value: one for one in TimeOfDay}


@lru_cache(maxsize=4096)
def read_regimen(text: str) -> Regimen:
    """Give a stored regimen; the same few texts are read again and again."""
    return parse(text)


class Goal(models.TextChoices):
    """What somebody wants from treatment."""

    WALKING = "walking", "walking"
    TRANSFERS = "transfers", "moving from bed to chair and back"
    SLEEP = "sleep", "sleep"
    PAIN = "pain", "less pain"


class KidneyValue(models.TextChoices):
    """Which of two numbers a laboratory gave."""

    CRCL = "crcl", "creatinine clearance, mL a minute"
    EGFR = "egfr", "eGFR, mL a minute"


class TreatmentQuerySet(OwnedQuerySet["Treatment"]):
    """Reads of what people take."""

    def standing(self) -> Self:
        """Versions that no correction has replaced, oldest first."""
        return self.filter(replaced_by=None).order_by("from_at", "id")


@final
class Treatment(Owned):
    """What somebody takes from a moment on, until the next version: added, never edited.

    Attributes:
        regimen: The baclofen in our regimen language; empty when none is taken any more.
        day_one: The day on the person's calendar on which the regimen's day 1 falls.
        from_at: When this version begins to hold.
        medicines: Other medicines, as the person wrote them.
        replaces: The version that this one corrects: that one never held.
        mark: The step of a care plan that the person accepted, where it comes from one.
    """

    scope = Scope.TREATMENT
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    regimen = models.CharField(max_length=MOST_TEXT, blank=True)
    day_one = models.DateField()
    from_at = models.DateTimeField()
    zone = models.CharField(max_length=64, validators=[valid_time_zone])
    medicines = models.JSONField(default=list, blank=True)
    recorded_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="replaced_by"
    )
    mark = models.OneToOneField(
        "plans.PlanMark", models.CASCADE, null=True, blank=True, related_name="treatment"
    )

    objects = TreatmentQuerySet.as_manager()

    class Meta:
        """Read by owner in order of time."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "from_at", "id"], name="treatments_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"treatment {self.pk}"

    @property
    def is_ended(self) -> bool:
        """Whether this version says that no baclofen is taken any more."""
        return not self.regimen

    def to_regimen(self) -> Regimen:
        """Give the regimen; its day 1 is `day_one`.

        Raises:
            InputError: if this version says that none is taken.
        """
        return read_regimen(self.regimen)


@final
class HealthDetails(Owned):
    """What a clinician would want to know, as the person says it: the newest row holds.

    Attributes:
        kidney_value: The number of the laboratory, as `kidney_kind` and of the day `kidney_on`.
        since_on: Since when baclofen has been taken.
        country: Two capital letters, for emergency numbers.
    """

    scope = Scope.TREATMENT
    recorded_at = models.DateTimeField()
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    weight_kg = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    kidney_value = models.DecimalField(max_digits=4, decimal_places=1, null=True, blank=True)
    kidney_kind = models.CharField(max_length=4, choices=KidneyValue.choices, blank=True)
    kidney_on = models.DateField(null=True, blank=True)
    spasms_per_day = models.PositiveSmallIntegerField(null=True, blank=True)
    worst_time = models.CharField(max_length=12, blank=True)
    conditions = models.JSONField(default=list, blank=True)
    goals = models.JSONField(default=list, blank=True)
    own_goal = models.CharField(max_length=300, blank=True)
    since_on = models.DateField(null=True, blank=True)
    country = models.CharField(max_length=2, blank=True)

    objects = OwnedQuerySet["HealthDetails"].as_manager()

    class Meta:
        """The newest of an owner is read."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-id"], name="health_of_an_owner"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kidney_value=None)
                | (models.Q(kidney_kind__in=["crcl", "egfr"]) & ~models.Q(kidney_on=None)),
                name="a_kidney_value_says_what_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"health details {self.pk}"

    @property
    def known(self) -> frozenset[str]:
        """Which fields of unclench.Patient the person told; the others are usual values."""
        told = {
            "weight_kg": self.weight_kg,
            "age_years": self.birth_year,
            "crcl_ml_per_min": self.kidney_value,
            "spasms_per_day": self.spasms_per_day,
            "worst_time": self.worst_time,
            "weeks_on_baclofen": self.since_on,
            "country": self.country,
        }
        return frozenset(name for name, value in told.items() if value not in (None, ""))

    @property
    def condition_set(self) -> frozenset[Condition]:
        """The conditions as the rules know them."""
        return frozenset(CONDITIONS[code] for code in self.conditions)

    @property
    def condition_words(self) -> list[str]:
        """The conditions in plain words, in the order of the list."""
        return [one.words for one in Condition if one in self.condition_set]

    @property
    def goal_words(self) -> list[str]:
        """The goals in plain words; the person's own come last."""
        chosen = [str(goal.label) for goal in Goal if goal.value in self.goals]
        return [*chosen, *([self.own_goal] if self.own_goal else [])]

    @property
    def worst_time_words(self) -> str:
        """When spasms are at their worst, in words; empty if not said."""
        return TIMES_OF_DAY[self.worst_time].words if self.worst_time else ""


@final
class PumpDetails(Owned):
    """What is known of somebody's pump: the newest row holds. Volumes are the device's own."""

    scope = Scope.TREATMENT
    recorded_at = models.DateTimeField()
    model = models.CharField("make and model", max_length=80, blank=True)
    drug = models.CharField(max_length=80, default="baclofen")
    mcg_per_ml = models.DecimalField(max_digits=7, decimal_places=2)
    reservoir_ml = models.DecimalField(max_digits=6, decimal_places=3)
    alarm_ml = models.DecimalField(max_digits=6, decimal_places=3)
    tubing_ml = models.DecimalField(max_digits=6, decimal_places=3)
    catheter_ml = models.DecimalField(max_digits=6, decimal_places=3)
    filled_on = models.DateField(null=True, blank=True)
    filled_ml = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    implanted_on = models.DateField(null=True, blank=True)
    alert_on = models.DateField(null=True, blank=True)
    clinic_name = models.CharField(max_length=80, blank=True)
    clinic_phone = models.CharField(max_length=40, blank=True)
    is_removed = models.BooleanField(default=False)

    objects = OwnedQuerySet["PumpDetails"].as_manager()

    class Meta:
        """The newest of an owner is read."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-id"], name="pump_of_an_owner"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(filled_on=None, filled_ml=None)
                | (~models.Q(filled_on=None) & ~models.Q(filled_ml=None)),
                name="a_refill_has_a_day_and_a_volume",
            ),
        ]

    def __str__(self) -> str:
        return f"pump {self.pk}"


class PlanKind(models.TextChoices):
    """What a care plan is about."""

    TITRATION = "titration", "Going up"
    TAPER = "taper", "Coming down"
    SCREENING = "screening", "Screening test before a pump"
    PUMP = "pump", "Pump: first weeks"
    PROGRAM = "program", "Pump: program of the day"


@final
class CarePlan(Owned):
    """A plan that a clinician leads for a member; what it says stands in its versions."""

    scope = Scope.CARE_PLAN
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=PlanKind.choices)
    begun_at = models.DateTimeField()

    objects = OwnedQuerySet["CarePlan"].as_manager()

    class Meta:
        """Read by owner, newest first."""

        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["owner", "-id"], name="plans_of_an_owner"),
        ]

    def __str__(self) -> str:
        return f"plan {self.pk}"


@final
class PlanVersion(models.Model):
    """One signed version of a plan. It is born signed, and the database refuses every change.

    Attributes:
        content: Everything that was signed: steps, words, findings, reasons.
        content_hash: SHA-256 of the content as canonical JSON.
        previous_hash: The signature of the version before; empty for the first.
        signature: SHA-256 over the previous signature, the content, who and when.
        signer: The public id of who signed, which stays if they leave.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    plan = models.ForeignKey(CarePlan, models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField()
    supersedes = models.OneToOneField(
        "self", models.CASCADE, null=True, blank=True, related_name="superseded_by"
    )
    content = models.JSONField()
    content_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    signature = models.CharField(max_length=64)
    signer = models.UUIDField()
    signed_by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        """Versions count up, and one version is superseded once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["plan", "number"], name="one_version_a_number"),
            models.CheckConstraint(
                condition=models.Q(number=1, supersedes=None, previous_hash="")
                | (
                    models.Q(number__gt=1)
                    & ~models.Q(supersedes=None)
                    & ~models.Q(previous_hash="")
                ),
                name="a_later_version_supersedes_one",
            ),
        ]

    def __str__(self) -> str:
        return f"plan version {self.pk}"


class MarkKind(models.TextChoices):
    """What became of a plan."""

    FOLLOW = "follow", "followed"
    START = "start", "step begun"
    DONE = "done", "step done"
    PROBLEM = "problem", "problem reported"
    RESUME = "resume", "hold ended by the clinician"
    LEAVE = "leave", "left"


@final
class PlanMark(models.Model):
    """What a member did with a version of a plan, or a clinician with a hold: added, never edited.

    Attributes:
        step: The number of the step, 1 for the first; 0 where it is about the whole plan.
        key: Made by the page, so that the same tap twice is one mark.
        symptoms: Codes of what was felt, for a problem.
    """

    version = models.ForeignKey(PlanVersion, models.CASCADE, related_name="marks")
    kind = models.CharField(max_length=8, choices=MarkKind.choices)
    step = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    note = models.CharField(max_length=500, blank=True)
    symptoms = models.JSONField(default=list, blank=True)
    key = models.UUIDField(default=uuid.uuid4)

    class Meta:
        """The same tap twice is one mark; a step begins once."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["version", "key"], name="one_mark_a_tap"),
        ]

    def __str__(self) -> str:
        return f"plan mark {self.pk}"
