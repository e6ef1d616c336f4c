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
