"""The profile 等保: duties that are separated, what is demanded, that nobody is locked out, and the page that tells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyotp
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from qibu.kernel import times
from qibu.kernel.actors import Actor, PermissionRefused
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import codes, dengbao, security, standing
from qibu.network.models import SecondFactor, SecurityPolicy, Staff, User
from qibu.network.rules import CAPABILITIES, SEPARATED_DUTIES, Capability, Role
from qibu.network.security import Policy
from qibu.network.services import accounts, actors, policies
from qibu.network.services import staff as staffing
from qibu.network.services.staff import Details
from qibu.network.tests.conftest import PASSWORD

WEAK = "tong ling dian"  # long enough, of two kinds
PAGE = "/settings/security/dengbao/"
NOW = datetime(2026, 11, 26, 9, tzinfo=UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


@pytest.fixture
def duties(store: Actor) -> dict[str, Staff]:
    return {duty: hire(store, duty, duty) for duty in sorted(SEPARATED_DUTIES)}


@pytest.fixture
def adopted(store: Actor, duties: dict[str, Staff]) -> Actor:
    with scope(store):
        policies.adopt(actor=store, grace_days=14)
    return store


def hire(store: Actor, name: str, *roles: str, password: str = PASSWORD) -> Staff:
    credentials = accounts.prepare(username=name, password=password)
    with scope(store):
        return staffing.join(actor=store, details=Details(name, roles=roles), credentials=credentials)


def enter(name: str, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/sign-in/", {"username": name, "password": password}).status_code == 302
    return client


def grace_is_over(store: Actor) -> None:
    with scope(store):
        SecurityPolicy.objects.update(grace_ends_at=times.now() - timedelta(minutes=1))


def as_now(store: Actor, staff: Staff) -> Actor:
    user = User.objects.get(pk=staff.user_id)
    return next(actors.member(p) for p in actors.memberships(user) if p.organisation_id == store.organisation_id)


# -- rules


def test_the_three_duties_are_disjoint_and_see_no_customer() -> None:
    granted = {duty: dengbao.granted(duty) for duty in SEPARATED_DUTIES}
    for duty, mine in granted.items():
        assert not {one for one in mine if one.startswith(("customers.", "phone.", "tasks.", "import"))}
        for other, theirs in granted.items():
            assert other == duty or not mine & theirs


def test_nobody_but_the_three_administers() -> None:
    for role in set(Role) - SEPARATED_DUTIES:
        assert not dengbao.granted(role) & dengbao.SEPARATED
        assert dengbao.granted(role) == CAPABILITIES[role] - dengbao.SEPARATED
    for one in dengbao.SEPARATED:
        assert len([role for role in Role if one in dengbao.granted(role)]) == 1


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Abcdef12", True), ("abcdef1_", True), ("ABC-1234", True), ("七步铜陵店-2026", True), ("Abcde1-", False),
        ("abcdef12", False), ("ABCDEFGH", False), ("abcdefgh", False), (WEAK, False), ("七七七七八八八八", False),
    ],
)  # fmt: skip
def test_a_strong_password_has_eight_signs_of_three_kinds(password: str, good: bool) -> None:
    assert dengbao.strong(password) is good


def test_a_password_is_worn_after_ninety_days_or_when_it_is_weak() -> None:
    def worn(password: str, days: float) -> bool:
        return dengbao.worn(password, NOW - timedelta(days=days), NOW)

    assert not worn("Abcdef12", 90)
    assert worn("Abcdef12", 90.01)
    assert worn(WEAK, 0)


def test_roles_that_administer_or_see_customers_need_two_factors() -> None:
    needing = dengbao.factor_roles()
    assert {role.value for role in SEPARATED_DUTIES} < needing
    assert {"store_manager", "technician", "network_manager"} < needing
    assert {"trainer", "finance", "manufacturer_analyst"}.isdisjoint(needing)


class At:
    def __init__(self, policy: Policy, *roles: str) -> None:
        self.policy, self.roles = policy, frozenset(roles)


def test_days_of_grace_put_off_what_people_have_to_do_and_nothing_else() -> None:
    policy = Policy(dengbao=True, grace_ends_at=NOW)
    place, before = At(policy, "auditor"), NOW - timedelta(seconds=1)
    assert not security.factor_demanded([place], before)
    assert security.factor_demanded([place], NOW)
    assert not security.password_worn([place], WEAK, NOW, before)
    assert security.password_worn([place], WEAK, NOW, NOW)
    assert not security.browsers_trusted([place])
    assert security.limits([place], idle_minutes=120, absolute_hours=12).idle == timedelta(minutes=30)
    stricter = At(Policy(dengbao=True, idle_minutes=10), "auditor")
    assert security.limits([stricter], idle_minutes=120, absolute_hours=12).idle == timedelta(minutes=10)


# -- the table itself


@pytest.mark.parametrize("roles", [["auditor", "system_administrator"], ["store_manager", "auditor"]])
def test_the_table_refuses_a_duty_that_does_not_stand_alone(store: Actor, roles: list[str]) -> None:
    with scope(store), pytest.raises(IntegrityError), transaction.atomic():
        Staff.objects.create(organisation_id=store.organisation_id, name="双岗", roles=roles)


def test_the_table_takes_each_duty_alone_and_other_roles_together(store: Actor) -> None:
    with scope(store):
        for roles in ([], ["auditor"], ["store_manager", "trainer"]):
            Staff.objects.create(organisation_id=store.organisation_id, name="单岗", roles=roles)


# -- switching on


def test_it_is_not_switched_on_while_a_duty_is_nobodys(store: Actor, duties: dict[str, Staff]) -> None:
    with scope(store):
        staffing.bar(actor=store, staff_id=duties["auditor"].pk)
        with pytest.raises(ValidationError, match="还没有人担任审计员"):
            policies.adopt(actor=store, grace_days=14)
        assert not SecurityPolicy.objects.filter(dengbao=True).exists()


def test_who_may_not_manage_security_switches_nothing(store: Actor, duties: dict[str, Staff]) -> None:
    other = as_now(store, duties["system_administrator"])
    for act in (lambda: policies.adopt(actor=other, grace_days=1), lambda: policies.abandon(actor=other)):
        with scope(other), pytest.raises(PermissionRefused):
            act()


def test_the_preview_names_who_is_missing_and_what_changes(store: Actor, duties: dict[str, Staff]) -> None:
    hire(store, "zhouting", "service_advisor")
    with scope(store):
        found = standing.preview(store)
    assert found.missing == []
    assert found.losing == ["王强"]
    assert set(found.without_factor) == {"王强", "zhouting", *duties}
    assert found.idle_now == 120
    page = enter("wangqiang").get(PAGE).content.decode()
    assert "zhouting" in page
    assert "还不能开启" not in page


def test_the_manager_keeps_the_store_and_loses_what_is_separated(adopted: Actor) -> None:
    client = enter("wangqiang")
    opened = {page: client.get(page).status_code for page in (
        "/settings/", "/settings/organisations/", "/settings/account/", "/settings/staff/", "/settings/audit/",
        "/settings/security/", PAGE,
    )}  # fmt: skip
    assert list(opened.values()) == [200, 200, 200, 403, 403, 403, 403]
    assert "操作记录" not in client.get("/settings/").content.decode()


def test_each_duty_opens_its_own_page_alone(adopted: Actor) -> None:
    pages = {
        "system_administrator": "/settings/staff/", "security_administrator": "/settings/security/",
        "auditor": "/settings/audit/",
    }  # fmt: skip
    for duty in pages:
        client = enter(duty)
        assert {page: client.get(page).status_code for page in pages.values()} == {
            page: 200 if page == pages[duty] else 403 for page in pages.values()
        }
        assert client.get("/customers/").status_code == 403


def test_an_open_page_of_the_manager_may_less_with_the_next_click(store: Actor, duties: dict[str, Staff]) -> None:
    client = enter("wangqiang")
    assert client.get("/settings/staff/").status_code == 200
    answer = client.post(PAGE, {"grace_days": "14"})
    assert answer.url == "/settings/"
    assert client.get("/settings/staff/").status_code == 403


def test_nobody_gives_themselves_a_role(adopted: Actor, duties: dict[str, Staff]) -> None:
    system = as_now(adopted, duties["system_administrator"])
    details = Details("system_administrator", roles=("store_manager",))
    with scope(system), pytest.raises(ValidationError, match="自己的角色"):
        staffing.change(actor=system, staff_id=duties["system_administrator"].pk, details=details)
    for who in ("auditor", "security_administrator"):
        other = as_now(adopted, duties[who])
        with scope(other), pytest.raises(PermissionRefused):
            staffing.change(actor=other, staff_id=duties[who].pk, details=Details(who, roles=("store_manager",)))


@pytest.mark.parametrize("duty", sorted(SEPARATED_DUTIES))
def test_who_makes_accounts_appoints_none_of_the_three(adopted: Actor, duties: dict[str, Staff], duty: str) -> None:
    """Else one person would hold them all: the first password of an account is known to who made it."""
    system = as_now(adopted, duties["system_administrator"])
    new, known = hire(system, "zhouting"), accounts.prepare(username="puppet", password=PASSWORD)
    waiting = hire(system, "heyuwei")
    with scope(system):
        Staff.objects.filter(pk=waiting.pk).update(roles=[duty], user=None)
        for act in (
            lambda: staffing.join(actor=system, details=Details("傀儡", roles=(duty,)), credentials=known),
            lambda: staffing.change(actor=system, staff_id=new.pk, details=Details("zhouting", roles=(duty,))),
            lambda: staffing.grant_sign_in(actor=system, staff_id=waiting.pk, credentials=known),
        ):
            with pytest.raises(ValidationError, match="不能一个人任命三员"), transaction.atomic():
                act()
        assert sum(duty in one.roles for one in Staff.objects.all()) == 2
        staffing.join(actor=system, details=Details("新顾问", roles=("service_advisor",)), credentials=known)


def test_a_duty_without_a_second_factor_gets_no_password_that_another_knows(
    adopted: Actor, duties: dict[str, Staff]
) -> None:
    system, auditor = as_now(adopted, duties["system_administrator"]), duties["auditor"]
    known = accounts.prepare(username="auditor", password=PASSWORD, must_change=True)
    with scope(system), pytest.raises(ValidationError, match="替他登录"):
        staffing.reset_password(actor=system, staff_id=auditor.pk, credentials=known)
    SecondFactor.objects.create(user=auditor.user, secret="JBSWY3DPEHPK3PXP", since=times.now())
    with scope(system):
        staffing.reset_password(actor=system, staff_id=auditor.pk, credentials=known)
    assert User.objects.get(pk=auditor.user_id).must_change_password


def test_a_duty_cannot_be_left_to_nobody(adopted: Actor, duties: dict[str, Staff]) -> None:
    system = as_now(adopted, duties["system_administrator"])
    for act in (staffing.bar, staffing.depart):
        with scope(system), pytest.raises(ValidationError, match="审计员不能没有人"), transaction.atomic():
            act(actor=system, staff_id=duties["auditor"].pk)
    keeper = as_now(adopted, duties["security_administrator"])
    with scope(keeper):
        policies.abandon(actor=keeper)
    second = hire(system, "auditor2", "auditor")
    with scope(keeper):
        policies.adopt(actor=keeper, grace_days=0)
    with scope(system):
        staffing.bar(actor=system, staff_id=duties["auditor"].pk)
        assert Staff.objects.get(pk=second.pk).roles == ["auditor"]


def test_switched_off_everything_is_as_before(adopted: Actor, duties: dict[str, Staff]) -> None:
    keeper = as_now(adopted, duties["security_administrator"])
    with scope(keeper):
        policies.abandon(actor=keeper)
        said = [e.data["changes"] for e in Entry.objects.filter(type="network.SecurityPolicyChanged").order_by("id")]
    assert said == [["dengbao=True", "grace_days=14"], ["dengbao=False"]]
    assert enter("wangqiang").get("/settings/staff/").status_code == 200


# -- nobody is locked out


def test_in_the_days_of_grace_everybody_works_as_before(adopted: Actor) -> None:
    hire(adopted, "zhouting", "service_advisor", password=WEAK)
    client = enter("zhouting", WEAK)
    assert client.get("/settings/account/").status_code == 200


def test_after_them_the_password_then_the_factor_come_first_and_can_be_done(adopted: Actor) -> None:
    hire(adopted, "zhouting", "service_advisor", password=WEAK)
    grace_is_over(adopted)
    client = enter("zhouting", WEAK)
    assert client.get("/customers/").url == "/settings/account/password/"
    weak = {"old": WEAK, "password": "noch ein satz", "again": "noch ein satz"}
    assert client.post("/settings/account/password/", weak).status_code == 422
    good = {"old": WEAK, "password": "Noch ein Satz 9", "again": "Noch ein Satz 9"}
    assert client.post("/settings/account/password/", good).status_code == 302
    assert client.get("/customers/").url == "/settings/account/second-factor/"
    client.get("/settings/account/second-factor/")
    secret = str(SecondFactor.objects.get().pending)
    code = pyotp.TOTP(secret, interval=codes.STEP).at(times.now())
    assert client.post("/settings/account/second-factor/confirmation/", {"code": code}).status_code == 200
    assert client.get("/customers/").status_code == 200


def test_even_the_three_duties_get_in_after_the_days_of_grace(adopted: Actor, duties: dict[str, Staff]) -> None:
    grace_is_over(adopted)
    for duty in duties:
        assert enter(duty).get("/settings/account/second-factor/").status_code == 200


def test_an_old_password_is_changed_first(adopted: Actor) -> None:
    hire(adopted, "zhouting", "trainer")
    grace_is_over(adopted)
    assert enter("zhouting").get("/settings/account/").status_code == 200
    User.objects.filter(username="zhouting").update(password_set_at=times.now() - timedelta(days=91))
    assert enter("zhouting").get("/settings/account/").url == "/settings/account/password/"


def test_without_the_profile_passwords_stay_as_long_as_they_like(store: Actor) -> None:
    hire(store, "zhouting", "trainer", password=WEAK)
    User.objects.update(password_set_at=times.now() - timedelta(days=900))
    client = enter("zhouting", WEAK)
    assert client.get("/settings/account/").status_code == 200
    given = {"old": WEAK, "password": "noch ein satz", "again": "noch ein satz"}
    assert client.post("/settings/account/password/", given).status_code == 302


# -- the page that tells


def lines(store: Actor, duties: dict[str, Staff]) -> dict[str, standing.Line]:
    keeper = as_now(store, duties["security_administrator"])
    with scope(keeper):
        return {line.clause: line for line in standing.lines(keeper)}


def test_each_open_rule_names_the_people_it_is_about(adopted: Actor, duties: dict[str, Staff]) -> None:
    hire(adopted, "zhouting", "service_advisor")
    hire(adopted, "lao", "trainer")
    User.objects.filter(username="lao").update(
        password_set_at=times.now() - timedelta(days=91), created_at=times.now() - timedelta(days=91)
    )
    for _n in range(3):
        enter("zhouting")
    found = lines(adopted, duties)
    assert set(found["8.1.4.1 d)"].people) == {"王强", "zhouting", *duties}
    assert found["8.1.4.1 a)"].people == ("lao",)
    assert found["8.1.4.2 b) c)"].people == ("lao",)
    assert found["8.1.4.2 c)"].people == ("zhouting",)
    assert [clause for clause, line in found.items() if line.met] == [
        "8.1.4.1 b)", "8.1.4.2 d)", "8.1.4.3", "8.1.4.8",
    ]  # fmt: skip


def test_what_is_done_is_no_longer_open(adopted: Actor, duties: dict[str, Staff], settings: Any) -> None:
    settings.SESSION_COOKIE_SECURE = True
    for user in User.objects.all():
        SecondFactor.objects.create(user=user, secret="JBSWY3DPEHPK3PXP", since=times.now())
    assert all(line.met for line in lines(adopted, duties).values())


def test_the_system_administrator_resets_no_factor_of_those_who_see_customers(
    adopted: Actor, duties: dict[str, Staff]
) -> None:
    """Who resets passwords could take over anybody, if they reset the second factor, too."""
    person = hire(adopted, "zhouting", "service_advisor")
    SecondFactor.objects.create(user=person.user, secret="JBSWY3DPEHPK3PXP", since=times.now())
    address = f"/settings/staff/{person.pk}/second-factor/removal/"
    assert enter("system_administrator").post(address).status_code == 403
    assert SecondFactor.objects.exists()
    assert enter("security_administrator").post(address).url == "/settings/security/"
    assert not SecondFactor.objects.exists()


def test_every_capability_is_somebodys() -> None:
    assert frozenset().union(*(dengbao.granted(role) for role in Role)) == frozenset(Capability)


def test_the_days_of_grace_are_told_to_those_who_have_something_to_do(adopted: Actor) -> None:
    hire(adopted, "zhouting", "service_advisor")
    hire(adopted, "lao", "trainer")
    told = "起登录要用二次验证"
    assert told in enter("zhouting").get("/settings/account/").content.decode()
    assert told not in enter("lao").get("/settings/account/").content.decode()
    grace_is_over(adopted)
    assert told not in enter("zhouting").get("/settings/account/second-factor/").content.decode()
