"""Run every peer on the same people and equations, and say how fast and how exact each was."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bench.peers.people import write_people

Array = NDArray[np.float64]
HERE: Final = Path(__file__).resolve().parent
CORES: Final = 2
TOLERANCE: Final = 1e-7
REFERENCE: Final = 1e-11
COMPARED: Final = 20
TOLERANCES: Final = {"roadrunner": 1e-8}
"""CVODE needs a tighter setting for the same accuracy."""
SIZES: Final = {"numbalsoda": 2000, "roadrunner": 300, "scipy": 60, "mrgsolve": 2000}


@dataclass(frozen=True, slots=True)
class Timed:
    """What a solver did: how many people a second, and its worst error over a person's peak."""

    name: str
    people: int
    seconds: float
    error_plasma: float
    error_effect: float

    @property
    def people_per_s(self) -> float:
        """People a second."""
        return self.people / self.seconds


def peer_environment(folder: Path) -> Path | None:
    """Make the peers' environment once; give its Python, or None where it cannot be made."""
    python = folder / "bin" / "python"
    stamp = folder / "ready"
    if stamp.exists():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    uv = Path(sys.executable).with_name("uv")
    wanted = HERE.parent / "requirements.txt"
    made = subprocess.run(
        [str(uv), "pip", "install", "-q", "--python", str(python), "-r", str(wanted)], check=False
    )
    if made.returncode != 0:
        print("The peers' environment could not be made; numbalsoda wants gfortran and cmake.")
        return None
    stamp.touch()
    return python


def has_mrgsolve() -> bool:
    """Say whether R is here with mrgsolve in it."""
    if shutil.which("Rscript") is None:
        return False
    check = subprocess.run(["Rscript", "-e", "library(mrgsolve)"], capture_output=True, check=False)
    return check.returncode == 0


def run_python_peer(
    python: Path, name: str, table: Path, out: Path, rtol: float, workers: int
) -> tuple[int, float, Array]:
    """Run one of the Python peers; give people, seconds and the first curves."""
    done = subprocess.run(
        [str(python), "solve.py", name, str(table), str(out), str(rtol), str(workers)],
        cwd=HERE,
        capture_output=True,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout.strip().splitlines()[-1])
    return said["people"], said["seconds"], np.load(out)["curves"]


def run_mrgsolve(table: Path, out: Path, people: int) -> tuple[int, float, Array]:
    """Run mrgsolve on both cores; give people, seconds and the first curves."""
    done = subprocess.run(
        ["Rscript", str(HERE / "model.R"), str(table), str(out), str(TOLERANCE), str(CORES)],
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = float(done.stdout.split("wall")[1].split()[0])
    rows = np.loadtxt(out, delimiter=",", skiprows=1)
    curves = np.stack([rows[rows[:, 0] == i][:, 2:4].T for i in range(1, COMPARED + 1)])
    return people, seconds, curves


def errors(curves: Array, reference: Array) -> tuple[float, float]:
    """Give the worst error of plasma and of effect, over each person's peak."""
    count = min(len(curves), len(reference))
    off = np.abs(curves[:count] - reference[:count]).max(axis=2)
    worst = (off / reference[:count].max(axis=2)).max(axis=0)
    return float(worst[0]), float(worst[1])


def compare(table: Array, folder: Path) -> tuple[list[Timed], Array | None]:
    """Run all peers there are; give their figures and the reference curves of the first people.

    Args:
        table: Our bodies, (fields, people).
        folder: Where tables and curves are put.
    """
    folder.mkdir(parents=True, exist_ok=True)
    python = peer_environment(folder / "venv")
    if python is None:
        return [], None
    tables = {}
    for size in {COMPARED, *SIZES.values()}:
        tables[size] = folder / f"people-{size}.csv"
        write_people(table[:, :size], tables[size])
    _, _, reference = run_python_peer(
        python, "scipy", tables[COMPARED], folder / "reference.npz", REFERENCE, CORES
    )
    timed = []
    for name in ("numbalsoda", "roadrunner", "scipy"):
        size = SIZES[name]
        people, seconds, curves = run_python_peer(
            python,
            name,
            tables[size],
            folder / f"{name}.npz",
            TOLERANCES.get(name, TOLERANCE),
            CORES,
        )
        timed.append(Timed(name, people, seconds, *errors(curves, reference)))
    if has_mrgsolve():
        size = SIZES["mrgsolve"]
        people, seconds, curves = run_mrgsolve(tables[size], folder / "mrgsolve.csv", size)
        timed.append(Timed("mrgsolve", people, seconds, *errors(curves, reference)))
    return timed, reference
