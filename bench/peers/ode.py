"""The full model as plain ordinary differential equations, for the general solvers we compare with.

Each peer solves the same equations as our kernel computes for the outputs "plasma" and "effect":
gut, two plasma compartments, ten cells of the canal, the cranial pool, the two layers of the lumbar
cord, tolerance and adaptation. Eighteen states, restarted at every dose. A row of the people table
holds one virtual person; its columns are named below.
"""

from __future__ import annotations

COLUMNS = (
    "ka", "lag", "f", "cl", "vc", "q", "vp", "dx2", "k", "kcr", "vcell", "vcr", "gcr", "r",
    "kw", "ks", "kb", "wlo", "whi", "ec50", "hill", "tinf", "taut", "taua",
)  # fmt: skip
"""What a row of the people table holds, in kernel units (mcg, h, L)."""

CELLS = 10
LOWER = 3  # the cell below the lumbar cord; the cord takes wlo of it and whi of the one above
STATES = 18
HOURS_PER_POINT = 0.5


def right_hand_side(state, person, slope):
    """Write the time derivative of the 18 states into `slope` (works compiled or not)."""
    (ka, _lag, _f, cl, vc, q, vp, dx2, k, kcr, vcell, vcr, gcr, r,
     kw, ks, kb, wlo, whi, ec50, hill, tinf, taut, taua) = person  # fmt: skip
    plasma = state[1] / vc
    leak = r * plasma
    cranial = state[13]
    slope[0] = -ka * state[0]
    returned = kcr * vcr * (cranial - leak)
    for i in range(3, 13):
        here = state[i]
        below = state[i - 1] if i > 3 else here
        lost = k * (here - leak)
        returned += vcell * lost
        if i < 12:
            slope[i] = dx2 * (below - 2.0 * here + state[i + 1]) - lost
        else:
            slope[i] = dx2 * (below - here) - gcr / vcell * (here - cranial) - lost
    slope[3] = dx2 * (state[4] - state[3]) - k * (state[3] - leak)
    slope[1] = ka * state[0] - (cl + q) * plasma + q * state[2] / vp + returned
    slope[2] = q * plasma - q * state[2] / vp
    slope[13] = gcr / vcr * (state[12] - cranial) - kcr * (cranial - leak)
    slope[14] = kw * (wlo * state[3 + LOWER] + whi * state[4 + LOWER] - state[14])
    slope[15] = ks * (state[14] - state[15]) + kb * (leak - state[15])
    effect = dimming(state[15], state[16], ec50, hill)
    slope[16] = (tinf * effect - state[16]) / taut
    slope[17] = (effect - state[17]) / taua


def dimming(concentration, tolerance, ec50, hill):
    """Give the sigmoid: share of the reachable effect at one concentration in ng/mL."""
    if concentration <= 0.0:
        return 0.0
    power = concentration**hill
    return power / ((ec50 * (1.0 + tolerance)) ** hill + power)


def antimony_model() -> str:
    """Give the same equations as an Antimony text for libRoadRunner, doses as species changes."""
    cells = [f"C{i}" for i in range(1, CELLS + 1)]
    lines = ["model full()"]
    states = ("G", "A", "P", *cells, "CR", "O", "I", "T", "M")
    lines += [f"  var {name}; {name} = 0;" for name in states]
    lines += [f"  {name} = 1;" for name in COLUMNS]
    lines += ["  cp := A/vc;", "  leak := r*A/vc;"]
    lines.append("  effect := I^hill/((ec50*(1+T))^hill + I^hill + 1e-300);")
    lines.append("  G' = -ka*G;")
    back = " + ".join(f"({c} - leak)" for c in cells)
    lines.append(f"  A' = ka*G - (cl+q)*cp + q*P/vp + k*vcell*({back}) + kcr*vcr*(CR - leak);")
    lines.append("  P' = q*cp - q*P/vp;")
    lines.append("  C1' = dx2*(C2 - C1) - k*(C1 - leak);")
    for i in range(2, CELLS):
        lines.append(f"  C{i}' = dx2*(C{i - 1} - 2*C{i} + C{i + 1}) - k*(C{i} - leak);")
    lines.append("  C10' = dx2*(C9 - C10) - gcr/vcell*(C10 - CR) - k*(C10 - leak);")
    lines.append("  CR' = gcr/vcr*(C10 - CR) - kcr*(CR - leak);")
    lines.append(f"  O' = kw*(wlo*C{LOWER + 1} + whi*C{LOWER + 2} - O);")
    lines.append("  I' = ks*(O - I) + kb*(leak - I);")
    lines.append("  T' = (tinf*effect - T)/taut;")
    lines.append("  M' = (effect - M)/taua;")
    lines.append("end")
    return "\n".join(lines)
