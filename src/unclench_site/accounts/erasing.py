"""Erase a person: every row, session, queued task, kept mail and file, and what lies behind."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Final

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import connection, transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django_tasks_db.models import DBTaskResult

from unclench_site.accounts.models import Cached, Person
from unclench_site.accounts.portable import PARTS
from unclench_site.mail import remove_mail_with

TRIES: Final = 3
"""How often to ask SQLite to empty its log, which waits for readers of the old state."""


def folder_of(person: Person) -> Path:
    """Where the files of a person live."""
    return Path(settings.DATA) / "people" / str(person.public_id)


def erase(person: Person) -> None:
    """Erase a person so that nothing tells that they were here.

    Rows of other people that name the person, such as "who looked", stay without the name. With
    SQLite the bytes are overwritten (`secure_delete`) and its log is emptied; PostgreSQL drops
    them at its next vacuum, which is asked for here.
    """
    folder, words = folder_of(person), words_of(person)
    with transaction.atomic():
        for part in PARTS.values():
            if part.forget:
                part.forget(person)
        forget_traces(person, words)
        person.delete()
    shutil.rmtree(folder, ignore_errors=True)
    for word in words:
        remove_mail_with(word, folder=Path(settings.EMAIL_FILE_PATH))
    sweep()
    scrub()


def words_of(person: Person) -> set[str]:
    """By which words mail to a person can be found: every address of theirs."""
    known = EmailAddress.objects.filter(user=person).values_list("email", flat=True)
    return {word.lower() for word in (person.email, *known) if word}


def forget_traces(person: Person, words: set[str]) -> None:
    """Delete what hangs on no foreign key: sessions, queued tasks, counts of attempts."""
    mine = str(person.pk)
    for session in Session.objects.iterator():
        if session.get_decoded().get(SESSION_KEY) == mine:
            session.delete()
    queued = DBTaskResult.objects.annotate(said=Cast("args_kwargs", TextField()))
    queued.filter(said__contains=str(person.public_id)).delete()
    counted = Q(cache_key__endswith=f":user:{person.pk}")
    for word in {*words, person.name}:
        counted |= Q(cache_key__contains=hashlib.sha256(word.encode()).hexdigest())
        counted |= Q(cache_key__contains=hashlib.sha256(word.lower().encode()).hexdigest())
    Cached.objects.filter(counted).delete()


def sweep() -> None:
    """Delete folders whose person is gone, as after a crash in the middle of an erasure."""
    home = Path(settings.DATA) / "people"
    if not home.is_dir():
        return
    present = {str(known) for known in Person.objects.values_list("public_id", flat=True)}
    for folder in home.iterdir():
        if folder.name not in present:
            shutil.rmtree(folder, ignore_errors=True)


def scrub() -> None:
    """Make the database forget the bytes of what was deleted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if not connection.in_atomic_block:
                cursor.execute("VACUUM")
            return
        if connection.in_atomic_block:
            return
        for _ in range(TRIES):
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            busy = cursor.fetchone()
            if busy is None or not busy[0]:
                return
