"""The personal answer: from one person's diary to what baclofen does for this person.

`read_diary` reads what was taken, counted and felt; `fit` gives a `PersonalAnswer`, with what was
believed before the diary beside what is believed after; `sentences` says it. No dose is proposed.
"""

from __future__ import annotations

from unclench.inference.answer import Belief as Belief
from unclench.inference.answer import PersonalAnswer as PersonalAnswer
from unclench.inference.answer import Verdict as Verdict
from unclench.inference.answer import fit as fit
from unclench.inference.candidates import Range as Range
from unclench.inference.diary import Count as Count
from unclench.inference.diary import Diary as Diary
from unclench.inference.diary import Earlier as Earlier
from unclench.inference.diary import Rating as Rating
from unclench.inference.forecast import DayCount as DayCount
from unclench.inference.reading import read_diary as read_diary
from unclench.inference.words import sentences as sentences
