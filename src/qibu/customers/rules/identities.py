"""Identity numbers of residents and codes of companies."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from qibu.kernel.cells import cell_text, is_blank

_NEW = re.compile(r"\d{17}[\dX]")
_OLD = re.compile(r"\d{15}")
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d+")


class Gender(StrEnum):
    """As an identity number or a form of address says it."""

    MALE = "male"
    FEMALE = "female"


class IdentityFault(StrEnum):
    """Why a cell is no identity number or company code."""

    LENGTH = "length"
    FORMAT = "format"
    CHECK_DIGIT = "check_digit"
    BIRTH_DATE = "birth_date"
    LOST_DIGITS = "lost_digits"


class UnusableIdentity(ValueError):
    """Something is written, yet it is no valid number. The number itself is kept out of messages and logs."""

    def __init__(self, code: IdentityFault) -> None:
        super().__init__(code.value)
        self.code = code


class LostDigits(UnusableIdentity):
    """Excel kept 15 of the 18 digits; the rest can't be had back from this cell."""

    def __init__(self) -> None:
        super().__init__(IdentityFault.LOST_DIGITS)


@dataclass(frozen=True, slots=True)
class Identity:
    """An 18-character citizen identity number (GB 11643-1999)."""

    number: str

    @property
    def born_on(self) -> date:
        """The day of birth that the number holds."""
        return birth_and_gender_of(self.number)[0]

    @property
    def gender(self) -> Gender:
        """The gender that the number holds."""
        return birth_and_gender_of(self.number)[1]


def read_identity(value: object) -> Identity | None:
    """The identity number of a cell, 15-digit ones lengthened; None for blank.

    GB 11643-1999: length, date of birth, check digit (ISO 7064 MOD 11-2). The area code is not looked up:
    counties are renamed and merged, and a table that is behind would refuse real people.
    """
    text = re.sub(r"[\s\-*]", "", cell_text(value)).upper()
    if is_blank(text):
        return None
    _refuse_lost_digits(value, text)
    number = _lengthened(text) if _OLD.fullmatch(text) else text
    _check(number)
    return Identity(number)


def birth_and_gender_of(identity: str) -> tuple[date, Gender]:
    """Day of birth (digits 7–14) and gender (digit 17: odd male, even female) of an 18-character number."""
    born_on = date(int(identity[6:10]), int(identity[10:12]), int(identity[12:14]))
    return born_on, Gender.MALE if int(identity[16]) % 2 else Gender.FEMALE


def mask_identity(identity: str) -> str:
    """340***********1234: neither county nor birthday can be read from it."""
    if len(identity) < 8:
        return "*" * len(identity)
    return f"{identity[:3]}{'*' * (len(identity) - 7)}{identity[-4:]}"


def read_company_code(value: object) -> str | None:
    """The unified social credit code of a cell (GB 32100-2015), checked; None for blank."""
    text = re.sub(r"[\s\-]", "", cell_text(value)).upper()
    if is_blank(text):
        return None
    _refuse_lost_digits(value, text)
    if len(text) != 18:
        raise UnusableIdentity(IdentityFault.LENGTH)
    try:
        return str(uscc.validate(text))
    except ValidationError as fault:
        raise UnusableIdentity(_fault_of(fault)) from None


def _fault_of(fault: ValidationError) -> IdentityFault:
    checksum = type(fault).__name__ == "InvalidChecksum"
    return IdentityFault.CHECK_DIGIT if checksum else IdentityFault.FORMAT


def _refuse_lost_digits(value: object, text: str) -> None:
    """A number of 18 digits that went through a float has its last three digits replaced by 000."""
    was_number = isinstance(value, int | float) and not isinstance(value, bool)
    if _SCIENTIFIC.fullmatch(text) or (was_number and isinstance(value, float) and len(text) > 15):
        raise LostDigits
    if len(text) == 18 and text.endswith("000") and (was_number or not _check_digit_fits(text)):
        raise LostDigits


def _check_digit_fits(number: str) -> bool:
    return bool(_NEW.fullmatch(number)) and number[-1] == ric.calc_check_digit(number)


def _lengthened(number: str) -> str:
    body = f"{number[:6]}19{number[6:]}"
    return body + str(ric.calc_check_digit(body + "0"))


def _check(number: str) -> None:
    if len(number) != 18:
        raise UnusableIdentity(IdentityFault.LENGTH)
    if not (number.isascii() and _NEW.fullmatch(number)):
        raise UnusableIdentity(IdentityFault.FORMAT)
    if not _check_digit_fits(number):
        raise UnusableIdentity(IdentityFault.CHECK_DIGIT)
    _check_birth(number)


def _check_birth(number: str) -> None:
    try:
        born_on, _ = birth_and_gender_of(number)
    except ValueError:
        raise UnusableIdentity(IdentityFault.BIRTH_DATE) from None
    if not 1880 <= born_on.year <= 2100:
        raise UnusableIdentity(IdentityFault.BIRTH_DATE)
