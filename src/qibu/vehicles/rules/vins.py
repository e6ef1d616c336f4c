"""Vehicle identification numbers."""

import re
import string
from dataclasses import dataclass
from enum import StrEnum

from qibu.kernel.cells import cell_text, is_blank
from qibu.vehicles.rules.makers import MAKERS, Maker

_LEGAL = frozenset("ABCDEFGHJKLMNPRSTUVWXYZ0123456789")
_LENGTH = 17
_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {digit: int(digit) for digit in string.digits} | dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)
_YEAR_CODES = "ABCDEFGHJKLMNPRSTVWXY123456789"


class VinFault(StrEnum):
    """Why a cell is no VIN."""

    LENGTH = "length"
    CONFUSED_LETTER = "confused_letter"
    ILLEGAL_CHARACTER = "illegal_character"


class IllegalVin(ValueError):
    """Something is written that can be no VIN: its length, and the characters that don't belong there."""

    def __init__(self, code: VinFault, text: str, characters: str = "") -> None:
        super().__init__(code.value)
        self.code = code
        self.text = text[:40]
        self.length = len(text)
        self.characters = characters


@dataclass(frozen=True, slots=True)
class Vin:
    """A legal VIN in capitals."""

    text: str

    @property
    def maker(self) -> Maker | None:
        """The maker, where its identifier is known."""
        return maker_of(self.text)

    @property
    def is_checked(self) -> bool:
        """Whether the check digit fits."""
        return check_digit_ok(self.text)


def read_vin(value: object) -> Vin | None:
    """The VIN of a cell; None for blank. GB 16735 (ISO 3779): 17 of A–Z and 0–9 without I, O and Q.

    A wrong check digit is not refused here: makers outside China and North America need not have one.
    """
    text = re.sub(r"[\s*]", "", cell_text(value)).upper()
    if is_blank(text):
        return None
    if len(text) != _LENGTH:
        raise IllegalVin(VinFault.LENGTH, text, _outside(text, _LEGAL))
    if bad := _outside(text, _LEGAL):
        confused = not _outside(bad, frozenset("IOQ"))
        raise IllegalVin(VinFault.CONFUSED_LETTER if confused else VinFault.ILLEGAL_CHARACTER, text, bad)
    return Vin(text)


def check_digit_ok(vin: str) -> bool:
    """Whether position 9 is the weighted sum of the others modulo 11, X for 10 (GB 16735, ISO 3779)."""
    rest = sum(_VALUES[character] * weight for character, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return vin[8] == "0123456789X"[rest]


def model_years(vin: str) -> tuple[int, ...]:
    """The model years position 10 may mean, newest first (GB 16735: the codes return every 30 years)."""
    at = _YEAR_CODES.find(vin[9])
    return () if at < 0 else (2010 + at, 1980 + at)


def model_year(vin: str, latest: int) -> int | None:
    """The newest possible model year not after `latest` (the year of purchase plus one, say)."""
    return next((year for year in model_years(vin) if year <= latest), None)


def maker_of(vin: str) -> Maker | None:
    """The maker by the first three characters."""
    return MAKERS.get(vin[:3])


def _outside(text: str, legal: frozenset[str]) -> str:
    return "".join(dict.fromkeys(character for character in text if character not in legal))
