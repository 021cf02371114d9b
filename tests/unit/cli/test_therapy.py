"""The rules at a prompt: reviews, plans, answers, and what they write."""

from __future__ import annotations

import json
import shlex

import pytest

REGIMEN = "10 mg at 08:00, 14:00, 20:00"
DEVICE = ("--reservoir", "40", "--alarm", "2", "--tubing", "0.2", "--catheter", "0.2")
RUNNING = (*DEVICE, "--filled", "40", "--daily", "200 micrograms", "--strength", "500")


@pytest.fixture(autouse=True)
def evidence_is_read_once(evidence, monkeypatch):
    """The evidence as it ships, without reading its files for each of these questions."""
    monkeypatch.setattr("unclench.evidence.load_evidence", lambda: evidence)
    monkeypatch.setattr("unclench.cli.laid_out.load_evidence", lambda: evidence)


def as_json(answered, *arguments):
    return json.loads(answered(*arguments, "--json", "-"))


# Reviews.


def test_a_review_says_what_the_rules_have_to_say(answered):
    said = answered("review", "30 mg x3")

    assert "More than the label allows in a day" in said
    assert "90 mg" in said
    assert "Never change or stop baclofen on your own" in " ".join(said.split())


def test_a_review_with_nothing_to_say_does_not_say_safe(answered):
    said = " ".join(answered("review", REGIMEN).split())

    assert "nothing to say" in said
    assert "does not mean that it is right for you" in said


def test_emergencies_stand_first(answered):
    said = answered("review", "30 mg x3", "--felt", "fever", "--before", "120 mg")

    assert said.index("Get help now") < said.index("More than the label")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("--age 70", "age.older"),
        ("--crcl 25", "kidney.avoid"),
        ("--condition pregnant", "condition.pregnant"),
        ("--medicine 'Valium 5 mg'", "interaction.benzodiazepines"),
        ("--weight 32 --age 13", "age.tablets-too-light"),
        ("--before '60 mg'", "taper.step"),
        ("--before '20 mg' --days-at-it 1", "limits.step-interval"),
        ("--pump-before '200 micrograms' --felt itch", "withdrawal.pump"),
        ("--before '30 mg' --days-without 3", "restart.old-dose"),
        ("--swallowed '150 mg'", "overdose.single-intake"),
    ],
)
def test_what_is_said_of_a_person_reaches_the_rules(options, code, answered):
    told = as_json(answered, "review", REGIMEN, *shlex.split(options))

    assert code in {finding["code"] for finding in told["findings"]}


def test_country_time_and_cause_reach_the_rules_too(answered):
    german = as_json(answered, "review", "20 mg x4", "--country", "DE", "--weeks-on", "0")
    pump = "pump 100 micrograms/day for 2 days then 120 micrograms/day"
    cerebral = as_json(answered, "review", pump, "--cerebral")
    early = as_json(
        answered,
        *("review", "pump 110 micrograms/day", "--pump-before", "100 micrograms"),
        *("--hours-at-it", "3"),
    )

    codes = [{one["code"] for one in told["findings"]} for told in (german, cerebral, early)]
    assert {"limits.daily-maximum-germany", "limits.start-dose"} <= codes[0]
    assert "pump.rise" in codes[1]
    assert "pump.rise-too-soon" in codes[2]


def test_sources_are_listed_when_asked_for(answered):
    said = " ".join(answered("review", "30 mg x3", "--sources").split())

    assert "dosing.us.max_daily: 80 mg/day; read in the source itself" in said


# Plans.


def test_a_titration_is_a_table_for_a_clinician(answered):
    said = answered("titrate", "us", "--target", "60 mg")

    assert "For a clinician to decide" in said
    assert "day 4 to 6   30 mg  08:00 10 mg, 15:00 10 mg, 22:00 10 mg" in said


def test_every_option_of_a_titration_counts(answered):
    told = as_json(
        answered,
        *("titrate", "us", "--target", "30 mg", "--every", "7", "--step", "10 mg"),
        *("--start", "10 mg", "--doses", "2", "--piece", "2.5 mg", "--wake", "06:00"),
        *("--bed", "21:00", "--night", "50%", "--as", "liquid 1 mg/mL"),
    )

    assert told["regimen"] == (
        "liquid 1 mg/mL: 5 mL at 06:00, 21:00 for 7 days then 10 mL at 06:00, 21:00 for 7 days "
        "then 15 mL at 06:00, 21:00"
    )


def test_the_rules_speak_about_a_plan_for_a_person(answered):
    said = answered("titrate", "us", "--target", "60 mg", "--crcl", "45", "--medicine", "Valium")

    assert said.index("More than these kidneys allow") < said.index("day 1 to 3")


def test_a_taper_comes_from_a_dose_or_from_a_whole_plan(answered):
    from_dose = as_json(answered, "taper", "30 mg", "--weeks-on", "4")
    from_plan = as_json(answered, "taper", REGIMEN, "--weeks-on", "4")

    assert from_dose["steps"] == from_plan["steps"]
    assert from_dose["steps"][-1]["daily"] == "none"


