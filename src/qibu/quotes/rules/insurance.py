"""Insurance of the first year, as an estimate: what an insurer asks is its own and may be written instead.

Compulsory insurance 交强险: 机动车交通事故责任强制保险基础费率 (2008); a new car has neither discount nor surcharge.
Commercial insurance: damage = base + price × rate; liability by the sum insured; people in the car = sum × rate × seats
(structure of 机动车商业保险示范条款; numbers are content, `catalog` has the tables).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from qibu.quotes.rules.loans import cents

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Cover:
    """What the customer wants insured beside the compulsory part. `liability` and `people` are sums in yuan."""

    liability: int = 0
    damage: bool = False
    people: int = 0


def compulsory(rows: Rows, seats: int, company: bool) -> Decimal | None:
    """None where the table has nothing for such a car."""
    found = _by_seats([row for row in rows if (row["use"] == "company") == company], seats)
    return Decimal(found["premium"]) if found else None


def liability(rows: Rows, seats: int, insured: int) -> Decimal | None:
    found = _by_seats([row for row in rows if int(row["sum"]) == insured], seats)
    return cents(Decimal(found["premium"])) if found else None


def damage(rows: Rows, seats: int, price: Decimal) -> Decimal | None:
    found = _by_seats(rows, seats)
    return cents(Decimal(found["base"]) + price * Decimal(found["percent"]) / 100) if found else None


def people(rows: Rows, seats: int, insured: int) -> Decimal | None:
    """The driver at one rate, the other seats at another."""
    found = _by_seats(rows, seats)
    if found is None:
        return None
    share = Decimal(found["driver"]) + Decimal(found["passenger"]) * (seats - 1)
    return cents(insured * share / 100)


def sums(rows: Rows) -> list[int]:
    """For which sums liability is offered."""
    return sorted({int(row["sum"]) for row in rows})


def _by_seats(rows: Rows, seats: int) -> Mapping[str, Any] | None:
    """The narrowest row that takes so many seats; one without a limit takes all."""
    fitting = [row for row in rows if not row.get("seats") or seats <= int(row["seats"])]
    return min(fitting, key=lambda row: int(row["seats"]) if row.get("seats") else 10_000, default=None)


