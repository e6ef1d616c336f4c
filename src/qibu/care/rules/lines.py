"""Product lines: cars that a plan or an interval treats otherwise than the rest (A7)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class ProductLine:
    """Beginnings of the brand's and the series' name, and what drives the car; empty is any.

    A car is one, too: with its whole names.
    """

    brand: str = ""
    series: str = ""
    energy: str = ""

    def fits(self, car: ProductLine) -> bool:
        """Whether the car belongs to the line; of two lines, whether all cars of the other one do."""
        named = car.brand.startswith(self.brand) and car.series.startswith(self.series)
        return named and self.energy in ("", car.energy)

    @property
    def narrowness(self) -> tuple[int, int, bool]:
        """The more of a series' name is given the narrower; then the brand's, then what drives the car."""
        return len(self.series), len(self.brand), bool(self.energy)

    def __str__(self) -> str:
        return " ".join(filter(None, (self.brand, self.series, self.energy)))

    def __bool__(self) -> bool:
        return self != EVERY_CAR


EVERY_CAR = ProductLine()