def test_a_taper_can_be_gentle_held_and_under_another_protocol(answered):
    told = as_json(
        answered,
        *("taper", "20 mg", "--weeks-on", "4", "--protocol", "uk", "--gentle"),
        *("--hold", "1:3", "--hold", "2:4"),
    )

    assert [step["first_day"] for step in told["steps"]] == [1, 11, 22, 29]


def test_a_screening_is_laid_out_and_asked_about(answered):
    laid_out = as_json(answered, "screen", "--small-start", "--at", "10:00", "--apart", "2")
    given = "test dose 50 micrograms at 09:00"
    after = as_json(answered, "screen", "--given", given)
    printed = answered("screen", "--given", given, "--responded", "--sources")

    assert [step["first_day"] for step in laid_out["steps"]] == [1, 3, 5, 7]
    assert (after["dose"], after["not_before"]) == ("75 micrograms", "day 2 09:00")
    assert "Responded: The test is over" in printed
    assert "screening.positive" in printed


def test_a_plan_goes_into_a_calendar_and_a_file(answered, tmp_path):
    answered(
        *("taper", "30 mg", "--weeks-on", "4", "--calendar", "plan.ics", "--from", "2027-01-04"),
        *("--json", "plan.json"),
    )

    assert "DTSTART;VALUE=DATE:20270104" in (tmp_path / "plan.ics").read_text()
    assert json.loads((tmp_path / "plan.json").read_text())["kind"] == "taper"


# Answers.


def test_a_missed_dose_is_answered_by_the_published_rule(answered):
    said = " ".join(answered("missed", REGIMEN, "--now", "day 3 12:30", "--sources").split())
    several = as_json(answered, "missed", REGIMEN, "--now", "day 3 21:00", "--since", "day 3 08:00")

    assert "leave it out" in said
    assert "Never take a double dose" in said
    assert several["verdict"] == "ask"


def test_a_day_is_split_over_the_waking_hours(answered):
    said = answered("split", "40 mg")
    told = as_json(
        answered, "split", "60 mg", "--night", "50%", "--wake", "07:00", "--bed", "23:00"
    )

    assert "10 mg at 08:00 and 15 mg at 15:00, 22:00" in said
    assert told["regimen"] == "15 mg at 07:00, 15:00 and 30 mg at 23:00"


def test_a_switch_says_how_each_dose_is_measured(answered):
    said = answered("switch", REGIMEN, "--to", "5 mg/mL", "--sources")
    told = as_json(answered, "switch", REGIMEN, "--to", "tablet")

    assert "2 mL of the 5 mg/mL liquid" in said
    assert told["doses"][0] == {"at": "08:00", "amount": "10 mg", "measure": "1 tablet of 10 mg"}


def test_advice_is_cited(answered):
    assert "with or after food" in answered("advice", "nausea")
    assert "advice.trigger.infection" in answered("advice", "more_spasms", "--sources")


# The pump.


def test_the_first_dose_of_a_pump_is_explained(answered):
    told = as_json(answered, "pump", "start", "75 micrograms", "--effect-hours", "6")
    same = as_json(
        answered, "pump", "start", "75 micrograms", "--effect-hours", "6", "--bad-reaction"
    )

    assert told["first_daily_dose"] == "150 micrograms"
    assert same["first_daily_dose"] == "75 micrograms"


def test_the_steps_of_a_pump_are_laid_out(answered):
    told = as_json(
        answered,
        *("pump", "start", "50 micrograms", "--effect-hours", "6", "--cerebral"),
        *("--target", "120 micrograms", "--rise", "10%", "--every", "2"),
    )

    assert [step["daily"] for step in told["steps"]] == [
        "100 micrograms",
        "110 micrograms",
        "120 micrograms",
    ]


@pytest.mark.parametrize(
    ("options", "after"),
    [
        ("--by 10%", "220 micrograms a day"),
        ("--by -20%", "160 micrograms a day"),
        ("--by 0.15 --after-start --cerebral", "230 micrograms a day"),
    ],
)
def test_a_change_of_a_pump_is_worked_out(options, after, answered):
    told = as_json(answered, "pump", "change", "200 micrograms", *shlex.split(options))

    assert told["after"] == after


def test_a_refill_has_a_date_and_a_calendar(answered, tmp_path):
    said = answered(
        "pump", "refill", *RUNNING, "--filled-on", "2027-01-04", "--calendar", "refill.ics"
    )

    assert "2027-03-27" in said
    assert "20270327" in (tmp_path / "refill.ics").read_text()


def test_a_bridge_says_what_would_happen_without_it(answered):
    told = as_json(
        answered,
        *("pump", "bridge", *DEVICE, "--old-strength", "500", "--new-strength", "2000"),
        *("--old-daily", "200 micrograms", "--new-daily", "200 micrograms"),
    )

    assert told["bridge_lasts"] == "24 hours"
    assert told["without_the_bridge"] == "50 micrograms a day for 4 days"


