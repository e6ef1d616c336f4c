"""Files beside each other before they become one, and what a merge did."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Any

from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.customers import evidence, merge_parts
from qibu.customers.models import Customer, Merge, MergeChange
from qibu.customers.rules import mask_identity
from qibu.customers.rules import merging as rules
from qibu.customers.selectors.customers import Point, points_of, tags_of, visible
from qibu.customers.services.ledger import references_of_customers
from qibu.kernel.actors import Actor
from qibu.network.models import Staff
from qibu.network.rules import Capability
from qibu.ui import formats

LABELS: dict[str, Any] = {
    "name": gettext_lazy("姓名"), "kind": gettext_lazy("类别"), "stage": gettext_lazy("阶段"),
    "gender": gettext_lazy("性别"), "birthday": gettext_lazy("生日"), "identity": gettext_lazy("证件号码"),
    "city": gettext_lazy("地址"), "occupation": gettext_lazy("职业"), "industry": gettext_lazy("行业"),
    "education": gettext_lazy("学历"), "income_band": gettext_lazy("收入"), "source": gettext_lazy("来源"),
    "vip": gettext_lazy("VIP"), "base_customer": gettext_lazy("基盘客户"), "influencer": gettext_lazy("桩脚客户"),
    "preferred_channel": gettext_lazy("喜欢的联系方式"), "preferred_time": gettext_lazy("方便的时间"),
    "family": gettext_lazy("家庭"), "hobbies": gettext_lazy("爱好"), "taboos": gettext_lazy("忌讳"),
    "driving": gettext_lazy("用车"), "remark": gettext_lazy("备注"), "advisor": gettext_lazy("服务顾问"),
    "seller": gettext_lazy("销售顾问"),
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One of the files: what doesn't have to be chosen, since all of it goes along."""

    customer: Customer
    points: list[Point]
    tags: list[str]
    filled: int


@dataclass(frozen=True)
class Cell:
    customer_id: int
    words: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    line: str
    label: Any
    cells: list[Cell]
    both: str = ""  # the two notes as one, where they can be joined
    both_chosen: bool = False

    def picked(self, whose: int | str) -> Row:
        cells = [replace(cell, chosen=cell.customer_id == whose) for cell in self.cells]
        return replace(self, cells=cells, both_chosen=whose == rules.BOTH)

    @property
    def differs(self) -> bool:
        return len({cell.words for cell in self.cells}) > 1


@dataclass(frozen=True)
class Comparison:
    columns: list[Column]
    survivor_id: int
    rows: list[Row]
    along: list[tuple[Any, int]]  # label → rows that go along
    clashing: frozenset[str]  # lines in which the files plainly speak of different people
    evidence: list[tuple[Any, list[list[str]]]]  # label → for each file what is known besides

    def picked(self, survivor_id: int, chosen: Mapping[str, int | str]) -> Comparison:
        """As somebody chose on a page that was refused."""
        rows = [row.picked(chosen[row.line]) if row.line in chosen else row for row in self.rows]
        return replace(self, survivor_id=survivor_id, rows=rows)

    @property
    def clashes(self) -> list[Row]:
        return [row for row in self.rows if row.line in self.clashing]

    @property
    def differing(self) -> list[Row]:
        return [row for row in self.rows if row.differs]

    @property
    def equal(self) -> list[Row]:
        return [row for row in self.rows if not row.differs]


def compare(actor: Actor, customer_ids: Sequence[int]) -> Comparison:
    """The living ones whom the actor may see, with a sensible choice made."""
    found = visible(actor).defer(None).select_related("advisor", "seller").in_bulk(list(customer_ids))
    customers = [found[pk] for pk in dict.fromkeys(customer_ids) if pk in found]
    ids, tags = [one.pk for one in customers], tags_of([one.pk for one in customers])
    columns = [
        Column(one, points_of(one.pk), [name for _pk, name in tags.get(one.pk, [])], _filled(one)) for one in customers
    ]
    survivor = max(columns, key=lambda one: (one.filled, -one.customer.pk)).customer if columns else None
    clashing = _clashing(customers)
    lead = _leading(customers, survivor)
    rows = [row for line in rules.LINES if (row := _row(line, customers, survivor, lead, strict=bool(clashing)))]
    return Comparison(
        columns, survivor.pk if survivor else 0, rows, _along(ids), frozenset(clashing), evidence.told(actor, ids),
    )  # fmt: skip


