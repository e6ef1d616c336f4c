"""Finds the heading of a sheet and guesses what its columns mean.

The words come from `content/columns.toml`; the cells below have their say too, so that a column of
17-character codes is a VIN whatever stands above it. Everything guessed carries a confidence and a reason and
can be corrected.

Reasons: heading (the word is in the table), heading_part (the word is inside the heading),
heading_and_values, values (only the cells say so), values_disagree (the cells overrule the heading), saved,
chosen (by a person), taken (another column has the field), unknown.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Table
from dataclasses import asdict, dataclass, field, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from qibu.connect.sheets import Cell, Merge, Row

OWNERS, VISITS = "owners", "visits"
OWN, CAR_OWN = "custom.", "vehicle.custom."  # fields that the organisation added to its customers and cars
Wish = tuple[str | None, float, str]  # field, confidence, reason
SEARCHED = 30  # rows in which a heading is looked for
SAMPLED = 200  # rows below it that have their say
JOINT = " › "
LONGEST = 200  # more of a cell says nothing about a sheet, and a hostile one would take long
TELLING = {  # fields that only one kind of sheet has, or that speak for it
    OWNERS: {
        "customer_kind",
        "identity",
        "birthday",
        "gender",
        "purchased_on",
        "registered_on",
        "price",
        "seller",
        "insurer",
        "insurance_until",
        "compulsory_until",
        "source",
        "address",
        "occupation",
        "colour",
        "next_maintenance_on",
        "member_level",
        "name",
    },
    VISITS: {
        "order_number",
        "opened_on",
        "closed_on",
        "jobs",
        "labour",
        "parts",
        "total",
        "technician",
        "kind",
        "contact_name",
    },
}
STRONG = {"vin", "plate", "phone", "identity", "email"}  # kinds of value that overrule a heading
FORMS: dict[str, re.Pattern[str]] = {
    "vin": re.compile(r"(?=.*[A-Z])(?=.*\d)[A-HJ-NPR-Z0-9]{17}"),
    "phone": re.compile(r"(?:\+?86)?1[3-9]\d{9}(?:\.0)?"),
    "plate": re.compile(
        r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
        r"[A-Z][A-Z0-9挂学警]{5,6}"
    ),
    "identity": re.compile(r"[1-9]\d{5}(?:19|20)\d{2}[01]\d[0-3]\d{4}[0-9X]"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[A-Z]{2,}"),
    "customer_kind": re.compile(r"个人|单位|企业|公司|私人|公户|私户"),
    "gender": re.compile(r"男|女|先生|女士|M|F|MALE|FEMALE"),
}
NOT_TEXT = re.compile(r"\d{4,}|\d[-/.年]\d")


@dataclass(frozen=True)
class Heading:
    """Where the heading stands (rows of the file, from 1; none when `rows` is 0) and what it says."""

    first: int
    rows: int
    labels: tuple[str, ...]

    @property
    def last(self) -> int:
        return self.first + self.rows - 1


@dataclass(frozen=True)
class Column:
    index: int
    heading: str
    target: str | None = None
    confidence: float = 0.0
    reason: str = "unknown"
    samples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Mapping:
    kind: str
    header_row: int  # the first row of the heading in the file, from 1
    header_rows: int  # how many levels it has; 0 when the sheet has no heading
    columns: tuple[Column, ...] = ()
    signature: str = ""
    kind_confidence: float = 0.0
    own: dict[str, str] = field(default_factory=dict)  # fields of the organisation's own, with what they are called

    @property
    def targets(self) -> dict[str, int]:
        return {column.target: column.index for column in self.columns if column.target}

    @property
    def data_row(self) -> int:
        return self.header_row + self.header_rows

    @property
    def offered(self) -> tuple[str, ...]:
        """What its columns can mean, in the order in which it is offered."""
        return (*fields(self.kind), *self.own)

    def with_target(self, index: int, target: str | None) -> Mapping:
        """The column means this from now on; a column that had the field before loses it."""
        if target is not None and target not in self.offered:
            raise KeyError(target)
        return replace(self, columns=tuple(_corrected(column, index, target) for column in self.columns))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Table[str, Any]) -> Mapping:
        """As it was stored; what was loaded without a sheet has no columns."""
        if not data:
            return cls(kind="", header_row=1, header_rows=0)
        columns = tuple(Column(**{**c, "samples": tuple(c.get("samples", ()))}) for c in data["columns"])
        return cls(**{**data, "columns": columns})


def _corrected(column: Column, index: int, target: str | None) -> Column:
    if column.index == index:
        return replace(column, target=target, confidence=1.0, reason="chosen")
    if target is not None and column.target == target:
        return replace(column, target=None, confidence=0.0, reason="taken")
    return column


# --- The table of words ------------------------------------------------------------------------------------


@cache
def words() -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / "content" / "columns.toml").read_text("utf-8"))


def fields(kind: str) -> tuple[str, ...]:
    """The fields a sheet of this kind can fill, in the order in which they are offered."""
    return tuple(words()[kind])


# What stands in headings of sheets that were written in traditional characters.
_SIMPLIFIED = str.maketrans(
    "車號碼電話聯繫絡購買銷售顧問備註證維護編類別單時間額價錢產業險責稱務處員經營關註冊記錄質級會區縣鄉鎮門廠進離項總計數",
    "车号码电话联系络购买销售顾问备注证维护编类别单时间额价钱产业险责称务处员经营关注册记录质级会区县乡镇门厂进离项总计数",
)


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """A heading as it is compared: no case, no width, no punctuation, nothing that stands in brackets; simplified."""
    folded = unicodedata.normalize("NFKC", text).lower().translate(_SIMPLIFIED)
    bare = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", folded)
    return re.sub(r"[\W_]+", "", bare) or re.sub(r"[\W_]+", "", folded)


@cache
def _exact(kind: str) -> dict[str, str]:
    return {plain(word): target for target, listed in reversed(words()[kind].items()) for word in listed}


@cache
def _within(kind: str) -> tuple[tuple[str, dict[str, str]], ...]:
    groups = words()["within"][kind]
    return tuple((plain(group), {plain(w): to for w, to in inner.items()}) for group, inner in groups.items())


@cache
def _pattern(name: str) -> re.Pattern[str]:
    listed = sorted(words()["furniture"][name], key=len, reverse=True)
    latin = [word for word in listed if word.isascii()]
    others = [word for word in listed if not word.isascii()]
    return re.compile(rf"(?:{'|'.join(map(re.escape, others))}|(?:{'|'.join(latin)})\b)", re.IGNORECASE)


def said(kind: str, label: str) -> Wish:
    """What a heading means by its words alone: field, confidence, reason."""
    levels = [plain(level) for level in label.split(JOINT)]
    for part in ("".join(levels), *_in_group(kind, levels)):
        if part in _exact(kind):
            return _exact(kind)[part], 0.95, "heading"
        if part in fields(kind):
            return part, 0.95, "heading"
    if levels[-1] in _exact(kind):
        return _exact(kind)[levels[-1]], 0.95, "heading"
    halves = [plain(half) for half in re.split(r"[/／、|]", label.split(JOINT)[-1])]
    for half in halves if len(halves) > 1 else ():
        if half in _exact(kind):
            return _exact(kind)[half], 0.85, "heading"
    return _inside(kind, levels[-1])


def _in_group(kind: str, levels: Sequence[str]) -> Iterator[str]:
    for group, inner in _within(kind):
        if levels[-1] in inner and any(group in level for level in levels[:-1]):
            yield inner[levels[-1]]


def _inside(kind: str, text: str) -> Wish:
    if any(word in text for word in words()["guard"]["words"]):
        return None, 0.0, "unknown"
    found = [word for word in _exact(kind) if len(word) >= 3 and word in text]
    best = max(found, key=len, default="")
    if not best or len(best) * 2 < len(text):
        return None, 0.0, "unknown"
    return _exact(kind)[best], 0.7, "heading_part"


# --- Rows that are not rows --------------------------------------------------------------------------------


def shown(cell: Cell) -> str:
    """A cell as a person sees it."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e18:
        return str(int(cell))
    return str(cell).strip()[:LONGEST]


