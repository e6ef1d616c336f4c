"""A second factor in a real browser: demanded, set up, signed in with, and a session ended from afar."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pyotp
import pytest
from playwright.sync_api import Page, expect

from personas import PASSWORD, World
from qibu.kernel import times
from qibu.network.models import SecondFactor
from qibu.network.rules import Role

pytestmark = pytest.mark.browser


def sign_in(page: Page, world: World, role: Role) -> None:
    page.goto("/sign-in/")
    page.locator("[name=username]").fill(world.a.people[role].user.username)
    page.locator("[name=password]").fill(PASSWORD)
    page.keyboard.press("Enter")


def code(secret: str, outside: Callable[..., Any]) -> str:
    """The present one; what was used up in this half minute is made usable again."""
    outside(lambda: SecondFactor.objects.update(last_step=0))
    return pyotp.TOTP(secret).at(times.now())


@pytest.mark.by_turns
def test_from_the_managers_rule_to_a_sign_in_with_a_code(open_page: Any, peopled: World, outside: Any) -> None:
    manager, advisor = open_page(peopled.a.manager), open_page()
    manager.goto("/settings/security/")
    manager.get_by_label("这些角色必须用").check()
    manager.locator(".factor-roles").get_by_label("服务顾问").check()
    manager.get_by_role("button", name="保存").click()
    expect(manager.locator("#toasts")).to_contain_text("登录规则已保存")
    expect(manager.locator(".people li", has_text=peopled.a.people[Role.SERVICE_ADVISOR].name)).to_contain_text(
        "下次登录时要设"
    )

    sign_in(advisor, peopled, Role.SERVICE_ADVISOR)
    expect(advisor.get_by_role("heading", name="开启二次验证")).to_be_visible()
    advisor.goto("/customers/")  # nothing else opens
    expect(advisor.get_by_role("heading", name="开启二次验证")).to_be_visible()
    expect(advisor.locator("svg.qr")).to_be_visible()
    secret = (advisor.locator(".secret").text_content() or "").replace(" ", "")
    advisor.locator("[name=code]").fill("000000")
    advisor.keyboard.press("Enter")
    expect(advisor.get_by_text("验证码不对")).to_be_visible()
    advisor.locator("[name=code]").fill(code(secret, outside))
    advisor.keyboard.press("Enter")
    recovery = advisor.locator(".recovery li")
    expect(recovery).to_have_count(10)
    kept = recovery.first.text_content() or ""
    advisor.get_by_role("link", name="收好了，开始工作").click()
    expect(advisor.locator("[data-row]").first).to_be_visible()

    elsewhere = open_page()
    sign_in(elsewhere, peopled, Role.SERVICE_ADVISOR)
    expect(elsewhere.locator("[name=code]")).to_be_focused()
    elsewhere.locator("[name=code]").fill(code(secret, outside))
    elsewhere.keyboard.press("Enter")
    expect(elsewhere.locator("[data-row]").first).to_be_visible()

    advisor.goto("/settings/account/")
    others = advisor.locator(".sessions").get_by_role("button", name="退出")
    expect(others.first).to_be_visible()
    advisor.get_by_role("button", name="其他的都退出").click()
    expect(advisor.locator(".sessions li")).to_have_count(1)
    elsewhere.goto("/settings/account/")
    expect(elsewhere).to_have_url(re.compile("/sign-in/"))

    sign_in(elsewhere, peopled, Role.SERVICE_ADVISOR)
    elsewhere.get_by_role("link", name="手机不在身边，用恢复码").click()
    elsewhere.locator("[name=code]").fill(kept)
    elsewhere.keyboard.press("Enter")
    expect(elsewhere.locator("#toasts")).to_contain_text("还剩 9 个")


@pytest.mark.by_turns
@pytest.mark.usefixtures("worker")
def test_the_three_duties_take_over_and_the_auditor_verifies(open_page: Any, peopled: World) -> None:
    """The manager looks at what would change and switches the profile 等保 on; from then on each has their own page."""
    manager, keeper, auditor = (
        open_page(peopled.a.people[role])
        for role in (Role.STORE_MANAGER, Role.SECURITY_ADMINISTRATOR, Role.AUDITOR)
    )
    manager.goto("/settings/security/dengbao/")
    expect(manager.get_by_text("不再管员工、安全、审计")).to_be_visible()
    manager.get_by_role("button", name="开启等保").click()
    manager.get_by_role("dialog").get_by_role("button", name="开启").click()
    expect(manager.locator("#toasts")).to_contain_text("已按等保三级管理")
    expect(manager.get_by_role("link", name="操作记录")).to_have_count(0)
    manager.goto("/settings/staff/")
    expect(manager.get_by_role("heading", name="您没有做这件事的权限")).to_be_visible()

    keeper.goto("/settings/security/dengbao/")
    factors = keeper.locator(".standing li", has_text="双因素登录")
    expect(factors).to_contain_text(peopled.a.manager.name)
    expect(keeper.locator(".standing li", has_text="三员分立")).to_contain_text("做到了")

    auditor.goto("/settings/audit/chain/")
    auditor.get_by_role("button", name="现在核对").click()
    expect(auditor.get_by_text("每一条都和写下时一样")).to_be_visible()
    noted = (auditor.locator(".anchor").text_content() or "").strip()
    auditor.get_by_label("校验码", exact=True).fill(noted[: noted.index(":") + 20])
    auditor.get_by_role("button", name="核对", exact=True).click()
    expect(auditor.locator("#toasts")).to_contain_text("对得上")
