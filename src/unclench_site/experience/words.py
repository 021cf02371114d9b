"""What can be reported of a treatment, and how it is said."""

from __future__ import annotations

from typing import Final

from django.db import models


class Way(models.TextChoices):
    """How baclofen gets in; one report of each."""

    ORAL = "oral", "Tablets or liquid"
    PUMP = "pump", "Pump"


class Goal(models.TextChoices):
    """What somebody wanted from it; the first four are those of the plans."""

    WALKING = "walking", "walking"
    TRANSFERS = "transfers", "moving from bed to chair and back"
    SLEEP = "sleep", "sleep"
    PAIN = "pain", "less pain"
    SPASMS = "spasms", "fewer spasms"
    STIFFNESS = "stiffness", "less stiffness"


class Effect(models.TextChoices):
    """What it did for a goal."""

    MUCH = "much", "much better"
    LITTLE = "little", "a little better"
    NONE = "none", "no change"
    WORSE = "worse", "worse"
    EARLY = "early", "too early to say"


HELPED: Final = frozenset({Effect.MUCH, Effect.LITTLE})


class Again(models.TextChoices):
    """Whether somebody would take it again."""

    YES = "yes", "yes"
    UNSURE = "unsure", "not sure"
    NO = "no", "no"


class Reason(models.TextChoices):
    """Why somebody stopped."""

    UNWANTED = "unwanted", "side effects"
    NO_RELIEF = "no-relief", "too little relief"
    NEED_PASSED = "need-passed", "I no longer needed it"
    SWITCHED = "switched", "I changed to another treatment"
    OTHER = "other", "something else"


class SideEffect(models.TextChoices):
    """What else it did."""

    DROWSINESS = "drowsiness", "drowsiness"
    WEAKNESS = "weakness", "weak muscles"
    DIZZINESS = "dizziness", "dizziness"
    FATIGUE = "fatigue", "tiredness"
    NAUSEA = "nausea", "feeling sick"
    CONFUSION = "confusion", "confusion"
    HEADACHE = "headache", "headache"
    INSOMNIA = "insomnia", "bad sleep"
    FAINT = "faint", "low blood pressure or feeling faint"
    CONSTIPATION = "constipation", "constipation"
    BLADDER = "bladder", "passing water often"
    MOOD = "mood", "low mood"
    SEXUAL = "sexual", "trouble with sex"
    OTHER = "other", "something else"


NO_SIDE_EFFECT: Final = "no-side-effect"
"""Stands alone in the list: that there was none is an answer, and no list is not."""
SIDE_EFFECTS: Final = [(NO_SIDE_EFFECT, "none at all"), *SideEffect.choices]
MOST_WISH: Final = 500
MOST_TEXT: Final = 2000
