"""How different dealer systems name and arrange the same facts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Generic, TypeVar

from qibu.demo import dirt
from qibu.demo.dirt import Cell, Flaw, Number
from qibu.demo.records import Car, Customer, Policy, Visit


@dataclass(frozen=True, slots=True)
class OwnerRow:
    customer: Customer
    car: Car
    policy: Policy | None
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class VisitRow:
    visit: Visit
    flaw: Flaw


@dataclass(frozen=True, slots=True)
class Context:
    """What the cells need beside their row."""

    rng: Random
    staff: dict[str, str]  # names by sign-in name


OwnerCell = Callable[[Context, OwnerRow], Cell]
VisitCell = Callable[[Context, VisitRow], Cell]


Maker = TypeVar("Maker")


@dataclass(frozen=True)
class Column(Generic[Maker]):
    head: str
    make: Maker
    group: str = ""


def _name(context: Context, row: OwnerRow) -> Cell:
    return "" if row.flaw is Flaw.NAME_MISSING else row.customer.name


def _phone(context: Context, row: OwnerRow) -> Cell:
    # A row without a name has no phone either: nobody could tell whose car it is.
    if row.flaw in (Flaw.NAME_MISSING, Flaw.PHONE_MISSING):
        return ""
    return dirt.phone(context.rng, row.customer.phone)


def _vin(context: Context, row: OwnerRow) -> Cell:
    return dirt.spoil_vin(context.rng, row.car.vin, row.flaw)


def _plate(context: Context, row: OwnerRow) -> Cell:
    return dirt.spoil_plate(context.rng, row.car.plate, row.flaw)


def _bought(context: Context, row: OwnerRow) -> Cell:
    return dirt.day(context.rng, row.car.purchased_on)


def _price(context: Context, row: OwnerRow) -> Cell:
    return dirt.money(context.rng, row.car.price)


def _kind(context: Context, row: OwnerRow) -> Cell:
    return "单位" if row.customer.is_company else "个人"


def _born(context: Context, row: OwnerRow) -> Cell:
    return dirt.day(context.rng, row.customer.birthday)


def _insurer(context: Context, row: OwnerRow) -> Cell:
    return row.policy.insurer if row.policy else ""


def _insured_until(context: Context, row: OwnerRow) -> Cell:
    return dirt.day(context.rng, row.policy.ends_on if row.policy else None)


def _registered(context: Context, row: OwnerRow) -> Cell:
    return dirt.day(context.rng, row.car.registered_on)


def _seller(context: Context, row: OwnerRow) -> Cell:
    return context.staff[row.car.seller]


def _advisor(context: Context, row: OwnerRow) -> Cell:
    return context.staff[row.car.advisor]


_Owner = Column[OwnerCell]
OWNERS_TITLED: tuple[_Owner, ...] = (
    _Owner("序号", lambda context, row: Number(int(row.car.number[-7:])), "基本资料"),
    _Owner("车主姓名", _name, "基本资料"),
    _Owner("性质", _kind, "基本资料"),
    _Owner("经办人", lambda context, row: row.customer.contact_name, "基本资料"),
    _Owner("性别", lambda context, row: row.customer.gender, "基本资料"),
    _Owner("生日", _born, "基本资料"),
    _Owner("身份证号", lambda context, row: row.customer.id_number, "基本资料"),
    _Owner("联系电话", _phone, "联系方式"),
    _Owner("备用电话", lambda context, row: dirt.phone(context.rng, row.customer.second_phone), "联系方式"),
    _Owner("省", lambda context, row: row.customer.province, "联系方式"),
    _Owner("市", lambda context, row: row.customer.city, "联系方式"),
    _Owner("区", lambda context, row: row.customer.district, "联系方式"),
    _Owner("详细地址", lambda context, row: row.customer.address, "联系方式"),
    _Owner("职业", lambda context, row: row.customer.occupation, "联系方式"),
    _Owner("车架号", _vin, "爱车资料"),
    _Owner("车牌", _plate, "爱车资料"),
    _Owner("车系", lambda context, row: row.car.model.series.name, "爱车资料"),
    _Owner("车型", lambda context, row: row.car.model.name, "爱车资料"),
    _Owner("车身颜色", lambda context, row: row.car.colour, "爱车资料"),
    _Owner("开票价", _price, "爱车资料"),
    _Owner("购车日期", _bought, "爱车资料"),
    _Owner("上牌日期", _registered, "爱车资料"),
    _Owner("保险公司", _insurer, "保险"),
    _Owner("保险到期", _insured_until, "保险"),
    _Owner("销售顾问", _seller, "归属"),
    _Owner("服务顾问", _advisor, "归属"),
)
OWNERS_SEMICOLON: tuple[_Owner, ...] = (
    _Owner("VIN", _vin),
    _Owner("车牌号码", _plate),
    _Owner("品牌车型", lambda context, row: row.car.model.name),
    _Owner("颜色", lambda context, row: row.car.colour),
    _Owner("销售日期", _bought),
    _Owner("成交价(元)", _price),
    _Owner("客户", _name),
    _Owner("客户类型", _kind),
    _Owner("手机号码", _phone),
    _Owner("出生年月日", _born),
    _Owner("地址", lambda context, row: row.customer.city + row.customer.address),
    _Owner("来源渠道", lambda context, row: row.customer.source),
    _Owner("销售员", _seller),
)
OWNERS_OTHER_VENDOR: tuple[_Owner, ...] = (
    _Owner("档案编号", lambda context, row: row.customer.number),
    _Owner("机主名称", _name),
    _Owner("移动电话", _phone),
    _Owner("牌照", _plate),
    _Owner("底盘号", _vin),
    _Owner("车款", lambda context, row: row.car.model.name),
    _Owner("提车日", _bought),
    _Owner("初登日期", _registered),
    _Owner("商业险止期", _insured_until),
    _Owner("承保公司", _insurer),
    _Owner("SA", _advisor),
    _Owner("爱好", lambda context, row: "、".join(row.customer.hobbies)),
)


def _order(context: Context, row: VisitRow) -> Cell:
    return "" if row.flaw is Flaw.ORDER_MISSING else row.visit.number


def _visit_vin(context: Context, row: VisitRow) -> Cell:
    return dirt.spoil_vin(context.rng, row.visit.vin, row.flaw)


def _visit_plate(context: Context, row: VisitRow) -> Cell:
    return dirt.spoil_plate(context.rng, row.visit.plate, row.flaw)


def _visit_phone(context: Context, row: VisitRow) -> Cell:
    return dirt.phone(context.rng, row.visit.brought_by_phone)


def _arrived(context: Context, row: VisitRow) -> Cell:
    return dirt.day(context.rng, row.visit.arrived_at.date())


def _left(context: Context, row: VisitRow) -> Cell:
    return dirt.day(context.rng, row.visit.left_at.date() if row.visit.left_at else None)


def _left_minute(context: Context, row: VisitRow) -> Cell:
    return f"{row.visit.left_at:%Y-%m-%d %H:%M}" if row.visit.left_at else ""


def _jobs(context: Context, row: VisitRow) -> Cell:
    return "；".join(job.name for job in row.visit.jobs)


def _total(context: Context, row: VisitRow) -> Cell:
    return dirt.money(context.rng, row.visit.total)


_Visit = Column[VisitCell]
VISITS_FLAT: tuple[_Visit, ...] = (
    _Visit("委托书号", _order),
    _Visit("业务类别", lambda context, row: row.visit.kind),
    _Visit("车牌", _visit_plate),
    _Visit("车架号", _visit_vin),
    _Visit("送修人姓名", lambda context, row: row.visit.brought_by),
    _Visit("送修电话", _visit_phone),
    _Visit("进店日期", _arrived),
    _Visit("交车日期", _left),
    _Visit("进店里程", lambda context, row: Number(row.visit.km)),
    _Visit("作业项目", _jobs),
    _Visit("工时", lambda context, row: Number(float(row.visit.labour))),
    _Visit("配件", lambda context, row: Number(float(row.visit.parts))),
    _Visit("应收合计", _total),
    _Visit("接待", lambda context, row: context.staff[row.visit.advisor]),
)
VISITS_TITLED: tuple[_Visit, ...] = (
    _Visit("结算单号", _order, "工单"),
    _Visit("来厂时间", lambda context, row: f"{row.visit.arrived_at:%Y-%m-%d %H:%M}", "工单"),
    _Visit("离厂时间", _left_minute, "工单"),
    _Visit("维修类别", lambda context, row: row.visit.kind, "工单"),
    _Visit("VIN", _visit_vin, "车辆"),
    _Visit("车牌号码", _visit_plate, "车辆"),
    _Visit("公里数", lambda context, row: f"{row.visit.km}km", "车辆"),
    _Visit("客户描述", lambda context, row: row.visit.complaint, "内容"),
    _Visit("项目", _jobs, "内容"),
    _Visit("工时金额", lambda context, row: dirt.money(context.rng, row.visit.labour), "金额"),
    _Visit("材料金额", lambda context, row: dirt.money(context.rng, row.visit.parts), "金额"),
    _Visit("结算金额", _total, "金额"),
    _Visit("服务顾问", lambda context, row: context.staff[row.visit.advisor], "人员"),
)
VISITS_TABBED: tuple[_Visit, ...] = (*VISITS_FLAT[:9], *VISITS_FLAT[12:])