# Mobile phones, landlines and identity numbers, wherever they stand in a cell.
_PERSONAL = re.compile(r"(?<!\d)(?:1[3-9]\d(?:[ -]?\d{4}){2}|0\d{2,3}[ -]?\d{7,8}|\d{17}[\dXx]|\d{15})(?!\d)")


def masked(text: str) -> str:
    """A sample is stored with the mapping, in the clear and for long: numbers of people stay out of it."""
    return _PERSONAL.sub(lambda found: f"{found[0][:3]}****{found[0][-4:]}", text)


def first_filled(row: Sequence[Cell]) -> str:
    return next((text for cell in row if (text := shown(cell))), "")


def _starts(name: str, text: str) -> bool:
    return bool(_pattern(name).match(unicodedata.normalize("NFKC", text).lstrip("-—*【[ ").lower()))


@lru_cache(maxsize=20_000)
def is_footer_word(text: str) -> bool:
    """Does a row that starts with this text close the page rather than hold data?"""
    spaced = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    return (
        _starts("footers", text)
        or _starts("footers", spaced)
        or bool(re.fullmatch(r".{0,3}(?:合计|小计|总计)[::]?", spaced))
        or bool(re.match(r"共\d+[条页行辆台笔单]|第\d+页|共计?[::]?\d+|-?\d+/\d+页", spaced))
    )


