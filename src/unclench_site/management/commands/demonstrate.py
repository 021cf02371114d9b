"""`manage.py demonstrate`: a made-up member with three months of diary, and people around them.

Run again, it adds the days since. Everything of it can be told apart from real people by name.
"""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.http import QueryDict
from django.utils import timezone

from unclench.regimen import parse
from unclench_site.accounts.demonstration import NAMES
from unclench_site.accounts.models import Grant, Person, Role, Scope
from unclench_site.diary.synthetic import write_diary
from unclench_site.evidence import evidence
from unclench_site.experience import demonstration as community
from unclench_site.experience.models import Report
from unclench_site.plans.drafting import draft
from unclench_site.plans.following import mark
from unclench_site.plans.models import CarePlan, HealthDetails, MarkKind, Treatment
from unclench_site.plans.plan_forms import TitrationForm
from unclench_site.plans.signing import sign
from unclench_site.plans.takes import keep_health, keep_treatment, last_version

MEMBER: Final = NAMES["member"]
CLINICIAN: Final = NAMES["clinician"]
LOVED_ONE: Final = "demonstration loved one"
EVERYBODY: Final = (MEMBER, CLINICIAN, LOVED_ONE)
ZONE: Final = "Europe/London"
SEED: Final = 20
DAYS: Final = 91
TAKEN: Final = ((0, "5 mg x3"), (14, "10 mg x3"), (35, "20 mg x3"))
"""From which day what is taken."""
PLAN: Final = {
    "protocol": "us",
    "form": "tablet",
    "taken": "60",
    "target": "75",
    "step": "5",
    "every": "",
    "doses": "3",
    "piece": "",
    "why": "Evenings are still stiff. We go up slowly, and stop if you are too sleepy.",
    "call": "The made-up clinic, 01632 960000",
}
REASON: Final = "Made up: seen, and answered for the demonstration only."


class Command(BaseCommand):
    """Makes the demonstration, or takes it away."""

    help = "Make a demonstration member with three months of made-up diary, and people around them."

    def add_arguments(self, parser: CommandParser) -> None:
        """One option."""
        parser.add_argument("--remove", action="store_true", help="take it all away again")

    def handle(self, *args: Any, remove: bool, **options: Any) -> None:
        """Do it in one transaction, so that nobody sees half of it."""
        with transaction.atomic():
            if remove:
                Person.objects.filter(name__in=EVERYBODY).delete()
                community.forget()
                self.stdout.write("The demonstration is gone.")
                return
            made = demonstrate(at=timezone.now())
        self.stdout.write(f"The demonstration is there; {made} entries are new.")


def demonstrate(*, at: datetime) -> int:
    """Make whatever is missing of the demonstration up to a time, and give how many entries."""
    member, clinician, loved_one = (_person(name, at) for name in EVERYBODY)
    for scope in Scope:
        _let_in(member, clinician, scope, at)
    _let_in(member, loved_one, Scope.DIARY, at)
    if not HealthDetails.objects.filter(owner=member).exists():
        keep_health(member, by=member, at=at, told=_health(at))
    _takes(member, at)
    _plan(member, by=clinician, at=at)
    _community(at)
    first = (
        Treatment.objects.filter(owner=member).order_by("from_at").values_list("day_one").first()
    )
    return write_diary(member, first=first[0], at=at, seed=SEED) if first else 0


def _community(at: datetime) -> None:
    """Made-up reports for the page of everybody's experience, where no real person has reported."""
    if not Report.objects.exists():
        community.demonstrate(SEED, at=at)


def _person(name: str, at: datetime) -> Person:
    found = Person.objects.filter(name=name).first()
    if found is not None:
        return found
    fields: dict[str, Any] = {"role": Role.MEMBER}
    if name == CLINICIAN:
        fields = {"role": Role.CLINICIAN, "verified_at": at}
    elif name == LOVED_ONE:
        fields = {"role": Role.LOVED_ONE}
    email = f"{name.replace(' ', '-')}@example.invalid"
    return Person.objects.create_user(name, email=email, time_zone=ZONE, **fields)


def _let_in(owner: Person, to: Person, scope: Scope, at: datetime) -> None:
    Grant.objects.get_or_create(
        owner=owner, to=to, scope=scope, ended_at=None, defaults={"from_at": at}
    )


def _health(at: datetime) -> dict[str, Any]:
    return {
        "birth_year": at.year - 47,
        "weight_kg": "64.0",
        "spasms_per_day": 9,
        "worst_time": "evening",
        "goals": ["sleep", "transfers"],
        "country": "GB",
    }


def _takes(owner: Person, at: datetime) -> None:
    """What is taken, raised twice in three months."""
    if Treatment.objects.filter(owner=owner).exists():
        return
    begin = at.astimezone(owner.zone).date() - timedelta(days=DAYS)
    for day, regimen in TAKEN:
        from_at = datetime.combine(begin + timedelta(days=day), time(5), tzinfo=owner.zone)
        keep_treatment(
            owner,
            by=owner,
            at=at,
            from_at=from_at,
            regimen=parse(regimen),
            medicines=(),
            seen=last_version(owner),
        )


def _plan(owner: Person, *, by: Person, at: datetime) -> None:
    """A care plan that the clinician signed and the member follows; its steps are not begun."""
    if CarePlan.objects.filter(owner=owner).exists():
        return
    asked = QueryDict(mutable=True)
    asked.update(PLAN)
    form = TitrationForm(asked, evidence=evidence())
    if not form.is_valid():
        raise CommandError(f"The plan of the demonstration is not valid: {form.faults}")
    plan = draft(owner, form, at=at)
    version = sign(
        plan,
        owner=owner,
        by=by,
        at=at,
        plan_id=uuid.uuid4(),
        on=None,
        seal=plan.seal,
        reasons={one.code: REASON for one in plan.findings if one.needs_reason},
    )
    seen, key = version.public_id, uuid.uuid4()
    mark(version.plan, by=owner, at=at, kind=MarkKind.FOLLOW, seen=seen, key=key)
