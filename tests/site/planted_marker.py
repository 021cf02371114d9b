"""A walk in a process of its own, on a real database file: write a marker everywhere, erase.

Started by test_accounts_luggage.py with UNCLENCH_DATA set to an empty folder. Writes as JSON what
was planted, and in which files the marker stood before and after.
"""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import count, product
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from unclench_site.accounts.models import Person

MARKER = "Qwzxkvjp"
PASSWORD = "heron lantern quiet gravel"
MAIL = f"{MARKER.lower()}@example.org"


HOURS = (datetime(2026, 3, 3, tzinfo=UTC) + timedelta(hours=n) for n in count())
FITTING = [
    (models.JSONField, {"said": MARKER}),
    (models.EmailField, MAIL),
    (models.URLField, f"https://push.example/{MARKER}"),
    ((models.CharField, models.TextField), MARKER),
    (models.GenericIPAddressField, "192.0.2.7"),
    (models.BinaryField, MARKER.encode()),
    (models.DateField, date(2026, 3, 3)),
    (models.TimeField, time(9, 0)),
    (models.DecimalField, Decimal(1)),
    (models.Field, 1),
]


def value_of(field: models.Field, person: Person, planted: dict[type, models.Model], choice: int):
    """Something that fits a field: the marker wherever text may stand."""
    if field.is_relation:
        return person if field.related_model is Person else planted.get(field.related_model)
    if field.choices:
        return field.choices[choice % len(field.choices)][0]
    if isinstance(field, models.DateTimeField):
        return next(HOURS)
    if "zone" in field.name:
        return "Europe/London"
    return next(value for kind, value in FITTING if isinstance(field, kind))


def plant(model: type, person: Person, planted: dict[type, models.Model]) -> bool:
    """Write a row with the marker in as many fields as its constraints allow."""
    for spare, choice in product(("fill", "null", "blank"), range(4)):
        row = model()
        for field in model._meta.concrete_fields:
            made = isinstance(field, models.AutoField) or field.has_default()
            left = (spare != "fill" and field.null) or (spare == "blank" and field.blank)
            if not (made or left):
                setattr(row, field.name, value_of(field, person, planted, choice))
        try:
            with transaction.atomic():
                row.save()
        except (IntegrityError, ValueError):
            continue
        planted[model] = row
        return True
    return keep_theirs(model, person, planted)


def keep_theirs(model: type, person: Person, planted: dict[type, models.Model]) -> bool:
    """Take the row that a page wrote already, where a second one would break a constraint."""
    keys = [f.name for f in model._meta.concrete_fields if f.related_model is Person]
    found = next((model.objects.filter(**{key: person}).first() for key in keys), None)
    if found:
        planted[model] = found
    return bool(found)


def personal() -> list[type]:
    """Every model that a key leads from to a person, those that others refer to first."""
    reached = {Person}
    found: list[type] = []
    for _ in range(4):
        for model in apps.get_models():
            keys = {f.related_model for f in model._meta.concrete_fields if f.is_relation}
            if model not in reached and keys & reached:
                reached.add(model)
                found.append(model)
    return found


def files_with_marker() -> list[str]:
    """Every file of the data folder that has the marker in its bytes, whatever its capitals."""
    wanted = MARKER.lower().encode()
    return sorted(
        str(path.relative_to(settings.DATA))
        for path in Path(settings.DATA).rglob("*")
        if path.is_file() and wanted in path.read_bytes().lower()
    )


def walk() -> dict[str, object]:
    call_command("migrate", verbosity=0)
    client = Client(SERVER_NAME="localhost", HTTP_USER_AGENT=MARKER)
    other = Client(SERVER_NAME="localhost")
    form = {"username": MARKER, "email": MAIL, "role": "clinician", "agree": "on"}
    client.post("/account/signup/", {**form, "password1": PASSWORD, "way": "password"})
    bob = {"username": "Bob", "email": "bob@example.org", "role": "member", "agree": "on"}
    other.post("/account/signup/", {**bob, "password1": PASSWORD, "way": "password"})
    client.post("/account/sharing/", {"name": "Bob", "scopes": ["diary"], "span": "week"})
    asked = {"full_name": MARKER, "register": MARKER, "number": MARKER}
    client.post("/account/verification/", asked)
    client.post("/account/password/reset/", {"email": MAIL})
    session = client.session
    session["said"] = MARKER
    session.save()

    person = Person.objects.get(name=MARKER)
    planted: dict[type, models.Model] = {}
    models_ = personal()
    bare = [model._meta.label for model in models_ if not plant(model, person, planted)]
    now = timezone.now()
    DBTaskResult.objects.create(
        args_kwargs={"args": [str(person.public_id)], "kwargs": {"said": MARKER}},
        task_path="a.task", backend_name="default", run_after=now, priority=0,
        exception_class_path="", traceback=MARKER,
    )  # fmt: skip
    cache.set(f"{MARKER}:user:{person.pk}", 1)
    cache.delete(f"{MARKER}:user:{person.pk}")
    folder = Path(settings.DATA) / "people" / str(person.public_id)
    folder.mkdir(parents=True)
    (folder / "page.pdf").write_text(MARKER)

    # Into the database file itself, as the next checkpoint would: more to overwrite.
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    before = files_with_marker()
    login = {"login": MARKER, "password": PASSWORD}
    client.post("/account/login/", login)
    asks = client.get("/account/erase/")
    client.post(asks["Location"], {"password": PASSWORD})
    answer = client.post("/account/erase/", {"name": MARKER})
    return {
        "planted": sorted(model._meta.label for model in planted),
        "bare": bare,
        "before": before,
        "asked_again": asks["Location"],
        "status": answer.status_code,
        "after": files_with_marker(),
        "left": person_rows(person.pk),
        "bob": Person.objects.filter(name="Bob").exists(),
        "journal": connection.cursor().execute("PRAGMA journal_mode").fetchone()[0],
    }


def person_rows(number: int) -> list[str]:
    """Tables that still have a row with a key to the person."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in personal()
        for field in model._meta.concrete_fields
        if field.related_model is Person and model.objects.filter(**{field.name: number}).exists()
    ]


def main() -> None:
    print(json.dumps(walk()))
