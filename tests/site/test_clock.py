"""The clock does everything that has its hour, and goes on when the database was away."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError

from unclench_site.experience.models import Snapshot
from unclench_site.management.commands import clock

# Between rounds the clock gives connections back, which it cannot within a transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def test_one_round_takes_the_week_s_figures_once():
    call_command("clock", "--once")
    call_command("clock", "--once")

    assert Snapshot.objects.count() == 1


def test_each_thing_is_done_as_often_as_it_should_be(monkeypatch, time_machine):
    done = []
    rounds = tuple(
        (every, lambda *, at, name=task.__name__: done.append(name)) for every, task in clock.ROUND
    )
    for (_, named), (_, task) in zip(rounds, clock.ROUND, strict=True):
        named.__name__ = task.__name__
    monkeypatch.setattr(clock, "ROUND", rounds)
    seen = {}
    start = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)

    for minute in range(121):
        time_machine.move_to(start + timedelta(minutes=minute))
        clock.Command().round(seen)

    assert {name: done.count(name) for name in set(done)} == {
        "tick": 121,
        "wake": 121,
        "freeze": 3,
        "prune": 1,
    }


def test_what_failed_is_tried_again_and_holds_up_nothing_else(monkeypatch):
    tried = []

    def fails(*, at):
        tried.append("fails")
        raise OperationalError("away")

    def works(*, at):
        tried.append("works")

    monkeypatch.setattr(clock, "ROUND", ((timedelta(hours=1), fails), (timedelta(hours=1), works)))
    seen = {}

    clock.Command().round(seen)
    clock.Command().round(seen)

    assert tried == ["fails", "works", "fails"]
