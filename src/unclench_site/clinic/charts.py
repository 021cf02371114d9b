"""The two pictures of the page, drawn from its numbers: the same on screen and on paper."""

from __future__ import annotations

from typing import Final

import numpy as np

from unclench.figures import Chart, Table
from unclench.figures.axes import round_end
from unclench.figures.chart import Array, Axis, Line, Scale
from unclench.figures.colours import Ink
from unclench_site.clinic.sheet import Hours, Sheet, Week

LOGGED: Final = "logged"
MODEL: Final = "model"
HOURS: Final = 24


def charts(sheet: Sheet) -> list[Chart]:
    """The pictures that the page has numbers for."""
    found = [by_hour(sheet["hours"])] if sheet["hours"]["days"] else []
    weeks = [one for one in sheet["weekly"] if one["a_day"] is not None]
    return [*found, by_week(sheet["weekly"])] if len(weeks) > 1 else found


def by_hour(hours: Hours) -> Chart:
    """Spasms in each hour of the day: the mean of the days that were counted, and the model."""
    logged: Array = np.asarray(hours["logged"], dtype=np.float64)
    most = int(logged.argmax())
    a_day = float(logged.sum())
    x, y = steps(logged)
    lines = [Line(name=LOGGED, x=x, y=y, ink=Ink.INK)]
    model: Array = np.asarray(hours["model"], dtype=np.float64)
    if model.size:
        middle: Array = np.arange(HOURS, dtype=np.float64) + 0.5
        lines.append(Line(name=MODEL, x=middle, y=model, ink=Ink.LAMP, beaded=True))
    sentences = [f"The mean of {hours['days']} counted days is {a_day:.1f} spasms a day."]
    if model.size:
        sentences.append(f"The model expects {float(model.sum()):.1f}.")
    return Chart(
        key="clinic-hours",
        title=f"Most spasms came from {most:02d}:00 to {(most + 1) % HOURS:02d}:00"
        if a_day
        else "No spasms came on the days that were counted",
        summary=" ".join(sentences),
        x=Axis(words="time of day", high=float(HOURS), scale=Scale.TIME),
        y=Axis(words="spasms in an hour", high=top(logged, model)),
        lines=tuple(lines),
        table=Table(
            caption="Spasms in each hour, mean of a counted day",
            header=("hour", *(line.name for line in lines)),
            rows=tuple(
                (
                    f"{hour:02d}:00",
                    f"{logged[hour]:.2f}",
                    *((f"{model[hour]:.2f}",) if model.size else ()),
                )
                for hour in range(HOURS)
            ),
            at=tuple(float(hour) for hour in range(HOURS)),
        ),
    )


def by_week(weekly: list[Week]) -> Chart:
    """Spasms on a counted day in each week, and what the model expects."""
    counted = [(at, one) for at, one in enumerate(weekly, start=1) if one["a_day"] is not None]
    said = np.asarray([one["a_day"] for _, one in counted], dtype=np.float64)
    x: Array = np.asarray([at for at, _ in counted], dtype=np.float64)
    lines = [Line(name=LOGGED, x=x, y=said, ink=Ink.INK)]
    told = [
        (at, one["model"]) for at, one in enumerate(weekly, start=1) if one["model"] is not None
    ]
    model = np.asarray([value for _, value in told], dtype=np.float64)
    if model.size:
        places: Array = np.asarray([at for at, _ in told], dtype=np.float64)
        lines.append(Line(name=MODEL, x=places, y=model, ink=Ink.LAMP, beaded=True))
    return Chart(
        key="clinic-weeks",
        title=f"From {said[0]:.1f} spasms a day in the first week to {said[-1]:.1f} in the last",
        summary=f"The lowest week had {said.min():.1f} a day and the highest {said.max():.1f}.",
        x=Axis(words="week, counted from the first", high=float(max(8, len(weekly)))),
        y=Axis(words="spasms on a counted day", high=top(said, model)),
        lines=tuple(lines),
        table=Table(
            caption="Spasms by week",
            header=("week from", "spasms", "days counted", "a day", "model, a day"),
            rows=tuple(
                (
                    one["words"],
                    str(one["spasms"]),
                    str(one["days"]),
                    "not counted" if one["a_day"] is None else f"{one['a_day']:.1f}",
                    "none" if one["model"] is None else f"{one['model']:.1f}",
                )
                for one in weekly
            ),
            at=tuple(float(at) for at in range(1, len(weekly) + 1)),
        ),
    )


def steps(values: Array) -> tuple[Array, Array]:
    """A line that stays level through each hour."""
    edges: Array = np.arange(values.size + 1, dtype=np.float64)
    return np.repeat(edges, 2)[1:-1], np.repeat(values, 2)


def top(*lines: Array) -> float:
    """Where the vertical axis ends: a round number above all lines."""
    return round_end(max((float(line.max()) for line in lines if line.size), default=0.0))
