"""What leaves for other programs: calendars now, health records later."""

from __future__ import annotations

from unclench.interchange.calendar import Entry, as_calendar, plan_entries

__all__ = ["Entry", "as_calendar", "plan_entries"]
