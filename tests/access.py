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
# Who sees leads and may take customers out of the house.
EXPORT_LEADS = frozenset({Role.STORE_MANAGER, Role.SALES_MANAGER, Role.CARE_MANAGER})
WEB_FORM = {"name": "新春", "source": "form", "headline": "来看车"}
NO_ONES = frozenset({404})  # a page behind a secret that nobody has; with one it is tried in `intake/tests`
WITHOUT_TOKEN = frozenset({401})  # a session opens no interface; with a token it is tried in `intake/tests`
HIDES = frozenset({403, 404})  # who lacks the right to work at all, and who doesn't see this row


@dataclass(frozen=True)
class Page:
    """`form` None: the page is only looked at. `get` False: it is only sent. `act`: who may send, if others may look.

    `too` are people who may although they lack the capability: the row is theirs. `quiet`: to remove what isn't there
    is done already, so the answer is that of a removal. `claimed`: the leads of the pool lie with whoever asks.
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
    claimed: bool = False

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
LEAD = {"pk": "@lead"}
CLOCK = {"clock_id": "@clock"}
BATCH = {"act_id": "@batch"}
EXPORT = {"export_id": "@export"}
IMPORT = {"import_id": "@import"}
DRIVE = {"pk": "@drive"}
DRIVE_PLAN = {"car": "@demo_car", "consultant": "@manager", "starts_at": "@drive_start", "minutes": "30"}
CHECK = {"pk": "@check"}
MONTH = {"pk": "@draw"}
ADVISORS = frozenset({Role.SERVICE_ADVISOR})
TILL = frozenset({Role.FINANCE})
ORDER = {"pk": "@contract"}
ORDER_FORM = {
    "series": "追光", "price": "200000", "deposit": "5000", "deposit_kind": "earnest", "payment": "full",
    "expected_on": TODAY, "another": "on",
}  # fmt: skip
DELIVERY = {"pk": "@delivery"}
SIGNATURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
)

# What is sold, and a quotation of it.
QUOTE = {"pk": "@quote"}
CAR_FACTS = {"brand": "星辰", "series": "启明", "name": "标准", "energy": "petrol", "seats": "5", "price": "99800"}
EXTRA_FACTS = {"kind": "accessory", "name": "车贴", "price": "88"}
PLAN_FACTS = {
    "name": "新方案", "repayment": "annuity", "months": "24", "rate": "4.2", "down_percent": "30",
    "balloon_percent": "0", "free_months": "0", "fee_percent": "0",
}  # fmt: skip
OFFER = {"variants": "1", "bought_on": TODAY, "valid_until": TODAY, "v0-car": "@car_code"}

# What is sent to people who may buy a car; the network's manager writes it for the stores.
CONTENT = frozenset({Role.NETWORK_MANAGER})
PIECE_FACTS = {"title": "怎么选", "kind": "care", "body": "# 看三点\n- 空间"}
SEQUENCE_FACTS = {"name": "慢慢来", "audience": "open", "after_days": "2"}

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
    "network:tokens": fill_in(C.ORGANISATION_MANAGE, {"name": "官网", "scopes": "leads:write"}),
    "network:token-revoke": send(C.ORGANISATION_MANAGE, ids={"pk": "@token"}),
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
    "network:inherited": see(C.CARE_EDIT, too=frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SALES_MANAGER})),
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
    "network:chain-stop": send(C.AUDIT_VIEW),
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
        C.CUSTOMERS_EDIT, {"kind": "同事", "other": "@free_name", "chosen": "@free_customer"}, ids=CUSTOMER
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
    "catalog:cars": see(C.SALES_MANAGE),
    "catalog:new-car": fill_in(C.SALES_MANAGE, {**CAR_FACTS, "code": "neu-1"}),
    "catalog:car": fill_in(C.SALES_MANAGE, CAR_FACTS, ids={"code": "@car_code"}),
    "catalog:extras": see(C.SALES_MANAGE),
    "catalog:new-extra": fill_in(C.SALES_MANAGE, {**EXTRA_FACTS, "code": "neu-1"}),
    "catalog:extra": fill_in(C.SALES_MANAGE, EXTRA_FACTS, ids={"code": "@extra_code"}),
    "catalog:tables": see(C.SALES_MANAGE),
    "catalog:table": fill_in(
        C.SALES_MANAGE, {"rows": "1", "r0-seats": "5", "r0-base": "600", "r0-percent": "1.3"}, ids={"code": "damage"}
    ),
    # leads: allocation and pool
    "leads:pool": see(C.SALES_VIEW),
    "leads:pooled": see(C.SALES_VIEW, ids={"pk": "@lead"}),
    "leads:claim": send(C.SALES_WORK, {"id": "@lead"}),
    "leads:release": fill_in(C.SALES_WORK, {"reason": "联系不上"}, ids={"pk": "@lead"}, act=C.SALES_ASSIGN),
    "leads:give": fill_in(C.SALES_ASSIGN, {"chosen": "1", "id": "@lead", "staff": "@seller"}),
    "leads:swap": send(C.SALES_ASSIGN, {"id": "@lead"}),
    "leads:loads": see(C.SALES_ASSIGN),
    "leads:share": send(C.SALES_ASSIGN, {"weight": "2"}, ids={"pk": "@seller"}),
    "leads:roster": fill_in(C.SALES_ASSIGN, {"sent": "1"}),
    "leads:rules": see(C.SALES_MANAGE),
    "leads:rule-new": fill_in(C.SALES_MANAGE, {"name": "新规则", "target": "turn"}),
    "leads:rule": fill_in(C.SALES_MANAGE, {"name": "改过的规则", "target": "pool"}, ids={"pk": "@sharing_rule"}),
    "leads:rule-removal": send(C.SALES_MANAGE, ids={"pk": "@sharing_rule"}),
    "leads:rule-order": send(C.SALES_MANAGE, {"up": "1"}, ids={"pk": "@sharing_rule"}),
    "leads:rules-inheritance": send(C.SALES_MANAGE),
    "leads:group-new": fill_in(C.SALES_MANAGE, {"name": "新小组", "people": "@seller"}),
    "leads:group": fill_in(C.SALES_MANAGE, {"name": "改过的小组"}, ids={"pk": "@seller_group"}),
    "leads:group-removal": send(C.SALES_MANAGE, ids={"pk": "@seller_group"}),
    "leads:policy": fill_in(C.SALES_MANAGE, {"room": "50"}),
    "leads:policy-inheritance": send(C.SALES_MANAGE),
    # leads: pipeline
    "leads:board": see(C.SALES_VIEW),
    "leads:cards": see(C.SALES_VIEW, query={"column": "new", "after": "0"}),
    "leads:reports": see(C.SALES_ASSIGN),
    "leads:chances": see(C.SALES_VIEW),
    "leads:create": fill_in(C.SALES_RECEIVE, {"name": "新客户", "phone": "13855539999", "source": "walk-in"}),
    "leads:edit": fill_in(
        C.SALES_WORK, {"interest": "buy", "quantity": "1", "source": "walk-in", "series": "追光"}, ids=LEAD,
        claimed=True,
    ),
    "leads:move": fill_in(C.SALES_WORK, {"stage": "contacted"}, ids=LEAD, claimed=True),
    "leads:plan": fill_in(
        C.SALES_WORK, {"what": "回电", "when": "pick", "pick": TOMORROW}, ids=LEAD, claimed=True
    ),
    "leads:result": send(C.SALES_WORK, {"result": "reached"}, ids=LEAD, claimed=True),
    "leads:lose": fill_in(C.SALES_WORK, {"reason": "price"}, ids={"pk": "@second_lead"}, claimed=True),
    "leads:confirmation": send(C.SALES_ASSIGN, ids={"pk": "@lost_lead"}),
    "leads:reopen": fill_in(
        C.SALES_WORK, {"what": "回电", "when": "pick", "pick": TOMORROW}, ids={"pk": "@lost_lead"}
    ),
    "leads:grade": send(C.SALES_WORK, {"grade": "A"}, ids=LEAD, claimed=True),
    "leads:chance": send(C.SALES_WORK, {"percent": "40"}, ids=LEAD, claimed=True),
    "leads:scored": send(C.SALES_WORK, {"refuse": "1"}, ids=LEAD),
    "leads:join": send(C.SALES_WORK, {"other": "@second_lead"}, ids=LEAD, claimed=True),
    "leads:stage-lines": see(C.SALES_MANAGE),
    "leads:stages": fill_in(
        C.SALES_MANAGE,
        {
            "form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "form-0-code": "new", "form-0-name": "新线索",
            "form-0-ORDER": "1", "form-1-code": "ordered", "form-1-name": "已订车", "form-1-ORDER": "2",
            "instead_contacted": "new",
        },
    ),
    "leads:stages-inheritance": send(C.SALES_MANAGE, {"brand": "", "series": ""}),
    "leads:losses": see(C.SALES_MANAGE),
    "leads:loss": fill_in(C.SALES_MANAGE, {"name": "等新款", "active": "on"}),
    "leads:loss-inheritance": send(C.SALES_MANAGE, {"parent": "", "code": "price"}),
    "leads:pace": fill_in(C.SALES_MANAGE, {"grade": "B", "within_days": "40", "every_hours": "96"}),
    "leads:pace-inheritance": send(C.SALES_MANAGE, {"grade": "B"}),
    # showroom
    "showroom:desk": fill_in(C.SALES_RECEIVE, {"purpose": "look", "name": "客人", "customer": "@customer"}),
    "showroom:find": see(C.SALES_RECEIVE, query={"q": "13"}),
    "showroom:board": see(C.SALES_RECEIVE),
    "showroom:skip": send(C.SALES_RECEIVE, {"reason": "接电话"}, ids={"pk": "@seller"}),
    "showroom:swap": send(C.SALES_RECEIVE, {"reason": "说好的", "other": "@seller"}, ids={"pk": "@seller"}),
    "showroom:mark": send(C.SALES_ASSIGN, {"busy": "1"}, ids={"pk": "@seller"}),
    "showroom:list": see(C.SALES_RECEIVE),
    "showroom:visitor": fill_in(C.SALES_RECEIVE, {"purpose": "look", "name": "改过的称呼"}, ids={"pk": "@visitor"}),
    "showroom:take": send(C.SALES_RECEIVE, {"staff": "@seller", "reason": "客人点名"}, ids={"pk": "@visitor"}),
    "showroom:leaving": send(C.SALES_RECEIVE, ids={"pk": "@visitor"}),
    "showroom:return": send(C.SALES_RECEIVE, ids={"pk": "@visitor"}),
    "showroom:call": fill_in(C.SALES_RECEIVE, {"purpose": "look", "name": "来电的人", "customer": "@customer"}),
    "showroom:report": see(C.SALES_VIEW_ALL),
    # drives
    "drives:list": see(C.SALES_VIEW),
    "drives:calendar": see(C.SALES_VIEW),
    "drives:figures": see(C.SALES_VIEW),
    "drives:new": fill_in(
        C.SALES_WORK, {"lead": "@lead", **DRIVE_PLAN}, query={"lead": "@lead"}, claimed=True
    ),
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
    "quotes:list": see(C.SALES_VIEW),
    "quotes:create": fill_in(C.SALES_WORK, OFFER, ids={"lead_id": "@lead"}, claimed=True),
    "quotes:reckon": send(C.SALES_WORK, OFFER, ids={"lead_id": "@lead"}),
    "quotes:appraise": fill_in(
        C.SALES_WORK, {"car": "旧车", "condition": "good", "value": "30000", "valid_until": TODAY},
        ids={"lead_id": "@lead"}, claimed=True,
    ),
    "quotes:detail": see(C.SALES_VIEW, ids=QUOTE),
    "quotes:edit": fill_in(C.SALES_WORK, {**OFFER, "edits": "1"}, ids=QUOTE),
    "quotes:revise": fill_in(C.SALES_WORK, OFFER, ids={"pk": "@sent_quote"}, claimed=True),
    "quotes:paper": see(C.SALES_VIEW, ids=QUOTE),
    "quotes:pdf": see(C.SALES_VIEW, ids=QUOTE),
    "quotes:schedule": see(C.SALES_VIEW, ids={**QUOTE, "order": "1"}),
    "quotes:ask": fill_in(C.SALES_WORK, {"why": "对手更便宜"}, ids=QUOTE, opens=OPENS | {422}),
    "quotes:decide": send(C.SALES_APPROVE, {"agreed": "no", "why": "太多"}, ids={"pk": "@waiting_quote"}),
    "quotes:take-back": send(C.SALES_WORK, ids={"pk": "@waiting_quote"}),
    "quotes:send": send(C.SALES_WORK, ids=QUOTE),
    "quotes:accept": send(C.SALES_WORK, {"variant": "1"}, ids={"pk": "@sent_quote"}),
    "quotes:withdraw": fill_in(C.SALES_WORK, {"why": "价格写错"}, ids=QUOTE),
    "quotes:link": send(C.SALES_WORK, ids={"pk": "@sent_quote"}),
    "quotes:link-removal": send(C.SALES_WORK, ids={"pk": "@sent_quote"}),
    # Whoever has the token sees the offer, from wherever: `tests/test_offers.py`. Here nobody has one.
    "quotes:offer": see(ANYONE, ids={"token": "nobodys"}, opens=frozenset({404})),
    "quotes:answer": send(ANYONE, {"kind": "interested"}, ids={"token": "nobodys"}, opens=frozenset({404})),
    "connect:prices": fill_in(C.SALES_MANAGE, {}, opens=OPENS | {422}),
    "connect:prices-take": send(C.SALES_MANAGE, {"payload": "made up"}),
    "quotes:plans": see(C.SALES_MANAGE),
    "quotes:new-plan": fill_in(C.SALES_MANAGE, {**PLAN_FACTS, "code": "neu-1"}),
    "quotes:plan": fill_in(C.SALES_MANAGE, PLAN_FACTS, ids={"code": "@plan_code"}),
    "quotes:rules": fill_in(
        C.SALES_MANAGE,
        {
            "valid_days": "5", "link_days": "9", "unit_sales_consultant": "percent", "value_sales_consultant": "2",
            "unit_sales_manager": "yuan", "value_sales_manager": "8000", "unit_store_manager": "all",
            "value_store_manager": "0",
        },
    ),
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
    "nurturing:library": see(C.SALES_VIEW, too=CONTENT),
    "nurturing:new-piece": fill_in(C.SALES_MANAGE, {**PIECE_FACTS, "code": "neu-2"}),
    "nurturing:preview-unsaved": send(C.SALES_MANAGE, PIECE_FACTS),
    "nurturing:piece": fill_in(C.SALES_MANAGE, PIECE_FACTS, ids={"code": "@piece_code"}),
    "nurturing:preview": see(C.SALES_VIEW, ids={"code": "@piece_code"}, too=CONTENT),
    "nurturing:picture": see(C.SALES_VIEW, ids={"pk": "@piece_picture"}, too=CONTENT),
    "nurturing:rules": fill_in(C.SALES_MANAGE, {"gap_days": "4", "most_a_day": "8", "link_days": "30"}),
    "nurturing:sequences": see(C.SALES_VIEW, too=CONTENT),
    "nurturing:new-sequence": fill_in(C.SALES_MANAGE, {**SEQUENCE_FACTS, "code": "neu-3"}),
    "nurturing:sequence": fill_in(C.SALES_MANAGE, SEQUENCE_FACTS, ids={"code": "@sequence_code"}),
    "nurturing:report": see(C.SALES_VIEW, ids={"code": "@sequence_code"}),
    "nurturing:list": see(C.SALES_VIEW),
    "nurturing:sending": see(C.SALES_VIEW, ids={"pk": "@sending"}),
    "nurturing:mark-sent": send(C.SALES_WORK, ids={"pk": "@waiting_piece"}),
    "nurturing:skip": send(C.SALES_WORK, ids={"pk": "@waiting_piece"}),
    "nurturing:close": send(C.SALES_WORK, ids={"pk": "@sending"}),
    "nurturing:send": fill_in(
        C.SALES_WORK, {"piece": "@piece_unsent", "channel": "wechat", "asked": "on"}, ids={"lead_id": "@lead"},
        claimed=True,
    ),
    "nurturing:enter": fill_in(
        C.SALES_WORK, {"sequence": "@sequence_code"}, ids={"lead_id": "@lead"}, opens=OPENS | {422},
        claimed=True,
    ),
    "nurturing:runs": see(C.SALES_VIEW),
    "nurturing:stop": send(C.SALES_WORK, ids={"pk": "@run"}),
    # Whoever has a link opens it (`nurturing.tests.test_links`); nobody has this one.
    "nurturing:page": see(ANYONE, ids={"token": "nobodys"}, opens=NO_ONES),
    "nurturing:page-picture": see(ANYONE, ids={"token": "nobodys"}, opens=NO_ONES),
    "nurturing:answer": fill_in(ANYONE, {}, ids={"token": "nobodys"}, opens=NO_ONES),
    "nurturing:refuse": fill_in(ANYONE, {}, ids={"token": "nobodys"}, opens=NO_ONES),
    # orders
    "orders:list": see(C.SALES_VIEW, too=TILL),
    "orders:new": fill_in(C.SALES_WORK, ORDER_FORM, query={"lead": "@lead"}, claimed=True),
    "orders:detail": see(C.SALES_VIEW, ids=ORDER, too=TILL),
    "orders:edit": fill_in(C.SALES_WORK, {**ORDER_FORM, "version": "@contract_version", "why": "客户要求"}, ids=ORDER),
    "orders:submit": fill_in(C.SALES_WORK, {}, ids={"pk": "@draft"}),
    "orders:decision": fill_in(C.SALES_APPROVE, {"granted": "yes"}, ids={"pk": "@waiting_order"}),
    "orders:allocate": fill_in(C.SALES_WORK, {"car": "@free_car"}, ids=ORDER),
    "orders:release": fill_in(C.SALES_WORK, {"why": "客户想等"}, ids={"pk": "@planned_order"}),
    "orders:pay": fill_in(
        C.PAYMENTS, {"kind": "balance", "amount": "100", "way": "cash", "on": TODAY, "receipt": "SJ-NEU-1"}, ids=ORDER
    ),
    "orders:strike": fill_in(C.PAYMENTS, {"why": "录错了"}, ids={**ORDER, "payment": "@payment"}),
    "orders:invoice": fill_in(C.PAYMENTS, {"invoice": "FP-NEU-1", "on": TODAY}, ids=ORDER),
    "orders:cancel": fill_in(C.SALES_WORK, {"cause": "buyer", "reason": "price"}, ids={"pk": "@draft"}),
    "orders:cancel-decision": fill_in(C.SALES_APPROVE, {"granted": "yes"}, ids={"pk": "@asked_order"}),
    "orders:refund": fill_in(
        C.SALES_WORK, {"refund": "100", "why": "取消时又交了尾款"}, ids={"pk": "@asked_order"}, opens=OPENS | {422}
    ),
    "orders:of-customer": see(C.SALES_VIEW, ids={"pk": "@customer"}),
    "orders:stock": see(C.SALES_VIEW),
    "orders:stock-new": fill_in(C.SALES_MANAGE, {"vin": "LXCZG5A10RD999999", "series": "远航"}),
    "orders:stock-car": see(C.SALES_VIEW, ids={"pk": "@free_car"}),
    "orders:stock-edit": fill_in(
        C.SALES_MANAGE, {"vin": "LXCZG5A10RD999998", "series": "远航", "version": "@free_car_version"},
        ids={"pk": "@free_car"},
    ),
    "orders:stock-leave": fill_in(C.SALES_MANAGE, {"left_why": "moved", "on": TODAY}, ids={"pk": "@free_car"}),
    "orders:policy": fill_in(C.SALES_MANAGE, {"discount_percent": "5", "least_deposit": "1000"}),
    "orders:policy-inherit": send(C.SALES_MANAGE),
    # deliveries
    "deliveries:calendar": see(C.SALES_VIEW),
    "deliveries:list": see(C.SALES_VIEW),
    "deliveries:new": fill_in(
        C.SALES_WORK, {"at": TOMORROW, "minutes": "60", "advisor": "@advisor"}, query={"order": "@car_order"}
    ),
    "deliveries:detail": see(C.SALES_VIEW, ids=DELIVERY),
    "deliveries:edit": fill_in(
        C.SALES_WORK, {"at": TOMORROW, "minutes": "60", "advisor": "@advisor", "version": "@delivery_version"},
        ids=DELIVERY,
    ),
    "deliveries:call-off": fill_in(C.SALES_WORK, {"why": "客户出差"}, ids=DELIVERY),
    "deliveries:checklist": see(C.SALES_WORK, ids=DELIVERY),
    "deliveries:tick": send(C.SALES_WORK, {"done": "1"}, ids={**DELIVERY, "tick_id": "@tick"}),
    "deliveries:photo": send(C.SALES_WORK, {"agreed": "on"}, ids=DELIVERY, opens=frozenset({422})),
    "deliveries:signature": send(C.SALES_WORK, {"name": "客户", "signature": SIGNATURE}, ids=DELIVERY),
    "deliveries:file": see(C.SALES_VIEW, ids={**DELIVERY, "file_id": "@delivery_file"}),
    "deliveries:file-removal": send(C.SALES_WORK, ids={**DELIVERY, "file_id": "@delivery_file"}),
    "deliveries:record": fill_in(
        C.SALES_WORK, {"on": TODAY, "km": "12", "advisor": "@advisor", "on_paper": "on", "left_out": "客户赶时间"},
        ids=DELIVERY,
    ),
    "deliveries:take-back": fill_in(C.SALES_APPROVE, {"why": "登记错了"}, ids=DELIVERY, opens=OPENS | {422}),
    "deliveries:sheet": see(C.SALES_VIEW, ids=DELIVERY),
    "deliveries:lists": fill_in(C.SALES_MANAGE, {"name-0": "新的一项", "active-0": "on"}),
    "deliveries:list-of": fill_in(
        C.SALES_MANAGE, {"name-0": "新的一项", "active-0": "on"}, ids={"part": "handover"}
    ),
    "deliveries:list-inherit": send(C.SALES_MANAGE, ids={"part": "handover"}),
    "deliveries:warranties": fill_in(C.SALES_MANAGE, {"brand": "星辰", "months": "36"}),
    "deliveries:warranty-withdrawal": send(C.SALES_MANAGE, {"brand": "星辰", "series": ""}, quiet=True),
    # intake
    "intake:list": see(C.SALES_RECEIVE),
    "intake:arrival": see(C.SALES_RECEIVE, ids={"pk": "@arrival"}),
    "intake:opened": send(C.SALES_RECEIVE, ids={"pk": "@arrival"}),
    "intake:replay": send(
        C.SALES_RECEIVE, {"name": "来客", "phone": "13805530099", "series": "追光"}, ids={"pk": "@arrival"}
    ),
    "intake:drop": send(C.SALES_ASSIGN, {"reason": "广告"}, ids={"pk": "@arrival"}),
    "intake:pick-up": send(C.SALES_ASSIGN, ids={"pk": "@dropped"}),
    "intake:lead-adf": fill_in(NOBODY, {"taker": "姐妹店"}, ids={"pk": "@lead"}, refuses=HIDES, too=EXPORT_LEADS),
    "intake:forms": see(C.SALES_MANAGE),
    "intake:form-new": fill_in(C.SALES_MANAGE, {**WEB_FORM, "version": "0"}),
    "intake:form": fill_in(C.SALES_MANAGE, {**WEB_FORM, "version": "1"}, ids={"pk": "@web_form"}),
    "intake:form-poster": see(C.SALES_MANAGE, ids={"pk": "@web_form"}),
    "intake:mailbox": fill_in(C.SALES_MANAGE, {}, opens=OPENS | {422}),
    "intake:mailbox-look": send(C.SALES_MANAGE),
    "intake:sheet-new": fill_in(C.SALES_ASSIGN, {}, opens=OPENS | {422}),
    "intake:sheet": fill_in(C.SALES_ASSIGN, {"column-0": "name"}, ids={"pk": "@sheet"}),
    "intake:sheet-progress": see(C.SALES_ASSIGN, ids={"pk": "@sheet"}),
    "intake:sheet-load": send(C.SALES_ASSIGN, ids={"pk": "@sheet"}),
    "intake:sheet-stop": send(C.SALES_ASSIGN, ids={"pk": "@sheet"}),
    "intake:sheet-removal": send(C.SALES_ASSIGN, ids={"pk": "@sheet"}),
    "intake:sheet-rejected": see(C.SALES_ASSIGN, ids={"pk": "@sheet"}),
    "form:page": fill_in(ANYONE, {}, ids={"secret": "nobody-has-this-form"}, opens=NO_ONES),
    "form:embedded": fill_in(ANYONE, {}, ids={"secret": "nobody-has-this-form"}, opens=NO_ONES),
    "form:thanks": see(ANYONE, ids={"secret": "nobody-has-this-form"}, opens=NO_ONES),
    "form:embedded-thanks": see(ANYONE, ids={"secret": "nobody-has-this-form"}, opens=NO_ONES),
    "api:openapi": see(ANYONE),
    "api:leads": send(ANYONE, opens=WITHOUT_TOKEN),
    "api:leads-adf": send(ANYONE, opens=WITHOUT_TOKEN),
    "api:lead": see(ANYONE, ids={"pk": "7"}, opens=WITHOUT_TOKEN),
    "api:lead-adf": see(ANYONE, ids={"pk": "7"}, opens=WITHOUT_TOKEN),
    # funnel
    "funnel:overview": see(C.SALES_VIEW),
    "funnel:leads": see(C.SALES_VIEW),
    "funnel:costs": fill_in(C.SALES_MANAGE, {"form": "1200"}, query={"month": "2026-10"}),
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
    "connect:stock": fill_in(C.SALES_MANAGE, {}, opens=OPENS | {422}),
    "connect:stock-load": send(C.SALES_MANAGE, {}),
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
