"""Pictures that people upload: what they are is read from their bytes, and what they tell besides is taken out.

A photo from a telephone says in its metadata where and when it was taken (Exif, JEITA CP-3451; XMP). Only what a
picture needs is kept: segments of JPEG (ITU-T T.81, annex B), chunks of PNG (ISO/IEC 15948). The way up is kept, which
is in Exif, too.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

LARGEST = 8 * 2**20
JPEG, PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# JFIF, the colour profile and Adobe's note on colours; APP1 (Exif, XMP), APP13 (IPTC) and comments go.
KEPT_SEGMENTS = frozenset({0xE0, 0xE2, 0xEE})
APP1, APP_FIRST, APP_LAST, COMMENT, SCAN = 0xE1, 0xE0, 0xEF, 0xFE, 0xDA
KEPT_CHUNKS = frozenset(
    {b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"pHYs", b"sBIT", b"bKGD"}
)
ORIENTATION = 0x0112


class Fault(StrEnum):
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    OTHER_KIND = "other_kind"  # neither JPEG nor PNG
    BROKEN = "broken"


class BadImage(ValueError):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


@dataclass(frozen=True)
class Picture:
    """What may be kept: the bytes without what they tell besides, and the ending of the file."""

    content: bytes
    extension: str

    @property
    def mime(self) -> str:
        return {"jpg": "image/jpeg", "png": "image/png"}[self.extension]


def read_picture(data: bytes) -> Picture:
    if not data:
        raise BadImage(Fault.EMPTY)
    if len(data) > LARGEST:
        raise BadImage(Fault.TOO_LARGE)
    try:
        if data.startswith(JPEG):
            return Picture(_plain_jpeg(data), "jpg")
        if data.startswith(PNG):
            return Picture(_plain_png(data), "png")
    except (struct.error, IndexError):
        raise BadImage(Fault.BROKEN) from None
    raise BadImage(Fault.OTHER_KIND)


# JPEG -------------------------------------------------------------------------------------------
def _plain_jpeg(data: bytes) -> bytes:
    kept, way_up = [], 1
    for marker, segment in _segments(data):
        if marker == APP1:
            way_up = _way_up(segment) or way_up
        if marker != COMMENT and not (APP_FIRST <= marker <= APP_LAST and marker not in KEPT_SEGMENTS):
            kept.append(segment)
    return b"\xff\xd8" + (_exif(way_up) if way_up != 1 else b"") + b"".join(kept)


def _segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and whole segment; the picture itself, from its first scan to the end, comes as the last one."""
    place = 2
    while data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a fill byte
            place += 1
            continue
        if marker == SCAN:
            yield marker, data[place:]
            return
        (length,) = struct.unpack_from(">H", data, place + 2)
        end = place + 2 + length
        if end >= len(data) or length < 2:
            raise BadImage(Fault.BROKEN)
        yield marker, data[place:end]
        place = end
    raise BadImage(Fault.BROKEN)


def _way_up(segment: bytes) -> int:
    """The orientation (1–8) that an Exif segment tells; 0 where it tells none."""
    body = segment[4:]
    if not body.startswith(b"Exif\0\0"):
        return 0
    tiff = body[6:]
    order = "<" if tiff[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}I", tiff, 4)
    (count,) = struct.unpack_from(f"{order}H", tiff, start)
    for number in range(min(count, 200)):
        tag, _kind, _count, value = struct.unpack_from(f"{order}HHIH", tiff, start + 2 + 12 * number)
        if tag == ORIENTATION:
            return int(value) if 1 <= value <= 8 else 0
    return 0


def _exif(way_up: int) -> bytes:
    """A segment that tells the way up and nothing else."""
    tiff = b"MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">HHHIHHI", 1, ORIENTATION, 3, 1, way_up, 0, 0)
    body = b"Exif\0\0" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


# PNG --------------------------------------------------------------------------------------------
def _plain_png(data: bytes) -> bytes:
    return PNG + b"".join(chunk for kind, chunk in _chunks(data) if kind in KEPT_CHUNKS)


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    place, kind = len(PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if end > len(data):
            raise BadImage(Fault.BROKEN)
        yield kind, data[place:end]
        place = end
