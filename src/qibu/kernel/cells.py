"""What a cell of a spreadsheet says, as plain text, before anybody interprets it.

Exports write the same value in many ways: full-width digits, phones as floats (19997061301.0), a leading
apostrophe that forces text, invisible characters copied from web pages.
"""

import math
import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad\x00-\x08]")
# A long number that went through a float before it became text: 19997061301.0
_FLOAT_TAIL = re.compile(r"(?<=\d{7})\.0+$")
_BLANKS = frozenset(
    {
        "", "-", "--", "---", "—", "——", "/", "\\", ".", "*", "?",
        "无", "没有", "暂无", "空", "未知", "不详", "未填",
        "null", "none", "nan", "nil", "n/a", "na", "#n/a",
    }
)  # fmt: skip


def cell_text(value: object) -> str:
    """The cell as trimmed half-width text; whole floats without ".0"; nothing for NaN and truth values."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return _float_text(value)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(value)))
    return _FLOAT_TAIL.sub("", text.strip().lstrip("'`").strip())


def is_blank(text: str) -> bool:
    """Whether a cell's text is one of the usual ways of writing that there is nothing."""
    return text.lower() in _BLANKS


def _float_text(value: float) -> str:
    if not math.isfinite(value):
        return ""
    if value.is_integer() and abs(value) < 1e21:
        return str(int(value))
    return repr(value)
