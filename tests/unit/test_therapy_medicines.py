"""Names of medicines are found by listed spellings only; everything else is asked or unknown."""

from __future__ import annotations

import pytest

from unclench.errors import InputError
from unclench.therapy.codes import atc_codes, classes_of_code, with_codes
from unclench.therapy.medicines import formulary, parse_formulary, read_medicines

FOUND = {
    "Advil 200 mg twice daily": "Advil (ibuprofen)",
    "GABAPENTIN 300mg caps tds": "gabapentin",
    "co codamol 30/500": "co-codamol (codeine)",
    "Tizanidin": "tizanidin (tizanidine)",
    "Amitriptylin-neuraxpharm 25 mg": "amitriptylin (amitriptyline)",
    "L-Dopa": "l-dopa (levodopa)",
    "Valproinsäure retard 500 mg": "Valproinsäure (valproate)",
    "VALPROINSAEURE": "valproinsaeure (valproate)",
    "Fampyra 10mg MR": "Fampyra (fampridine)",
    "4-AP": "4-ap (fampridine)",
    "interferon beta-1a 44 micrograms": "interferon beta-1a (interferon beta)",
    "THC:CBD": "thc:cbd (nabiximols)",
    "Naproxen sodium 550 mg": "naproxen",
    "Lioresal 10 mg": "Lioresal (baclofen)",
    "Nurofen Plus": "Nurofen Plus (ibuprofen and codeine)",
    "  Beer  ": "beer (alcohol)",
}


@pytest.mark.parametrize(("written", "understood"), FOUND.items())
def test_a_listed_name_is_found_however_it_is_written(written, understood):
    reading = read_medicines((written,))

    assert [match.words for match in reading.matches] == [understood]
    assert reading.unknown == ()


@pytest.mark.parametrize(
    ("written", "near"),
    [
        ("Bacofen", "baclofen"),
        ("Mobicc", "Mobic"),
        ("naproxyn", "naproxen"),
        ("ibuprofn", "ibuprofen"),
    ],
)
def test_a_near_name_is_asked_about_and_never_assumed(written, near):
    reading = read_medicines((written,))

    assert reading.matches == ()
    assert [part.suggestion for part in reading.unknown] == [near]


@pytest.mark.parametrize(
    "written", ["sertraline", "my green pills", "potassium", "500 mg", "?", "Zzz 3x"]
)
def test_what_is_not_listed_is_unknown(written):
    reading = read_medicines((written,))

    assert reading.matches == ()
    assert [part.suggestion for part in reading.unknown] == [None]


@pytest.mark.parametrize(
    ("code", "classes"),
    [
        ("N05CF02", {"z_drugs"}),
        ("ATC N03AE01", {"benzodiazepines", "antiepileptics"}),
        ("n02a", {"opioids"}),
        ("M03BX01", {"baclofen"}),
        ("M03BX02", {"relaxants"}),
        ("RxNorm 197391", {"baclofen"}),
        ("rxnorm: 2593376", {"baclofen"}),
        ("RxNorm 12345", set()),
        ("C10AA05", set()),
        ("N02", set()),
        ("5 mg", set()),
    ],
)
def test_a_code_leads_to_its_classes(code, classes, evidence):
    assert set(classes_of_code(code, evidence=evidence)) == classes


def test_a_code_in_a_list_is_understood_and_said_to_be_unconfirmed(evidence):
    reading = with_codes(read_medicines(("N05CF02", "C10AA05")), evidence=evidence)

    assert "not yet confirmed" in reading.matches[0].words
    assert [part.wrote for part in reading.unknown] == ["C10AA05"]


def test_every_class_with_codes_is_a_class_of_the_table(evidence):
    coded = {name for name in formulary().classes if atc_codes(name, evidence=evidence)}

    assert set(formulary().classes) - coded == {"alcohol"}


def test_one_entry_may_name_several_medicines():
    reading = read_medicines(("gabapentin, Lyrica; beer\nwine and sertraline",))

    assert [match.name for match in reading.matches] == ["gabapentin", "Lyrica", "beer", "wine"]
    assert [part.words for part in reading.unknown] == ["sertraline"]


def test_a_salt_counts_only_beside_its_medicine():
    reading = read_medicines(("gabapentin and potassium",))

    assert [part.words for part in reading.unknown] == ["potassium"]


def test_the_longest_listed_name_wins():
    reading = read_medicines(("epidural morphine",))

    assert [match.name for match in reading.matches] == ["epidural morphine"]


def test_the_same_entry_twice_is_one_match():
    assert len(read_medicines(("Advil", "Advil")).matches) == 1


@pytest.mark.parametrize("entry", ["", "   ", None, 5, "x" * 2001])
def test_an_entry_that_is_no_name_is_refused(entry):
    with pytest.raises(InputError):
        read_medicines((entry,))


def test_every_listed_name_is_found_and_means_itself():
    for spelling, (name, held) in formulary().names.items():
        matches = read_medicines((name,)).matches
        assert [match.ingredients for match in matches] == [held], spelling


def test_large_classes_list_at_least_twelve_names():
    small = {"probenecid", "magnesium", "fampridine", "spinal_morphine", "fentanyl_propofol"}
    names = {
        key: sum(any(key in one.classes for one in held) for _, held in formulary().names.values())
        for key in formulary().classes
    }

    assert {key: n for key, n in names.items() if n < 12 and key not in small} == {}


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[classes]\na="A"\n[ingredients]\nx={in=["b"]}', "x is in b"),
        ('[classes]\na="A"\n[ingredients]\nx={in=[]}', "no class"),
        (
            '[classes]\na="A"\n[ingredients]\nx={in=["a"],brands=["Q"]}\ny={in=["a"],brands=["q"]}',
            "stands for",
        ),
        ('[classes]\na="A"\n[ingredients]\nx={in=["a"]}\n[products]\nQ=["z"]', "holds z"),
        ('[classes]\na="A"\n[ingredients]\nx={in=["a"],brands=["a b c d e"]}', "cannot be found"),
    ],
)
def test_a_faulty_table_of_names_is_refused(text, complaint):
    with pytest.raises(InputError, match=complaint):
        parse_formulary(text)


@pytest.mark.parametrize(
    "common",
    [
        *("atorvastatin", "omeprazole", "levothyroxine", "sertraline", "citalopram", "fluoxetine"),
        *("paracetamol", "aspirin", "cetirizine", "loratadine", "oxybutynin", "solifenacin"),
        *("mirabegron", "tamsulosin", "amoxicillin", "prednisolone", "warfarin", "apixaban"),
        *("salbutamol", "modafinil", "amantadine", "duloxetine", "venlafaxine", "mirtazapine"),
        *("ropinirole", "tolterodine", "escitalopram", "bupropion", "trazodone", "melatonin"),
    ],
)
def test_a_common_medicine_outside_the_table_brings_up_no_wrong_name(common):
    assert [part.suggestion for part in read_medicines((common,)).unknown] == [None]
