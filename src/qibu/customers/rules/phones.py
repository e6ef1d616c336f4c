"""Reading telephone numbers as stores have written them down."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

import phonenumbers
from phonenumbers import PhoneNumber, PhoneNumberType

from qibu.kernel.cells import cell_text, is_blank

_MOBILE = re.compile(r"1[3-9]\d{9}")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|x|#)\s*\d{1,6}$|(?<=\d{7})-\d{1,6}$", re.IGNORECASE)
_HARD_SEPARATORS = re.compile(r"[/、,;|\n\r]+|或|和")
_POWER_OF_TEN = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d+)", re.IGNORECASE)
_NOISE = re.compile(r"[^0-9+]")
# Dialled to satisfy a form. 13800138000 is China Mobile's top-up line.
_FILLERS = frozenset({"12345678901", "12345678910", "13800138000", "1234567", "12345678"})
_SHORTEST, _LONGEST = 7, 18


class PhoneKind(StrEnum):
    """What can be done with a number: only mobiles take messages."""

    MOBILE = "mobile"
    LANDLINE = "landline"


class PhoneFault(StrEnum):
    """Why a cell is no number one can call."""

    NOT_A_NUMBER = "not_a_number"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    FILLER = "filler"
    UNKNOWN_RANGE = "unknown_range"
    SEVERAL = "several"
    LOST_DIGITS = "lost_digits"


class UnusablePhone(ValueError):
    """Something is written, yet no usable number. The number itself is kept out of messages and logs."""

    def __init__(self, code: PhoneFault) -> None:
        super().__init__(code.value)
        self.code = code


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in one spelling: 11 digits, landlines with 0 and area code, foreign ones with +."""

    number: str
    kind: PhoneKind

    @property
    def takes_sms(self) -> bool:
        """Whether messages can be sent: mainland mobiles only."""
        return self.kind is PhoneKind.MOBILE and not self.number.startswith("+")


def read_phone(value: object, *, area_code: str = "") -> Phone | None:
    """The one number of a cell; `area_code` (0553) completes landlines written without it."""
    phones = read_phones(value, area_code=area_code)
    if len(phones) > 1:
        raise UnusablePhone(PhoneFault.SEVERAL)
    return phones[0] if phones else None


def read_phones(value: object, *, area_code: str = "") -> list[Phone]:
    """All usable numbers of a cell in order; raises only when something is written and nothing usable."""
    phones, faults = read_phone_cell(value, area_code=area_code)
    if faults and not phones:
        raise UnusablePhone(faults[0])
    return phones


def read_phone_cell(value: object, *, area_code: str = "") -> tuple[list[Phone], list[PhoneFault]]:
    """The usable numbers of a cell, and what is wrong with the rest, so that nothing is lost silently."""
    phones: dict[Phone, None] = {}
    faults: list[PhoneFault] = []
    for part in _parts(cell_text(value), area_code):
        try:
            phones[_read_one(part, area_code)] = None
        except UnusablePhone as fault:
            faults.append(fault.code)
    return list(phones), faults


def mask_phone(number: str) -> str:
    """138****5678; landlines keep area code and last three: 0553****210 (common practice in China)."""
    if _MOBILE.fullmatch(number):
        return f"{number[:3]}****{number[-4:]}"
    if len(number) < _SHORTEST + 2:
        return "****"
    return f"{number[: _prefix_length(number)]}****{number[-3:]}"


def _prefix_length(number: str) -> int:
    if number.startswith(("010", "02", "400", "800")):
        return 3
    return 4


def _parts(text: str, area_code: str) -> Iterable[str]:
    """The texts of the single numbers: hard separators always part, blanks only between two full numbers."""
    for part in _HARD_SEPARATORS.split(text):
        words = part.split()
        if is_blank(part.strip()):
            continue
        if (
            len(words) > 1
            and not _is_usable(part, area_code)
            and all(_is_usable(word, area_code) for word in words)
        ):
            yield from words
        else:
            yield part


def _is_usable(text: str, area_code: str) -> bool:
    try:
        _read_one(text, area_code)
    except UnusablePhone:
        return False
    return True


def _read_one(text: str, area_code: str) -> Phone:
    digits = _NOISE.sub("", _EXTENSION.sub("", _written_out(text.strip())))
    bare = digits.lstrip("+")
    if not bare.isdigit():
        raise UnusablePhone(PhoneFault.NOT_A_NUMBER)
    national = _without_china(bare)
    if _is_filler(national):
        raise UnusablePhone(PhoneFault.FILLER)
    if _MOBILE.fullmatch(national):
        return Phone(national, PhoneKind.MOBILE)
    return _parsed(_international(digits, national, area_code))


def _written_out(text: str) -> str:
    """A spreadsheet shows a long number as 1.3955300001E+10, mostly with fewer digits than it had."""
    found = _POWER_OF_TEN.fullmatch(text)
    if not found:
        return text
    first, rest, power = found.groups(default="")
    if len(rest) != int(power):
        raise UnusablePhone(PhoneFault.LOST_DIGITS)
    return first + rest


def _without_china(digits: str) -> str:
    """National digits: without 86, 0086, 086 and the 0 once dialled before mobiles of other places."""
    if found := re.fullmatch(r"(?:0{0,2}86)?0?(1[3-9]\d{9})", digits):
        return found[1]
    if found := re.fullmatch(r"(?:00)?86(0?[1-9]\d{8,10})", digits):
        return found[1]
    return digits


def _is_filler(digits: str) -> bool:
    """The same digit over and over, a running sequence, or a number known to stand for nothing."""
    return len(set(digits[-8:])) == 1 or digits in _FILLERS


def _international(digits: str, national: str, area_code: str) -> str:
    if digits.startswith("+") and national == digits[1:]:
        return digits
    if national.startswith("00"):
        return f"+{national[2:]}"
    if len(national) in (7, 8) and area_code:
        national = f"{area_code}{national}"
    _check_length(national)
    return f"+86{national.removeprefix('0')}"


def _check_length(digits: str) -> None:
    if len(digits) < _SHORTEST:
        raise UnusablePhone(PhoneFault.TOO_SHORT)
    if len(digits) > _LONGEST:
        raise UnusablePhone(PhoneFault.TOO_LONG)
    if digits.startswith("1") and len(digits) in (10, 12, 13):
        # A mobile with a digit lost or doubled would otherwise pass as some rare landline.
        raise UnusablePhone(PhoneFault.TOO_SHORT if len(digits) == 10 else PhoneFault.TOO_LONG)


def _parsed(number: str) -> Phone:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        raise UnusablePhone(PhoneFault.NOT_A_NUMBER) from None
    if not phonenumbers.is_valid_number(parsed):
        raise UnusablePhone(PhoneFault.UNKNOWN_RANGE)
    kinds = (PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE)
    mobile = phonenumbers.number_type(parsed) in kinds
    return Phone(_spelling(parsed), PhoneKind.MOBILE if mobile else PhoneKind.LANDLINE)


def _spelling(parsed: PhoneNumber) -> str:
    if parsed.country_code != 86:
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    digits = phonenumbers.national_significant_number(parsed)
    service_line = digits.startswith(("400", "800")) or len(digits) == 11
    return digits if service_line else f"0{digits}"
