"""A cohort run: the same answer to the bit everywhere, and a folder to go on from."""

from __future__ import annotations

from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

from unclench import Patient
from unclench.cohorts.adults import adults_with_ms
from unclench.cohorts.chunk import run_chunk
from unclench.cohorts.outcomes import STEP_ERROR
from unclench.cohorts.run import StoppedError, run_cohort
from unclench.cohorts.spec import parse_spec
from unclench.errors import InputError
from unclench.pharmacology.parameters import BODY_FIELDS

TEXT = """
people = 300
days = 2
step_min = 30
bands = ['spasms_per_h', 'plasma_ng_per_ml', 'penn', 'spasms_per_h_untreated']
adherence = 'usual'
[arms]
tablets = '20 mg three times a day'
pump = 'pump 150 micrograms/day'
"""


@pytest.fixture(scope="module")
def spec(evidence):
    return parse_spec(TEXT, evidence=evidence)


@pytest.fixture(scope="module")
def alone(spec, evidence):
    return run_cohort(spec, evidence=evidence)


@pytest.mark.parametrize("chunk", [17, 32, 100, 300])
def test_the_size_of_chunks_changes_nothing(spec, evidence, alone, chunk):
    assert run_cohort(spec, evidence=evidence, chunk=chunk).digest == alone.digest


def test_threads_change_nothing(spec, evidence, alone):
    with ThreadPoolExecutor(2) as pool:
        made = run_cohort(spec, evidence=evidence, executor=pool, chunk=40)

    assert made.digest == alone.digest


def test_processes_change_nothing(spec, evidence, alone):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        made = run_cohort(spec, evidence=evidence, executor=pool, chunk=100)

    assert made.digest == alone.digest


class Backwards:
    """Gives back what it was handed in the opposite order, after all was handed in."""

    def __init__(self):
        self.held = []

    def submit(self, work, *arguments):
        future = Future()
        self.held.append((future, work, arguments))
        if len(self.held) == 3:
            for kept, do, given in reversed(self.held):
                kept.set_result(do(*given))
        return future


def test_the_order_in_which_chunks_come_back_changes_nothing(spec, evidence, alone):
    made = run_cohort(spec, evidence=evidence, executor=Backwards(), chunk=100)

    assert made.digest == alone.digest


def test_a_stopped_run_goes_on_where_it_stopped(spec, evidence, alone, tmp_path):
    told = []
    with pytest.raises(StoppedError, match="120 of 300"):
        run_cohort(
            spec, evidence=evidence, chunk=40, resume=tmp_path / "run",
            progress=lambda done, people: told.append(done), cancelled=lambda: told[-1] >= 120,
        )  # fmt: skip
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").glob("*.npz")}

    made = run_cohort(spec, evidence=evidence, chunk=999, resume=tmp_path / "run")

    assert len(before) == 3
    assert all(path.stat().st_mtime_ns == time for path, time in before.items())
    assert made.digest == alone.digest


def test_a_finished_folder_gives_the_answer_again(spec, evidence, alone, tmp_path):
    for _ in range(2):
        made = run_cohort(spec, evidence=evidence, chunk=200, resume=tmp_path)

    assert made.digest == alone.digest


def test_a_folder_of_another_run_is_refused(spec, evidence, tmp_path):
    other = parse_spec(TEXT.replace("people = 300", "people = 40"), evidence=evidence)
    run_cohort(other, evidence=evidence, resume=tmp_path)

    with pytest.raises(InputError, match="another run"):
        run_cohort(spec, evidence=evidence, resume=tmp_path)


def test_a_folder_with_something_else_is_refused(spec, evidence, tmp_path):
    (tmp_path / "letter.txt").write_text("dear", "utf-8")

    with pytest.raises(InputError, match="something else"):
        run_cohort(spec, evidence=evidence, resume=tmp_path)


@pytest.mark.parametrize("name", ["chunk-000000.npz", "run.json"])
def test_a_damaged_folder_is_refused(spec, evidence, tmp_path, name):
    run_cohort(spec, evidence=evidence, chunk=300, resume=tmp_path)
    (tmp_path / name).write_bytes(b"nonsense")

    with pytest.raises(InputError, match="damaged"):
        run_cohort(spec, evidence=evidence, resume=tmp_path)


def test_a_chunk_with_other_people_is_never_counted(spec, evidence, tmp_path):
    run_cohort(spec, evidence=evidence, chunk=200, resume=tmp_path)
    (tmp_path / "chunk-000000.npz").replace(tmp_path / "chunk-000001.npz")

    with pytest.raises(InputError, match="holds"):
        run_cohort(spec, evidence=evidence, resume=tmp_path)