def _clashing(customers: list[Customer]) -> set[str]:
    pairs = combinations([side_of(one) for one in customers], 2)
    return {line for one, other in pairs for line in rules.clashes(one, other)}


def _leading(customers: list[Customer], survivor: Customer | None) -> Customer | None:
    """Whose file says who the customer is."""
    lead = survivor
    for other in customers:
        if lead and other.pk != lead.pk and rules.leading(side_of(lead), side_of(other)) == rules.THEIRS:
            lead = other
    return lead


def side_of(customer: Customer) -> rules.Side:
    fields = {field for line in rules.LINES.values() for field in line}
    values = {field: getattr(customer, field) for field in fields - {"advisor", "seller"}}
    values |= {"advisor": customer.advisor_id, "seller": customer.seller_id}
    return rules.Side(values, _by_line(customer.sheet), customer.updated_at)


def _by_line(sheet: Mapping[str, Any]) -> dict[str, Any]:
    return {field.removesuffix("_id"): value for field, value in sheet.items()}


def _filled(customer: Customer) -> int:
    return sum(1 for line in rules.LINES if words_of(line, customer))


def _row(
    line: str, customers: list[Customer], survivor: Customer | None, lead: Customer | None, *, strict: bool
) -> Row | None:
    words = {one.pk: words_of(line, one) for one in customers}
    if survivor is None or lead is None or not any(words.values()):
        return None
    if line in rules.WHO:
        best, both = _whose(words, customers, lead, strict=strict), False
    else:
        best, both = _best(line, customers, survivor)
    cells = [Cell(one.pk, words[one.pk], one.pk == best.pk and not both) for one in customers]
    return Row(line, LABELS[line], cells, _joined(line, customers), both)


def _whose(words: Mapping[int, str], customers: list[Customer], lead: Customer, *, strict: bool) -> Customer:
    """Gaps are filled from another file unless they plainly speak of different people."""
    return lead if strict or words[lead.pk] else next(one for one in customers if words[one.pk])


def _best(line: str, customers: list[Customer], survivor: Customer) -> tuple[Customer, bool]:
    best, both = survivor, False
    for other in customers:
        if other.pk != best.pk:
            picked = rules.choice(line, side_of(best), side_of(other))
            best, both = (other if picked == rules.THEIRS else best), both or picked == rules.BOTH
    return best, both


def _joined(line: str, customers: list[Customer]) -> str:
    if line not in rules.JOINABLE:
        return ""
    text = ""
    for one in customers:
        value = getattr(one, line)
        text = rules.joined(line, text, value) if text and value else text or value
    return text if text not in {getattr(one, line) for one in customers} else ""


def words_of(line: str, customer: Customer) -> str:
    """A line of the file as people read it."""
    if line in ("kind", "stage", "gender", "preferred_channel"):
        return str(getattr(customer, f"get_{line}_display")())
    if line in ("advisor", "seller"):
        person: Staff | None = getattr(customer, line)
        return person.name if person else ""
    value = getattr(customer, line)
    if isinstance(value, bool):
        return _("是") if value else ""
    if line == "identity":
        return mask_identity(str(value)) if value else ""
    if line == "birthday":
        return _birthday(customer)
    if line == "city":
        return " ".join(filter(None, (customer.province, customer.city, customer.district, customer.address)))
    return str(value or "")


def _birthday(customer: Customer) -> str:
    day = formats.day(customer.birthday) if customer.birthday else ""
    return _("{day}（农历）").format(day=day) if day and customer.birthday_lunar else day


def _along(customer_ids: Sequence[int]) -> list[tuple[Any, int]]:
    counts: dict[Any, int] = {}
    for model, column in references_of_customers():
        label = merge_parts.PARTS.labels.get(model._meta.db_table)
        if label is not None:
            number = model._default_manager.filter(**{f"{column}__in": list(customer_ids)}).count()
            counts[label] = counts.get(label, 0) + number
    return [(label, number) for label, number in counts.items() if number]


