"""Number plates of the mainland."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from qibu.kernel.cells import cell_text, is_blank

_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_SERIAL = "[A-HJ-NP-Z0-9]"
# GA 36-2018: D and F first; A B C E (pure electric) and G H J K (other) since D and F ran short.
_ENERGY = "[A-HJK]"
_NOT_PLATED = re.compile("^(?:未上|未挂|待上|无牌|无车牌|没有|没上|新车|临时|临牌|试驾?车?$|暂无|未知)|临")


class PlateKind(StrEnum):
    """What sort of plate it is (GA 36-2018 classes as far as a workshop meets them)."""

    ORDINARY = "ordinary"
    NEW_ENERGY_SMALL = "new_energy_small"
    NEW_ENERGY_LARGE = "new_energy_large"
    TRAILER = "trailer"
    COACH = "coach"
    POLICE = "police"
    HONG_KONG_MACAU = "hong_kong_macau"
    EMBASSY = "embassy"
    CONSULATE = "consulate"
    ARMED_POLICE = "armed_police"
    MILITARY = "military"
    UNKNOWN = "unknown"


_HEAD = f"[{_PROVINCES}][A-HJ-NP-Z]"
_SHAPES: tuple[tuple[PlateKind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (PlateKind.ORDINARY, f"{_HEAD}{_SERIAL}{{5}}"),
        (PlateKind.NEW_ENERGY_SMALL, rf"{_HEAD}{_ENERGY}{_SERIAL}\d{{4}}"),
        (PlateKind.NEW_ENERGY_LARGE, rf"{_HEAD}\d{{5}}{_ENERGY}"),
        (PlateKind.TRAILER, f"{_HEAD}{_SERIAL}{{4}}挂"),
        (PlateKind.COACH, f"{_HEAD}{_SERIAL}{{4}}学"),
        (PlateKind.POLICE, f"[{_PROVINCES}][A-Z]{_SERIAL}{{4}}警"),
        (PlateKind.HONG_KONG_MACAU, f"粤Z{_SERIAL}{{4}}[港澳]"),
        (PlateKind.EMBASSY, r"使\d{6}|\d{6}使"),
        (PlateKind.CONSULATE, rf"{_HEAD}{_SERIAL}{{4}}领|领\d{{5,6}}|[{_PROVINCES}]?\d{{6}}领"),
        (PlateKind.ARMED_POLICE, rf"WJ[{_PROVINCES}]?\d{{4,5}}[0-9A-Z]?"),
        (PlateKind.MILITARY, r"[A-Z]{2}\d{5}"),
    )
)
# Plates whose length is right but whose characters are not: worth keeping, worth a look.
_NEARLY: tuple[tuple[PlateKind, re.Pattern[str]], ...] = (
    (PlateKind.ORDINARY, re.compile(f"[{_PROVINCES}][A-Z][A-Z0-9]{{5}}")),
    (PlateKind.NEW_ENERGY_SMALL, re.compile(f"[{_PROVINCES}][A-Z][A-Z0-9]{{6}}")),
)


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate without separators; `odd` says that it breaks the standard and should be looked at."""

    text: str
    kind: PlateKind
    odd: bool

    @property
    def display(self) -> str:
        """As it is written in China: 皖B·12345."""
        if self.text[:1] in _PROVINCES and len(self.text) > 4:
            return f"{self.text[:2]}·{self.text[2:]}"
        return self.text


def read_plate(value: object) -> Plate | None:
    """The plate of a cell (GA 36-2018); None for blank and for cars without one; an odd plate is kept."""
    text = _tidy(cell_text(value))
    if is_blank(text) or _NOT_PLATED.search(text):
        return None
    for kind, shape in _SHAPES:
        if shape.fullmatch(text):
            return Plate(text, kind, odd=False)
    near = (kind for kind, shape in _NEARLY if shape.fullmatch(text))
    return Plate(text, next(near, PlateKind.UNKNOWN), odd=True)


def _tidy(text: str) -> str:
    without_remark = re.sub(r"\([^()]*\)", "", text)
    joined = re.sub(r"[\s·•・∙.‧_—–-]", "", without_remark).upper()
    # Taking out a blank can bring a letter and an accent together, which then are one character.
    return unicodedata.normalize("NFKC", joined)
