"""What roles and capabilities are called, and why somebody was signed out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from qibu.kernel.keeping import STALE, Backups, Recovery
from qibu.kernel.times import ZONE
from qibu.network import dengbao
from qibu.network.models import Absence
from qibu.network.rules import CAPABILITIES, Capability, Role
from qibu.network.tokens import Scope
from qibu.ui import formats

ROLES: dict[str, Any] = {
    Role.STORE_MANAGER: gettext_lazy("店长"),
    Role.SALES_MANAGER: gettext_lazy("销售经理"),
    Role.SALES_CONSULTANT: gettext_lazy("销售顾问"),
    Role.SERVICE_MANAGER: gettext_lazy("售后经理"),
    Role.SERVICE_ADVISOR: gettext_lazy("服务顾问"),
    Role.TECHNICIAN: gettext_lazy("车间技师"),
    Role.CARE_MANAGER: gettext_lazy("客服经理"),
    Role.CALL_AGENT: gettext_lazy("回访员"),
    Role.MARKETING: gettext_lazy("市场专员"),
    Role.TRAINER: gettext_lazy("内训师"),
    Role.FINANCE: gettext_lazy("财务"),
    Role.MANUFACTURER_ANALYST: gettext_lazy("厂家分析员"),
    Role.NETWORK_MANAGER: gettext_lazy("厂家和大区运营经理"),
    Role.SYSTEM_ADMINISTRATOR: gettext_lazy("系统管理员"),
    Role.SECURITY_ADMINISTRATOR: gettext_lazy("安全管理员"),
    Role.AUDITOR: gettext_lazy("审计员"),
}

SCOPES: dict[str, Any] = {
    Scope.LEADS_WRITE: gettext_lazy("送线索进来"),
    Scope.LEADS_READ: gettext_lazy("取走线索和客户电话"),
}

CAPABILITY_WORDS: dict[str, Any] = {
    Capability.CUSTOMERS_VIEW: gettext_lazy("看自己的客户"),
    Capability.CUSTOMERS_VIEW_ALL: gettext_lazy("看全店客户"),
    Capability.CUSTOMERS_EDIT: gettext_lazy("修改客户"),
    Capability.CUSTOMERS_ERASE: gettext_lazy("删除客户的个人信息"),
    Capability.CUSTOMERS_EXPORT: gettext_lazy("导出客户"),
    Capability.EXPORTS_APPROVE: gettext_lazy("审批导出"),
    Capability.PHONE_REVEAL: gettext_lazy("查看完整电话"),
    Capability.TASKS_WORK: gettext_lazy("做任务"),
    Capability.TASKS_VIEW_ALL: gettext_lazy("看全店任务"),
    Capability.TASKS_ASSIGN: gettext_lazy("分派任务"),
    Capability.CARE_EDIT: gettext_lazy("修改关怀计划"),
    Capability.SALES_VIEW: gettext_lazy("看自己的线索"),
    Capability.SALES_VIEW_ALL: gettext_lazy("看全店线索"),
    Capability.SALES_RECEIVE: gettext_lazy("登记来客和来电"),
    Capability.SALES_WORK: gettext_lazy("跟进线索"),
    Capability.SALES_ASSIGN: gettext_lazy("分配线索"),
    Capability.SALES_MANAGE: gettext_lazy("管理销售设置"),
    Capability.SALES_APPROVE: gettext_lazy("审批优惠和订单"),
    Capability.PAYMENTS: gettext_lazy("登记收款和发票"),
    Capability.IMPORT: gettext_lazy("导入表格"),
    Capability.STAFF_MANAGE: gettext_lazy("管理员工"),
    Capability.ORGANISATION_MANAGE: gettext_lazy("管理门店资料"),
    Capability.SECURITY_MANAGE: gettext_lazy("管理安全设置"),
    Capability.AUDIT_VIEW: gettext_lazy("查看操作记录"),
}

FIELDS: dict[str, Any] = {
    "name": gettext_lazy("名称"),
    "short_name": gettext_lazy("简称"),
    "city": gettext_lazy("城市"),
    "phone": gettext_lazy("电话"),
    "address": gettext_lazy("地址"),
    "number": gettext_lazy("工号"),
    "title": gettext_lazy("岗位"),
    "email": gettext_lazy("邮箱"),
    "superior_id": gettext_lazy("直接上级"),
    # customers
    "kind": gettext_lazy("类别"),
    "stage": gettext_lazy("阶段"),
    "gender": gettext_lazy("性别"),
    "birthday": gettext_lazy("生日"),
    "birthday_lunar": gettext_lazy("农历生日"),
    "identity": gettext_lazy("证件号码"),
    "province": gettext_lazy("省"),
    "district": gettext_lazy("区县"),
    "occupation": gettext_lazy("职业"),
    "industry": gettext_lazy("行业"),
    "education": gettext_lazy("学历"),
    "income_band": gettext_lazy("收入区间"),
    "source": gettext_lazy("来源"),
    "vip": gettext_lazy("VIP"),
    "base_customer": gettext_lazy("基盘客户"),
    "influencer": gettext_lazy("桩脚客户"),
    "preferred_channel": gettext_lazy("喜欢的联系方式"),
    "preferred_time": gettext_lazy("方便的时间"),
    "family": gettext_lazy("家庭"),
    "hobbies": gettext_lazy("爱好"),
    "taboos": gettext_lazy("忌讳"),
    "driving": gettext_lazy("用车习惯"),
    "remark": gettext_lazy("备注"),
    "seller": gettext_lazy("销售顾问"),
    "advisor": gettext_lazy("服务顾问"),
    "tags": gettext_lazy("标签"),
    "relations": gettext_lazy("关系"),
    "contact_points": gettext_lazy("联系方式"),
    # vehicles
    "vin": gettext_lazy("VIN"),
    "plate": gettext_lazy("车牌"),
    "plate_kind": gettext_lazy("号牌种类"),
    "brand": gettext_lazy("品牌"),
    "series": gettext_lazy("车系"),
    "model": gettext_lazy("车型"),
    "colour": gettext_lazy("颜色"),
    "energy": gettext_lazy("能源"),
    "use": gettext_lazy("用途"),
    "body": gettext_lazy("车辆类型"),
    "seats": gettext_lazy("座位"),
    "price": gettext_lazy("成交价"),
    "purchased_on": gettext_lazy("购车日期"),
    "registered_on": gettext_lazy("上牌日期"),
    "warranty_until": gettext_lazy("整车质保到"),
    "warranty_km": gettext_lazy("整车质保里程"),
    "battery_warranty_until": gettext_lazy("电池质保到"),
    "battery_warranty_km": gettext_lazy("电池质保里程"),
    "mileage": gettext_lazy("里程"),
    "mileage_on": gettext_lazy("读数日期"),
    # repair orders
    "vehicle": gettext_lazy("车辆"),
    "contact": gettext_lazy("送修人"),
    "contact_name": gettext_lazy("送修人"),
    "jobs": gettext_lazy("维修项目"),
    "opened_on": gettext_lazy("到店日期"),
    "closed_on": gettext_lazy("离店日期"),
    "labour": gettext_lazy("工时费"),
    "parts": gettext_lazy("材料费"),
    "total": gettext_lazy("合计"),
    # care and calendar
    "active": gettext_lazy("启用"),
    "inherited": gettext_lazy("恢复继承"),
    "changed": gettext_lazy("修改"),
    ".offset_days": gettext_lazy("第几天"),  # of a step: day3.offset_days
    ".valid_days": gettext_lazy("几天内有效"),
    ".title": gettext_lazy("任务名称"),
    ".script": gettext_lazy("话术"),
    ".script_en": gettext_lazy("话术（英文）"),
    "daily_backlog": gettext_lazy("每人每天放出几位"),
    "first_km": gettext_lazy("首保公里"),
    "first_months": gettext_lazy("首保月数"),
    "km": gettext_lazy("以后每多少公里"),
    "months": gettext_lazy("以后每多少个月"),
    "due_time": gettext_lazy("任务几点前完成"),
    "hours": gettext_lazy("营业时间"),
    "own": gettext_lazy("改用自己的一份"),
    "rung1": gettext_lazy("第一次"),
    "rung2": gettext_lazy("第二次"),
    "rung3": gettext_lazy("第三次"),
    # the sharing out of leads
    "answer_minutes": gettext_lazy("首次联系"),
    "grace_minutes": gettext_lazy("超时后再等"),
    "passed_on": gettext_lazy("最多转几次"),
    "room": gettext_lazy("每人最多跟进"),
    "claims_a_day": gettext_lazy("每人每天最多领"),
    "claims_open": gettext_lazy("跟进中满几条不能领"),
    "not_again_days": gettext_lazy("放回以后几天不能再领"),
    "quiet_h": gettext_lazy("H 级几天没联系回公海"),
    "quiet_a": gettext_lazy("A 级几天没联系回公海"),
    "quiet_b": gettext_lazy("B 级几天没联系回公海"),
    "quiet_c": gettext_lazy("C 级几天没联系回公海"),
    "sources": gettext_lazy("来源"),
    "kinds": gettext_lazy("来源大类"),
    "cities": gettext_lazy("客户所在城市"),
    "languages": gettext_lazy("客户的语言"),
    "weekdays": gettext_lazy("周几进线"),
    "since": gettext_lazy("几点起"),
    "until": gettext_lazy("几点止"),
    "target": gettext_lazy("分给谁"),
    "people": gettext_lazy("有哪些人"),
    "group": gettext_lazy("小组"),
    "order": gettext_lazy("顺序"),
    "removed": gettext_lazy("删除"),
    # what people are given to read
    ".heading": gettext_lazy("标题"),  # of a piece: piece.heading
    ".text": gettext_lazy("正文"),
    ".kind": gettext_lazy("类型"),
    ".summary": gettext_lazy("摘要"),
    ".image": gettext_lazy("图片"),
    ".cars": gettext_lazy("意向车型"),
    ".interests": gettext_lazy("想做什么"),
    ".valid_from": gettext_lazy("从哪天起"),
    ".valid_until": gettext_lazy("到哪天为止"),
    ".active": gettext_lazy("启用"),
    ".name": gettext_lazy("名称"),
    ".audience": gettext_lazy("哪些线索加入"),
    ".after_days": gettext_lazy("几天以后加入"),
    ".grades": gettext_lazy("意向级别"),
    ".stages": gettext_lazy("走到哪一步"),
    ".sources": gettext_lazy("来源"),
    ".steps": gettext_lazy("步骤"),
    ".gap_days": gettext_lazy("两份资料之间至少隔"),
    ".most_a_day": gettext_lazy("一位顾问一天最多新增"),
    ".link_days": gettext_lazy("链接能打开多久"),
    # mail
    "host": gettext_lazy("服务器"),
    "port": gettext_lazy("端口"),
    "security": gettext_lazy("加密方式"),
    "username": gettext_lazy("用户名"),
    "password": gettext_lazy("密码"),
    "sender": gettext_lazy("发件地址"),
    "sender_name": gettext_lazy("发件人名称"),
    "site": gettext_lazy("七步的网址"),
    "morning_lead": gettext_lazy("早晨清单在开门前多少分钟发"),
    "morning": gettext_lazy("早晨清单"),  # letters that a person wants
    "alarm": gettext_lazy("逾期提醒"),
}
# What was found when the chain over the journal was reckoned anew.
CHAIN: dict[str, Any] = {
    "": gettext_lazy("完好"),
    "changed": gettext_lazy("有一条被改过"),
    "removed": gettext_lazy("有一条被删掉"),
    "inserted": gettext_lazy("有一条是后来塞进去的"),
    "seal": gettext_lazy("校验链本身被动过"),
    "anchor": gettext_lazy("和存档的校验码对不上，整段被重写过"),
}
# Rules of signing in, as their changes are told: "idle_minutes=30".
RULES: dict[str, Any] = {
    "factor": gettext_lazy("二次验证"),
    "factor_roles": gettext_lazy("要用二次验证的角色"),
    "trust_browsers": gettext_lazy("常用浏览器不再问"),
    "idle_minutes": gettext_lazy("多少分钟没操作自动退出"),
    "absolute_hours": gettext_lazy("一次登录最长几小时"),
    "dengbao": gettext_lazy("按等保三级管理"),
    "grace_days": gettext_lazy("宽限天数"),
}
RULE_VALUES: dict[str, Any] = {
    "nobody": gettext_lazy("各人自己决定"),
    "roles": gettext_lazy("这些角色必须用"),
    "everyone": gettext_lazy("所有人必须用"),
    "True": gettext_lazy("是"),
    "False": gettext_lazy("否"),
    "": gettext_lazy("默认"),
}
POLICIES: dict[str, Any] = {"compulsory": gettext_lazy("交强险"), "commercial": gettext_lazy("商业险")}
# Kinds of work that may have a ladder of their own; what has none climbs as the first says.
LADDERS: dict[str, Any] = {
    "standard": gettext_lazy("一般任务"),
    "promise": gettext_lazy("承诺"),
    "follow_up": gettext_lazy("回访"),
    "due": gettext_lazy("到期"),
    "greeting": gettext_lazy("问候"),
    "other": gettext_lazy("其他"),
}
LETTERS: dict[str, Any] = {
    "morning": gettext_lazy("早晨清单"),
    "alarm": gettext_lazy("逾期提醒"),
    "test": gettext_lazy("测试邮件"),
    "sent": gettext_lazy("已发出"),
    "failed": gettext_lazy("没发出"),
    "unknown": gettext_lazy("不确定"),
    "expired": gettext_lazy("过时未发"),
}
LISTS: dict[str, Any] = {
    "customers": gettext_lazy("客户名单"),
    "audit": gettext_lazy("操作记录"),
    "rejects": gettext_lazy("导入时未载入的行"),
    "dues": gettext_lazy("到期清单"),
    "handovers": gettext_lazy("交接记录"),
    "imports": gettext_lazy("导入记录"),
    "outbox": gettext_lazy("发件记录"),
    "staff": gettext_lazy("员工名单"),
    "tasks": gettext_lazy("任务清单"),
    "visits": gettext_lazy("工单"),
}

# Where one is, as a page says it: 本店自定, 本大区自定.
HERE: dict[str, Any] = {"manufacturer": gettext_lazy("厂家"), "region": gettext_lazy("本大区")}

SIGNED_OUT: dict[str, Any] = {
    "idle": gettext_lazy("您有一阵子没有操作，为了安全已自动退出。请重新登录，接着刚才的地方继续。"),
    "over": gettext_lazy("这次登录已到时限，或已在别处结束。请重新登录，接着刚才的地方继续。"),
    "changed": gettext_lazy("您的密码刚改过，或账号已停用，这台设备上的登录已失效。请重新登录。"),
    "gone": gettext_lazy("您现在不在任何一家门店任职，或登录已停用，所以已退出。如有疑问请联系店长。"),
    "moved": gettext_lazy("您已不在这家门店任职，所以已退出。重新登录就到您现在的门店。"),
    "late": gettext_lazy("时间过了，请重新输入密码。"),
    "out": gettext_lazy("您已退出。"),
}


def seconds(wait: timedelta) -> int:
    return -int(-wait.total_seconds() // 1)


def duration(wait: timedelta) -> str:
    """How long one waits: in seconds up to a minute and a half, then in minutes."""
    whole = seconds(wait)
    if whole < 90:
        return ngettext("{n} 秒", "{n} 秒", whole).format(n=whole)
    minutes = -(-whole // 60)
    return ngettext("{n} 分钟", "{n} 分钟", minutes).format(n=minutes)


def password_refused(wait: timedelta) -> str:
    if not wait:
        return _("现在的密码不对，请再输一次。")
    return _("密码不对，试的次数多了。{wait}后可以再试。").format(wait=duration(wait))


def factor_wanted(until: datetime) -> str:
    text = _("{at} 起登录要用二次验证。请先在「我的账号」里开启，一分钟就好。")
    return text.format(at=f"{until.astimezone(ZONE):%m-%d %H:%M}")


def codes_left(number: int) -> str:
    text = ngettext(
        "刚才用掉了一个恢复码，还剩 {n} 个。手机不在身边的话，请尽快换一台。",
        "刚才用掉了一个恢复码，还剩 {n} 个。手机不在身边的话，请尽快换一台。", number,
    )  # fmt: skip
    return text.format(n=number)


def rule(change: str) -> str:
    """多少分钟没操作自动退出 30, from "idle_minutes=30"."""
    name, _sign, value = change.partition("=")
    said = RULE_VALUES.get(value) or roles(value.split("+")) or value
    return f"{RULES.get(name, name)} {said}"


def here(kind: str) -> str:
    """What an organisation of this kind calls itself."""
    return str(HERE.get(kind) or _("本店"))


def role(name: str) -> str:
    return str(ROLES.get(name, name))


def roles(names: list[str] | tuple[str, ...] | frozenset[str]) -> str:
    """In the order of the list of roles: 店长、服务顾问."""
    return _("、").join(str(label) for key, label in ROLES.items() if key in names)


def what_role_may(name: str, *, separated: bool = False) -> str:
    """Seeing all customers says more than seeing one's own, so the smaller one is left out. `separated`: under 等保."""
    granted = dengbao.granted(Role(name)) if separated else CAPABILITIES[Role(name)]
    smaller = {Capability.CUSTOMERS_VIEW} if Capability.CUSTOMERS_VIEW_ALL in granted else set()
    if Capability.TASKS_VIEW_ALL in granted:
        smaller.add(Capability.TASKS_WORK)
    said = [str(CAPABILITY_WORDS[one]) for one in Capability if one in granted - smaller]
    return _("、").join(said) or _("暂无可用的功能")