# What was merged --------------------------------------------------------------------------------------
def merge_or_404(actor: Actor, merge_id: int) -> Merge:
    """Of a survivor whom the actor may see; a survivor that was merged itself is seen as the one it went into."""
    actor.require(Capability.CUSTOMERS_VIEW)
    found = Merge.objects.select_related("survivor", "merged", "by", "undone_by").filter(pk=merge_id).first()
    if found is None:
        raise Http404
    living = found.survivor.merged_into_id or found.survivor_id
    if not visible(actor).filter(pk=living).exists():
        raise Http404
    return found


Change = tuple[str, Any, Any]  # column, what it was, what it became


@dataclass(frozen=True)
class Value:
    line: str
    label: Any
    was: str
    now: str = ""


@dataclass(frozen=True)
class Record:
    """A merge as its page tells it."""

    merge: Merge
    moved: list[tuple[Any, int]]
    values: list[Value]
    left: list[Value] = field(default_factory=list)  # of the survivor's file, for a person to decide
    left_elsewhere: int = 0


def record_of(actor: Actor, merge: Merge) -> Record:
    changes = MergeChange.objects.filter(merge=merge)
    table = Customer._meta.db_table
    rows = changes.filter(table=table, row_id=merge.survivor_id).exclude(column__in=("sheet", "custom", "sort_key"))
    changed = list(rows.order_by("pk").values_list("column", "was", "became"))
    mine = [each for each in merge.kept if each["table"] == table and each["row"] == merge.survivor_id]
    return Record(
        merge, _moved(changes), _values(_whole(changed, merge.merged)), _left(merge, mine), len(merge.kept) - len(mine)
    )  # fmt: skip


def _whole(changed: list[Change], file: Customer) -> list[Change]:
    """An address is read as one: what stood in both files and so didn't change is told along, from one of them."""
    parts = rules.LINES["city"]
    told = {column: (was, became) for column, was, became in changed if column in parts}
    if not told:
        return changed
    rest = [change for change in changed if change[0] not in parts]
    return rest + [(part, *told.get(part, (getattr(file, part),) * 2)) for part in parts]


def _moved(changes: QuerySet[MergeChange]) -> list[tuple[Any, int]]:
    pointing = {(model._meta.db_table, column) for model, column in references_of_customers()}
    counted = changes.exclude(column="").values_list("table", "column").annotate(n=Count("pk"))
    found: dict[Any, int] = {}
    for table, column, number in counted:
        label = merge_parts.PARTS.labels.get(table)
        if (table, column) in pointing and label is not None:
            found[label] = found.get(label, 0) + number
    return sorted(found.items(), key=lambda one: -one[1])


def _left(merge: Merge, kept: list[Mapping[str, Any]]) -> list[Value]:
    now = Customer.objects.filter(pk=merge.survivor_id).select_related("advisor", "seller").first()
    changed: list[Change] = [(each["column"], each["was"], None) for each in kept]
    told = _values(_whole(changed, now) if now else changed)
    return [Value(one.line, one.label, one.was, words_of(one.line, now) if now else "") for one in told]


def _values(changed: Iterable[Change]) -> list[Value]:
    """One for each line; what is sealed or a person's number stays out of sight."""
    lines: dict[str, tuple[list[str], list[str]]] = {}
    for column, was, became in changed:
        line = rules.line_of(column)
        if line in LABELS:
            before, after = lines.setdefault(line, ([], []))
            before.append(_plain(line, column, was))
            after.append(_plain(line, column, became))
    names = _names(lines)
    return [
        Value(line, LABELS[line], *(_told(line, side, names) for side in sides)) for line, sides in lines.items()
    ]


def _plain(line: str, column: str, value: Any) -> str:
    if value in (None, "", False) or column in ("identity_hash", "sort_key"):
        return ""
    if column == "identity":
        return "••••"
    return _("农历") if column == "birthday_lunar" else (_("是") if value is True else str(value))


def _names(lines: Mapping[str, tuple[list[str], list[str]]]) -> dict[str, str]:
    ids = {int(text) for line in ("advisor", "seller") for side in lines.get(line, ()) for text in side if text}
    return {str(pk): name for pk, name in Staff.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}


def _told(line: str, parts: list[str], names: Mapping[str, str]) -> str:
    text = " ".join(filter(None, parts))
    if line in ("advisor", "seller"):
        return names.get(text, "")
    choices = dict(getattr(Customer._meta.get_field(line), "choices", None) or ())
    return str(choices.get(text, text))
