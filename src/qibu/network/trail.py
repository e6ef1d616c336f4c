"""How entries of the journal read in the audit trail: who did what to whom.

The words of an event are a sentence with the names of its fields in it; `{customer}` and `{vehicle}` are the ones it is
about. An app adds or replaces sentences, and says what its customers and cars are called there (masked), in a module
of its own called `trail`, which is found at start-up. The journal keeps codes, days as ISO 8601 writes them, and words
of the product in both languages (`title`, `title_en`): what people read is made here, in their language and zone.

    trail.say(PhoneRevealed, gettext_lazy("看了 {customer} 的电话"))
    trail.say(PaymentReceived, gettext_lazy("登记了 {kind} {amount}"), kind=dict(Payment.Kind.choices))
    trail.name("customer", lambda actor, ids: {7: "王*国"})
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, get_args, get_type_hints

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qibu.contracts import aftersales, care, connect, customers, network, tasks, vehicles
from qibu.kernel.actors import Actor
from qibu.kernel.events import CATALOGUE, Event
from qibu.kernel.models import Entry
from qibu.network import batches, handover, words
from qibu.network.models import BatchAct, Staff
from qibu.ui import formats

About = Literal["customer", "vehicle"]
Names = Callable[[Actor, list[int]], Mapping[int, str]]


class Gone(str):
    """How somebody is called who was erased: what people wrote about them isn't shown any more."""


# Of what is on record about somebody who was erased this is still told: it is of the house, not of them.
OF_GONE = {"changes", "staff_name", "role", "staff_id", "km", "rows", "again"}


@dataclass(frozen=True)
class Told:
    """An entry in words."""

    entry: Entry
    by: str
    what: str


