"""Many virtual people: who they are, what happens to them, what nine of ten lie between."""

from __future__ import annotations

from unclench.cohorts.band import Band as Band
from unclench.cohorts.band import band as band
from unclench.cohorts.courses import PeopleCourses as PeopleCourses
from unclench.cohorts.courses import simulate_people as simulate_people
from unclench.cohorts.population import VirtualPeople as VirtualPeople
from unclench.cohorts.population import around as around
