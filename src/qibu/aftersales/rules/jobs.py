"""Which jobs of a repair order are maintenance, and of which sort."""

import re
from enum import StrEnum

from qibu.kernel.cells import cell_text


class MaintenanceKind(StrEnum):
    """The sorts of maintenance that start a new interval."""

    FIRST = "first"
    REGULAR = "regular"
    MAJOR = "major"


# Care of parts and surfaces is called 保养 as well, yet starts no new interval; nor does mere talk of it.
_NO_MAINTENANCE = re.compile(
    r"(?:空调|内饰|漆面|皮革|真皮|座椅|轮胎|玻璃|节气门|底盘|大灯|车身|车漆|表面|电瓶|蓄电池|天窗)"
    r"[^,;、/+\s滤]{0,4}(?:保养|养护|护理)|"
    "(?:未|不|无需|拒绝|暂不|建议|提醒|咨询|下次|待)[^,;、/+]{0,3}保养|"
    "保养(?:提醒|预约|咨询|灯|套餐销售|归零|复位)"
)
_SORTS: tuple[tuple[MaintenanceKind, re.Pattern[str]], ...] = (
    (MaintenanceKind.FIRST, re.compile("首次?保|首次?免费?保养|首检|新车保养|强制保养|强保|第一次保养")),
    (MaintenanceKind.MAJOR, re.compile("大保养|大保(?![障险])|二级维护|二级保养|深度保养|全面保养")),
    (
        MaintenanceKind.REGULAR,
        re.compile(
            "保养|小保(?!险)|[二三四五六七八九十]保(?![焊险])|一级维护|定保|常保|定期维护|换机油|"
            r"机油[+、,/及和]?机滤|机油三滤|万公里维护|\d+\s*(?:KM|公里)维护"
        ),
    ),
)
_PARTS = re.compile(r"[;\n\r|]+")


def read_maintenance(job_text: object, kind_text: object = "") -> MaintenanceKind | None:
    """The sort of maintenance a visit was, by its jobs, else by its kind; the foremost of several."""
    found = {_sort_of(part) for part in _PARTS.split(cell_text(job_text))} - {None}
    if not found:
        found = {_sort_of(cell_text(kind_text))}
    return next((kind for kind, _ in _SORTS if kind in found), None)


def is_maintenance(job_text: object, kind_text: object = "") -> bool:
    """Whether a visit starts a new interval (首次保养, 常规保养(机油机滤), 大保养, 二级保养 …)."""
    return read_maintenance(job_text, kind_text) is not None


def _sort_of(text: str) -> MaintenanceKind | None:
    rest = _NO_MAINTENANCE.sub("", text.upper())
    return next((kind for kind, pattern in _SORTS if pattern.search(rest)), None)