_EVENTS: dict[type[Event], Any] = {
    network.OrganisationCreated: gettext_lazy("建立了 {organisation_name}（{code}）"),
    network.OrganisationChanged: gettext_lazy("修改了门店资料：{changes}"),
    network.ReadersRetried: gettext_lazy("让后台再试没能处理的记录：处理了 {handled} 条，还有 {left} 条"),
    network.StaffJoined: gettext_lazy("新建了员工 {staff_name}，角色：{roles}"),
    network.StaffChanged: gettext_lazy("修改了员工 {staff_name}：{changes}"),
    network.StaffLeft: gettext_lazy("把 {staff_name} 标为离职"),
    network.StaffReturned: gettext_lazy("恢复了 {staff_name} 的任职"),
    network.SignInGranted: gettext_lazy("为 {staff_name} 开通了登录"),
    network.SignInBarred: gettext_lazy("停用了 {staff_name} 的登录"),
    network.SignInRestored: gettext_lazy("恢复了 {staff_name} 的登录"),
    network.PasswordReset: gettext_lazy("重设了 {staff_name} 的密码"),
    network.PasswordChanged: gettext_lazy("修改了自己的密码"),
    network.SignedIn: gettext_lazy("登录，来自 {address} {device}"),
    network.SignedOut: gettext_lazy("退出登录"),
    network.CodeRefused: gettext_lazy("密码对了，但验证码不对，没能登录，来自 {address} {device}"),
    network.FactorEnrolled: gettext_lazy("设好了二次验证"),
    network.FactorRemoved: gettext_lazy("关闭了自己的二次验证"),
    network.FactorReset: gettext_lazy("重置了 {staff_name} 的二次验证"),
    network.RecoveryCodesMade: gettext_lazy("换了一批恢复码"),
    network.SessionsEnded: gettext_lazy("结束了自己在其他设备上的 {sessions} 处登录"),
    network.AuditVerified: gettext_lazy("核对了操作记录的校验链，{entries} 条：{broken}"),
    network.SecurityPolicyChanged: gettext_lazy("修改了登录规则：{changes}"),
    network.AccessRefused: gettext_lazy("想打开 {path}，没有「{capability}」的权限，被拒绝"),
    network.PortfolioHandedOver: gettext_lazy("把 {giver} 的客户和任务交接给 {taker}：{moved}"),
    network.ListExported: gettext_lazy("导出了 {rows} 行（{what}）"),
    network.HandOverUndone: gettext_lazy("撤销了 {giver} 的一次交接：{back} 项还给了他，{kept} 项留在接手人那里"),
    network.ExportAsked: gettext_lazy("申请导出 {rows} 行（{what}）"),
    network.ExportDecided: gettext_lazy("{agreed} {staff_name} 导出 {rows} 行（{what}）"),
    network.HomeRestored: gettext_lazy("系统从备份恢复，数据到 {snapshot_at} 为止"),
    network.KeysRotated: gettext_lazy("换了加密密钥，新密钥是第 {key} 把"),
    network.KeyRetired: gettext_lazy("删除了不再使用的第 {key} 把加密密钥"),
    network.ApiTokenMade: gettext_lazy("新建了接口令牌「{token_name}」，权限：{scopes}"),
    network.ApiTokenRevoked: gettext_lazy("撤销了接口令牌「{token_name}」"),
    network.BatchEnded: gettext_lazy("批量操作「{deed}」：{state}，{rows} 条里改了 {changed} 条"),
    network.SavedViewChanged: gettext_lazy("整理了{what}的视图「{view_name}」：{changes}"),
    network.CustomFieldChanged: gettext_lazy("修改了自定义字段「{label}」：{changes}"),
    customers.CustomerRegistered: gettext_lazy("建立了 {customer} 的档案"),
    customers.CustomerChanged: gettext_lazy("修改了 {customer} 的档案：{changes}"),
    customers.PhoneRevealed: gettext_lazy("查看了 {customer} 的电话"),
    customers.ConsentRecorded: gettext_lazy("记录了 {customer} 的授权"),
    customers.HoldPlaced: gettext_lazy("暂停联系 {customer}"),
    customers.HoldLifted: gettext_lazy("恢复联系 {customer}"),
    customers.NoteWritten: gettext_lazy("给 {customer} 写了备注"),
    customers.CustomerErased: gettext_lazy("按要求删除了一位客户的个人信息"),
    customers.AdvisorChanged: gettext_lazy("把 {customer} 的顾问换成 {staff_name}"),
    vehicles.VehicleRegistered: gettext_lazy("登记了车辆 {vehicle}"),
    vehicles.VehicleChanged: gettext_lazy("修改了车辆 {vehicle}：{changes}"),
    vehicles.OwnershipChanged: gettext_lazy("登记了车辆 {vehicle} 的归属变动"),
    vehicles.MileageRead: gettext_lazy("记录了车辆 {vehicle} 的里程 {km} 公里"),
    tasks.TaskCreated: gettext_lazy("新建了任务「{title}」"),
    tasks.TaskTried: gettext_lazy("联系了 {customer}：{title}"),
    tasks.TaskAssigned: gettext_lazy("把任务「{title}」分派给 {staff_name}"),
    tasks.TaskCancelled: gettext_lazy("取消了任务「{title}」"),
    tasks.TaskSettled: gettext_lazy("任务「{title}」随之办结：{reason}"),
    tasks.TaskCovered: gettext_lazy("{whose} 不在，任务「{title}」现在由 {staff_name} 做"),
    network.AbsenceRecorded: gettext_lazy("登记 {staff_name} 从 {first_day} 到 {last_day} 不在，由 {stand_in} 代班"),
    network.AbsenceChanged: gettext_lazy(
        "改了 {staff_name} 的缺勤：从 {first_day} 到 {last_day} 不在，由 {stand_in} 代班"
    ),
    network.AbsenceEnded: gettext_lazy("结束了 {staff_name} 的缺勤"),
    tasks.PromiseMade: gettext_lazy("向 {customer} 承诺：{title}"),
    tasks.ClockBreached: gettext_lazy("「{title}」超时"),
    tasks.ClockEscalated: gettext_lazy("「{title}」超时，告诉了 {staff_name}"),
    tasks.DelayTakenOn: gettext_lazy("接手处理「{title}」的超时"),
    tasks.BreachExplained: gettext_lazy("说明了「{title}」超时的原因"),
    aftersales.VisitOpened: gettext_lazy("接车，工单 {number}"),
    aftersales.VisitClosed: gettext_lazy("工单 {number} 结算"),
    aftersales.VisitChanged: gettext_lazy("修改了工单 {number}：{changes}"),
    vehicles.PolicyRecorded: gettext_lazy("登记了 {vehicle} 的{policy}，保障到 {ends_on}"),
    vehicles.PolicyRemoved: gettext_lazy("删掉了 {vehicle} 的{policy}，原来保障到 {ends_on}"),
    tasks.ClockPaused: gettext_lazy("暂停了「{title}」的计时"),
    tasks.ClockResumed: gettext_lazy("恢复了「{title}」的计时"),
    tasks.CalendarChanged: gettext_lazy("修改了营业时间和放假：{changes}"),
    tasks.LadderChanged: gettext_lazy("修改了「{ladder}」的超时上报：{changes}"),
    care.CarePolicyChanged: gettext_lazy("修改了积压和时限：{changes}"),
    care.DayPlanned: gettext_lazy("安排了 {on} 的关怀：新计划 {planned} 件，放出积压 {released} 件"),
    care.IntervalChanged: gettext_lazy("修改了保养周期{line}：{changes}"),
    care.PlanChanged: gettext_lazy("修改了关怀计划 {code}{line}：{changes}"),
    connect.ImportLoaded: gettext_lazy("导入了 {file_name}：{loaded} 行载入，{rejected} 行退回"),
    connect.ImportUndone: gettext_lazy("撤销了导入 {file_name}"),
}
SENTENCES: dict[str, Any] = {event.name: sentence for event, sentence in _EVENTS.items()} | {
    "tasks.ResultUndone": gettext_lazy("撤销了「{title}」的结果"),
    "tasks.TaskReopened": gettext_lazy("重开了任务「{title}」"),
    "tasks.WorkListPrinted": gettext_lazy("打印了 {whose} 的工作清单，{rows} 件"),
}
# What became of something as a whole, among the names of fields.
DONE: dict[str, Any] = {
    "inherited": gettext_lazy("恢复为上级的"), "added": gettext_lazy("新增"), "new": gettext_lazy("新建"),
    "changed": gettext_lazy("修改"), "removed": gettext_lazy("删除"), "order": gettext_lazy("顺序"),
}  # fmt: skip
EXPORTED = {network.ListExported.name, network.ExportAsked.name}
_NAMES: dict[str, Names] = {}
Spelled = Mapping[str, Any] | Callable[[Actor], Mapping[str, Any]]  # code → words
ANY = ""
_SPELLED: dict[tuple[str, str], Spelled] = {}  # event and field → what its codes mean
FALLBACKS: dict[str, Any] = {"customer": gettext_lazy("客户 {id}"), "vehicle": gettext_lazy("车辆 {id}")}


