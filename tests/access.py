"""Who may open what: one row for each address of the product.

A row names the capability that opens the page, with what it is opened (`ids` in the path, `query`, `form`: a word
after `@` is the row of that kind in `personas.Store.ids`), and what a right answer is. `test_isolation` makes the whole
matrix from it: each row × each role × own and other stores' identifiers. A new address without a row fails there.

Sharing between stores is not built yet. When it is, its rows come here with a third store's identifiers under a living
agreement (opens, masked) and under a revoked one (404, at once).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from qibu.kernel import times
from qibu.network.rules import Capability as C
from qibu.network.rules import Role

ANYONE = "anyone"  # signed in or not
NOBODY = "nobody"  # by a right of the role: only those in `too`
EVERYONE = "everyone"  # signed in, whatever the role
TODAY = "=today"
TOMORROW = "=tomorrow"
OPENS = frozenset({200, 204, 302})
HIDES = frozenset({403, 404})  # who lacks the right to work at all, and who doesn't see this row


@dataclass(frozen=True)
class Page:
    """`form` None: the page is only looked at. `get` False: it is only sent. `act`: who may send, if others may look.

    `too` are people who may although they lack the capability: the row is theirs. `quiet`: to remove what isn't there
    is done already, so the answer is that of a removal.
    """

    who: str
    ids: dict[str, str] = field(default_factory=dict)
    query: dict[str, Any] = field(default_factory=dict)
    form: dict[str, Any] | None = None
    get: bool = True
    act: str = ""
    opens: frozenset[int] = OPENS
    refuses: frozenset[int] = frozenset({403})
    too: frozenset[Role] = frozenset()
    quiet: bool = False

    @property
    def words(self) -> set[str]:
        """The rows of other tables that the address or the form names."""
        values = [*self.ids.values(), *self.query.values(), *(self.form or {}).values()]
        return {
            value[1:]
            for value in values
            if isinstance(value, str) and value.startswith("@") and "version" not in value
        }


def resolved(values: dict[str, Any], ids: dict[str, Any]) -> dict[str, Any]:
    def one(value: Any) -> Any:
        if value == TODAY:
            return times.today().isoformat()
        if value == TOMORROW:
            return f"{times.today() + timedelta(days=1)}T10:00"
        return ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value

    return {key: one(value) for key, value in values.items()}


def see(who: str, **rest: Any) -> Page:
    return Page(who, **rest)


def fill_in(who: str, form: dict[str, Any], **rest: Any) -> Page:
    """A page with a form: looked at and sent."""
    return Page(who, form=form, **rest)


def send(who: str, form: dict[str, Any] | None = None, **rest: Any) -> Page:
    """A resource that is only sent to."""
    return Page(who, form=form or {}, get=False, **rest)


STAFF = {"staff_id": "@staff"}
ADVISOR = {"staff_id": "@advisor"}
FIELD = {"record": "customer", "code": "@field"}
CUSTOMER = {"customer_id": "@customer"}
MERGE = {"merge_id": "@merge"}
SOLD_ON = {"pk": "@sold_car", "transfer": "@transfer"}
CAR = {"pk": "@car"}
VISIT = {"pk": "@visit"}
POOL = {"task_id": "@pool_task"}  # of a customer whom nobody looks after: everyone who sees customers sees it
CLOCK = {"clock_id": "@clock"}
BATCH = {"act_id": "@batch"}
EXPORT = {"export_id": "@export"}
IMPORT = {"import_id": "@import"}
DRIVE = {"pk": "@drive"}
DRIVE_PLAN = {"car": "@demo_car", "consultant": "@manager", "starts_at": "@drive_start", "minutes": "30"}
CHECK = {"pk": "@check"}
MONTH = {"pk": "@draw"}
ADVISORS = frozenset({Role.SERVICE_ADVISOR})

PAGES: dict[str, Page] = {
    # The product itself
    "healthz": see(ANYONE),
    "set-language": send(ANYONE, {"language": "en"}),
    "ui:styleguide": see(ANYONE),
    "ui:styleguide_part": see(ANYONE, ids={"part": "sign-in"}),
    # Network
    "network:setup": fill_in(ANYONE, {}),
    "network:sign-in": fill_in(ANYONE, {}, opens=OPENS | {422}),
    "network:sign-in-code": fill_in(ANYONE, {"code": "000000"}),
    "network:sign-out": send(ANYONE),
    "network:switch": send(EVERYONE, {"organisation": "@organisation"}),
    "network:account": see(EVERYONE),
    "network:own-password": fill_in(EVERYONE, {"old": "x", "password": "y", "again": "z"}, opens=OPENS | {422}),
    "network:second-factor": fill_in(EVERYONE, {"password": "x"}, opens=OPENS | {422}),
    "network:factor-confirmation": send(EVERYONE, {"code": "000000"}),
    "network:factor-codes": send(EVERYONE),
    "network:factor-removal": send(EVERYONE),
    "network:sessions-end": send(EVERYONE),
    "network:session-end": send(EVERYONE, ids={"number": "@session"}, quiet=True),
    "network:language": send(EVERYONE, {"language": "en"}),
    "network:settings": see(EVERYONE),
    "network:staff": see(C.STAFF_MANAGE),
    "network:staff-new": fill_in(C.STAFF_MANAGE, {"name": "新同事"}),
    "network:staff-member": fill_in(C.STAFF_MANAGE, {"name": "改过名"}, ids=STAFF),
    "network:staff-sign-in": send(C.STAFF_MANAGE, {"username": "neu.kommt"}, ids=STAFF),
    "network:staff-password": send(C.STAFF_MANAGE, ids=ADVISOR),
    "network:staff-factor": send(
        C.STAFF_MANAGE, ids=ADVISOR, opens=OPENS | {422}, too=frozenset({Role.SECURITY_ADMINISTRATOR})
    ),
    "network:staff-bar": send(C.STAFF_MANAGE, ids=ADVISOR),
    "network:staff-restore": send(C.STAFF_MANAGE, ids=ADVISOR),
    "network:staff-departure": send(C.STAFF_MANAGE, ids=STAFF),
    "network:staff-return": send(C.STAFF_MANAGE, ids=STAFF),
    "network:bell": see(EVERYONE),
    "network:handovers": see(C.STAFF_MANAGE),
    "network:handover-new": fill_in(
        C.STAFF_MANAGE,
        {"takers": "@manager", "reason": "调岗", "way": "even", "parts": "customers.advisor", "sure": "1"},
        query={"giver": "@advisor"},
    ),
    "network:handover": see(C.STAFF_MANAGE, ids={"pk": "@handover"}),
    "network:taken-over": see(
        NOBODY, ids={"pk": "@handover"}, too=frozenset({Role.STORE_MANAGER}), refuses=frozenset({404})
    ),
    "network:handover-print": see(C.STAFF_MANAGE, ids={"pk": "@handover"}),
    "network:handover-undo": send(C.STAFF_MANAGE, ids={"pk": "@handover"}),
    "network:organisations": fill_in(C.ORGANISATION_MANAGE, {"name": "改过的店名"}),
    "network:organisation-new": fill_in(
        C.ORGANISATION_MANAGE, {"name": "城南分店", "kind": "branch", "code": "XC-NEU"},
        query={"parent": "@organisation"},
    ),
    "network:inherited": see(C.CARE_EDIT, too=frozenset({Role.SYSTEM_ADMINISTRATOR})),
    "network:inherited-restore": fill_in(
        C.CARE_EDIT, {}, query={"kind": "plan", "key": "visit_followup"},
    ),
    "network:batches": see(EVERYONE),
    "network:batch": see(C.TASKS_ASSIGN, ids=BATCH, refuses=HIDES),
    "network:batch-progress": see(C.TASKS_ASSIGN, ids=BATCH, refuses=HIDES),
    "network:batch-stop": send(C.TASKS_ASSIGN, ids=BATCH, refuses=HIDES),
    "network:batch-undo": send(C.TASKS_ASSIGN, ids=BATCH, refuses=HIDES),
    "network:exports": see(EVERYONE),
    "network:export-new": fill_in(
        C.CUSTOMERS_EXPORT, {"purpose": "月度核对", "id": "@customer", "query": "view=all"}, ids={"page": "customers"}
    ),
    "network:export": see(C.EXPORTS_APPROVE, ids=EXPORT, refuses=HIDES),
    "network:export-progress": see(C.EXPORTS_APPROVE, ids=EXPORT, refuses=HIDES),
    "network:export-decision": send(C.EXPORTS_APPROVE, {"agreed": "yes"}, ids=EXPORT, refuses=HIDES),
    "network:export-noting": send(C.EXPORTS_APPROVE, ids=EXPORT, refuses=HIDES),
    "network:export-stop": send(NOBODY, ids=EXPORT, refuses=HIDES, too=frozenset({Role.SALES_MANAGER})),
    "network:export-file": send(NOBODY, ids=EXPORT, refuses=HIDES, too=frozenset({Role.SALES_MANAGER})),
    "network:view-new": fill_in(EVERYONE, {"list": "customers", "name": "新的视图", "values": "{}"}),
    "network:view": fill_in(C.TASKS_ASSIGN, {"name": "改过的视图", "shared": "1"}, ids={"view_id": "@view"}),
    "network:view-removal": send(C.TASKS_ASSIGN, ids={"view_id": "@view"}),
    "network:parked": fill_in(C.ORGANISATION_MANAGE, {}),
    "network:keeping": see(C.ORGANISATION_MANAGE),
    "network:custom-fields": see(C.ORGANISATION_MANAGE),
    "network:custom-field-new": fill_in(
        C.ORGANISATION_MANAGE, {"label": "常跑路线", "kind": "text", "place": "2", "active": "1"},
        ids={"record": "customer"},
    ),
    "network:custom-field": fill_in(
        C.ORGANISATION_MANAGE, {"label": "改过的名字", "place": "1", "version": "1", "active": "1"}, ids=FIELD
    ),
    "network:custom-field-inheritance": send(C.ORGANISATION_MANAGE, ids=FIELD),
    "network:custom-field-removal": send(C.ORGANISATION_MANAGE, ids=FIELD, quiet=True),
    "network:security": fill_in(C.SECURITY_MANAGE, {"factor": "everyone", "idle_minutes": "60"}),
    "network:dengbao": fill_in(C.SECURITY_MANAGE, {"grace_days": "14"}),
    "network:dengbao-end": send(C.SECURITY_MANAGE),
    "network:chain": fill_in(C.AUDIT_VIEW, {"anchor": ""}),
    "network:chain-state": see(C.AUDIT_VIEW),
    "network:audit": fill_in(C.AUDIT_VIEW, {"purpose": "季度检查"}),
    # Mail to one's own people
    "contact:mail": fill_in(
        C.ORGANISATION_MANAGE,
        {"host": "smtp.example.com", "port": "465", "security": "tls", "username": "", "password": "",
         "sender": "qibu@example.com", "site": "https://qibu.example.com/", "morning_lead": "15", "version": "0"},
    ),
    "contact:inheritance": send(C.ORGANISATION_MANAGE),
    "contact:trial": send(C.ORGANISATION_MANAGE),
    "contact:outbox": see(C.ORGANISATION_MANAGE),
    "contact:again": send(C.ORGANISATION_MANAGE, {"id": "@message"}),
    "contact:hold": fill_in(C.ORGANISATION_MANAGE, {"id": "@message", "seen": "@message"}),
    "contact:wish": send(EVERYONE, {"morning": "on"}),
    # Customers
    "customers:list": see(C.CUSTOMERS_VIEW),
    "customers:create": fill_in(C.CUSTOMERS_EDIT, {"kind": "person", "stage": "owner", "name": "马骁", "sure": "1"}),
    "customers:search": see(C.CUSTOMERS_VIEW, query={"q": "wang"}),
    "customers:assign": send(C.TASKS_ASSIGN, {"id": "@customer", "role": "advisor", "staff": "@advisor"}),
    "customers:tag-many": send(C.CUSTOMERS_EDIT, {"id": "@customer", "names": "常客"}),
    "customers:untag-many": send(C.CUSTOMERS_EDIT, {"id": "@customer", "tag": "@tag"}),
    "customers:tags": see(C.CARE_EDIT),
    "customers:tag-name": send(C.CARE_EDIT, {"name": "老朋友"}, ids={"tag_id": "@tag"}),
    "customers:tag-removal": send(C.CARE_EDIT, quiet=True, ids={"tag_id": "@tag"}),
    "customers:duplicates": see(C.CUSTOMERS_EDIT),
    "customers:duplicate-next": see(C.CUSTOMERS_EDIT),
    "customers:duplicate": send(C.CUSTOMERS_EDIT, {"verdict": "different"}, ids={"duplicate_id": "@duplicate"}),
    "customers:duplicate-undo": send(C.CUSTOMERS_EDIT, ids={"duplicate_id": "@duplicate"}),
    "customers:merge-many": send(C.CUSTOMERS_EDIT, {"id": "@customer"}),
    "customers:merge": fill_in(
        C.CUSTOMERS_EDIT, {"survivor": "@customer", "sure": "1"}, ids=CUSTOMER, query={"with": "@free_customer"}
    ),
    "customers:merge-record": see(C.CUSTOMERS_VIEW, ids=MERGE),
    "customers:merge-undo": send(C.CUSTOMERS_EDIT, ids=MERGE),
    "customers:merge-values": send(C.CUSTOMERS_EDIT, {"line": "name"}, ids={"merge_id": "@undone_merge"}),
    "customers:erasure": fill_in(
        C.CUSTOMERS_ERASE, {"reason": "客户书面要求", "sure": "1", "promises": "1"}, ids=CUSTOMER
    ),
    "customers:detail": see(C.CUSTOMERS_VIEW, ids=CUSTOMER),
    "customers:edit": fill_in(
        C.CUSTOMERS_EDIT, {"kind": "person", "stage": "owner", "name": "改过", "version": "@customer_version"},
        ids=CUSTOMER,
    ),
    "customers:timeline": see(C.CUSTOMERS_VIEW, ids=CUSTOMER),
    "customers:note": send(C.CUSTOMERS_EDIT, {"text": "下午来取车"}, ids=CUSTOMER),
    "customers:assignment": fill_in(
        C.CUSTOMERS_VIEW, {"role": "advisor", "staff": "@manager"}, ids=CUSTOMER, act=C.TASKS_ASSIGN
    ),
    "customers:point": fill_in(C.CUSTOMERS_EDIT, {"kind": "phone", "value": "13705538899"}, ids=CUSTOMER),
    "customers:number": send(C.PHONE_REVEAL, {"reason": "call"}, ids={**CUSTOMER, "point_id": "@point"}),
    "customers:primary": send(C.CUSTOMERS_EDIT, ids={**CUSTOMER, "point_id": "@point"}),
    "customers:usability": send(C.CUSTOMERS_EDIT, {"unusable": "1"}, ids={**CUSTOMER, "point_id": "@point"}),
    "customers:point-removal": send(C.CUSTOMERS_EDIT, ids={**CUSTOMER, "point_id": "@point"}),
    "customers:tag": send(C.CUSTOMERS_EDIT, {"names": "常客"}, ids=CUSTOMER),
    "customers:untag": send(C.CUSTOMERS_EDIT, quiet=True, ids={**CUSTOMER, "tag_id": "@tag"}),
    "customers:consent": send(
        C.CUSTOMERS_EDIT,
        {"purpose": "marketing", "channel": "sms", "state": "refused", "basis": "consent"},
        ids=CUSTOMER,
    ),
    "customers:hold": send(C.CUSTOMERS_EDIT, {"reach": "everything", "reason": "请勿打扰"}, ids=CUSTOMER),
    "customers:lifting": send(C.CUSTOMERS_EDIT, ids={**CUSTOMER, "hold_id": "@hold"}),
    "customers:relation": fill_in(
        C.CUSTOMERS_VIEW,
        {"kind": "同事", "other": "@free_name", "chosen": "@free_customer"},
        ids=CUSTOMER, act=C.CUSTOMERS_EDIT, opens=OPENS, refuses=HIDES | {422},
    ),
    "customers:relation-removal": send(
        C.CUSTOMERS_EDIT, quiet=True, ids={**CUSTOMER, "relation_id": "@relation"}
    ),
    # Cars
    "vehicles:create": fill_in(
        C.CUSTOMERS_EDIT, {"plate": "皖B6K8M2", "use": "private", "body": "car"}, query={"owner": "@customer"}
    ),
    "vehicles:people": see(C.CUSTOMERS_VIEW, query={"q": "wang"}),
    "vehicles:find": see(C.CUSTOMERS_VIEW, query={"q": "皖"}),
    "vehicles:detail": see(C.CUSTOMERS_VIEW, ids=CAR),
    "vehicles:edit": fill_in(
        C.CUSTOMERS_EDIT, {"plate": "皖B6K8M2", "use": "private", "body": "car", "version": "@car_version"}, ids=CAR
    ),
    "vehicles:readings": fill_in(C.CUSTOMERS_EDIT, {"km": "23456", "on": TODAY}, ids=CAR),
    "vehicles:policies": fill_in(C.CUSTOMERS_EDIT, {"kind": "compulsory", "ends_on": TODAY}, ids=CAR),
    "vehicles:policy": fill_in(
        C.CUSTOMERS_EDIT, {"kind": "compulsory", "ends_on": TODAY}, ids={**CAR, "policy": "@policy"}
    ),
    "vehicles:policy-removal": send(C.CUSTOMERS_EDIT, ids={**CAR, "policy": "@policy"}),
    "vehicles:transfer": fill_in(
        C.CUSTOMERS_EDIT,
        {"customer": "@free_customer", "on": TODAY, "version": "@car_version", "reason": "sold"},
        ids=CAR,
    ),
    "vehicles:transferred": see(C.CUSTOMERS_VIEW, ids=SOLD_ON),
    "vehicles:transfer-undo": send(C.CUSTOMERS_EDIT, ids=SOLD_ON),
    "vehicles:owner": fill_in(C.CUSTOMERS_EDIT, {"customer": "@free_customer"}, ids={"pk": "@ownerless"}),
    "vehicles:parts": fill_in(C.CUSTOMERS_EDIT, {"customer": "@free_customer", "role": "payer"}, ids=CAR),
    "vehicles:part-limit": fill_in(C.CUSTOMERS_EDIT, {"ends_on": TODAY}, ids={**CAR, "part": "@part"}),
    "vehicles:part-end": fill_in(C.CUSTOMERS_EDIT, {"on": TODAY}, ids={**CAR, "part": "@part"}),
    # Visits
    "leads:list": see(C.SALES_VIEW),
    "leads:detail": see(C.SALES_VIEW, ids={"pk": "@lead"}),
    "leads:of-customer": see(C.SALES_VIEW, ids={"pk": "@customer"}),
    # catalog
    # leads: allocation and pool
    # leads: pipeline
    # showroom
    # drives
    "drives:list": see(C.SALES_VIEW),
    "drives:calendar": see(C.SALES_VIEW),
    "drives:figures": see(C.SALES_VIEW),
    "drives:new": fill_in(C.SALES_WORK, {"lead": "@lead", **DRIVE_PLAN}, query={"lead": "@lead"}),
    "drives:leads": see(C.SALES_WORK),
    "drives:detail": see(C.SALES_VIEW, ids=DRIVE),
    "drives:move": fill_in(C.SALES_WORK, {**DRIVE_PLAN, "version": "1"}, ids=DRIVE),
    "drives:cancel": fill_in(C.SALES_WORK, {"reason": "下大雨"}, ids=DRIVE),
    "drives:miss": send(C.SALES_WORK, ids={"pk": "@late_drive"}),
    "drives:licence": fill_in(
        C.SALES_WORK, {"driver": "张三", "licence_class": "C1", "for_good": "1", "seen": "1"}, ids=DRIVE
    ),
    "drives:agreement": see(C.SALES_VIEW, ids=DRIVE),
    "drives:sign": send(C.SALES_WORK, {"way": "paper"}, ids=DRIVE),
    "drives:picture": see(C.SALES_VIEW, ids={"pk": "@ready_drive"}),
    "drives:leave": fill_in(C.SALES_WORK, {"km": "1210"}, ids={"pk": "@ready_drive"}),
    "drives:return": fill_in(C.SALES_WORK, {"km": "1210"}, ids={"pk": "@out_drive"}),
    "drives:feedback": fill_in(C.SALES_WORK, {"score_power": "4"}, ids={"pk": "@done_drive"}),
    "drives:invite": send(C.SALES_WORK, ids={"pk": "@done_drive"}),
    "drives:of-customer": see(C.SALES_VIEW, ids={"pk": "@customer"}),
    "drives:fleet": see(C.SALES_MANAGE),
    "drives:car-new": fill_in(
        C.SALES_MANAGE, {"series": "追光", "plate": "皖B1QB77", "state": "available"}
    ),
    "drives:car": fill_in(
        C.SALES_MANAGE, {"series": "追光", "plate": "皖B1QB78", "state": "available", "version": "@demo_car_version"},
        ids={"pk": "@demo_car"},
    ),
    "drives:route-new": fill_in(C.SALES_MANAGE, {"name": "城西线", "km": "6", "minutes": "20"}),
    "drives:route": fill_in(
        C.SALES_MANAGE, {"name": "城南线", "km": "6", "minutes": "20", "version": "1"}, ids={"pk": "@route"}
    ),
    "drives:policy": fill_in(C.SALES_MANAGE, {"minutes": "40", "pause": "20", "remind_at": "16:00", "version": "1"}),
    "drives:policy-inherit": send(C.SALES_MANAGE),
    "drives:agreement-text": fill_in(C.SALES_MANAGE, {"title": "试驾约定", "body": "慢慢开。", "seen": "1"}),
    "drives:agreement-inherit": send(C.SALES_MANAGE),
    # Whoever has a link opens it (`drives.tests.test_driving`); nobody has this one.
    "drives:public-feedback": see(ANYONE, ids={"token": "nobodys"}, opens=frozenset({404})),
    # quotes
    # spotchecks
    "spotchecks:list": see(C.SALES_VIEW_ALL),
    "spotchecks:detail": see(C.SALES_VIEW_ALL, ids=CHECK),
    "spotchecks:answer": fill_in(
        C.SALES_VIEW_ALL,
        {f"q_{code}": "yes" for code in (
            "greeted", "needs", "presented", "drive_offered", "price_explained", "farewell", "followed",
        )},
        ids=CHECK,
    ),
    "spotchecks:fail": fill_in(C.SALES_VIEW_ALL, {"reason": "不愿意说"}, ids=CHECK),
    "spotchecks:months": see(C.SALES_VIEW_ALL),
    "spotchecks:draw": send(C.SALES_MANAGE, opens=OPENS | {422}),
    "spotchecks:month": see(C.SALES_VIEW_ALL, ids=MONTH),
    "spotchecks:propose": send(C.SALES_MANAGE, ids=MONTH, opens=OPENS | {422}),
    "spotchecks:decide": send(C.SALES_APPROVE, {"agreed": "1"}, ids={**MONTH, "proposal": "@proposal"}),
    "spotchecks:ledger": see(C.SALES_VIEW),
    "spotchecks:set-off": fill_in(C.SALES_APPROVE, {"reason": "算错了"}, ids={"pk": "@ledger_entry"}),
    "spotchecks:rule": fill_in(
        C.SALES_MANAGE,
        {"share": "20", "number": "5", "each": "1", "days": "7", "stages": ["visited"], "reward_from": "95",
         "reward": "100", "penalty_below": "60", "penalty": "50", "version": "1"},
    ),
    "spotchecks:rule-inherit": send(C.SALES_MANAGE),
    "spotchecks:standard": fill_in(C.SALES_MANAGE, {"text_0": "接待得怎么样？", "weight_0": "10"}),
    "spotchecks:standard-inherit": send(C.SALES_MANAGE),
    # nurturing
    # orders
    # deliveries
    # intake
    # funnel
    # after-sales
    "aftersales:list": see(C.CUSTOMERS_VIEW),
    "aftersales:create": fill_in(
        C.CUSTOMERS_EDIT, {"number": "RO-NEU-1", "opened_on": TODAY, "vehicle": "@car"}, query={"vehicle": "@car"}
    ),
    "care:callees": fill_in(C.CUSTOMERS_EDIT, {"maintenance": "@other_customer"}, ids=CAR),
    "aftersales:detail": see(C.CUSTOMERS_VIEW, ids=VISIT),
    "aftersales:detail-of": see(C.CUSTOMERS_VIEW, ids={**VISIT, "of": "@customer"}),
    "aftersales:edit": fill_in(
        C.CUSTOMERS_EDIT, {"number": "RO-NEU-2", "opened_on": TODAY, "version": "@visit_version"}, ids=VISIT
    ),
    "aftersales:of-customer": see(C.CUSTOMERS_VIEW, ids={"pk": "@customer"}),
    # Tasks
    "tasks:workbench": see(EVERYONE),
    "tasks:print": fill_in(C.TASKS_WORK, {}, act=C.PHONE_REVEAL),
    "tasks:panel": see(C.CUSTOMERS_VIEW, ids=POOL, refuses=HIDES),
    "tasks:escalations": see(C.TASKS_WORK),
    "tasks:list": see(C.TASKS_WORK),
    "tasks:new": fill_in(
        C.TASKS_WORK, {"kind": "todo", "title": "回电话", "due_at": TOMORROW, "customer": "@customer"},
        act=C.CUSTOMERS_VIEW, refuses=HIDES,
    ),
    "tasks:result": send(C.CUSTOMERS_VIEW, {"task": "@pool_task", "result": "reached"}, refuses=HIDES),
    "tasks:undo": send(C.TASKS_ASSIGN, ids={"attempts": "@attempt"}, too=ADVISORS, refuses=HIDES),
    "tasks:claim": send(C.CUSTOMERS_VIEW, {"id": "@pool_task"}, refuses=HIDES),
    "tasks:assign": fill_in(
        C.TASKS_WORK, {"chosen": "1", "id": "@pool_task", "staff": "@manager"}, act=C.TASKS_ASSIGN, refuses=HIDES
    ),
    "tasks:detail": see(C.CUSTOMERS_VIEW, ids=POOL, refuses=HIDES),
    "tasks:phone": send(C.PHONE_REVEAL, ids={**POOL, "point_id": "@point"}, refuses=HIDES),
    "tasks:cancel": send(C.CUSTOMERS_VIEW, {"reason": "已经来过"}, ids=POOL, refuses=HIDES),
    "tasks:reopen": send(C.TASKS_VIEW_ALL, ids={"task_id": "@done_task"}, too=ADVISORS, refuses=HIDES),
    "tasks:breach-reason": send(
        C.TASKS_VIEW_ALL, {"cause": "other", "words": "停电"}, ids=CLOCK, too=ADVISORS, refuses=HIDES
    ),
    "tasks:take-on": send(C.TASKS_ASSIGN, ids=CLOCK, refuses=HIDES),
    "tasks:pause": send(C.TASKS_VIEW_ALL, {"reason": "等配件"}, ids=CLOCK, too=ADVISORS, refuses=HIDES),
    "tasks:resume": send(C.TASKS_VIEW_ALL, ids=CLOCK, too=ADVISORS, refuses=HIDES),
    "tasks:team": see(C.TASKS_VIEW_ALL),
    "tasks:absence": fill_in(
        C.TASKS_WORK,
        {"staff": "@advisor", "first_day": TODAY, "last_day": TODAY, "kind": "leave", "stand_in": "@manager"},
        query={"staff": "@advisor"}, opens=OPENS | {422},
    ),
    "tasks:absence-one": fill_in(
        C.TASKS_ASSIGN, {"first_day": TODAY, "last_day": TODAY, "kind": "leave"}, ids={"absence_id": "@absence"},
        too=ADVISORS, refuses=HIDES,
    ),
    "tasks:absence-end": send(C.TASKS_ASSIGN, ids={"absence_id": "@absence"}, too=ADVISORS, refuses=HIDES),
    "tasks:share": fill_in(C.TASKS_ASSIGN, {"takers": "@manager"}, query={"giver": "@advisor"}),
    "tasks:promises": see(C.TASKS_VIEW_ALL),
    "tasks:promise-list": see(C.TASKS_VIEW_ALL),
    "tasks:calendar": see(C.ORGANISATION_MANAGE),
    "tasks:ladders": see(C.ORGANISATION_MANAGE),
    "tasks:ladder": fill_in(
        C.ORGANISATION_MANAGE, {"after_1": "1", "roles_1": "store_manager"}, ids={"key": "promise"}
    ),
    "tasks:ladder-inheritance": send(C.ORGANISATION_MANAGE, ids={"key": "promise"}),
    "tasks:hours": send(C.ORGANISATION_MANAGE, opens=OPENS | {422}),
    "tasks:day": send(C.ORGANISATION_MANAGE, {"day": TODAY, "kind": "work", "name": "店庆"}),
    "tasks:day-removal": send(C.ORGANISATION_MANAGE, {"day": TODAY}),
    # Care
    "care:dues": see(C.CUSTOMERS_VIEW),
    "care:dues-print": see(C.CUSTOMERS_VIEW),
    "care:plans": see(C.CARE_EDIT),
    "care:plan": fill_in(C.CARE_EDIT, {}, ids={"code": "visit_followup"}, opens=OPENS | {422}),
    "care:intervals": see(C.CARE_EDIT),
    "care:interval": fill_in(
        C.CARE_EDIT, {"first_km": "5000", "first_months": "6", "km": "8000", "months": "6"}, query={"series": "远航"}
    ),
    "care:policy": fill_in(C.CARE_EDIT, {"daily_backlog": "12", "due_time": "17:30"}),
    # Imports
    "connect:list": see(C.IMPORT),
    "connect:new": fill_in(C.IMPORT, {}, opens=OPENS | {422}),
    "connect:roster": fill_in(C.STAFF_MANAGE, {}, opens=OPENS | {422}),
    "connect:roster-take": send(C.STAFF_MANAGE, {"row": "2"}),
    "connect:roster-sign-ins": fill_in(C.STAFF_MANAGE, {"who": "@staff", "username-0": "x"}),
    "connect:detail": see(C.IMPORT, ids=IMPORT),
    "connect:progress": see(C.IMPORT, ids=IMPORT),
    "connect:sheet": send(C.IMPORT, {"sheet": ""}, ids=IMPORT),
    "connect:kind": send(C.IMPORT, {"kind": "visits"}, ids=IMPORT),
    "connect:mapping": fill_in(C.IMPORT, {}, ids=IMPORT),
    "connect:basis": fill_in(C.IMPORT, {"basis": "contract"}, ids=IMPORT),
    "connect:problems": see(C.IMPORT, ids=IMPORT),
    "connect:load": send(C.IMPORT, ids=IMPORT),
    "connect:stop": send(C.IMPORT, ids=IMPORT),
    "connect:restart": send(C.IMPORT, ids=IMPORT),
    "connect:removal": send(C.IMPORT, ids=IMPORT),
    "connect:rejected": see(C.IMPORT, ids=IMPORT),
    "connect:undo": fill_in(C.IMPORT, {}, ids=IMPORT),
}  # fmt: skip
