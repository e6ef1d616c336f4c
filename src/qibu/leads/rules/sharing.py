"""The store's rules for sharing out leads (C2): what a rule asks of a lead, and to whom it then goes."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum


class Target(StrEnum):
    TURN = "turn"  # everybody who sells, in turn
    PEOPLE = "people"  # these, in turn
    GROUP = "group"  # those of a group of the store, in turn
    POOL = "pool"  # nobody: whoever wants it takes it


@dataclass(frozen=True, kw_only=True)
class Case:
    """What of a lead rules ask about. `at` is on the clock of the store."""

    source: str
    kind: str
    at: datetime
    brand: str = ""
    series: str = ""
    model: str = ""
    city: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True)
class SharingRule:
    """What is empty asks nothing. Brand, series and model are beginnings, as in a product line; weekdays count from
    Monday 1; hours that end before they begin go over midnight."""

    name: str
    sources: Collection[str] = ()
    kinds: Collection[str] = ()
    brand: str = ""
    series: str = ""
    model: str = ""
    cities: Collection[str] = ()
    languages: Collection[str] = ()
    weekdays: Collection[int] = ()
    since: time | None = None
    until: time | None = None
    target: Target = Target.TURN
    people: Collection[int] = field(default_factory=frozenset)
    group: str = ""

    def fits(self, case: Case) -> bool:
        return (
            self._comes_from(case) and self._car(case) and self._lives(case)
            and _one_of(self.languages, case.language) and self._when(case.at)
        )  # fmt: skip

    def _comes_from(self, case: Case) -> bool:
        """A source by its own name or by its kind: either will do."""
        if not self.sources and not self.kinds:
            return True
        return case.source in self.sources or case.kind in self.kinds

    def _car(self, case: Case) -> bool:
        asked = ((self.brand, case.brand), (self.series, case.series), (self.model, case.model))
        return all(_folded(had).startswith(_folded(wanted)) for wanted, had in asked)

    def _lives(self, case: Case) -> bool:
        return not self.cities or plain_city(case.city) in {plain_city(one) for one in self.cities}

    def _when(self, at: datetime) -> bool:
        if self.weekdays and at.isoweekday() not in self.weekdays:
            return False
        if self.since is None or self.until is None:
            return True
        now = at.time()
        if self.since < self.until:
            return self.since <= now < self.until
        return now >= self.since or now < self.until


def fitting(rules: Iterable[SharingRule], case: Case) -> list[SharingRule]:
    """Those that fit, in their order: where nobody of the first can take it, the next one is asked."""
    return [rule for rule in rules if rule.fits(case)]


def plain_city(name: str) -> str:
    """芜湖 and 芜湖市 are one."""
    return name.strip().removesuffix("市").casefold()


def _folded(text: str) -> str:
    return text.strip().casefold()


def _one_of(wanted: Collection[str], had: str) -> bool:
    """`zh` asks for `zh-hans`, too."""
    return not wanted or any(_folded(had).startswith(_folded(one)) for one in wanted if one)
