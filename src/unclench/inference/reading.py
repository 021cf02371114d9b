"""Read a diary from CSV: a header, a row for each thing, every fault at once with its line.

    kind,time,value,unit
    before,,"10 mg at 08:00, 14:00, 20:00",8 weeks
    dose,day 1 08:05,10,mg
    count,day 1 06:00-12:00,3,spasms
    count,day 2,9,spasms
    spasm,day 3 14:20,,
    drowsiness,day 1 10:00,4,of 10
    stiffness,day 1 21:00,6,of 10
    pump,day 1 00:00,150,micrograms/day
    note,day 1,slept badly,

Times are days from 1 with a clock time, or local dates and times such as 2026-03-01T14:00, the
first of which is day 1; one file has one kind. No time carries a zone.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import final

from unclench.errors import InputError
from unclench.inference.diary import Count, Diary, Earlier, Rating
from unclench.regimen import MINUTES_PER_DAY, Administration, Dose, Formulation, Route
from unclench.regimen import parse as parse_regimen
from unclench.units import Mass, mcg, mg

__all__ = ["HEADER", "read_diary"]

HEADER = ("kind", "time", "value", "unit")
MOST_DAYS = 366
MOST_LINES = 20_000
MOST_SPASMS = 1000
MOST_SCORE = 10
MOST_ORAL = mg(200)
MOST_BOLUS = mcg(1000)
MOST_PUMP = mcg(5000)
WEEKS = {"day": 1, "days": 1, "week": 7, "weeks": 7}

CLOCK = r"([0-9]{1,2}):([0-9]{2})"
NUMBERED = re.compile(rf"day\s+([0-9]{{1,4}})(?:\s+{CLOCK}(?:\s*-\s*{CLOCK})?)?", re.IGNORECASE)
DATED = re.compile(rf"([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})(?:[T ]{CLOCK}(?:\s*-\s*{CLOCK})?)?")
TIMES = "'day 3 14:00' or '2026-03-01T14:00', without a zone"


class _FaultError(Exception):
    """One row that cannot be read: what is wrong, and what was expected."""


@final
@dataclass(frozen=True, slots=True)
class _When:
    """A day as written, and the minutes of the day from one clock time to another."""

    day: int
    dated: bool
    from_min: int | None
    to_min: int | None


@final
@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    kind: str
    when: _When | None
    value: str
    unit: str


@final
@dataclass(slots=True)
class _Page:
    """What has been read so far, with the line of each thing, and the faults met."""

    first_day: int = 1
    taken: list[tuple[Administration, int]] = field(default_factory=list)
    pump: list[tuple[int, Mass, int]] = field(default_factory=list)
    counts: list[tuple[Count, int]] = field(default_factory=list)
    spasms: list[tuple[int, int]] = field(default_factory=list)
    ratings: dict[str, list[tuple[Rating, int]]] = field(
        default_factory=lambda: {"drowsiness": [], "stiffness": []}
    )
    earlier: list[tuple[Earlier, int]] = field(default_factory=list)
    last_day: int = 0
    faults: list[tuple[int, str]] = field(default_factory=list)

    def minute(self, row: _Row) -> int:
        """Give the minute of a row that needs a clock time."""
        if row.when is None or row.when.from_min is None:
            raise _FaultError(f"a {row.kind} needs a day and a clock time. Expected: {TIMES}")
        if row.when.to_min is not None:
            raise _FaultError(f"a {row.kind} is at one moment. Expected: one clock time, not two")
        return self.midnight(row) + row.when.from_min

    def midnight(self, row: _Row) -> int:
        """Give the minute at which the day of a row begins."""
        if row.when is None:
            raise _FaultError(f"a {row.kind} needs a time. Expected: {TIMES}")
        return (row.when.day - self.first_day) * MINUTES_PER_DAY


def read_diary(text: str) -> Diary:
    r"""Read a diary from the text of a CSV file.

    A day without dose rows is read as a day on which nothing was taken; a day without counts as one
    that was not counted. On a day with `spasm` rows each spasm was noted when it came, so that such
    a day has no `count`.

    Raises:
        InputError: if anything cannot be read; it names every line that cannot.

    Example:
        >>> page = "kind,time,value,unit\ndose,day 1 08:00,10,mg\ncount,day 1,7,spasms\n"
        >>> diary = read_diary(page)
        >>> diary.days, diary.counts[0].spasms, diary.taken[0].dose.text
        (1, 7, '10 mg')
    """
    page = _Page()
    rows = list(_rows(text, page))
    _number_days(rows, page)
    for row in rows:
        try:
            _READERS[row.kind](page, row)
            if row.when is not None:
                page.last_day = max(page.last_day, row.when.day - page.first_day + 1)
        except _FaultError as fault:
            page.faults.append((row.line, str(fault)))
        except InputError as fault:
            page.faults.append((row.line, str(fault).rstrip(".")))
    _check_neighbours(page)
    if not page.faults and page.last_day == 0:
        page.faults.append((1, "the diary has no day. Expected: at least one dose, count or score"))
    _refuse(page.faults)
    return _diary(page)


def _refuse(faults: list[tuple[int, str]]) -> None:
    if not faults:
        return
    lines = "\n".join(f"  line {line}: {what}." for line, what in sorted(set(faults)))
    number = len(set(faults))
    raise InputError(
        f"The diary has {number} fault{'s' if number > 1 else ''}:\n{lines}\n",
        expected=f"a CSV file with the header {','.join(HEADER)}",
        hint="docs/personal-answer.md shows every kind of row",
    )


# Rows.


def _rows(text: str, page: _Page) -> Iterator[_Row]:
    if "\x00" in text:
        page.faults.append((1, "there is a zero byte. Expected: plain text"))
        return
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header = next(reader, None)
        if header is None or tuple(cell.strip().lower() for cell in header) != HEADER:
            said = "nothing" if header is None else repr(",".join(header)[:60])
            page.faults.append((1, f"the header is {said}. Expected: {','.join(HEADER)}"))
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if reader.line_num > MOST_LINES:
                raise _FaultError(f"the diary is too long. Expected: at most {MOST_LINES} lines")
            row = _row(cells, reader.line_num, page)
            if row is not None:
                yield row
    except csv.Error as error:
        page.faults.append((reader.line_num, f"this is no CSV ({error}). Expected: closed quotes"))
    except _FaultError as fault:
        page.faults.append((reader.line_num, str(fault)))


def _row(cells: list[str], line: int, page: _Page) -> _Row | None:
    try:
        if len(cells) != len(HEADER):
            raise _FaultError(
                f"there are {len(cells)} cells. Expected: {len(HEADER)}; a cell with a comma in it "
                "needs quotes"
            )
        kind, time, value, unit = (cell.strip() for cell in cells)
        kind = kind.lower()
        if kind not in _READERS:
            raise _FaultError(
                f"there is no kind {kind[:40]!r}. Expected: one of {', '.join(_READERS)}"
            )
        return _Row(line, kind, _when(time) if time else None, value, unit)
    except _FaultError as fault:
        page.faults.append((line, str(fault)))
        return None


def _when(text: str) -> _When:
    for pattern, dated in ((NUMBERED, False), (DATED, True)):
        found = pattern.fullmatch(text)
        if found is not None:
            day, *clock = found.groups()
            start = _clock(clock[0], clock[1], text)
            end = _clock(clock[2], clock[3], text, midnight=True)
            if start is not None and end is not None and end <= start:
                raise _FaultError(f"{text!r} ends before it begins. Expected: a later clock time")
            return _When(_ordinal(day) if dated else _day(day), dated, start, end)
    raise _FaultError(f"{text[:40]!r} is no time. Expected: {TIMES}")


def _clock(hour: str | None, minute: str | None, text: str, midnight: bool = False) -> int | None:
    if hour is None or minute is None:
        return None
    past = int(hour) * 60 + int(minute)
    if int(minute) > 59 or past > MINUTES_PER_DAY or (past == MINUTES_PER_DAY and not midnight):
        raise _FaultError(f"{text!r} is no clock time. Expected: 00:00 to 23:59")
    return past


def _day(digits: str) -> int:
    if int(digits) < 1:
        raise _FaultError("there is no day 0. Expected: days from 1 up")
    return int(digits)


def _ordinal(text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise _FaultError(f"{text!r} is no date. Expected: a day of the calendar") from None


def _number_days(rows: list[_Row], page: _Page) -> None:
    """Settle what day 1 is, and refuse two ways to say a day and days that are too far apart."""
    timed = [(row.when, row.line) for row in rows if row.when is not None]
    if not timed:
        return
    dated = timed[0][0].dated
    if dated:
        page.first_day = min(when.day for when, _ in timed if when.dated == dated)
    for when, line in timed:
        if when.dated != dated:
            page.faults.append((line, "numbered days and dates are mixed. Expected: one of them"))
        elif when.day - page.first_day >= MOST_DAYS:
            page.faults.append(
                (line, f"the diary is too long. Expected: at most {MOST_DAYS} days from its first")
            )


# What a row says.


def _number(text: str, what: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        raise _FaultError(
            f"{text[:40]!r} is no {what}. Expected: digits, with a point and no comma"
        )
    return number


def _whole(row: _Row, most: int, unit: str) -> int:
    if row.unit.lower() not in ("", unit):
        raise _FaultError(f"the unit is {row.unit[:40]!r}. Expected: {unit}, or an empty cell")
    if not re.fullmatch(r"[0-9]{1,6}", row.value) or int(row.value) > most:
        raise _FaultError(f"{row.value[:40]!r} {unit}. Expected: a whole number from 0 to {most}")
    return int(row.value)


def _dose(page: _Page, row: _Row) -> None:
    at_min = page.minute(row)
    number = _number(row.value, "amount")
    unit = row.unit.lower()
    if unit == "mg":
        dose = Dose(mg(number), Route.ORAL, Formulation.TABLET)
        most = MOST_ORAL
    elif unit == "micrograms":
        dose = Dose(mcg(number), Route.INTRATHECAL)
        most = MOST_BOLUS
    else:
        said = f"the unit is {row.unit[:40]!r}" if row.unit else "the dose has no unit"
        raise _FaultError(f"{said}. Expected: mg for what is swallowed, micrograms for the pump")
    if dose.amount > most:
        raise _FaultError(
            f"{dose.text} at once is more than a diary can be right about. Expected: at most "
            f"{most.text('mg' if unit == 'mg' else 'micrograms')}; mg and micrograms differ by 1000"
        )
    page.taken.append((Administration(at_min, dose), row.line))


def _pump(page: _Page, row: _Row) -> None:
    at_min = page.minute(row)
    if row.unit.lower() != "micrograms/day":
        said = f"the unit is {row.unit[:40]!r}" if row.unit else "the pump has no unit"
        raise _FaultError(f"{said}. Expected: micrograms/day, and 0 where the pump stops")
    rate = mcg(_number(row.value, "daily amount"))
    if rate > MOST_PUMP:
        raise _FaultError(
            f"{rate.text('micrograms')} a day is more than a diary can be right about. "
            f"Expected: at most {MOST_PUMP.text('micrograms')}"
        )
    page.pump.append((at_min, rate, row.line))


def _count(page: _Page, row: _Row) -> None:
    midnight = page.midnight(row)
    spasms = _whole(row, MOST_SPASMS, "spasms")
    when = row.when
    if when is not None and when.from_min is not None and when.to_min is None:
        raise _FaultError(
            "a count needs a whole day or two clock times. Expected: 'day 3', or "
            "'day 3 06:00-12:00'"
        )
    start = when.from_min if when is not None and when.from_min is not None else 0
    end = when.to_min if when is not None and when.to_min is not None else MINUTES_PER_DAY
    page.counts.append((Count(midnight + start, midnight + end, spasms), row.line))


def _spasm(page: _Page, row: _Row) -> None:
    if row.value or row.unit:
        raise _FaultError("a spasm is one spasm. Expected: empty cells, or a row of kind count")
    page.spasms.append((page.minute(row), row.line))


def _rating(page: _Page, row: _Row) -> None:
    score = _whole(row, MOST_SCORE, "of 10")
    name = "drowsiness" if row.kind == "drowsiness" else "stiffness"
    page.ratings[name].append((Rating(page.minute(row), score), row.line))


def _before(page: _Page, row: _Row) -> None:
    if row.when is not None:
        raise _FaultError("what was taken before has no time. Expected: an empty cell")
    found = re.fullmatch(r"([0-9]{1,3}) (days?|weeks?)", row.unit.lower())
    days = int(found.group(1)) * WEEKS[found.group(2)] if found else 0
    if not 1 <= days <= MOST_DAYS:
        raise _FaultError(
            f"{row.unit[:40]!r} does not say for how long. Expected: a number of days or weeks, "
            "such as '8 weeks', in the last cell"
        )
    page.earlier.append((Earlier(parse_regimen(row.value), days), row.line))


def _note(page: _Page, row: _Row) -> None:
    page.midnight(row)


_READERS = {
    "dose": _dose,
    "pump": _pump,
    "count": _count,
    "spasm": _spasm,
    "drowsiness": _rating,
    "stiffness": _rating,
    "rating": _rating,
    "before": _before,
    "note": _note,
}


# What rows say together.


def _check_neighbours(page: _Page) -> None:
    """Refuse what is there twice, and counts that overlap."""
    doses = [((dose.dose.route, dose.start_min), line) for dose, line in page.taken]
    _refuse_twice(page, doses, "a dose", "one row with their sum")
    _refuse_twice(page, [(at_min, line) for at_min, _, line in page.pump], "a pump row", "one")
    for name, ratings in page.ratings.items():
        moments = [(rating.at_min, line) for rating, line in ratings]
        _refuse_twice(page, moments, f"a score of {name}", "one")
    _refuse_twice(page, [("before", line) for _, line in page.earlier], "a row 'before'", "one")
    for (one, line), (other, next_line) in pairwise(sorted(page.counts)):
        if other.start_min < one.end_min:
            first, last = sorted((line, next_line))
            what = f"it counts hours of line {first} again. Expected: counts that do not overlap"
            page.faults.append((last, what))
    counted = {count.day: line for count, line in page.counts}
    for at_min, line in page.spasms:
        day = at_min // MINUTES_PER_DAY + 1
        if day in counted:
            what = (
                f"day {day} has a count in line {counted[day]}. Expected: counts or single spasms"
            )
            page.faults.append((line, what))


def _refuse_twice(
    page: _Page, keyed: Sequence[tuple[Hashable, int]], what: str, instead: str
) -> None:
    """Note a fault for each line whose key an earlier line has."""
    seen: dict[Hashable, int] = {}
    for key, line in sorted(keyed, key=lambda one: one[1]):
        if key in seen:
            page.faults.append(
                (line, f"line {seen[key]} has {what} at the same time. Expected: {instead}")
            )
        seen.setdefault(key, line)


def _diary(page: _Page) -> Diary:
    end_min = page.last_day * MINUTES_PER_DAY
    given = [dose for dose, _ in page.taken]
    program = sorted(page.pump, key=lambda one: one[0])
    ends = [at_min for at_min, _, _ in program[1:]] + [end_min] * bool(program)
    for (start_min, rate, _), stop_min in zip(program, ends, strict=True):
        length = stop_min - start_min
        if rate and length > 0:
            amount = rate * length / MINUTES_PER_DAY
            given.append(Administration(start_min, Dose(amount, Route.INTRATHECAL), length))
    return Diary(
        days=page.last_day,
        taken=tuple(sorted(given, key=lambda dose: dose.start_min)),
        counts=tuple(sorted([count for count, _ in page.counts] + _counted(page.spasms))),
        drowsiness=tuple(sorted(rating for rating, _ in page.ratings["drowsiness"])),
        stiffness=tuple(sorted(rating for rating, _ in page.ratings["stiffness"])),
        earlier=page.earlier[0][0] if page.earlier else None,
    )


def _counted(spasms: list[tuple[int, int]]) -> list[Count]:
    """Turn single spasms into counts of the quarters of their days."""
    quarter = MINUTES_PER_DAY // 4
    days = {at_min // MINUTES_PER_DAY for at_min, _ in spasms}
    starts = [day * MINUTES_PER_DAY + part * quarter for day in days for part in range(4)]
    return [
        Count(start, start + quarter, sum(start <= at < start + quarter for at, _ in spasms))
        for start in starts
    ]
