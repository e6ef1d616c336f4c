"""Vehicle identification numbers by GB 16735 and number plates by GA 36, made from a running number."""

from __future__ import annotations

from math import gcd

LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # plates leave out I and O
DIGITS = "0123456789"
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"  # GB 16735 leaves out I, O and Q
YEAR_CODES = (
    "ABCDEFGHJKLMNPRSTVWXY123456789"  # GB 16735 table of model years, 2010 = A, repeats after 30 years
)

_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_VALUES = {str(n): n for n in range(10)} | dict(
    zip(
        "ABCDEFGHJKLMNPRSTUVWXYZ",
        (1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9),
        strict=True,
    )
)


def shuffled(number: int, size: int, salt: int = 0) -> int:
    """A number below `size` for each number below `size`, none twice: unique without remembering any."""
    factor = int(size * 0.618034) | 1
    while gcd(factor, size) != 1:
        factor += 2
    return (number * factor + salt) % size


def check_digit(vin: str) -> str:
    """The ninth character: weighted sum modulo 11, ten is X (GB 16735, appendix A)."""
    rest = sum(_VALUES[char] * weight for char, weight in zip(vin, _WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)


def is_legal(vin: str) -> bool:
    return len(vin) == 17 and all(char in _VALUES for char in vin)


def vin(descriptor: str, year: int, plant: str, serial: int) -> str:
    """`descriptor` is the maker's code and the five characters after it."""
    blank = f"{descriptor}0{YEAR_CODES[(year - 2010) % 30]}{plant}{serial:06d}"
    return f"{blank[:8]}{check_digit(blank)}{blank[9:]}"


# Each pattern has room for 576,000 plates of one licensing office; L is a letter, D a digit.
_PATTERNS = ("LLDDD", "LDDDL", "DLDDL", "LDLDD")
_PATTERN_ROOM = 24 * 24 * 1000
PLATE_ROOM = _PATTERN_ROOM * len(_PATTERNS)
# GA 36: a small new-energy car has six characters; the first is D, A, B, C, E when it runs on its battery
# alone and F, G, H, J, K when it doesn't.
_BATTERY, _HYBRID = "DABCE", "FGHJK"
_GREEN_ROOM = len(_BATTERY) * 34 * 10_000


def blue_plate(office: str, number: int) -> str:
    pattern = _PATTERNS[number % len(_PATTERNS)]
    salt = 217_391 + number % len(_PATTERNS) * 131_071
    rest = shuffled(number // len(_PATTERNS) % _PATTERN_ROOM, _PATTERN_ROOM, salt)
    chars = []
    for kind in pattern:
        alphabet = LETTERS if kind == "L" else DIGITS
        rest, index = divmod(rest, len(alphabet))
        chars.append(alphabet[index])
    return office + "".join(chars)


def green_plate(office: str, number: int, *, battery: bool) -> str:
    rest, digits = divmod(shuffled(number % _GREEN_ROOM, _GREEN_ROOM, 31), 10_000)
    first, second = divmod(rest, 34)
    # The letters D and F were given out first, so most cars have them.
    return f"{office}{(_BATTERY if battery else _HYBRID)[first]}{(DIGITS + LETTERS)[second]}{digits:04d}"
