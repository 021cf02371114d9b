"""Files that `unclench simulate` writes can be read back, and none is replaced unasked."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import xml.etree.ElementTree as ET

import pyarrow.parquet as pq
import pytest
from PIL import Image

from unclench import Patient
from unclench.cli.asked import FigureName
from unclench.pharmacology import simulate
from unclench.regimen import parse

PLAN = "10 mg at 08:00, 14:00, 20:00"
PUMP = "pump 150 micrograms/day"


# Files.


def test_csv_has_the_arrays_with_units_and_what_made_them(answered, evidence):
    printed = answered("simulate", PLAN, "--csv", "-")
    course = simulate(Patient(), parse(PLAN), evidence=evidence)

    head = [line for line in printed.splitlines() if line.startswith("#")]
    rows = list(csv.DictReader(line for line in printed.splitlines() if not line.startswith("#")))

    assert f"# evidence_sha256: {evidence.hash}" in head
    assert f"# regimen: {PLAN}" in head
    assert any(line.startswith("# unclench_version: ") for line in head)
    assert len(rows) == course.time_h.size
    for name in ("time_h", "plasma_ng_per_ml", "spasms_per_h", "drowsiness"):
        assert [float(row[name]) for row in rows] == getattr(course, name).tolist()


def test_json_has_the_same_with_the_last_day(answered, evidence):
    content = json.loads(answered("simulate", PLAN, "--compare", PUMP, "--json", "-"))
    course = simulate(Patient(), parse(PLAN), evidence=evidence)

    assert content["evidence_sha256"] == evidence.hash
    assert content["second_regimen"] == PUMP
    assert content["cited"] == list(course.cited)
    assert [one["code"] for one in content["second_findings"]] == ["pump.know-the-signs"]
    assert content["last_day"]["spasms_per_day"] == course.last_day().spasms_per_day
    assert len(content["columns"]["second_csf_lumbar_ng_per_ml"]) == course.time_h.size


def test_the_spread_between_people_is_in_the_files(answered):
    content = json.loads(answered("simulate", PLAN, "--band", "20", "--json", "-"))["columns"]

    for low, middle, high in zip(
        *(content[f"plasma_ng_per_ml_p{share}"] for share in ("05", "50", "95")), strict=True
    ):
        assert low <= middle <= high


def test_parquet_is_read_back_with_its_metadata(answered, evidence, tmp_path):
    answered("simulate", PLAN, "--parquet", "out.parquet")
    course = simulate(Patient(), parse(PLAN), evidence=evidence)

    table = pq.read_table(tmp_path / "out.parquet")

    assert table.column("plasma_ng_per_ml").to_pylist() == course.plasma_ng_per_ml.tolist()
    assert table.schema.metadata[b"evidence_sha256"] == evidence.hash.encode()


def test_without_the_extra_parquet_is_refused_in_words(refused, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)

    said = refused("simulate", PLAN, "--parquet", "out.parquet")

    assert "export extra" in said


@pytest.mark.parametrize("figure", [name.value for name in FigureName if name.value != "all"])
def test_every_picture_can_be_written(answered, figure, tmp_path):
    answered("simulate", PLAN, "--figure", figure, "--plot", "out.svg")

    root = ET.parse(tmp_path / "out.svg").getroot()

    assert root.get("class") == f"figure {figure}"


def test_all_pictures_are_written_beside_one_another(answered, tmp_path):
    answered("simulate", PLAN, "--figure", "all", "--plot", "out.svg")

    names = {path.name for path in tmp_path.iterdir()}

    assert names == {f"out-{name}.svg" for name in FigureName if name is not FigureName.ALL}


def test_png_and_pdf_are_what_they_say(answered, tmp_path):
    answered("simulate", PLAN, "--plot", "out.png")
    answered("simulate", PLAN, "--plot", "out.pdf")

    with Image.open(tmp_path / "out.png") as picture:
        assert picture.width == 1440
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


def test_a_dash_prints_the_file_and_nothing_else(answered):
    ET.fromstring(answered("simulate", PLAN, "--plot", "-"))
    json.loads(answered("simulate", PLAN, "--json", "-"))


def test_a_file_that_is_there_is_replaced_only_by_force(refused, answered, tmp_path):
    (tmp_path / "out.csv").write_text("mine")

    said = refused("simulate", PLAN, "--csv", "out.csv")

    assert "is there already" in said
    assert (tmp_path / "out.csv").read_text() == "mine"

    answered("simulate", PLAN, "--csv", "out.csv", "--force")

    assert (tmp_path / "out.csv").read_text().startswith("# unclench_version")


def test_no_file_is_written_when_one_of_them_cannot_be(refused, tmp_path):
    (tmp_path / "out-tone.svg").write_text("mine")

    refused("simulate", PLAN, "--figure", "all", "--plot", "out.svg", "--csv", "out.csv")

    assert [path.name for path in tmp_path.iterdir()] == ["out-tone.svg"]


def test_a_reader_that_leaves_early_is_no_error(run, tmp_path):
    command = f'"{sys.executable}" -m unclench simulate "{PLAN}" --csv - | head -1'

    done = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, timeout=60
    )

    assert done.stdout.startswith("# unclench_version")
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr
