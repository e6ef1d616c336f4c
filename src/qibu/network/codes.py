"""One-time codes of the second factor: by time from an app (TOTP, RFC 6238), and recovery codes on paper."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import datetime, timedelta

import pyotp
import segno

from qibu.network.rules import Brake

STEP = 30  # seconds, RFC 6238 §5.2
SKEW = 1  # steps that a clock may be off to either side, RFC 6238 §6
SECRET_SIGNS = 32  # 160 bits, as RFC 4226 §4 (R6) recommends
RECOVERY_CODES = 10
RECOVERY_GROUPS, RECOVERY_GROUP = 3, 4  # twelve signs out of 31 are 59 bits
SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike on paper
HALF_SIGNED_IN = timedelta(minutes=5)  # between the password and the code
SURE = timedelta(minutes=10)  # how long a password counts that was asked for once more
TRUSTED = timedelta(days=30)

# Three codes of a million are right at any moment. Whoever guesses knows the password already, so days are counted
# here, not hours: about 35 tries a day from all strangers together, a chance of one in ten thousand. What happens on
# a browser the person is known on is counted apart, as with passwords, so that nobody can keep the owner out.
CODE_HERE = Brake(
    free=4, first=timedelta(seconds=30), longest=timedelta(hours=1), window=timedelta(days=1)
)
CODE_ANYWHERE = Brake(
    free=10, first=timedelta(minutes=1), longest=timedelta(hours=1), window=timedelta(days=1)
)
PASSWORD_ONCE_MORE = Brake(free=4, first=timedelta(seconds=30), longest=timedelta(minutes=15))


def new_secret() -> str:
    return pyotp.random_base32(SECRET_SIGNS)


def typed(text: str) -> str:
    """As it is compared: full-width digits, blanks, hyphens and case make no difference."""
    return re.sub(r"[\s\-—·]", "", unicodedata.normalize("NFKC", text)).casefold()


def by_time(text: str) -> bool:
    """Whether it looks like a code of the app; anything else can only be a recovery code."""
    return re.fullmatch(r"[0-9]{6}", text) is not None


def matching_step(secret: str, code: str, now: datetime, last: int) -> int | None:
    """The step of time whose code this is. Steps up to `last` are used up: a code that was seen over somebody's
    shoulder is good for nothing (RFC 6238 §5.2)."""
    generator, here = pyotp.TOTP(secret, interval=STEP), int(now.timestamp()) // STEP
    steps = range(here - SKEW, here + SKEW + 1)
    right = [step for step in steps if pyotp.utils.strings_equal(code, generator.generate_otp(step))]
    return next((step for step in right if step > last), None)


def new_recovery_codes() -> list[str]:
    return ["-".join(_group() for _n in range(RECOVERY_GROUPS)) for _code in range(RECOVERY_CODES)]


def _group() -> str:
    return "".join(secrets.choice(SIGNS) for _n in range(RECOVERY_GROUP))


def in_groups(secret: str) -> str:
    """To be typed from the screen."""
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))


def address(secret: str, username: str) -> str:
    """What the picture says to the app."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=username, issuer_name="Qibu")


def picture(text: str) -> tuple[int, str]:
    """A QR code as the side of a square and an SVG path of its dark runs; four empty modules stand around it (ISO
    18004 §6.3.8)."""
    code, edge = segno.make(text, error="m", micro=False), 4
    runs = [
        f"M{edge + start} {edge + row}h{length}v1h-{length}z"
        for row, line in enumerate(code.matrix)
        for start, length in _runs(line)
    ]
    return len(code.matrix) + 2 * edge, "".join(runs)


def _runs(line: bytes | bytearray) -> list[tuple[int, int]]:
    text = "".join("1" if module else "0" for module in line)
    return [(found.start(), len(found.group())) for found in re.finditer("1+", text)]
