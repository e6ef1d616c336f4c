"""Which of two files a value is taken from when they become one; a person may choose otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qibu.customers.rules.sameness import Alike, Named, alike

OURS, THEIRS, BOTH = "ours", "theirs", "both"

# What is chosen together, under the name of its first field.
LINES: dict[str, tuple[str, ...]] = {
    "name": ("name", "sort_key"), "kind": ("kind",), "stage": ("stage",), "gender": ("gender",),
    "birthday": ("birthday", "birthday_lunar"), "identity": ("identity", "identity_hash"),
    "city": ("province", "city", "district", "address"),
    **{name: (name,) for name in (
        "occupation", "industry", "education", "income_band", "source", "vip", "base_customer", "influencer",
        "preferred_channel", "preferred_time", "family", "hobbies", "taboos", "driving", "remark", "advisor", "seller",
    )},
}  # fmt: skip
WHO = ("name", "kind", "gender", "birthday", "identity")  # who somebody is: said by one file together
JOINABLE = {"family": 200, "hobbies": 200, "taboos": 200, "driving": 200, "remark": 4000}
SEPARATOR = "；"
STAGES = ("potential", "intending", "lost", "owner")


@dataclass(frozen=True)
class Side:
    """One of the two files. `sheet` holds what spreadsheets set; another value was written by a person."""

    values: Mapping[str, Any]
    sheet: Mapping[str, Any]
    changed_at: datetime

    def by_hand(self, field: str) -> bool:
        return bool(self.sheet) and str(self.values[field]) != str(self.sheet.get(field, ""))


def choice(line: str, ours: Side, theirs: Side) -> str:
    """Filled beats empty, a yes beats a no, both notes beat one, a person's word beats a sheet's, the fuller one beats
    what it contains, then the newer file counts. Who somebody is comes from one file."""
    mine, other = _filled(line, ours), _filled(line, theirs)
    if line in WHO:
        return _of_who(mine, other, ours, theirs)
    if mine == other or not other:
        return OURS
    if not mine:
        return THEIRS
    if line == "stage":
        return THEIRS if STAGES.index(other[0]) > STAGES.index(mine[0]) else OURS
    if line in JOINABLE:
        return _of_notes(line, mine[0], other[0])
    return _of_facts(line, mine, other, ours, theirs)


def leading(ours: Side, theirs: Side) -> str:
    """Which of two files says who the customer is: whichever says more of it, a person's word before a sheet's, then
    the fuller name; else the one that stays. The day on which a file was touched last says nothing of it."""
    mine, other = _weight(ours), _weight(theirs)
    return THEIRS if other > mine else OURS


def clashes(ours: Side, theirs: Side) -> tuple[str, ...]:
    """In what two files plainly speak of two people. A birthday of the moon is not held against one of the sun."""
    mine, other = ours.values, theirs.values
    if mine["kind"] != other["kind"]:
        return ("kind",)
    found = [line for line in ("identity", "gender") if mine[line] and other[line] and mine[line] != other[line]]
    if _filled("birthday", ours) and _filled("birthday", theirs) and mine["birthday_lunar"] == other["birthday_lunar"]:
        found += ["birthday"] if mine["birthday"] != other["birthday"] else []
    names = alike(*(Named(str(side["name"] or ""), str(side["kind"])) for side in (mine, other)))
    return tuple(line for line in WHO if line in found or (line == "name" and names == Alike.DIFFERENT))


def _of_who(mine: Sequence[Any], other: Sequence[Any], ours: Side, theirs: Side) -> str:
    """Gaps are filled from the other file unless the two speak of two people."""
    lead = leading(ours, theirs)
    if clashes(ours, theirs) or bool(mine) == bool(other):
        return lead
    return OURS if mine else THEIRS


def _weight(side: Side) -> tuple[int, int, int]:
    told = [line for line in WHO if _filled(line, side)]
    return len(told), sum(side.by_hand(line) for line in told), len(str(side.values["name"] or ""))


def joined(line: str, mine: str, other: str) -> str:
    """Both notes as one; the same said twice stands once."""
    if other in mine:
        return mine
    return other if mine in other else f"{mine}{SEPARATOR}{other}"


def _of_notes(line: str, mine: str, other: str) -> str:
    if other in mine:
        return OURS
    if mine in other:
        return THEIRS
    return BOTH if len(joined(line, mine, other)) <= JOINABLE[line] else OURS


def _of_facts(line: str, mine: Sequence[Any], other: Sequence[Any], ours: Side, theirs: Side) -> str:
    if len(mine) != len(other):
        return THEIRS if len(other) > len(mine) else OURS
    hand = ours.by_hand(line), theirs.by_hand(line)
    if hand[0] != hand[1]:
        return OURS if hand[0] else THEIRS
    texts = "".join(map(str, mine)), "".join(map(str, other))
    if texts[0] in texts[1] or texts[1] in texts[0]:
        return OURS if len(texts[0]) >= len(texts[1]) else THEIRS
    return THEIRS if theirs.changed_at > ours.changed_at else OURS


def _filled(line: str, side: Side) -> tuple[Any, ...]:
    shown = LINES[line][:1] if line in ("name", "identity", "birthday") else LINES[line]
    return tuple(value for field in shown if (value := side.values[field]) not in (None, "", False))


def remembered(chosen: Mapping[str, str], ours: Mapping[str, Any], theirs: Mapping[str, Any]) -> dict[str, Any]:
    """What the sheets said last, for one file. Of two memories the one that was not chosen is kept: the next sheet
    says it again, and it must not look like news."""
    first = {field: theirs[field] for field in theirs if chosen.get(line_of(field), OURS) != THEIRS}
    return {**theirs, **ours, **first}


def line_of(field: str) -> str:
    """The line of the file, as people choose it, that a field or its column belongs to."""
    bare = field.removesuffix("_id")
    return next((line for line, fields in LINES.items() if bare in fields), bare)


def stricter(states: Sequence[str]) -> str:
    """Of what was stated for one purpose and channel: a no beats a yes, whenever it was said (PIPL art. 15: what was
    taken back stays taken back until the person says yes anew). Silence is no statement."""
    return next((state for state in states if state != "given"), "given")
