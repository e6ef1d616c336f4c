"""The chances that leads of the demo were given on their way, one after the other as the store knew then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from qibu.demo.sales_stories import STAGES
from qibu.leads.models import Lead, StageChange, Tally
from qibu.leads.rules import chance, counted
from qibu.leads.rules.chances import Key
from qibu.leads.selectors.scoring import known_of

REACHED_BY = {"phone"}
ENDED = (Lead.State.WON, Lead.State.LOST)


@dataclass
class Course:
    """A lead with its changes of stage."""

    lead: Lead
    changes: list[StageChange]


@dataclass
class Score:
    counts: dict[Key, tuple[float, float]] = field(default_factory=dict)

    def play(self, courses: Sequence[Course]) -> None:
        """In the order of time: each change of stage is judged by what had ended before. The quarter before went like
        this one, and counts."""
        for course in courses:
            if course.lead.state in ENDED:
                self._count(course.lead)
        for _at, course, change in sorted(_moments(courses), key=lambda row: row[0]):
            if change is not None:
                change.probability = self._chance(course.lead, change.stage)
            elif course.lead.state in ENDED:
                self._count(course.lead)
        for course in courses:
            course.lead.probability = self._chance(course.lead, course.lead.stage)

    def tallies(self, organisation_id: int) -> Iterator[Tally]:
        for (name, value), (won, lost) in sorted(self.counts.items()):
            yield Tally(organisation_id=organisation_id, field=name, value=value, won=int(won), lost=int(lost))

    def _chance(self, lead: Lead, stage: str) -> float:
        seen = [(name, stage if name == "stage" else value) for name, value in known_of(lead, REACHED_BY)]
        return round(chance(seen, self.counts).probability, 4)

    def _count(self, lead: Lead) -> None:
        keys = counted(known_of(lead, REACHED_BY), STAGES[: STAGES.index(lead.stage) + 1])
        won = int(lead.state == Lead.State.WON)
        for key in keys:
            was = self.counts.get(key, (0.0, 0.0))
            self.counts[key] = (was[0] + won, was[1] + 1 - won)
        lead.counted = [lead.state, *map(list, keys)]


def _moments(courses: Iterable[Course]) -> Iterator[tuple[datetime, Course, StageChange | None]]:
    for course in courses:
        for change in course.changes:
            yield change.at, course, change
        if course.lead.closed_at:
            yield course.lead.closed_at, course, None