def is_title_word(text: str) -> bool:
    return _starts("titles", text)


# --- The heading -------------------------------------------------------------------------------------------


def find_heading(rows: Sequence[Row], merged: Iterable[Merge] = ()) -> Heading:
    """The heading within the first rows: one, two or three levels, below any titles."""
    merges = [m for m in merged if m[3] > m[1]]
    area = rows[:SEARCHED]
    width = max((len(row) for row in area), default=0)
    scores = [_score(row) for row in area]
    best = max(scores, default=0)
    if best == 0 or (best == 1 and width > 2):
        return _unnamed_heading(area, width)
    seed = scores.index(best)
    first, last = _grown(area, scores, seed, merges)
    labels = tuple(_label(area[first : last + 1], first, column, merges) for column in range(width))
    return Heading(first + 1, last - first + 1, labels)


def _score(row: Row) -> int:
    """How many different cells are known words; a row that also holds numbers and dates is data."""
    texts = {plain(shown(cell)) for cell in row if isinstance(cell, str)}
    known = sum(text in _exact(OWNERS) or text in _exact(VISITS) or text in fields(OWNERS) for text in texts)
    return 0 if _has_values(row) else known


def _has_values(row: Row) -> bool:
    filled = [cell for cell in row if cell is not None]
    odd = [cell for cell in filled if not isinstance(cell, str) or NOT_TEXT.search(cell)]
    return len(odd) > len(filled) // 10


def _grown(area: Sequence[Row], scores: Sequence[int], seed: int, merges: Sequence[Merge]) -> tuple[int, int]:
    first = last = seed
    while (
        last + 1 < len(area) and last - seed < 2 and _continues(area[last], area[last + 1], scores[last + 1])
    ):
        last += 1
    while first > 0 and seed - first < 2 and _groups(area[first - 1], first - 1, area[first], merges):
        first -= 1
    return first, last


def _continues(above: Row, below: Row, score: int) -> bool:
    """A lower level fills the gaps that groups and merged cells leave above it, or says all anew."""
    filled = [index for index, cell in enumerate(below) if cell is not None]
    if not filled or score * 2 < len(filled) or _has_values(below) or below == above:
        return False
    if len(filled) >= 3 and score * 5 >= len(filled) * 4:
        return True
    return any(index >= len(above) or above[index] is None for index in filled)


def _groups(row: Row, number: int, below: Row, merges: Sequence[Merge]) -> bool:
    filled = [cell for cell in row if cell is not None]
    if not filled or row == below or _has_values(row) or len(filled) > _filled(below):
        return False
    if any(is_title_word(shown(cell)) or re.search(r"[:：]", shown(cell)) for cell in filled):
        return False
    if len(filled) >= 2:
        return True
    width = max(len(row), len(below))
    return any(top == number and right - left + 1 < width * 0.8 for top, left, _, right in merges)


