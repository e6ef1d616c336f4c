"""The plans that count in an organisation: field by field its own word, else that of the ones above it, else the
shipped one. Of one organisation's words that on a narrower product line counts first (A7)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import time
from typing import Any, TypeVar

from qibu.care.models import CarePolicy, Plan, PlanOverride, Step
from qibu.care.rules import EVERY_CAR, Audience, ProductLine, read_audience
from qibu.kernel.actors import Actor
from qibu.network.inheritance import Layer, Resolved, Saying, layered, lineage, resolve

ORDER = tuple(Plan.Trigger)
OF_STEPS = ("offset_days", "valid_days", "title", "script", "script_en")
OF_POLICY = ("daily_backlog", "due_time")
Said = Mapping[str, tuple[Saying, ...]]
R = TypeVar("R", Plan, Step)


@dataclass(frozen=True)
class Living:
    """Content as it counts here. `said` has for each field all that is said of it; the first one counts."""

    said: Said
    here: int
    line: ProductLine = EVERY_CAR

    def value(self, name: str) -> Any:
        return self.said[name][0].value

    def is_own(self, name: str) -> bool:
        """Said by the organisation itself, for just these cars."""
        first = self.said[name][0]
        return first.source == self.here and first.about == self.line

    def above(self, name: str) -> Saying:
        """What would count without the organisation's own word on it."""
        sayings = self.said[name]
        return sayings[1] if self.is_own(name) and len(sayings) > 1 else sayings[0]

    @property
    def own(self) -> bool:
        return any(self.is_own(name) for name in self.said)

    @property
    def source(self) -> int | None:
        """The nearest organisation with a word in it."""
        return self.here if self.own else min((one[0] for one in self.said.values()), key=lambda one: one.rank).source


@dataclass(frozen=True, kw_only=True)
class LivingPlan(Living):
    """A plan for all cars or those of a line, with its steps in order; fields are called "active", "day3.script"."""

    row: Plan
    steps: Sequence[Step]
    overrides: bool  # there is another one to go back to
    version: str  # changes whenever anybody changes a word of it

    @property
    def audience(self) -> Audience:
        return read_audience(self.row.audience)


@dataclass(frozen=True, kw_only=True)
class LivingPolicy(Living):
    """How the organisation works through its care."""

    daily_backlog: int
    due_time: time


