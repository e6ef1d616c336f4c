"""The list of customers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from qibu.customers import listing, selectors
from qibu.customers.models import Consent, Customer, Hold, Tagging
from qibu.customers.selectors.customers import mine, nobody
from qibu.kernel.actors import Actor
from qibu.network import custom, custom_pages
from qibu.network.rules import Capability, Role
from qibu.ui import slots
from qibu.ui.lists import Batch, Choice, Column, Days, Filter, ListPage, Preset, Text
from qibu.ui.slots import Action

Rows = QuerySet[Customer]
Options = Sequence[tuple[str, Any]]
NOBODY = "none"


def actor_of(request: HttpRequest) -> Actor:
    found: Actor = request.actor  # type: ignore[attr-defined]  # typed by network.middleware.Request
    return found


def _staff() -> Options:
    return [(NOBODY, _("没有")), *selectors.staff_choices()]


def _once(read: Callable[[], Options]) -> Callable[[HttpRequest], Options]:
    """A choice is drawn in several places of a page: its options are read once."""
    kept = cache(read)
    return lambda request: kept()


def _by_staff(field: str) -> Callable[[Rows, str], Rows]:
    def apply(rows: Rows, value: str) -> Rows:
        if value == NOBODY:
            return rows.filter(**{f"{field}__isnull": True})
        return rows.filter(**{f"{field}_id": value}) if value.isdigit() else rows.none()

    return apply


def _of_view(rows: Rows, view: str, actor: Actor) -> Rows:
    """The two views that no filter can express, since they depend on who asks."""
    if view == "mine":
        return rows.filter(mine(actor))
    return rows.filter(nobody()) if view == "nobody" else rows


def _by_tag(rows: Rows, value: str) -> Rows:
    if not value.isdigit():
        return rows.none()
    return rows.filter(Exists(Tagging.objects.filter(tag_id=int(value), customer_id=OuterRef("pk"))))


def _by_stand(rows: Rows, value: str) -> Rows:
    """By what customers allow: under a live hold, or with a newest statement on marketing."""
    if value == "held":
        return rows.filter(Exists(Hold.objects.filter(customer_id=OuterRef("pk"), lifted_at__isnull=True)))
    said = selectors.newest_statements(Consent.Purpose.MARKETING).filter(customer_id=OuterRef("pk"))
    if value == "marketing":
        return rows.filter(Exists(said.filter(state=Consent.State.GIVEN)))
    return rows.filter(Exists(said.exclude(state=Consent.State.GIVEN)))


def _by_text(rows: Rows, value: str) -> Rows:
    return rows.filter(pk__in=selectors.matching(value))


def _by_mark(rows: Rows, value: str) -> Rows:
    return rows.filter(**{value: True}) if value in MARKS else rows


MARKS = {
    "vip": gettext_lazy("VIP"),
    "base_customer": gettext_lazy("基盘客户"),
    "influencer": gettext_lazy("桩脚客户"),
}
STANDS = (
    ("held", gettext_lazy("暂停联系")),
    ("marketing", gettext_lazy("同意营销")),
    ("no_marketing", gettext_lazy("拒绝营销")),
)


def _count(narrow: Callable[[Rows, Actor], Rows]) -> Callable[[HttpRequest], int]:
    def count(request: HttpRequest) -> int:
        actor = actor_of(request)
        return narrow(selectors.visible(actor), actor)[:1000].count()

    return count


class CustomerList(ListPage):
    key = "customers"
    title = pgettext_lazy("菜单", "客户")
    unit = gettext_lazy("位")
    template = "customers/list.html"
    ordering = ("sort_key", "id")
    empty_title = gettext_lazy("还没有客户")
    empty_text = gettext_lazy("从门店现有的表格导入，或先登记第一位客户。")
    batch = (
        Batch(gettext_lazy("换顾问"), "customers:assign", "swap", Capability.TASKS_ASSIGN, drawer=True, every=True),
        Batch(gettext_lazy("打标签"), "customers:tag-many", "tag", Capability.CUSTOMERS_EDIT, drawer=True, every=True),
        Batch(
            gettext_lazy("去掉标签"), "customers:untag-many", "x", Capability.CUSTOMERS_EDIT, drawer=True, every=True
        ),
        Batch(gettext_lazy("合并"), "customers:merge-many", "merge", Capability.CUSTOMERS_EDIT),
        Batch(
            gettext_lazy("导出"), "network:export-new", "export", Capability.CUSTOMERS_EXPORT, args=("customers",),
            every=True,
        ),
    )

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor_of(request).require(Capability.CUSTOMERS_VIEW)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)  # type: ignore[assignment]
        return answer

    @property
    def actor(self) -> Actor:
        return actor_of(self.request)

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]  # apps above add to it
        further = (_contributed(one) for one in listing.columns())
        return [*OWN_COLUMNS, *further, *custom_pages.columns(self.custom, lambda row: row.custom)]

    @cached_property
    def custom(self) -> list[custom.Field]:
        """Fields that the organisation added to its customers."""
        return custom.fields_of(self.actor.organisation_id, "customer")

    @cached_property
    def filters(self) -> list[Filter]:  # type: ignore[override]  # apps above add to it
        further = (_contributed_filter(one, self.actor) for one in listing.filters())
        return [
            *_own_filters(), *further, *custom_pages.filters(self.custom), *listing.filters_for(self.actor),
        ]  # fmt: skip

    @cached_property
    def presets(self) -> list[Preset]:  # type: ignore[override]  # apps above add to it
        further = [Preset(one.key, one.label, one.query) for one in listing.presets()]
        mine_first = [*OWN_PRESETS, *further]
        looks_after = self.actor.roles & {Role.SALES_CONSULTANT, Role.SERVICE_ADVISOR}
        return mine_first if looks_after else [mine_first[1], mine_first[0], *mine_first[2:]]

    def rows(self) -> Rows:
        rows = selectors.visible(self.actor).select_related("advisor", "seller").defer("identity", "sheet", "remark")
        return _of_view(rows, self.view, self.actor)

    def row_url(self, row: Customer) -> str:
        return reverse("customers:detail", args=[row.pk])

    def decorate(self, rows: list[Customer]) -> list[Customer]:
        ids = [row.pk for row in rows]
        phones, holds = selectors.phones_of(ids), selectors.live_holds(ids)
        shown = {column.key for column in self.shown}
        further = {one.key: one.hydrate(self.actor, ids) for one in listing.columns() if one.key in shown}
        for row in rows:
            row.phone, row.hold = phones.get(row.pk), holds.get(row.pk)  # type: ignore[attr-defined]
            row.further = {key: words.get(row.pk, "") for key, words in further.items()}  # type: ignore[attr-defined]
        return rows

    def actions(self) -> list[Action]:
        return [self.empty_action] if self.empty_action else []

    @property
    def empty_action(self) -> Action | None:  # type: ignore[override]  # depends on who asks
        if not self.actor.may(Capability.CUSTOMERS_EDIT):
            return None
        return Action(gettext_lazy("新建客户"), reverse("customers:create"), icon="plus", key="N")

    @property
    def empty_actions(self) -> list[Action]:
        """An empty store begins with its spreadsheets."""
        return [*slots.fill("begin", self.request), *self.actions()]

    def tools(self) -> list[Action]:
        pairs = Action(gettext_lazy("疑似重复"), reverse("customers:duplicates"), icon="merge")
        found = [pairs] if self.actor.may(Capability.CUSTOMERS_EDIT) else []
        return [*found, *super().tools()]


def _contributed(one: listing.ListColumn) -> Column:
    return Column(
        one.key, one.label, lambda row: row.further.get(one.key, ""), align=one.align, shown=one.shown,
        width=one.width, card=one.card,
    )  # fmt: skip


def _contributed_filter(one: listing.ListFilter, actor: Actor) -> Choice:
    choices = one.choices
    options = choices(actor) if callable(choices) else choices
    return Choice(one.key, one.label, options, one.apply)


OWN_COLUMNS = [
    Column("name", gettext_lazy("客户"), cell="customers/cells/name.html", sort="sort_key", card="title", locked=True),
    Column("kind", gettext_lazy("类别"), "get_kind_display", shown=False, card="hide"),
    Column("phone", gettext_lazy("电话"), cell="customers/cells/phone.html", card="line"),
    Column("advisor", gettext_lazy("服务顾问"), "advisor.name", card="line"),
    Column("seller", gettext_lazy("销售顾问"), "seller.name", card="hide"),
    Column("region", gettext_lazy("地区"), lambda row: row.district or row.city or row.province, card="hide"),
    Column("source", gettext_lazy("来源"), "source", shown=False, card="hide"),
    Column("updated", gettext_lazy("最近变动"), "updated_at", sort="updated_at", falls=True, card="hide"),
]  # fmt: skip


# What a sheet of customers says of each; more than the list shows.
OWN_HEADS = (
    gettext_lazy("姓名"), gettext_lazy("类别"), gettext_lazy("阶段"), gettext_lazy("VIP"), gettext_lazy("电话"),
    gettext_lazy("服务顾问"), gettext_lazy("销售顾问"), gettext_lazy("地区"), gettext_lazy("来源"),
    gettext_lazy("标签"), gettext_lazy("暂停联系"), gettext_lazy("建档日期"), gettext_lazy("最近变动"),
)  # fmt: skip


def _own_filters() -> list[Filter]:
    staff, tags = _once(_staff), _once(selectors.tag_choices)
    return [
        Text("q", gettext_lazy("查找"), _by_text),
        Choice("stage", gettext_lazy("阶段"), Customer.Stage.choices),
        Choice("advisor", gettext_lazy("服务顾问"), staff, _by_staff("advisor")),
        Choice("seller", gettext_lazy("销售顾问"), staff, _by_staff("seller")),
        Choice("tag", gettext_lazy("标签"), tags, _by_tag),
        Choice("kind", gettext_lazy("类别"), Customer.Kind.choices),
        Choice("mark", pgettext_lazy("客户", "身份"), tuple(MARKS.items()), _by_mark),
        Choice("stand", gettext_lazy("同意与暂停"), STANDS, _by_stand),
        Text("source", gettext_lazy("来源"), "source"),
        Days("created", gettext_lazy("建档日期"), "created_at", moments=True),
    ]


OWN_PRESETS = [
    Preset("mine", gettext_lazy("我的客户"), count=_count(lambda rows, actor: rows.filter(mine(actor)))),
    Preset("all", gettext_lazy("全部客户")),
    Preset("nobody", gettext_lazy("公共客户"), count=_count(lambda rows, actor: rows.filter(nobody()))),
    Preset("companies", gettext_lazy("大客户（单位）"), {"kind": "company"}),
    Preset("vip", gettext_lazy("VIP"), {"mark": "vip"}),
]
