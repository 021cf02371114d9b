"""How `unclench fit` finds, prints and draws its answer."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from unclench import figures
from unclench.cli.files import STDOUT, plain, put
from unclench.cli.printing import aligned, console, say
from unclench.errors import InputError
from unclench.evidence import load_evidence
from unclench.figures import Chart, Table, words
from unclench.figures.axes import round_end
from unclench.figures.chart import Axis, Band, Line, Scale
from unclench.figures.colours import Ink
from unclench.figures.export import KINDS
from unclench.inference import (
    Belief,
    DayCount,
    PersonalAnswer,
    Range,
    fit,
    read_diary,
    sentences,
)
from unclench.inference.words import headline
from unclench.patient import Patient

LARGEST_BYTES: Final = 2_000_000
HOURS: Final = 24.0


def answer(
    diary: Path,
    patient: Patient,
    *,
    days_ahead: int,
    as_json: bool,
    plot: str | None,
    force: bool,
    seed: int,
) -> None:
    """Read a diary, weigh it, write the picture, and print the rest.

    Raises:
        InputError: the diary cannot be read, or the picture not be written.
    """
    check_plot(plot, as_json=as_json, force=force)
    found = fit(
        read_diary(content(diary)),
        patient,
        evidence=load_evidence(),
        days_ahead=days_ahead,
        seed=seed,
    )
    if plot is not None:
        kind = ".svg" if plot == STDOUT else Path(plot).suffix.lower()
        put(plot, figures.rendered(days_chart(found), kind=kind))
    if as_json:
        typed = {**plain(asdict(found)), "not_advice": words.NOT_ADVICE}
        print(json.dumps(typed, indent=1, allow_nan=False))
    elif plot != STDOUT:
        show(found)


def content(diary: Path) -> str:
    """The text of a diary.

    Raises:
        InputError: there is no such file, or it is no text, or it is too large.
    """
    try:
        if str(diary) == STDOUT:
            return sys.stdin.read(LARGEST_BYTES)
        if diary.stat().st_size > LARGEST_BYTES:
            raise InputError(
                f"{str(diary)!r} is too large for a diary.",
                expected=f"at most {LARGEST_BYTES // 1_000_000} MB of text",
            )
        return diary.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(
            f"{str(diary)!r} cannot be read ({error.strerror}).", expected="a file that is there"
        ) from None
    except UnicodeDecodeError:
        raise InputError(
            f"{str(diary)!r} is not plain text.", expected="a CSV file saved as UTF-8"
        ) from None


def check_plot(plot: str | None, *, as_json: bool, force: bool) -> None:
    """Refuse a picture that could not be written."""
    if plot is None:
        return
    if plot == STDOUT:
        if as_json:
            raise InputError(
                "A picture and JSON cannot both go to the terminal.",
                expected="a file name for --plot",
            )
        return
    path = Path(plot)
    if path.suffix.lower() not in KINDS:
        raise InputError(
            f"A picture cannot be written as {path.name!r}.",
            expected="a file name that ends in .svg, .png or .pdf",
        )
    if not path.parent.is_dir():
        raise InputError(
            f"There is no folder {str(path.parent)!r} for {path.name!r}.",
            expected="a file in a folder that is there",
        )
    if path.exists() and not force:
        raise InputError(
            f"{plot!r} is there already.",
            expected="a new file name",
            hint="another name, or --force to replace it",
        )


# In words.


def show(found: PersonalAnswer) -> None:
    """Print the answer: a table of before and after, the sentences, what this is not."""
    out = console()
    say(out, headline(found), style="bold")
    days = "day" if found.days == 1 else "days"
    say(out, f"{found.days} {days} of diary, spasms counted on {found.counted_days}")
    out.print()
    say(out, aligned(rows(found)))
    out.print()
    for line in sentences(found):
        say(out, line)
    out.print()
    say(out, words.NOT_ADVICE)


def rows(found: PersonalAnswer) -> list[tuple[str, ...]]:
    """The table: a number a row, nine of ten before and after, and what the diary cleared up."""
    shown = [
        ("spasms taken away, percent", found.spasms_taken_away, 100.0),
        ("spasms a day without it", found.untreated_per_day, 1.0),
        (f"hours that {found.dose_text} works", found.dose_hours, 1.0),
        ("drowsiness added, of 10", found.drowsiness, 1.0),
    ]
    return [
        ("", "people in general", "you", "from the diary"),
        *(
            (name, span(belief.before, times), span(belief.after, times), cleared(belief))
            for name, belief, times in shown
            if belief is not None
        ),
    ]


def span(shown: Range, times: float) -> str:
    """A median with its band."""
    low, middle, high = (times * value for value in (shown.low, shown.middle, shown.high))
    return f"{words.number(middle)} ({words.number(low)} to {words.number(high)})"


def cleared(belief: Belief) -> str:
    """How much of what was unsure the diary cleared up."""
    return f"{100.0 * belief.from_diary:.0f} %"


# As a picture.


def days_chart(found: PersonalAnswer) -> Chart:
    """The spasms counted on each day, with what the model expects, and the coming days.

    Args:
        found: What `fit` found.
    """
    every = found.by_day
    x = np.array([HOURS * (day.day - 0.5) for day in every])
    middle, low, high = (
        np.array([float(getattr(day, name)) for day in every]) for name in ("middle", "low", "high")
    )
    counted = [day for day in every if day.observed is not None]
    seen = np.array([float(day.observed or 0) for day in counted])
    lines = [Line(name="expected", x=x, y=middle, ink=Ink.TABLET)]
    if len(counted) > 1:
        at = np.array([HOURS * (day.day - 0.5) for day in counted])
        lines.append(Line(name="counted", x=at, y=seen, ink=Ink.INK))
    table = day_table(every, found.days)
    outside = sum(not day.low <= (day.observed or 0) <= day.high for day in counted)
    return Chart(
        key="diary",
        title=headline(found),
        summary=(
            f"{len(counted)} days were counted whole; {outside} of them lie outside the shaded "
            f"part, which should hold nine of ten. Days after day {found.days} are a forecast."
        ),
        x=Axis(words="time", high=HOURS * len(every), scale=Scale.TIME),
        y=Axis(words="spasms in a day", high=round_end(max(1.0, high.max(), *seen.tolist()))),
        lines=tuple(lines),
        bands=(Band(name="nine of ten such days", x=x, low=low, high=high, ink=Ink.TABLET),),
        table=table,
        readings=table,
        sure=words.NOT_ADVICE,
    )


def day_table(every: tuple[DayCount, ...], days: int) -> Table:
    """The same days as text."""
    return Table(
        caption="Spasms in a day",
        header=("day", "counted", "expected", "nine of ten such days"),
        rows=tuple(
            (
                f"day {day.day}" + (", forecast" if day.day > days else ""),
                "not counted" if day.observed is None else str(day.observed),
                str(day.middle),
                f"{day.low} to {day.high}",
            )
            for day in every
        ),
        at=tuple(HOURS * (day.day - 0.5) for day in every),
    )
