"""Who may open and do what on the pages of the network, and what belongs to another store."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth import SESSION_KEY
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from qibu.kernel.actors import Actor
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import handover
from qibu.network.models import Organisation, Staff, User
from qibu.network.rules import Capability, Role, capabilities_of
from qibu.network.services import actors, organisations, signing_in
from qibu.network.services import staff as staffing
from qibu.network.services.accounts import Credentials
from qibu.network.services.organisations import Founder, Profile
from qibu.network.services.signing_in import Origin
from qibu.network.services.staff import Details
from qibu.network.views.entry import begin_session

pytestmark = pytest.mark.django_db
UNUSABLE = "!"  # no password: these people are put into a session directly


def found(code: str) -> Actor:
    founder = Founder("王强", Credentials(f"wang-{code}", UNUSABLE))
    return organisations.found(code=code, profile=Profile(f"{code}店"), founder=founder)


@pytest.fixture
def store() -> Actor:
    return found("A")


@pytest.fixture
def other() -> Actor:
    return found("B")


def join(store: Actor, name: str, *roles: str, sign_in: bool = True) -> Staff:
    credentials = Credentials(f"{name}-{store.organisation_id}", UNUSABLE) if sign_in else None
    with scope(store):
        return staffing.join(actor=store, details=Details(name, roles=tuple(roles)), credentials=credentials)


def enter(client: Client, who: Staff | Actor) -> Client:
    """Signed in without hashing a password."""
    organisation, number = who.organisation_id, who.pk if isinstance(who, Staff) else who.staff_id
    with scope(actors.system(organisation)):
        user = Staff.objects.select_related("user").get(pk=number).user
    assert user is not None
    client.force_login(user)
    session = client.session
    session["organisation"] = organisation
    session.save()
    return client


@pytest.fixture
def manager(client: Client, store: Actor) -> Client:
    return enter(client, store)


PAGES = {
    "/settings/account/": "",
    "/settings/": "",
    "/settings/staff/": Capability.STAFF_MANAGE,
    "/settings/staff/new/": Capability.STAFF_MANAGE,
    "/settings/handovers/": Capability.STAFF_MANAGE,
    "/settings/organisations/": Capability.ORGANISATION_MANAGE,
    "/settings/organisations/new/": Capability.ORGANISATION_MANAGE,
    "/settings/audit/": Capability.AUDIT_VIEW,
}


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(client: Client, store: Actor, role: Role) -> None:
    enter(client, join(store, "某人", role))
    granted = capabilities_of(frozenset({role}))
    expected = {page: 200 if not needed or needed in granted else 403 for page, needed in PAGES.items()}
    assert {page: client.get(page).status_code for page in PAGES} == expected


def test_a_refused_page_is_in_the_audit_trail(client: Client, store: Actor) -> None:
    advisor = join(store, "周婷", Role.SERVICE_ADVISOR)
    enter(client, advisor)
    assert client.get("/settings/audit/").status_code == 403
    with scope(store):
        entry = Entry.objects.get(type="network.AccessRefused")
    assert (entry.actor_id, entry.data) == (advisor.pk, {"capability": "audit.view", "path": "/settings/audit/"})


@pytest.mark.parametrize("act", ["sign-in", "password", "bar", "bar/lift", "departure", "return"])
def test_who_does_not_manage_staff_changes_nobody(client: Client, store: Actor, act: str) -> None:
    target = join(store, "孙磊", Role.SALES_CONSULTANT)
    enter(client, join(store, "周婷", Role.SERVICE_ADVISOR))
    assert client.post(f"/settings/staff/{target.pk}/{act}/", {"username": "neu-x"}).status_code == 403


@pytest.mark.parametrize("act", ["", "sign-in/", "password/", "bar/", "bar/lift/", "departure/", "return/"])
def test_people_of_another_store_are_not_there(manager: Client, other: Actor, act: str) -> None:
    theirs = join(other, "孙磊", Role.SALES_CONSULTANT)
    assert manager.post(f"/settings/staff/{theirs.pk}/{act}", {"username": "neu-x", "name": "x"}).status_code == 404
    assert manager.get(f"/settings/staff/{theirs.pk}/").status_code == 404
    assert manager.get(f"/settings/handovers/new/?giver={theirs.pk}").status_code == 404


# -- staff


def test_a_new_person_gets_a_temporary_password_that_works_once_seen(manager: Client, store: Actor) -> None:
    response = manager.post(
        "/settings/staff/new/", {"name": "周婷", "roles": [Role.SERVICE_ADVISOR], "username": "zhouting", "email": ""}
    )
    secret = response.context["secret"]
    assert secret in response.content.decode()
    welcome = signing_in.sign_in(username="zhouting", password=secret, origin=Origin("10.0.0.1"))
    assert welcome.user.must_change_password
    with scope(store):
        assert secret not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_person_without_a_sign_in_is_possible_and_gets_one_later(manager: Client, store: Actor) -> None:
    manager.post("/settings/staff/new/", {"name": "吴敏"})
    with scope(store):
        person = Staff.objects.get(name="吴敏")
    assert person.user_id is None
    response = manager.post(f"/settings/staff/{person.pk}/sign-in/", {"username": "wumin"})
    assert response.context["username"] == "wumin"
    assert User.objects.get(username="wumin").must_change_password


@pytest.mark.parametrize("username", ["", "chenlei"])
def test_a_new_person_sent_again_is_the_same_person(manager: Client, store: Actor, username: str) -> None:
    token = re.findall(r'name="once" value="([^"]+)"', manager.get("/settings/staff/new/").content.decode())[0]
    form = {"name": "陈磊", "username": username, "once": token}
    manager.post("/settings/staff/new/", form)
    again = manager.post("/settings/staff/new/", form)
    with scope(store):
        assert again["Location"] == f"/settings/staff/{Staff.objects.get(name='陈磊').pk}/"
    assert "没有重复" in manager.get(again["Location"]).content.decode()


def test_a_taken_sign_in_name_is_refused_in_any_case(manager: Client) -> None:
    response = manager.post("/settings/staff/new/", {"name": "假王强", "username": "WANG-a"})
    assert response.status_code == 422
    assert "username" in response.context["form"].errors


@pytest.mark.parametrize("duty", ["auditor", "system_administrator", "security_administrator"])
def test_separated_duties_stand_alone(manager: Client, duty: str) -> None:
    response = manager.post("/settings/staff/new/", {"name": "某人", "roles": [duty, "store_manager"]})
    assert response.status_code == 422
    assert "roles" in response.context["form"].errors


def test_nobody_changes_their_own_roles(manager: Client, store: Actor) -> None:
    response = manager.post(f"/settings/staff/{store.staff_id}/", {"name": "王强", "roles": ["auditor"]})
    assert response.status_code == 422
    with scope(store):
        assert Staff.objects.get(pk=store.staff_id).roles == ["store_manager"]


def test_the_last_person_who_manages_staff_stays(client: Client, store: Actor) -> None:
    second = join(store, "李娜", Role.STORE_MANAGER)
    assert enter(client, second).post(f"/settings/staff/{store.staff_id}/bar/").status_code == 302
    system = actors.system(store.organisation_id)
    for act in (staffing.bar, staffing.depart):
        with pytest.raises(ValidationError, match="最后一位"), scope(system):
            act(actor=system, staff_id=second.pk)
    with pytest.raises(ValidationError, match="最后一位"), scope(system):
        staffing.change(actor=system, staff_id=second.pk, details=Details("李娜", roles=(Role.TRAINER,)))
    with scope(store):
        kept = Staff.objects.get(pk=second.pk)
    assert (kept.active, kept.barred, kept.roles) == (True, False, [Role.STORE_MANAGER])


def test_a_superior_is_a_colleague_at_work_and_never_from_below(manager: Client, store: Actor) -> None:
    lead, advisor = join(store, "李娜", Role.SERVICE_MANAGER), join(store, "周婷", Role.SERVICE_ADVISOR)
    page = f"/settings/staff/{advisor.pk}/"
    sent = {"name": "周婷", "roles": ["service_advisor"], "superior_id": str(lead.pk)}
    assert manager.post(page, sent).status_code == 302
    assert "直接上级" in manager.get(page).content.decode()
    with scope(store):
        assert Staff.objects.get(pk=advisor.pk).superior_id == lead.pk
        changed = Entry.objects.filter(type="network.StaffChanged").latest("pk")
        assert changed.data["changes"] == ["superior_id"]
        for wrong in (lead.pk, advisor.pk):
            with pytest.raises(ValidationError, match="绕成一圈"), scope(store):
                details = Details("李娜", roles=("service_manager",), superior_id=advisor.pk)
                staffing.change(actor=store, staff_id=wrong, details=details)
    assert manager.post(page, {**sent, "superior_id": str(advisor.pk)}).status_code == 422
    assert manager.post(page, {**sent, "superior_id": "999999"}).status_code == 422


def test_what_is_required_is_marked_and_what_is_not_is_quiet(manager: Client) -> None:
    page = manager.get("/settings/staff/new/").content.decode()
    assert page.count('class="req"') == 1 and "选填" not in page


def test_who_left_stays_superior_until_another_one_is_chosen(manager: Client, store: Actor) -> None:
    lead, advisor = join(store, "李娜", Role.SERVICE_MANAGER), join(store, "周婷", Role.SERVICE_ADVISOR)
    with scope(store):
        Staff.objects.filter(pk=advisor.pk).update(superior_id=lead.pk)
        staffing.depart(actor=store, staff_id=lead.pk)
    sent = {"name": "周婷婷", "roles": ["service_advisor"], "superior_id": str(lead.pk)}
    assert manager.post(f"/settings/staff/{advisor.pk}/", sent).status_code == 302


def test_nobody_bars_or_removes_themselves(manager: Client, store: Actor) -> None:
    join(store, "李娜", Role.STORE_MANAGER)
    for act in ("bar", "departure"):
        assert manager.post(f"/settings/staff/{store.staff_id}/{act}/").status_code == 422


def test_a_change_of_roles_is_told_role_by_role(manager: Client, store: Actor) -> None:
    person = join(store, "周婷", Role.SERVICE_ADVISOR)
    manager.post(f"/settings/staff/{person.pk}/", {"name": "周婷", "title": "主管", "roles": [Role.SERVICE_MANAGER]})
    with scope(store):
        entry = Entry.objects.get(type="network.StaffChanged")
    assert entry.data["changes"] == ["title", "+service_manager", "-service_advisor"]


def test_a_barred_person_is_out_and_comes_back(client: Client, store: Actor) -> None:
    person = join(store, "周婷", Role.SERVICE_ADVISOR)
    theirs = enter(Client(), person)
    enter(client, store)
    assert theirs.get("/settings/account/").status_code == 200
    client.post(f"/settings/staff/{person.pk}/bar/")
    assert theirs.get("/settings/account/").url.endswith("because=gone")
    client.post(f"/settings/staff/{person.pk}/bar/lift/")
    assert enter(Client(), person).get("/settings/account/").status_code == 200


def test_a_reset_password_ends_the_sessions_of_the_person(client: Client, store: Actor) -> None:
    person = join(store, "周婷", Role.SERVICE_ADVISOR)
    theirs = enter(Client(), person)
    response = enter(client, store).post(f"/settings/staff/{person.pk}/password/")
    assert len(response.context["secret"]) == 14
    assert theirs.get("/settings/account/").url.endswith("because=changed")


def test_one_store_cannot_take_over_who_works_in_another(manager: Client, store: Actor, other: Actor) -> None:
    person = join(other, "周婷", Role.SERVICE_ADVISOR)
    with scope(store):
        here = Staff.objects.create(organisation_id=store.organisation_id, name="周婷", user_id=person.user_id)
    response = manager.post(f"/settings/staff/{here.pk}/password/")
    assert response.status_code == 422
    assert User.objects.get(pk=person.user_id).password == UNUSABLE


def test_a_person_of_two_stores_switches_between_them(client: Client, store: Actor, other: Actor) -> None:
    person = join(other, "周婷", Role.SERVICE_ADVISOR)
    with scope(store):
        Staff.objects.create(organisation_id=store.organisation_id, name="周婷", user_id=person.user_id)
    enter(client, person)
    assert client.get("/settings/account/").context["place"].organisation == "B店"
    assert client.post("/switch/", {"organisation": store.organisation_id}).url == "/"
    assert client.get("/settings/account/").context["place"].organisation == "A店"
    assert client.session[SESSION_KEY] == str(person.user_id)


def test_the_list_of_staff_costs_the_same_for_any_number(manager: Client, store: Actor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            manager.get("/settings/staff/")
        return len(queries)

    join(store, "何敏", Role.SERVICE_ADVISOR)
    cost()  # some things are asked once per process
    few = cost()
    for number in range(30):
        join(store, f"某{number}", Role.SERVICE_ADVISOR)
    assert cost() == few <= 25


# -- hand-over


def test_who_holds_customers_cannot_leave(manager: Client, store: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    person = join(store, "周婷", Role.SERVICE_ADVISOR)
    held = handover.Part("test.people", "下属", lambda pk: Staff.objects.filter(superior_id=pk), "superior")
    monkeypatch.setattr(handover, "PARTS", {held.key: held})
    with scope(store):
        Staff.objects.filter(name="王强").update(superior=person)
    response = manager.post(f"/settings/staff/{person.pk}/departure/")
    assert response.status_code == 422
    assert f"/settings/handovers/new/?giver={person.pk}" in response.content.decode()
    with scope(store):
        assert Staff.objects.get(pk=person.pk).active


# -- organisations


def test_the_tree_shows_names_above_and_below_and_nothing_beside(manager: Client, store: Actor, other: Actor) -> None:
    own = Organisation.objects.get(pk=store.organisation_id)
    own.parent = Organisation.objects.create(code="M", name="主机厂", kind="manufacturer")
    own.save()
    Organisation.objects.create(code="A1", name="一号分店", kind="branch", parent=own)
    text = manager.get("/settings/organisations/").content.decode()
    assert "主机厂" in text and "一号分店" in text
    assert "B店" not in text


def test_a_branch_is_founded_with_oneself_or_with_a_manager(manager: Client, store: Actor) -> None:
    mine = {"name": "一号分店", "code": "A1", "kind": "branch"}
    assert manager.post("/settings/organisations/new/", mine).url == "/settings/organisations/"
    response = manager.post(
        "/settings/organisations/new/", {**mine, "code": "A2", "person": "钱进", "username": "qianjin"}
    )
    assert len(response.context["secret"]) == 14
    branch = Organisation.objects.get(code="A2")
    assert branch.parent_id == store.organisation_id
    with scope(actors.system(branch)):
        assert list(Staff.objects.values_list("name", flat=True)) == ["钱进"]
    user = User.objects.get(username="wang-A")
    assert [place.organisation for place in actors.memberships(user)] == ["A店", "一号分店"]
    with scope(store):
        assert Entry.objects.filter(type="network.OrganisationCreated").count() == 3


@pytest.mark.parametrize("wrong", [{"kind": "manufacturer"}, {"code": "a"}, {"person": "只有姓名"}])
def test_a_branch_that_does_not_fit_is_refused(manager: Client, wrong: dict[str, str]) -> None:
    response = manager.post("/settings/organisations/new/", {"name": "分店", "code": "A1", "kind": "branch", **wrong})
    assert response.status_code == 422
    assert Organisation.objects.count() == 1


def test_nothing_is_founded_below_another_store(manager: Client, other: Actor) -> None:
    address = f"/settings/organisations/new/?parent={other.organisation_id}"
    assert manager.get(address).status_code == 404
    assert manager.post(address, {"name": "x", "code": "x1", "kind": "branch"}).status_code == 404


def test_the_store_changes_its_profile(manager: Client, store: Actor) -> None:
    manager.post("/settings/organisations/", {"name": "新名字", "city": "铜陵"})
    assert str(Organisation.objects.get(pk=store.organisation_id)) == "新名字"
    with scope(store):
        assert Entry.objects.get(type="network.OrganisationChanged").data["changes"] == ["name", "city"]


def test_a_session_is_begun_without_what_an_earlier_one_held(rf: Any, store: Actor, client: Client) -> None:
    session: Callable[..., Any] = client.session.__class__
    request = rf.get("/")
    request.session = session()
    request.session["planted"] = 1
    user = User.objects.get(username="wang-A")
    begin_session(request, user, store.organisation_id)
    assert "planted" not in request.session
    assert request.session["organisation"] == store.organisation_id