def _label(levels: Sequence[Row], first: int, column: int, merges: Sequence[Merge]) -> str:
    parts: list[str] = []
    for depth, row in enumerate(levels):
        text = shown(row[column]) if column < len(row) else ""
        if not text:
            text = _inherited(levels, depth, first, column, merges)
        if text and (not parts or parts[-1] != text):
            parts.append(re.sub(r"\s+", " ", text))
    return JOINT.join(parts)


def _inherited(levels: Sequence[Row], depth: int, first: int, column: int, merges: Sequence[Merge]) -> str:
    """The group above a column: by the merged range or, where a file keeps none, the nearest to the left."""
    row = levels[depth]
    for top, start, bottom, right in merges:
        if top <= first + depth <= bottom and start <= column <= right:
            origin = levels[top - first] if top >= first else row
            return shown(origin[start]) if start < len(origin) else ""
    on_row = any(top <= first + depth <= bottom for top, _, bottom, _ in merges)
    if on_row or depth == len(levels) - 1 or not _below(levels, depth, column):
        return ""
    left = next((i for i in range(min(column, len(row)) - 1, -1, -1) if row[i] is not None), None)
    return shown(row[left]) if left is not None and _below(levels, depth, left) else ""


def _below(levels: Sequence[Row], depth: int, column: int) -> bool:
    return any(column < len(row) and row[column] is not None for row in levels[depth + 1 :])


def _unnamed_heading(area: Sequence[Row], width: int) -> Heading:
    """No known word: texts above values are still a heading; else the sheet starts with data."""
    for index, row in enumerate(area[:-1]):
        below = area[index + 1]
        enough = _filled(row) >= 2 and _filled(row) * 2 >= _filled(below)
        if enough and not _has_values(row) and _has_values(below):
            labels = [shown(cell) for cell in row] + [""] * (width - len(row))
            return Heading(index + 1, 1, tuple(labels))
    start = next((index for index, row in enumerate(area) if _filled(row) >= 2 and _has_values(row)), 0)
    return Heading(start + 1, 0, ("",) * width)


def _filled(row: Row) -> int:
    return sum(cell is not None for cell in row)


# --- The guess ---------------------------------------------------------------------------------------------


def guess(
    rows: Sequence[Row], merged: Iterable[Merge] = (), kind: str = "", own: Table[str, Sequence[str]] | None = None
) -> Mapping:
    """What a sheet is and what its columns mean, from its first rows (a few hundred are enough).

    `own`: fields that the organisation added, with what their columns may be called, the name first.
    """
    heading = find_heading(rows, merged)
    below = rows[heading.last :][:SAMPLED]
    samples = [_samples(below, column) for column in range(len(heading.labels))]
    kind_found, certainty = guess_kind(heading.labels)
    kind = kind or kind_found
    columns = _assigned(kind, heading.labels, samples)
    own = own if own and kind == OWNERS else {}
    columns = _with_own(columns, own)
    named = {target: labels[0] for target, labels in own.items()}
    return Mapping(kind, heading.first, heading.rows, columns, signature(heading.labels), certainty, named)


def _with_own(columns: tuple[Column, ...], own: Table[str, Sequence[str]]) -> tuple[Column, ...]:
    """A heading that says just what a field of the organisation's own is called means that field."""
    called = {plain(label): target for target, labels in reversed(list(own.items())) for label in labels}
    given: set[str] = set()
    found = []
    for column in columns:
        target = called.get(plain(column.heading.split(JOINT)[-1]))
        if target and target not in given:
            given.add(target)
            column = replace(column, target=target, confidence=0.95, reason="heading")
        found.append(column)
    return tuple(found)


def guess_kind(labels: Sequence[str]) -> tuple[str, float]:
    votes = {}
    for kind, telling in TELLING.items():
        found = {said(kind, label)[0] for label in labels if label}
        votes[kind] = len(found & telling) + (3 if "order_number" in found else 0)
    total = sum(votes.values())
    kind = VISITS if votes[VISITS] > votes[OWNERS] else OWNERS
    return kind, round(votes[kind] / total, 2) if total else 0.0


