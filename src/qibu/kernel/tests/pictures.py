"""Pictures made by hand, for the tests of this app."""

from __future__ import annotations

import struct
import zlib

GPS = b"GPS 31.33N 118.37E"


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(way_up: int = 1) -> bytes:
    tiff = b"MM\0\x2a" + struct.pack(">I", 8) + struct.pack(">HHHIHHI", 1, 0x0112, 3, 1, way_up, 0, 0) + GPS
    return segment(0xE1, b"Exif\0\0" + tiff)


def jpeg(way_up: int = 1) -> bytes:
    """A frame, a scan and an end, with all that a telephone writes besides."""
    besides = segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0") + exif(way_up) + segment(0xED, GPS) + segment(0xFE, GPS)
    return b"\xff\xd8" + besides + segment(0xDB, b"\0" * 65) + segment(0xDA, b"\1\1\0\0\x3f\0") + b"\x12\x34\xff\xd9"


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png() -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0\0"))
    besides = chunk(b"tEXt", b"Comment\0" + GPS) + chunk(b"eXIf", GPS)
    return b"\x89PNG\r\n\x1a\n" + head + besides + data + chunk(b"IEND", b"")
