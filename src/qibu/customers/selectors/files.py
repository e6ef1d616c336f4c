"""The file of one customer as its page shows it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy

from qibu.customers import rules
from qibu.customers.models import Customer, Hold, Relation
from qibu.customers.selectors.consents import live_holds
from qibu.customers.selectors.customers import Point, points_of, tags_of, visible
from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.distinct import values_of
from qibu.network import custom

FACTS = {
    "name": gettext_lazy("姓名"), "phone": gettext_lazy("电话"), "gender": gettext_lazy("性别"),
    "birthday": gettext_lazy("生日"), "region": gettext_lazy("地区"), "occupation": gettext_lazy("职业"),
    "source": gettext_lazy("来源"), "preferred_channel": gettext_lazy("喜欢的联系方式"),
    "preferred_time": gettext_lazy("方便的时间"), "family": gettext_lazy("家庭"), "hobbies": gettext_lazy("爱好"),
    "taboos": gettext_lazy("忌讳"), "caretaker": gettext_lazy("顾问"), "identity": gettext_lazy("统一社会信用代码"),
    "address": gettext_lazy("地址"), "industry": gettext_lazy("行业"),
}  # fmt: skip


@dataclass(frozen=True)
class File:
    customer: Customer
    points: list[Point]
    tags: list[tuple[int, str]]
    hold: Hold | None
    identity: str  # masked

    @property
    def phone(self) -> Point | None:
        return next((point for point in self.points if point.kind == "phone"), None)

    @property
    def wechat(self) -> Point | None:
        return next((point for point in self.points if point.kind == "wechat"), None)

    @cached_property
    def custom(self) -> list[tuple[custom.Field, str]]:
        """The fields that the organisation added, with what the file says in them."""
        fields = custom.fields_of(self.customer.organisation_id, "customer")
        return custom.shown(fields, self.customer.custom)

    @property
    def age(self) -> int | None:
        born, today = self.customer.birthday, times.today()
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) if born else None

    @property
    def lunar_birthday(self) -> str:
        born = self.customer.birthday
        return rules.lunar_words(born) if born and self.customer.birthday_lunar else ""

    @property
    def next_birthday(self) -> date | None:
        born = self.customer.birthday
        return rules.next_birthday(born, self.customer.birthday_lunar, times.today()) if born else None

    @property
    def region(self) -> str:
        return " ".join(filter(None, (self.customer.province, self.customer.city, self.customer.district)))

    @cached_property
    def filled(self) -> set[str]:
        """The facts that are known, by the names that the rule of completeness uses."""
        derived: dict[str, Any] = {
            "phone": self.phone,
            "region": self.region,
            "identity": self.identity,
            "caretaker": self.customer.advisor_id or self.customer.seller_id,
        }
        return {fact for fact in FACTS if (derived[fact] if fact in derived else getattr(self.customer, fact))}

    @property
    def complete(self) -> int:
        return rules.completeness(self.customer.kind, self.filled)

    @property
    def lacking(self) -> list[Any]:
        return [FACTS[fact] for fact in rules.missing(self.customer.kind, self.filled)]


def file_of(customer: Customer) -> File:
    pk = customer.pk
    opened = Customer.objects.filter(pk=pk).values_list("identity", flat=True).first()
    masked = rules.mask_identity(str(opened)) if opened else ""
    return File(customer, points_of(pk), tags_of([pk]).get(pk, []), live_holds([pk]).get(pk), masked)


@dataclass(frozen=True)
class Related:
    id: int
    kind: str
    other: Customer


def relations_of(actor: Actor, customer_id: int) -> list[Related]:
    """From either side, as far as the actor may see the other one."""
    rows = list(Relation.objects.filter(Q(customer_id=customer_id) | Q(other_id=customer_id)).order_by("kind", "id"))
    others = visible(actor).in_bulk([_other(row, customer_id) for row in rows])
    return [
        Related(row.pk, row.kind, others[_other(row, customer_id)])
        for row in rows
        if _other(row, customer_id) in others
    ]


def _other(row: Relation, customer_id: int) -> int:
    found: int = row.other_id if row.customer_id == customer_id else row.customer_id
    return found


def source_choices() -> Iterable[str]:
    """Ways in which customers have come to this store, to choose from while typing."""
    return values_of(Customer, "source", most=40)