def test_a_prime_a_check_and_an_end_are_worked_out(answered):
    prime = as_json(answered, "pump", "prime", *DEVICE, "--strength", "500", "--tubing-empty")
    check = as_json(answered, "pump", "check", *RUNNING, "--found", "30", "--days", "40")
    fast = as_json(answered, "pump", "check", *RUNNING, "--found", "20", "--days", "40")
    service = as_json(answered, "pump", "service", "--implanted", "2020-03-15")
    alert = answered("pump", "service", "--implanted", "2020-03-15", "--alert", "2026-01-01")

    assert prime["priming_amount"] == "200 micrograms"
    assert (check["verdict"], fast["verdict"]) == ("under-delivery", "over-delivery")
    assert service["stops_for_good_on"] == "2027-03-15"
    assert "2026-04-01" in alert


def test_tablets_are_weaned_beside_a_pump(answered):
    told = as_json(answered, "pump", "wean", "60 mg", "--cut", "50%", "--every", "7")

    assert [step["daily"] for step in told["steps"]][:2] == ["30 mg", "15 mg"]


def test_an_answer_can_be_printed_and_written_at_once(answered, tmp_path):
    questions = [
        ("review", "30 mg x3"),
        ("screen", "--given", "test dose 50 micrograms at 09:00"),
        ("missed", REGIMEN, "--now", "day 3 12:30"),
        ("switch", REGIMEN, "--to", "tablet"),
        ("pump", "prime", *DEVICE, "--strength", "500"),
    ]
    for number, question in enumerate(questions):
        assert answered(*question, "--json", f"{number}.json").strip()
        assert json.loads((tmp_path / f"{number}.json").read_text())["unclench_version"]


def test_a_calendar_can_go_to_the_terminal(answered):
    said = answered("screen", "--calendar", "-", "--from", "2027-01-04", "--json", "screen.json")

    assert said.startswith("BEGIN:VCALENDAR")
    assert said.rstrip().endswith("END:VCALENDAR")


def test_a_plan_can_be_simulated_in_the_same_words(answered):
    said = answered("taper", "20 mg", "--weeks-on", "4", "--sources")

    assert "5 mg at 08:00, 22:00 for 4 days" in said
    assert "withdrawal.taper.rule.step_high" in said


def test_an_answer_about_a_pump_lists_what_it_rests_on(answered):
    said = answered("pump", "refill", *RUNNING, "--sources")

    assert "pump.accuracy: 14.5 percent" in said
    assert "fill again by day" in said


# What is refused.

REFUSED = """
review
review "10 mg"
review "10 mg x3" --felt hiccups
review "10 mg x3" --before 60
review "10 mg x3" --before "60 micrograms"
review "10 mg x3" --pump-before "200 mg"
review "10 mg x3" --days-without some
review "10 mg x3" --country Germany
review "10 mg x3" --condition gout
review "10 mg x3" --medicine ""
review "10 mg x3" --json no/such/folder.json
titrate
titrate france
titrate us --target 60
titrate us --target "100 mg"
titrate us --every 1
titrate us --every often
titrate uk
titrate us --night half
titrate us --wake 25:00
titrate us --wake 22:00 --bed 08:00
titrate us --as liquid
titrate us --calendar plan.ics
titrate us --calendar plan.ics --from tomorrow
titrate us --json - --calendar - --from 2027-01-04
taper "60 mg"
taper "60 mg" --weeks-on long
taper "60 mg" --weeks-on 4 --protocol quick
taper "60 mg" --weeks-on 4 --hold 2
taper "60 mg" --weeks-on 4 --hold 20:3
taper "pump 100 micrograms/day" --weeks-on 4
screen --at noon
screen --apart 0
screen --given "10 mg x3"
screen --given "test dose 50 micrograms at 09:00, then test dose 75 micrograms at 10:00"
missed "10 mg x3" --now yesterday
missed "10 mg x3" --now "day 1 07:00"
missed "pump 100 micrograms/day" --now "day 1 09:00"
split "12 mg"
split 60
split "60 mg" --night all
switch "10 mg x3" --to liquid
switch "pump 100 micrograms/day" --to tablet
advice hiccups
pump start "75 mg" --effect-hours 6
pump start "75 micrograms" --effect-hours long
pump change "200 micrograms" --by 50%
pump change "200 micrograms" --by lots
pump service --implanted 2020
pump wean "60 mg" --cut 10% --every 7
pump prime --reservoir 40 --alarm 2 --tubing 0.2 --catheter some --strength 500
""".strip().splitlines()


@pytest.mark.parametrize("line", REFUSED)
def test_it_is_refused_with_what_was_expected(line, refused):
    assert "Expected:" in refused(*shlex.split(line))


def test_a_file_that_is_there_is_not_replaced_unless_forced(answered, refused, tmp_path):
    (tmp_path / "plan.json").write_text("mine")

    assert "is there already" in refused("screen", "--json", "plan.json")
    assert (tmp_path / "plan.json").read_text() == "mine"

    answered("screen", "--json", "plan.json", "--force")
    assert (tmp_path / "plan.json").read_text() != "mine"