class Book:
    """All that is said of plans up the line, read in four queries; what counts for a car is put together from it."""

    def __init__(self, organisation_id: int) -> None:
        self.here, line = organisation_id, lineage(organisation_id)
        self._distance: dict[int | None, int] = {number: step for step, number in enumerate(line)}
        self._distance[None] = len(line)
        self._bases = resolve(Plan.objects.order_by("pk"), line, lambda plan: plan.code)
        self._steps: Mapping[int, list[Step]] = defaultdict(list)
        for step in Step.objects.filter(plan__in=[one.row for one in self._bases.values()]).order_by("order"):
            self._steps[step.plan_id].append(step)
        self._overrides: Mapping[str, list[PlanOverride]] = defaultdict(list)
        for override in PlanOverride.objects.order_by("pk"):
            if self._counts(override):
                self._overrides[override.code].append(override)

    def plans(self, car: ProductLine = EVERY_CAR) -> list[LivingPlan]:
        """One for each code, in the order of triggers; those switched off among them."""
        found = [self._living(one, car) for one in self._bases.values()]
        return sorted(found, key=lambda plan: (ORDER.index(Plan.Trigger(plan.row.trigger)), plan.row.code))

    def living(self, code: str, car: ProductLine = EVERY_CAR) -> LivingPlan | None:
        base = self._bases.get(code)
        return self._living(base, car) if base else None

    def lines(self, code: str) -> list[ProductLine]:
        """Those that somebody up the line says something else of."""
        return sorted({override.line for override in self._overrides[code]} - {EVERY_CAR})

    def variants(self, code: str, kinds: Iterable[ProductLine]) -> list[tuple[LivingPlan, list[ProductLine]]]:
        """What counts for those kinds of cars that something else is said of than of all cars."""
        general = self._overriding(code, EVERY_CAR)
        found: dict[tuple[int, ...], list[ProductLine]] = defaultdict(list)
        for kind in kinds if self.lines(code) else ():
            if (overriding := self._overriding(code, kind)) != general:
                found[tuple(one.pk for one in overriding)].append(kind)
        return [(self._living(self._bases[code], several[0]), several) for several in found.values()]

    def _counts(self, override: PlanOverride) -> bool:
        """Not what is said above of a plan that an organisation has made anew."""
        base = self._bases.get(override.code)
        there = self._distance.get(override.organisation_id)
        return base is not None and there is not None and there <= self._distance[base.source_id]

    def _overriding(self, code: str, car: ProductLine) -> list[PlanOverride]:
        """Nearest organisation first, then the narrower line."""

        def place(one: PlanOverride) -> tuple[int, ...]:
            return self._distance[one.organisation_id], *(-int(part) for part in one.line.narrowness)

        return sorted((one for one in self._overrides[code] if one.line.fits(car)), key=place)

    def _living(self, base: Resolved[Any], car: ProductLine) -> LivingPlan:
        steps, overriding = self._steps[base.row.pk], self._overriding(base.row.code, car)
        layers_of: list[Plan | PlanOverride] = [base.row, *overriding]
        whole = _whole(base.row, steps)
        layers = [Layer(one.organisation_id, _known(one.values, whole), one.line) for one in overriding]
        said = layered([*layers, Layer(base.source_id, whole, EVERY_CAR)])
        values = {name: sayings[0].value for name, sayings in said.items()}
        living = [_with(step, _part(values, step.code)) for step in steps]
        own = any(one.organisation_id == self.here and one.line == car for one in overriding)
        return LivingPlan(
            said, self.here, car, row=_with(base.row, {"active": values["active"]}),
            steps=sorted(living, key=lambda step: (step.offset_days, step.order)),
            overrides=own or (base.own and base.overrides and not car),
            version="-".join(f"{one.pk}.{one.version}" for one in layers_of),
        )  # fmt: skip


def plans(actor: Actor) -> list[LivingPlan]:
    """Those of all cars; see `Book` for those of a line."""
    return Book(actor.organisation_id).plans()


def _whole(row: Plan, steps: Iterable[Step]) -> dict[str, Any]:
    """A plan as a layer of fields."""
    parts = {f"{step.code}.{name}": getattr(step, name) for step in steps for name in OF_STEPS}
    return {"active": row.active, **parts}


def _known(values: Mapping[str, Any], whole: Mapping[str, Any]) -> dict[str, Any]:
    """Without words on steps that the plan no longer has."""
    return {name: value for name, value in values.items() if name in whole}


def _part(values: Mapping[str, Any], step: str) -> dict[str, Any]:
    return {name: values[f"{step}.{name}"] for name in OF_STEPS}


def _with(row: R, values: Mapping[str, Any]) -> R:
    found = copy(row)
    for name, value in values.items():
        setattr(found, name, value)
    return found


def policy(actor: Actor) -> LivingPolicy:
    line = lineage(actor.organisation_id)
    distance: dict[int | None, int] = {number: step for step, number in enumerate(line)} | {None: len(line)}
    rows = sorted(
        (row for row in CarePolicy.objects.all() if row.organisation_id in distance),
        key=lambda row: distance[row.organisation_id],
    )
    said = layered(Layer(row.organisation_id, _given(row), EVERY_CAR) for row in rows)
    return LivingPolicy(said, actor.organisation_id, **{name: said[name][0].value for name in OF_POLICY})


def _given(row: CarePolicy) -> dict[str, Any]:
    return {name: value for name in OF_POLICY if (value := getattr(row, name)) is not None}