def capability(name: str) -> str:
    return str(CAPABILITY_WORDS.get(name, name))


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)
_SYSTEMS = (
    ("Windows", "Windows"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


def browser(agent: str) -> str:
    """"Chrome · Windows" from a User-Agent; enough to recognise one's own device by."""
    parts = [next((name for sign, name in table if sign in agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return " · ".join(part for part in parts if part)


def keeping(backups: Backups, recovery: Recovery) -> str:
    """How it stands with backups and keys; what is amiss goes first."""
    if backups.failed:
        return _("最近一次备份没有成功")
    if backups.last is None:
        return _("还没有备份")
    if recovery.missing:
        return _("还没有恢复文件，备份在新电脑上打不开")
    if recovery.outdated:
        return _("恢复文件里没有最新的密钥")
    return _("备份已超过两天") if backups.last.age > STALE else _("最近的备份和恢复文件都在")


def amiss(backups: Backups, recovery: Recovery) -> bool:
    stale = backups.last is None or backups.last.age > STALE
    return bool(backups.failed) or stale or recovery.missing or recovery.outdated


def covered(one: Absence, today: date) -> str:
    """When somebody is not there, and who does their work meanwhile."""
    if one.stand_in is None:
        return _("{name}{away}，没有代班人").format(name=one.staff.name, away=away(one, today))
    return _("{name}{away}，{stand_in}代班").format(
        name=one.staff.name, away=away(one, today), stand_in=one.stand_in.name
    )


def away(one: Absence | None, today: date) -> str:
    """When somebody is not there, beside their name; nothing of who is."""
    if one is None:
        return ""
    first, last = formats.day(one.first_day, "short"), formats.day(one.last_day, "short")
    if one.first_day > today:
        return _("{first} 到 {last} 不在").format(first=first, last=last)
    return _("今天不在，到 {day}").format(day=last) if one.last_day > today else _("今天不在")