def say(event: type[Event], sentence: Any, **spelled: Spelled) -> None:
    """`spelled`: how the codes in its fields are called; what content calls them is asked once for a page."""
    SENTENCES[event.name] = sentence
    _SPELLED.update({(event.name, field): words for field, words in spelled.items()})


def spell(field: str, words: Mapping[str, Any]) -> None:
    """How the codes in a field are called, whatever event has it."""
    _SPELLED[ANY, field] = words


def name(about: About, names: Names) -> None:
    _NAMES[about] = names


def tell(actor: Actor, entries: Iterable[Entry]) -> list[Told]:
    """Sentences for a page of entries, with one query for each kind of name."""
    entries = list(entries)
    by = {one.pk: one.name for one in Staff.objects.filter(pk__in={e.actor_id for e in entries if e.actor_id})}
    called = {about: _called(actor, about, entries) for about in FALLBACKS}
    spelled = _spelled(actor, {entry.type for entry in entries})
    return [Told(entry, by.get(entry.actor_id or 0, _("系统")), _what(entry, called, spelled)) for entry in entries]


def _spelled(actor: Actor, types: Collection[str]) -> dict[tuple[str, str], Mapping[str, Any]]:
    """What content says is read once, however many sentences ask for it."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    asked: dict[Any, Mapping[str, Any]] = {}
    for key, spelled in _SPELLED.items():
        if key[0] not in {ANY, *types}:
            continue
        if not isinstance(spelled, Mapping) and spelled not in asked:
            asked[spelled] = spelled(actor)
        found[key] = spelled if isinstance(spelled, Mapping) else asked[spelled]
    return found


def _called(actor: Actor, about: str, entries: list[Entry]) -> dict[int | None, str]:
    ids = sorted({number for e in entries if (number := getattr(e, f"{about}_id"))})
    known = _NAMES[about](actor, ids) if ids and about in _NAMES else {}
    return {number: known.get(number) or str(FALLBACKS[about]).format(id=number) for number in ids}


def _what(
    entry: Entry, called: dict[str, dict[int | None, str]], spelled: Mapping[tuple[str, str], Mapping[str, Any]]
) -> str:
    sentence = SENTENCES.get(entry.type)
    if sentence is None:
        about = [called["customer"].get(entry.customer_id, ""), called["vehicle"].get(entry.vehicle_id, "")]
        return " ".join([entry.type, *filter(None, about)])
    known = _known(entry, called["customer"].get(entry.customer_id, ""))
    facts: defaultdict[str, str] = defaultdict(str)
    for key in known:
        codes = spelled.get((entry.type, key)) or spelled.get((ANY, key), {})
        facts[key] = _shown(entry.type, key, _in_language(known, key), codes)
    facts["customer"] = called["customer"].get(entry.customer_id, "")
    facts["vehicle"] = called["vehicle"].get(entry.vehicle_id, "") or str(known.get("plate", ""))
    facts["policy"] = str(words.POLICIES.get(str(known.get("kind", "")), ""))
    said = str(sentence).format_map(facts).strip()
    reason = facts["reason"] or (known.get("purpose") if entry.type in EXPORTED else "")
    if "{reason}" in str(sentence):
        return said
    return _("{said}，理由：{reason}").format(said=said, reason=reason) if reason else said


def _known(entry: Entry, customer: str) -> Mapping[str, Any]:
    """What of an entry is told. The journal itself is never rewritten."""
    if not isinstance(customer, Gone) or entry.type == customers.CustomerErased.name:
        return dict(entry.data)
    told = {key: value for key, value in entry.data.items() if key not in {"reason", "plate"}}
    return {key: value if key in OF_GONE else "…" for key, value in told.items()}


def _in_language(known: Mapping[str, Any], key: str) -> Any:
    return formats.kept(known, key) if f"{key}_en" in known else known[key]


def _shown(event: str, key: str, value: Any, words_of: Mapping[str, Any]) -> str:
    """A field as people read it: a code by its word, what the event says is a moment, a day, a sum or a yes as such."""
    if words_of and not isinstance(value, list):
        return str(words_of.get(value, "" if value is None else value))
    if key == "broken":
        return str(words.CHAIN.get(str(value), value))
    if key == "capability":
        return words.capability(value)
    if key == "snapshot_at":
        return formats.moment(datetime.fromisoformat(str(value)), "full")
    if key in {"letter", "ended"}:
        return str(words.LETTERS.get(value, value))
    if key == "moved" and isinstance(value, str):  # a hand-over; the planner counts what it moved
        return _moved(value)
    if key == "line":  # of a plan: the cars it is said of
        return _("（{cars}）").format(cars=value) if value else ""
    if key == "state" and value in BatchAct.State:
        return str(BatchAct.State(value).label)
    if key == "deed":
        return _deed(value)
    if key == "agreed":
        return _("同意") if value else _("没有同意")
    if key == "ladder":
        return str(words.LADDERS.get(value, value))
    if key == "what":
        return str(words.LISTS.get(value, value))
    if isinstance(value, list):
        return _("、").join(str(words_of.get(each) or _word(str(each))) for each in value) or _("无")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return "" if value is None else _typed(_types(event).get(key), str(value))


@cache
def _types(event: str) -> Mapping[str, Any]:
    return get_type_hints(CATALOGUE[event]) if event in CATALOGUE else {}


def _typed(kind: Any, text: str) -> str:
    kinds = get_args(kind) or (kind,)
    try:
        if datetime in kinds:
            return formats.moment(datetime.fromisoformat(text), "full")
        if date in kinds:
            return formats.day(date.fromisoformat(text))
        return _sum(Decimal(text)) if Decimal in kinds else text
    except (ValueError, ArithmeticError):
        return text  # as an earlier version kept it


def _sum(amount: Decimal) -> str:
    return formats.number(amount, 0 if amount == amount.to_integral_value() else 2)


def _deed(text: str) -> str:
    """What was done to many rows, in the reader's language."""
    done = json.loads(text)
    deed = batches.DEEDS.get(done["kind"])
    return deed.words(done["args"]) if deed else str(done["kind"])


def _moved(text: str) -> str:
    try:
        moved = json.loads(text)
    except ValueError:
        return text
    return _("，").join(f"{each.label} {each.number}" for each in handover.described(moved))


def _word(text: str) -> str:
    """A changed field, one of the organisation's own, or a role that was given or taken: "+auditor"."""
    if text.startswith("custom."):
        return text.removeprefix("custom.")
    if text[:1] in {"+", "-"}:
        return text[0] + words.role(text[1:])
    if "=" in text:
        return words.rule(text)
    _step, dot, name = text.rpartition(".")
    return str(words.FIELDS.get(dot + name) or DONE.get(text) or words.role(text))
