"""What was observed, with the error that the fit allows, all of it read from the evidence."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from unclench.evidence import Evidence
from unclench.units import Unit, convert

NINE_OF_TEN = 2 * 1.6449
"""Width, in standard deviations, of what encloses nine of ten."""
RANGE_OF_FOUR = 2.06
"""Expected distance between the lowest and the highest of four, in standard deviations."""

PERCENT, TIMES, HOURS = "percent", "times", "h"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One observation: what the fit compares with the prediction of the same name.

    Args:
        name: The name of the prediction.
        words: What was observed, for a reader.
        keys: The entries of the evidence that it rests on.
        value: What was observed; shares as fractions.
        sd: How far the model may miss it: of the logarithm where `on_log`.
        on_log: Whether it is compared on the logarithm, as times, levels and ratios are.
        unit: How the number is shown: percent, times, h, ng/mL, mL/h or points.
    """

    name: str
    words: str
    keys: tuple[str, ...]
    value: float
    sd: float
    on_log: bool = False
    unit: str = PERCENT

    def miss(self, predicted: float) -> float:
        """Give how far a prediction is off, in units of the stated error; above if positive."""
        off = math.log(predicted / self.value) if self.on_log else predicted - self.value
        return off / self.sd


def observations(evidence: Evidence) -> tuple[Observation, ...]:
    """Read every observation that the calibration fits."""
    look = _Look(evidence)
    return tuple(
        row
        for group in (_reflex, _tone, _times, _fluid, _pump, _tablets, _costs)
        for row in group(look)
    )


@dataclass(frozen=True, slots=True)
class _Look:
    """Short words for reading the evidence."""

    evidence: Evidence

    def share(self, key: str) -> float:
        return self.evidence.value(key, Unit.FRACTION)

    def points(self, key: str) -> float:
        return self.evidence.value(key, Unit.POINTS)

    def ratio(self, key: str) -> float:
        return self.evidence.value(key, Unit.RATIO)

    def pair(self, key: str, unit: Unit) -> tuple[float, float]:
        low, high = self.evidence.profile(key, unit)
        return low, high

    def usual_range(self, key: str) -> tuple[float, float]:
        """Read the ends of a range of times; a lone number is a range without width."""
        found = self.evidence.estimate(key)
        if isinstance(found.value, tuple):
            return self.pair(key, Unit.H)
        ends = found.spread.low or found.value, found.spread.high or found.value
        return convert(ends[0], found.unit, Unit.H), convert(ends[1], found.unit, Unit.H)

    def count(self, key: str) -> int:
        n = self.evidence.estimate(key).n
        assert n is not None
        return n

    def reading(self) -> float:
        return self.ratio("error.reading_of_a_range")

    def usual(self, name: str, words: str, key: str) -> Observation:
        """Read a time that a source gives as a range of usual values, or as one."""
        low, high = self.usual_range(key)
        sd = math.hypot(math.log(high / low) / NINE_OF_TEN, self.reading())
        middle = math.sqrt(low * high)
        return Observation(
            name=name, words=words, keys=(key,), value=middle, sd=sd, on_log=True, unit=HOURS
        )

    def four_people(self, name: str, words: str, key: str, unit: Unit) -> Observation:
        """Read a range over four people as a mean of the logarithm with its error."""
        low, high = self.pair(key, unit)
        sd = math.log(high / low) / RANGE_OF_FOUR / math.sqrt(self.count(key))
        middle = math.sqrt(low * high)
        return Observation(
            name=name, words=words, keys=(key,), value=middle, sd=sd, on_log=True, unit=unit.symbol
        )


_Group = Callable[[_Look], Iterator[Observation]]


def _reflex(look: _Look) -> Iterator[Observation]:
    sd = look.share("error.h_reflex")
    study = "observed.it.stokic_2012"
    for name, tail, words in (
        ("reflex_1h", "hm_fall_1h", "H-reflex, fall 1 h after 50 micrograms by lumbar puncture"),
        ("reflex_1_to_6h", "hm_fall_1_to_6h", "the same, mean of 1 to 6 h"),
        ("reflex_infusion", "hm_fall_infusion", "H-reflex, fall on 75 to 150 micrograms a day"),
    ):
        key = f"{study}.{tail}"
        yield Observation(name=name, words=words, keys=(key,), value=look.share(key), sd=sd)
    keys = tuple(
        f"observed.it.stokic_2005.{side}hm_{when}"
        for side in ("", "other_")
        for when in ("before", "after_5h")
    )
    before, after, other_before, other_after = (look.share(key) for key in keys)
    yield Observation(
        name="reflex_5h",
        words="H-reflex, fall 5 h after 50 micrograms, another study, both sides",
        keys=keys,
        value=1.0 - (after / before + other_after / other_before) / 2.0,
        sd=sd,
    )


def _tone(look: _Look) -> Iterator[Observation]:
    before = "observed.it.stokic_2005.ashworth_before"
    above_floor = look.points(before) - 1.0
    for hours in (4, 6):
        after = f"observed.it.stokic_2005.ashworth_{hours}h"
        yield Observation(
            name=f"tone_{hours}h",
            words=f"Ashworth above 1, fall {hours} h after 50 micrograms by lumbar puncture",
            keys=(before, after),
            value=(look.points(before) - look.points(after)) / above_floor,
            sd=look.share("error.tone"),
        )