def test_a_chunk_of_no_people_is_refused(spec, evidence):
    with pytest.raises(InputError, match="chunk"):
        run_cohort(spec, evidence=evidence, chunk=0)


def test_a_fault_in_a_worker_reaches_the_one_who_asked(spec, evidence, monkeypatch):
    def broken(*_):
        raise MemoryError

    monkeypatch.setattr("unclench.cohorts.run.run_chunk", broken)
    with ThreadPoolExecutor(1) as pool, pytest.raises(MemoryError):
        run_cohort(spec, evidence=evidence, executor=pool)


def test_bands_and_outcomes_are_those_of_the_people(spec, alone):
    for arm in alone.arms.values():
        for band in arm.bands.values():
            assert (band[0] <= band[1]).all()
            assert (band[1] <= band[2]).all()
        assert int(arm.spasm_days.sum()) == spec.people * spec.days
        for summary in arm.outcomes.values():
            assert summary.low <= summary.median <= summary.high
    counted = np.arange(1001) @ alone.arms["tablets"].spasm_days / (spec.people * spec.days)
    expected = alone.arms["tablets"].outcomes["spasms_per_day"].mean
    assert counted == pytest.approx(expected, rel=0.25)


def test_the_pump_does_more_and_costs_less(alone):
    tablets, pump = alone.arms["tablets"], alone.arms["pump"]

    assert pump.shares["responder"][0] > tablets.shares["responder"][0]
    assert pump.shares["drowsy"][0] < tablets.shares["drowsy"][0]
    assert pump.outcomes["taken_share"].mean == 1.0


def test_the_untreated_are_the_same_under_every_arm(alone):
    one, other = (arm.bands["spasms_per_h_untreated"] for arm in alone.arms.values())

    assert (one == other).all()


def test_adults_are_the_same_in_any_company(evidence):
    whole = adults_with_ms(people=100, seed=4, evidence=evidence)
    for first, people in ((0, 1), (31, 7), (99, 1)):
        part = adults_with_ms(people=people, seed=4, evidence=evidence, first=first)
        place = slice(first, first + people)
        assert (part.bodies.table == whole.bodies.table[:, place]).all()
        for name in ("age_years", "weight_kg", "crcl_ml_per_min", "edss", "worst_time"):
            assert (getattr(part, name) == getattr(whole, name)[place]).all()


def test_adults_go_together_as_the_evidence_says(evidence):
    adults = adults_with_ms(people=20_000, seed=4, evidence=evidence)

    assert 18 <= adults.age_years.min() < adults.age_years.max() <= 85
    assert 15 <= adults.crcl_ml_per_min.min() < adults.crcl_ml_per_min.max() <= 180
    assert np.median(adults.spasms_per_day) == pytest.approx(6, rel=0.1)
    assert 1 - adults.responds.mean() == pytest.approx(0.1, abs=0.01)
    assert (adults.worst_time == 0).mean() == pytest.approx(0.31, abs=0.01)
    assert np.corrcoef(adults.age_years, adults.crcl_ml_per_min)[0, 1] < -0.4
    assert np.corrcoef(adults.age_years, adults.edss)[0, 1] > 0.3
    assert np.corrcoef(adults.edss, np.log(adults.spasms_per_day))[0, 1] > 0.2
    assert abs(np.corrcoef(adults.age_years, adults.weight_kg)[0, 1]) < 0.02


def test_weight_and_kidneys_act_as_they_do_for_one_person(evidence):
    from unclench.cohorts.population import around

    adults = adults_with_ms(people=40, seed=4, evidence=evidence)
    for i in (0, 39):
        own = Patient(
            weight_kg=float(adults.weight_kg[i]),
            crcl_ml_per_min=float(adults.crcl_ml_per_min[i]),
            spasms_per_day=float(adults.spasms_per_day[i]),
        )
        one = around(own, people=1, seed=4, first=i, evidence=evidence).table[:, 0]
        table = adults.bodies.table[:, i].copy()
        emax = BODY_FIELDS.index("emax")
        table[emax] = one[emax]
        assert table == pytest.approx(one, rel=1e-12)


def test_evidence_of_another_kind_is_refused(spec, evidence):
    class Other:
        hash = "0" * 64

    with pytest.raises(InputError, match="evidence"):
        run_cohort(spec, evidence=Other())
    with pytest.raises(InputError, match="evidence"):
        run_chunk(spec, 0, 10, Other())


def test_the_error_that_is_told_is_small():
    assert STEP_ERROR < 0.016
