"""First set-up, signing in and out, and the brakes on guessing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from qibu.kernel import times
from qibu.kernel.addresses import networks
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network.models import KnownDevice, Organisation, SignInAttempt, Staff, User
from qibu.network.rules import SAME_NAME_AND_SOURCE, SAME_NAME_ANYWHERE, Role
from qibu.network.services import accounts, actors, organisations, signing_in
from qibu.network.services.organisations import Founder, Profile
from qibu.network.services.signing_in import Origin, SignInRefused
from qibu.network.views import frame

PASSWORD = "七步铜陵店-2026"
WRONG = "错的密码"
SETUP = {
    "name": "铜陵奇瑞4S店", "short_name": "铜陵店", "code": "TL01", "city": "铜陵", "person": "王强",
    "username": "wangqiang", "password": PASSWORD, "again": PASSWORD,
}  # fmt: skip

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_founded(settings: Any) -> Any:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # the real one is slow on purpose
    organisations._founded_once.cache_clear()
    yield
    organisations._founded_once.cache_clear()


@pytest.fixture
def manager() -> Any:
    credentials = accounts.prepare(username="wangqiang", password=PASSWORD)
    return organisations.found(code="TL01", profile=Profile("铜陵店"), founder=Founder("王强", credentials))


def try_in(name: str, password: str = WRONG, address: str = "10.0.0.9", device: str = "") -> signing_in.Welcome:
    return signing_in.sign_in(username=name, password=password, origin=Origin(address, device))


def refused(*args: Any, **kwargs: Any) -> timedelta:
    with pytest.raises(SignInRefused) as refusal:
        try_in(*args, **kwargs)
    return refusal.value.wait


# -- first set-up


def test_without_a_store_every_way_leads_to_setup(client: Client) -> None:
    assert client.get("/settings/").url.startswith("/sign-in/")
    assert client.get("/sign-in/").url == "/setup/"
    assert client.get("/setup/").status_code == 200


def test_setup_founds_the_store_and_signs_its_manager_in(client: Client) -> None:
    response = client.post("/setup/", SETUP)
    assert (response.status_code, response.url) == (302, "/")
    organisation = Organisation.objects.get(code="TL01")
    with scope(actors.system(organisation)):
        staff = Staff.objects.get()
        assert (staff.name, staff.roles, staff.sort_key) == ("王强", [Role.STORE_MANAGER], "wang2 qiang2")
        written = list(Entry.objects.order_by("id").values_list("type", flat=True))
    assert written == ["network.OrganisationCreated", "network.StaffJoined", "network.SignedIn"]
    assert client.get("/settings/").status_code == 200


def test_setup_is_gone_once_a_store_exists(client: Client, manager: Any) -> None:
    assert client.get("/setup/").url == "/sign-in/"
    assert client.post("/setup/", {**SETUP, "code": "X", "username": "x1"}).url == "/sign-in/"
    assert Organisation.objects.count() == 1


def test_of_two_who_set_up_at_once_one_wins(manager: Any) -> None:
    credentials = accounts.prepare(username="zweiter", password=PASSWORD)
    with pytest.raises(organisations.AlreadyFounded):
        organisations.found(code="TL02", profile=Profile("二店"), founder=Founder("二", credentials), first=True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "铜陵"), ("code", "TL 01"), ("username", "王 强"), ("password", "12345678"), ("again", "x"),
        ("name", ""),
    ],
)
def test_setup_says_at_the_field_what_is_wrong(client: Client, field: str, value: str) -> None:
    again = {"again": value} if field == "password" else {}
    response = client.post("/setup/", {**SETUP, field: value, **again})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Organisation.objects.exists()


# -- signing in and out


def test_sign_in_leads_to_the_page_that_was_asked_for(client: Client, manager: Any) -> None:
    asked = client.get("/settings/account/?a=1")
    assert asked.url == "/sign-in/?next=%2Fsettings%2Faccount%2F%3Fa%3D1"
    given = {"username": "WangQiang", "password": PASSWORD, "next": "/settings/account/?a=1"}
    response = client.post("/sign-in/", given)
    assert response.url == "/settings/account/?a=1"
    assert client.get("/settings/account/").status_code == 200


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_server(client: Client, manager: Any, target: str) -> None:
    response = client.post("/sign-in/", {"username": "wangqiang", "password": PASSWORD, "next": target})
    assert response.url == "/"


def test_the_session_key_changes_at_sign_in(client: Client, manager: Any) -> None:
    client.get("/sign-in/")
    session = client.session
    session["planted"] = "1"
    session.save()
    before = session.session_key
    client.cookies["qibu_session"] = before
    client.post("/sign-in/", {"username": "wangqiang", "password": PASSWORD})
    assert client.session.session_key != before
    assert "planted" not in client.session


def test_unknown_name_and_wrong_password_read_the_same(client: Client, manager: Any) -> None:
    def answer(name: str) -> tuple[int, list[str]]:
        response = client.post("/sign-in/", {"username": name, "password": "falsch-123"})
        return response.status_code, response.context["form"].non_field_errors()

    assert answer("wangqiang") == answer("niemand")


def test_unknown_names_are_hashed_for_as_well(manager: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    hashed: list[str] = []
    monkeypatch.setattr(signing_in, "make_password", lambda p: hashed.append(p) or "x")
    refused("niemand")
    assert hashed == ["错的密码"]


def test_sign_out_ends_the_session_and_is_written_down(client: Client, manager: Any) -> None:
    client.post("/sign-in/", {"username": "wangqiang", "password": PASSWORD})
    assert client.post("/sign-out/").url == "/sign-in/?because=out"
    assert client.get("/settings/account/").url.startswith("/sign-in/")
    with scope(manager):
        assert Entry.objects.filter(type="network.SignedOut").count() == 1


# -- brakes


def test_the_fifth_failure_brings_a_pause_that_is_told(client: Client, manager: Any) -> None:
    answers = [client.post("/sign-in/", {"username": "wangqiang", "password": "falsch"}) for _ in range(6)]
    assert [a.status_code for a in answers] == [422] * 4 + [429, 429]
    assert 25 <= int(answers[-1]["Retry-After"]) <= 30
    assert "30 秒" in answers[-1].content.decode()
    assert SignInAttempt.objects.count() == 5  # what comes too early isn't even looked at


def test_the_right_password_clears_the_count(manager: Any) -> None:
    for _ in range(4):
        refused("wangqiang")
    welcome = try_in("wangqiang", PASSWORD)
    assert welcome.failures == 4
    assert SignInAttempt.objects.count() == 0


def test_an_attacker_cannot_lock_the_owner_out_of_a_known_device(manager: Any) -> None:
    device = try_in("wangqiang", PASSWORD, address="10.0.0.1").device
    for number in range(SAME_NAME_ANYWHERE.free + 1):  # from many places
        refused("wangqiang", address=f"172.16.0.{number}")
    for _ in range(SAME_NAME_AND_SOURCE.free + 1):  # and from the owner's own network
        refused("wangqiang", address="10.0.0.1")
    assert refused("wangqiang", PASSWORD, address="10.0.0.1") > timedelta(0)  # a new device has to wait
    assert try_in("wangqiang", PASSWORD, address="10.0.0.1", device=device).user.username == "wangqiang"


def test_a_known_device_has_a_brake_of_its_own(manager: Any) -> None:
    device = try_in("wangqiang", PASSWORD).device
    waits = [refused("wangqiang", device=device) for _ in range(SAME_NAME_AND_SOURCE.free + 1)]
    assert waits[-1] > timedelta(seconds=25)
    assert all(wait == timedelta(0) for wait in waits[:-1])


def test_an_invented_device_is_no_known_one(manager: Any) -> None:
    for number in range(SAME_NAME_ANYWHERE.free + 1):
        refused("wangqiang", address=f"172.16.0.{number}", device=f"erfunden-{number}-lang-genug")
    assert refused("wangqiang", PASSWORD, address="172.16.9.9", device="erfunden-x-lang-genug-") > timedelta(0)


def test_a_source_that_tries_many_names_has_to_wait(manager: Any) -> None:
    for number in range(31):
        refused(f"name{number}", address="192.0.2.7")
    assert refused("name99", address="192.0.2.7") > timedelta(0)
    assert refused("name99", address="192.0.2.8") == timedelta(0)


def test_the_addresses_of_one_ipv6_subscriber_are_one_source(manager: Any) -> None:
    for number in range(31):
        refused(f"name{number}", address=f"2001:db8::{number:x}")
    assert refused("name99", address="2001:db8::ffff") > timedelta(0)


@pytest.mark.parametrize(("header", "sent", "told"), [
    ("X-Forwarded-For", {"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}, "203.0.113.9"),
    ("X-Forwarded-For", {"Forwarded": "for=1.2.3.4"}, "127.0.0.1"),  # the proxy hands on what it doesn't write
    ("Forwarded", {"Forwarded": "for=1.2.3.4, for=203.0.113.9;proto=https"}, "203.0.113.9"),
    ("Forwarded", {"X-Forwarded-For": "1.2.3.4"}, "127.0.0.1"),
])  # fmt: skip
def test_behind_a_named_proxy_the_guests_address_is_counted_and_told(
    client: Client, manager: Any, settings: Any, header: str, sent: dict[str, str], told: str
) -> None:
    settings.QIBU_PROXIES, settings.QIBU_PROXY_HEADER = networks("127.0.0.1"), header
    client.post("/sign-in/", {"username": "wangqiang", "password": PASSWORD}, headers=sent)
    with scope(actors.system(manager.organisation_id)):
        assert Entry.objects.get(type="network.SignedIn").data["address"] == told


def test_guests_of_one_proxy_do_not_brake_each_other(client: Client, manager: Any, settings: Any) -> None:
    settings.QIBU_PROXIES = networks("127.0.0.1")
    tries = [
        client.post("/sign-in/", {"username": f"guess{n}", "password": WRONG}, headers={"X-Forwarded-For": "1.2.3.4"})
        for n in range(31)
    ]
    assert tries[-1].status_code == 429
    right = {"username": "wangqiang", "password": PASSWORD}
    assert client.post("/sign-in/", right, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 302


def test_old_attempts_are_pruned(manager: Any) -> None:
    old = SignInAttempt.objects.create(name_hash=b"n" * 16, source_hash=b"s" * 16)
    SignInAttempt.objects.update(at=times.now() - timedelta(days=8))
    refused("wangqiang")
    assert not SignInAttempt.objects.filter(pk=old.pk).exists()


def test_people_who_share_a_browser_share_its_cookie(manager: Any) -> None:
    accounts.create(accounts.prepare(username="zhouting", password=PASSWORD))
    with scope(manager):
        Staff.objects.create(
            organisation_id=manager.organisation_id, name="周婷", user=User.objects.get(username="zhouting")
        )
    device = try_in("wangqiang", PASSWORD).device
    assert try_in("zhouting", PASSWORD, device=device).device == device
    assert KnownDevice.objects.count() == 2


# -- the end of a session


@pytest.fixture
def inside(client: Client, manager: Any) -> Client:
    client.post("/sign-in/", {"username": "wangqiang", "password": PASSWORD})
    return client


def age(client: Client, key: str, seconds: float) -> None:
    session = client.session
    session[key] = times.now().timestamp() - seconds
    session.save()


def because(client: Client) -> str:
    response = client.get("/settings/account/")
    return response.url.rpartition("because=")[2] if response.status_code == 302 else ""


def test_an_idle_session_ends_and_says_so(inside: Client) -> None:
    age(inside, "seen", 121 * 60)
    assert because(inside) == "idle"
    assert "自动退出" in inside.get("/sign-in/?because=idle").content.decode()
    assert client_is_out(inside)


@pytest.mark.parametrize("by_itself", [True, False])
def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    inside: Client, monkeypatch: pytest.MonkeyPatch, by_itself: bool
) -> None:
    monkeypatch.setattr(frame.settings_page, "unattended", by_itself, raising=False)
    age(inside, "seen", 119 * 60)
    inside.get("/settings/")
    age_now = times.now().timestamp() - inside.session["seen"]
    assert (age_now > 118 * 60) is by_itself


def test_the_bell_keeps_no_session_alive(inside: Client) -> None:
    age(inside, "seen", 119 * 60)
    assert inside.get("/bell/").status_code == 200
    assert times.now().timestamp() - inside.session["seen"] > 118 * 60
    age(inside, "seen", 121 * 60)
    assert inside.get("/bell/").status_code == 302


def test_a_session_ends_after_a_working_day_even_when_used(inside: Client) -> None:
    age(inside, "since", 12 * 3600 + 1)
    assert because(inside) == "over"


def test_a_disabled_user_is_out_at_once(inside: Client) -> None:
    User.objects.update(is_active=False)
    assert because(inside) == "changed"


def test_a_changed_password_ends_other_sessions(inside: Client) -> None:
    user = User.objects.get()
    user.set_password("ein-anderes-Wort-9")
    user.save()
    assert because(inside) == "changed"


@pytest.mark.parametrize("change", [{"left_on": "2026-01-01"}, {"barred": True}])
def test_who_left_or_is_barred_is_out_at_once(inside: Client, manager: Any, change: dict[str, Any]) -> None:
    with scope(manager):
        Staff.objects.update(**change)
    assert because(inside) == "gone"
    assert refused("wangqiang", PASSWORD) == timedelta(0)


def test_a_fragment_asked_for_too_late_leads_to_sign_in_and_back_to_its_page(client: Client, manager: Any) -> None:
    page = "http://testserver/settings/?x=1"
    response = client.get("/settings/account/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL=page)
    assert response.status_code == 401
    assert response["HX-Redirect"] == "/sign-in/?next=%2Fsettings%2F%3Fx%3D1"


def test_a_form_sent_too_late_by_script_stays_on_the_screen(client: Client, manager: Any) -> None:
    response = client.post("/settings/account/language/", {"language": "en"}, HTTP_HX_REQUEST="true")
    assert response.status_code == 401
    assert "HX-Redirect" not in response


def test_a_form_sent_too_late_leads_back_to_its_page(client: Client, manager: Any) -> None:
    page = "http://testserver/settings/account/?a=1"
    response = client.post("/settings/account/language/", {"language": "en"}, HTTP_REFERER=page)
    assert response.url == "/sign-in/?next=%2Fsettings%2Faccount%2F%3Fa%3D1"


def client_is_out(client: Client) -> bool:
    return client.get("/settings/account/").status_code == 302


# -- own password


def test_a_temporary_password_must_be_replaced_first(inside: Client) -> None:
    User.objects.update(must_change_password=True)
    assert inside.get("/settings/").url == reverse("network:own-password")
    new = "neues-Wort-mit-Laenge"
    response = inside.post("/settings/account/password/", {"old": PASSWORD, "password": new, "again": new})
    assert response.url == "/settings/account/"
    assert inside.get("/settings/").status_code == 200
    assert not User.objects.get().must_change_password


def test_a_wrong_old_password_changes_nothing(inside: Client) -> None:
    given = {"old": "falsch", "password": "abc-def-9-x", "again": "abc-def-9-x"}
    response = inside.post("/settings/account/password/", given)
    assert response.status_code == 422
    assert User.objects.get().check_password(PASSWORD)


def test_the_language_is_kept_with_the_person(inside: Client) -> None:
    response = inside.post("/settings/account/language/", {"language": "en"})
    assert response.cookies["qibu_language"].value == "en"
    assert User.objects.get().language == "en"


def test_the_store_can_only_be_switched_to_a_place_of_work(inside: Client) -> None:
    other = Organisation.objects.create(code="B", name="B")
    assert inside.post("/switch/", {"organisation": other.pk}).status_code == 404
    assert inside.session["organisation"] != other.pk