def _times(look: _Look) -> Iterator[Observation]:
    for name, words in (
        ("bolus_onset", "test dose: onset"),
        ("bolus_peak", "test dose: peak"),
        ("bolus_duration", "test dose: duration"),
        ("infusion_onset", "pump: onset after the start"),
        ("infusion_plateau", "pump: plateau after the start"),
    ):
        yield look.usual(name, words, f"observed.it.{name.replace('_', '.')}")
    yield look.usual("tablet_onset", "one tablet of 20 mg: onset", "observed.oral.onset")
    yield look.usual("tablet_duration", "one tablet of 20 mg: duration", "observed.oral.duration")


def _fluid(look: _Look) -> Iterator[Observation]:
    study = "study.sallerin_1991"
    half_life, clearance = f"{study}.half_life", f"{study}.clearance"
    yield look.four_people("fluid_half_life", "spinal fluid: half-life", half_life, Unit.H)
    yield look.four_people(
        "fluid_clearance", "spinal fluid: clearance at the tip", clearance, Unit.ML_PER_H
    )
    gradient = "observed.it.kroin_1993.t2_share"
    yield Observation(
        name="tracer_gradient",
        words="tracer on a pump: level at T2 over level at T12",
        keys=(gradient,),
        value=look.share(gradient),
        sd=look.ratio("error.tracer_gradient"),
        on_log=True,
        unit=TIMES,
    )


def _pump(look: _Look) -> Iterator[Observation]:
    study = "observed.it.penn_1989"
    for scale in ("ashworth", "penn"):
        before, after = f"{study}.{scale}_before", f"{study}.{scale}_after"
        yield Observation(
            name=f"penn_1989_{scale}",
            words=f"{scale.title()} score after 3 days on a pump, from {look.points(before):.1f}",
            keys=(before, after),
            value=look.points(after),
            sd=look.points("error.ashworth" if scale == "ashworth" else "error.penn_score"),
            unit="points",
        )
    keys = tuple(
        f"observed.it.{study}.dose_{when}"
        for study in ("stampacchia_2016", "spanish_2000")
        for when in ("start", "12m")
    )
    doses = [look.evidence.value(key, Unit.MCG_PER_DAY) for key in keys]
    yield Observation(
        name="dose_after_a_year",
        words="pump dose after a year over the first dose, mean of two studies",
        keys=keys,
        value=math.sqrt(doses[1] / doses[0] * doses[3] / doses[2]),
        sd=look.ratio("error.study_of_doses"),
        on_log=True,
        unit=TIMES,
    )


def _tablets(look: _Look) -> Iterator[Observation]:
    trial = "observed.oral.os440.drug_over_placebo"
    yield Observation(
        name="tablets_80_tone",
        words="tone on 80 mg a day, fall beyond placebo",
        keys=(trial,),
        value=look.share(trial),
        sd=look.share("error.tablets_tone"),
    )
    guess = look.evidence.estimate("effect.oral_spasm_fall")
    assert guess.spread.low is not None
    assert guess.spread.high is not None
    yield Observation(
        name="tablets_60_spasms",
        words="spasms on 60 mg a day, fall beyond placebo (a guess of the dossier, not a trial)",
        keys=(guess.key,),
        value=guess.number(Unit.FRACTION),
        sd=(guess.spread.high - guess.spread.low) / 100.0 / NINE_OF_TEN,
    )
    for what, tail in (("tone", "spasticity"), ("spasm", "spasm")):
        key = f"observed.oral.hedley_1975.{tail}_confirmed"
        share = look.share(key)
        binomial = math.sqrt(share * (1.0 - share) / look.count(key))
        yield Observation(
            name=f"tablets_{what}_responders",
            words=f"people whose {tail} answers to tablets beyond placebo",
            keys=(key,),
            value=share,
            sd=math.hypot(binomial, look.share("error.responders")),
        )


def _costs(look: _Look) -> Iterator[Observation]:
    label = "observed.oral.us_label.drowsiness"
    placebo = f"{label}_placebo"
    drug_share, placebo_share = look.share(label), look.share(placebo)
    others = 1.0 - placebo_share
    arm = look.count(label) / 2
    variance = (drug_share * (1 - drug_share) + placebo_share * (1 - placebo_share)) / arm
    yield Observation(
        name="drowsy_on_the_way_up",
        words="drowsy on the way up to 80 mg a day, of those who would not be on placebo",
        keys=(label, placebo),
        value=(drug_share - placebo_share) / others,
        sd=math.sqrt(variance) / others,
    )
    single = look.evidence.estimate("reading.single_tablet_drowsiness")
    assert single.spread.sd is not None
    yield Observation(
        name="drowsy_after_20_mg",
        words="drowsy after one tablet of 20 mg, healthy (no significant sedation)",
        keys=(single.key,),
        value=single.number(Unit.FRACTION),
        sd=single.spread.sd / 100.0,
    )
    for dose, tail in ((30, "high_dose"), (10, "low_dose")):
        key = f"observed.oral.muanda_2019.{tail}"
        share = look.share(key)
        yield Observation(
            name=f"confused_at_{dose}_mg",
            words=f"confused within 30 days on {dose} mg a day, weak kidneys, 66 and over",
            keys=(key,),
            value=share,
            sd=1.0 / math.sqrt(share * look.count(key)),
            on_log=True,
        )
