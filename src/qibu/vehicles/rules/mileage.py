"""Kilometre readings as they are written down."""

import re
from decimal import Decimal
from enum import StrEnum

from qibu.kernel.cells import cell_text, is_blank

# No car of a dealership has gone further; more is a typing error.
LARGEST_MILEAGE = 2_000_000
_READING = re.compile(r"(-?)([0-9]{1,12}(?:\.[0-9]+)?)(万|W)?(?:KM|公里|千米)?")


class MileageFault(StrEnum):
    """Why a cell is no mileage."""

    NOT_A_NUMBER = "not_a_number"
    NEGATIVE = "negative"
    TOO_LARGE = "too_large"


class UnreadableMileage(ValueError):
    """Something is written that can be no odometer reading."""

    def __init__(self, code: MileageFault, text: str) -> None:
        super().__init__(code.value)
        self.code = code
        self.text = text[:40]


def read_mileage(value: object) -> int | None:
    """Whole kilometres of a cell ("38,642 km", 3.8万公里, 38642.0); None for blank."""
    written = cell_text(value)
    if is_blank(written):
        return None
    found = _READING.fullmatch(re.sub(r"[\s,]", "", written).upper())
    if not found:
        raise UnreadableMileage(MileageFault.NOT_A_NUMBER, written)
    sign, digits, ten_thousands = found.groups()
    km = int(Decimal(digits) * (10_000 if ten_thousands else 1))
    if sign and km:
        raise UnreadableMileage(MileageFault.NEGATIVE, written)
    if km > LARGEST_MILEAGE:
        raise UnreadableMileage(MileageFault.TOO_LARGE, written)
    return km