def signature(labels: Sequence[str]) -> str:
    """The same for every export of one layout, whatever its titles and dates say."""
    return hashlib.sha256("\n".join(plain(label) for label in labels).encode()).hexdigest()[:32]


def reuse(saved: Mapping, guessed: Mapping) -> Mapping:
    """A mapping saved for the same layout, at the place where the heading stands in this file."""
    meant = {column.index: column for column in saved.columns}
    columns = tuple(
        replace(column, target=meant[column.index].target, confidence=1.0, reason="saved")
        if column.index in meant
        else column
        for column in guessed.columns
    )
    return replace(guessed, kind=saved.kind, kind_confidence=1.0, columns=columns)


def _samples(rows: Sequence[Row], column: int) -> list[str]:
    texts = (shown(row[column]) for row in rows if column < len(row) and row[column] is not None)
    return [text for text in texts if text]


def _assigned(kind: str, labels: Sequence[str], samples: Sequence[list[str]]) -> tuple[Column, ...]:
    wishes = [_wish(kind, label, values) for label, values in zip(labels, samples, strict=True)]
    ranks = [_rank(kind, wish[0], label) for wish, label in zip(wishes, labels, strict=True)]
    order = sorted(range(len(labels)), key=lambda index: (-wishes[index][1], ranks[index], index))
    given: dict[str, int] = {}
    columns: dict[int, Column] = {}
    for index in order:
        target, confidence, reason = _free(kind, wishes[index], given)
        if target:
            given[target] = index
        label = labels[index]
        columns[index] = Column(
            index, label, target, confidence, reason, tuple(masked(text)[:60] for text in samples[index][:3])
        )
    return tuple(columns[index] for index in range(len(labels)) if labels[index] or samples[index])


def _rank(kind: str, target: str | None, label: str) -> int:
    """Of two headings that mean the same field, the word that stands earlier in the table has it."""
    listed = [plain(word) for word in words()[kind].get(target, ())]
    word = plain(label.split(JOINT)[-1])
    return listed.index(word) if word in listed else len(listed)


def _free(kind: str, wish: Wish, given: Table[str, int]) -> Wish:
    target, confidence, reason = wish
    if target is None or target not in given:
        return wish
    if target == "phone" and "phone2" in fields(kind) and "phone2" not in given:
        return "phone2", min(confidence, 0.7), reason
    return None, 0.0, "taken"


def _wish(kind: str, label: str, values: list[str]) -> Wish:
    target, confidence, reason = said(kind, label) if label else (None, 0.0, "unknown")
    form, share = looks_like(values)
    if form not in fields(kind):
        return target, confidence, reason
    if target is None:
        return (form, round(0.6 * share + 0.1, 2), "values") if not _guarded(label) else (None, 0.0, reason)
    if _agrees(target, form):
        return target, min(0.99, confidence + 0.04), "heading_and_values"
    if form in STRONG and share >= 0.8:
        return form, 0.75, "values_disagree"
    return target, confidence, reason


def _agrees(target: str, form: str) -> bool:
    return target == form or (target, form) == ("phone2", "phone")


def _guarded(label: str) -> bool:
    return any(word in label for word in words()["guard"]["words"])


def looks_like(values: Sequence[str]) -> tuple[str, float]:
    """The kind of value most of these are, and how many of them; nothing when it is no kind that is known."""
    tidy = [_tidy(value) for value in values]
    counts = {form: sum(bool(pattern.fullmatch(v)) for v in tidy) for form, pattern in FORMS.items()}
    best = max(counts, key=lambda form: counts[form])
    share = counts[best] / max(len(tidy), 1)
    return (best, share) if share >= 0.6 else ("", 0.0)


def _tidy(value: str) -> str:
    folded = unicodedata.normalize("NFKC", value).upper()
    return folded if "@" in folded else re.sub(r"\.0$|[\s·•.\-]+", "", folded)
