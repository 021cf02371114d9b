"""Write our virtual people as the table that the peers read, so that all solve the same bodies."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.peers.ode import CELLS, COLUMNS, LOWER
from unclench.pharmacology.parameters import BODY_FIELDS

Array = NDArray[np.float64]
HEADER = "ID," + ",".join(COLUMNS)


def peer_columns(table: Array) -> Array:
    """Turn our table of bodies, (fields, people), into the peers' columns, (people, columns)."""
    own = {name: table[i] for i, name in enumerate(BODY_FIELDS)}
    dx = own["canal_length_cm"] / CELLS
    height = own["lumbar_cm"] / dx - 0.5
    if not np.all(np.floor(height) == LOWER):
        raise SystemExit("The lumbar cord is not between the cells that the peers' equations name.")
    ones = np.ones_like(dx)
    columns = {
        "ka": own["absorption_per_h"],
        "lag": own["lag_h"],
        "f": own["bioavailability"],
        "cl": own["clearance_l_per_h"],
        "vc": own["central_l"],
        "q": own["exchange_l_per_h"],
        "vp": own["peripheral_l"],
        "dx2": own["dispersion_cm2_per_h"] / dx**2,
        "k": own["loss_per_h"],
        "kcr": own["cranial_loss_per_h"],
        "vcell": own["canal_area_cm2"] * dx / 1000.0,
        "vcr": own["cranial_l"],
        "gcr": own["canal_area_cm2"] * own["dispersion_cm2_per_h"] / (dx / 2.0) / 1000.0,
        "r": own["plasma_ratio"],
        "kw": own["outer_per_h"],
        "ks": own["inner_per_h"],
        "kb": own["blood_per_h"],
        "wlo": 1.0 - (height - LOWER),
        "whi": height - LOWER,
        "ec50": own["ec50_spasm"],
        "hill": own["hill"],
        "tinf": 0.0 * ones,
        "taut": own["tolerance_h"],
        "taua": own["adaptation_h"],
    }
    return np.stack([columns[name] * ones for name in COLUMNS], axis=1)


def write_people(table: Array, path: Path) -> None:
    """Write the first people of a table as CSV with every digit."""
    rows = peer_columns(table)
    numbered = np.column_stack([np.arange(1, len(rows) + 1), rows])
    formats = ["%d"] + ["%.17g"] * len(COLUMNS)
    np.savetxt(path, numbered, delimiter=",", header=HEADER, comments="", fmt=formats)
