"""Who may sign in to the demo, and what is worth a look first."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from qibu.demo.records import Role
from qibu.demo.world import World

LOOK = {
    Role.SERVICE_ADVISOR: ("服务顾问 · service advisor", "今天该打给谁 · today's calls"),
    Role.CALL_AGENT: ("回访员 · call agent", "公共池和承诺 · the pool, promises"),
    Role.CARE_MANAGER: ("客服经理 · care manager", "关怀计划、导入 · care plans, imports"),
    Role.SERVICE_MANAGER: ("服务经理 · service manager", "逾期升级到我 · what climbed to me"),
    Role.STORE_MANAGER: ("店长 · store manager", "员工、交接、留痕 · staff, hand-overs, audit"),
    Role.SALES_CONSULTANT: ("销售顾问 · sales consultant", "意向客户 · intending customers"),
    Role.TECHNICIAN: ("技师 · technician", "在厂车辆 · cars in the workshop"),
    Role.MANUFACTURER_ANALYST: ("主机厂 · manufacturer", "看不到门店客户 · sees no store's customers"),
    Role.NETWORK_MANAGER: ("厂家运营 · network manager", "各店照着做的计划 · plans for all stores"),
    Role.SYSTEM_ADMIN: ("系统管理员 · system administrator", "组织与员工 · organisations, staff"),
    Role.AUDITOR: ("审计员 · auditor", "操作记录 · the audit trail"),
}


@dataclass(frozen=True)
class Account:
    """A sign-in to show: name, who it is, as what, and what to look at."""

    username: str
    name: str
    title: str
    look: str


def accounts(world: World) -> list[Account]:
    """One of each main role of the first store, and the manufacturer's people."""
    found = []
    for role, (title, look) in LOOK.items():
        places = (world.stores[0].code, world.manufacturer.code)
        person = next(one for one in world.staff if one.role is role and one.organisation in places)
        found.append(Account(person.login, person.name, title, look))
    return found


def table(world: World, password: str) -> Iterator[str]:
    """The lines to print."""
    yield f"演示账号，密码都是 {password} · demo accounts, one password for all"
    for one in accounts(world):
        yield "  " + " ".join((_wide(one.username, 12), _wide(one.name, 8), _wide(one.title, 34), one.look))


def _wide(text: str, width: int) -> str:
    """Padded to a width on the screen, where a Chinese character takes two places."""
    taken = sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
    return text + " " * max(0, width - taken)
