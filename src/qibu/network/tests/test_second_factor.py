"""The second factor: set up, signed in with, lost, demanded; and that it locks nobody out."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.test import Client

from qibu.kernel import times
from qibu.kernel.models import Entry
from qibu.kernel.scoping import scope
from qibu.network import codes, security
from qibu.network.models import (
    KnownDevice,
    RecoveryCode,
    SecondFactor,
    SecurityPolicy,
    Staff,
    User,
)
from qibu.network.security import Factor
from qibu.network.services import accounts, actors, factors, organisations, policies, signing_in
from qibu.network.services.brakes import Origin
from qibu.network.services.organisations import Founder, Profile
from qibu.network.services.signing_in import SignInRefused
from qibu.network.tests.conftest import PASSWORD

SIGN_IN = {"username": "wangqiang", "password": PASSWORD}
FACTOR = "/settings/account/second-factor/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


class Clock:
    """Time that a test moves on; codes of the app are of this time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = times.now()
        monkeypatch.setattr(times, "now", lambda: self.now)

    def on(self, **by: float) -> None:
        self.now += timedelta(**by)

    def code(self, secret: str, off: int = 0) -> str:
        return pyotp.TOTP(secret).at(self.now + timedelta(seconds=30 * off))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def user(store: Any) -> User:
    return User.objects.get(username="wangqiang")


@pytest.fixture
def secret(store: Any, user: User, clock: Clock) -> str:
    """A factor that is set up, its last code already a while ago."""
    found = factors.begin(user=user)
    factors.confirm(actor=store, user=user, code=clock.code(found), session="")
    clock.on(seconds=90)
    return found


def half_way(client: Client, **extra: str) -> Client:
    answer = client.post("/sign-in/", {**SIGN_IN, **extra})
    assert (answer.status_code, answer.url) == (302, "/sign-in/code/")
    return client


def written(store: Any) -> list[str]:
    with scope(actors.system(store.organisation_id)):
        return [name.removeprefix("network.") for name in Entry.objects.order_by("id").values_list("type", flat=True)]


def hire(store: Any, username: str, role: str) -> Staff:
    account = accounts.create(accounts.prepare(username=username, password=PASSWORD))
    with scope(store):
        return Staff.objects.create(
            organisation_id=store.organisation_id, name=username, user=account, roles=[role]
        )


def is_in(client: Client) -> bool:
    return client.get("/settings/account/").status_code == 200


# -- signing in


def test_the_password_alone_opens_nothing(client: Client, secret: str) -> None:
    half_way(client)
    assert client.get("/settings/account/").url.startswith("/sign-in/")
    assert client.get("/").url.startswith("/sign-in/")
    assert client.post("/settings/account/sessions/end/").url.startswith("/sign-in/")


def test_password_and_code_open_the_page_that_was_asked_for(
    client: Client, store: Any, secret: str, clock: Clock
) -> None:
    half_way(client, next="/settings/account/?a=1")
    answer = client.post("/sign-in/code/", {"code": clock.code(secret)})
    assert answer.url == "/settings/account/?a=1"
    assert is_in(client)
    with scope(store):
        assert Entry.objects.get(type="network.SignedIn").data["factor"] == "app"


def test_nothing_is_told_before_the_password_is_right(client: Client, store: Any, secret: str) -> None:
    hire(store, "zhouting", "service_advisor")  # has no factor

    def answer(name: str) -> tuple[int, list[str]]:
        response = client.post("/sign-in/", {"username": name, "password": "falsch-123"})
        return response.status_code, response.context["form"].non_field_errors()

    assert answer("wangqiang") == answer("zhouting") == answer("niemand")
    assert client.get("/sign-in/code/").url == "/sign-in/?because=late"


def test_a_code_is_good_once(client: Client, secret: str, clock: Clock) -> None:
    code = clock.code(secret)
    assert half_way(client).post("/sign-in/code/", {"code": code}).status_code == 302
    other = half_way(Client())
    assert other.post("/sign-in/code/", {"code": code}).status_code == 422
    assert not is_in(other)


def test_the_code_of_the_set_up_does_not_sign_in(client: Client, store: Any, user: User, clock: Clock) -> None:
    secret = factors.begin(user=user)
    factors.confirm(actor=store, user=user, code=clock.code(secret), session="")
    assert half_way(client).post("/sign-in/code/", {"code": clock.code(secret)}).status_code == 422


@pytest.mark.parametrize(("off", "status"), [(-2, 422), (-1, 302), (1, 302), (2, 422)])
def test_a_clock_may_be_half_a_minute_off(
    client: Client, secret: str, clock: Clock, off: int, status: int
) -> None:
    assert half_way(client).post("/sign-in/code/", {"code": clock.code(secret, off)}).status_code == status


def test_who_takes_too_long_begins_again(client: Client, secret: str, clock: Clock) -> None:
    half_way(client)
    session = client.session
    session["half_way"] = {**session["half_way"], "at": session["half_way"]["at"] - 301}
    session.save()
    assert client.post("/sign-in/code/", {"code": clock.code(secret)}).url == "/sign-in/?because=late"
    assert not is_in(client)


def test_a_changed_password_ends_what_is_half_way(client: Client, secret: str, clock: Clock, user: User) -> None:
    half_way(client)
    user.set_password("ein-anderes-Wort-9")
    user.save()
    assert client.post("/sign-in/code/", {"code": clock.code(secret)}).url == "/sign-in/?because=late"


def test_the_session_gets_a_new_key_with_the_code(client: Client, secret: str, clock: Clock) -> None:
    before = half_way(client).session.session_key
    client.post("/sign-in/code/", {"code": clock.code(secret)})
    assert client.session.session_key != before
    assert "half_way" not in client.session


# -- wrong codes


def refused(user: User, origin: Origin, code: str = "000000") -> timedelta:
    with pytest.raises(SignInRefused) as refusal:
        signing_in.finish(user=user, code=code, origin=origin)
    return refusal.value.wait


def test_wrong_codes_are_braked_told_and_in_the_trail(client: Client, store: Any, secret: str, clock: Clock) -> None:
    half_way(client)
    answers = [client.post("/sign-in/code/", {"code": "000000"}) for _ in range(6)]
    assert [each.status_code for each in answers] == [422] * 4 + [429, 429]
    assert "30 秒" in answers[-1].content.decode()
    assert client.post("/sign-in/code/", {"code": clock.code(secret)}).status_code == 429  # the right one waits, too
    assert written(store).count("CodeRefused") == 5


def test_the_owner_reads_that_somebody_knows_the_password(client: Client, secret: str, clock: Clock) -> None:
    half_way(Client()).post("/sign-in/code/", {"code": "000000"})
    half_way(client).post("/sign-in/code/", {"code": clock.code(secret)})
    assert "密码对、验证码错，没能登录" in client.get("/settings/account/").content.decode()


def test_who_knows_the_password_cannot_lock_the_owner_out(
    client: Client, user: User, secret: str, clock: Clock
) -> None:
    here = Origin("10.0.0.1")
    home = Origin("10.0.0.1", signing_in.finish(user=user, code=clock.code(secret), origin=here).device)
    clock.on(seconds=90)
    for number in range(codes.CODE_ANYWHERE.free + 1):
        refused(user, Origin(f"172.16.0.{number}"))
    for _ in range(codes.CODE_HERE.free + 1):
        refused(user, here)  # and from the owner's own network
    assert refused(user, Origin("10.0.0.9"), clock.code(secret)) > timedelta(0)  # a new browser waits
    assert signing_in.finish(user=user, code=clock.code(secret), origin=home).user == user


def test_the_right_code_clears_the_count(client: Client, user: User, secret: str, clock: Clock) -> None:
    for _ in range(3):
        refused(user, Origin("10.0.0.1"))
    signing_in.finish(user=user, code=clock.code(secret), origin=Origin("10.0.0.1"))
    clock.on(seconds=90)
    assert [refused(user, Origin("10.0.0.1")) for _ in range(4)] == [timedelta(0)] * 4


# -- recovery codes


def test_a_recovery_code_is_good_once_and_says_how_many_are_left(
    client: Client, store: Any, user: User, clock: Clock
) -> None:
    made = factors.confirm(
        actor=store, user=user, code=clock.code(factors.begin(user=user)), session=""
    )
    half_way(client).post("/sign-in/code/", {"code": made[3].upper().replace("-", " ")})
    assert "还剩 9 个" in client.get("/settings/account/").content.decode()
    assert half_way(Client()).post("/sign-in/code/", {"code": made[3]}).status_code == 422
    assert half_way(Client()).post("/sign-in/code/", {"code": made[4]}).status_code == 302


def test_a_wrong_code_is_told_as_what_it_is(client: Client, secret: str) -> None:
    half_way(client)
    app = client.post("/sign-in/code/", {"code": "123456"}).content.decode()
    assert "最新的 6 位数字" in app and "123456" not in app
    paper = client.post("/sign-in/code/?recovery=1", {"code": "abcd-efgh"}).content.decode()
    assert "恢复码不对" in paper and "abcd-efgh" in paper


def test_a_recovery_code_of_somebody_else_is_none(store: Any, user: User, clock: Clock, secret: str) -> None:
    other = hire(store, "zhouting", "service_advisor")
    assert other.user is not None
    theirs = factors.confirm(
        actor=actors.of_staff(other), user=other.user, code=clock.code(factors.begin(user=other.user)), session=""
    )
    assert factors.use(user, theirs[0]) is None
    assert factors.use(other.user, theirs[0]) == factors.Used("recovery", 9)


def test_secret_and_codes_are_not_readable_in_the_tables(store: Any, user: User, clock: Clock) -> None:
    secret = factors.begin(user=user)
    made = factors.confirm(actor=store, user=user, code=clock.code(secret), session="")
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM network_secondfactor")
        assert secret.encode() not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT code_hash FROM network_recoverycode")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
    assert not any(codes.typed(code).encode() in stored for code in made)
    assert RecoveryCode.objects.filter(used_at=None).count() == codes.RECOVERY_CODES


# -- set up on the account page


@pytest.fixture
def inside(client: Client, store: Any) -> Client:
    client.post("/sign-in/", SIGN_IN)
    return client


def set_up(client: Client, clock: Clock) -> str:
    """By the pages alone; gives the secret that stands there to be typed."""
    assert client.post(FACTOR, {"password": PASSWORD}).status_code == 302
    page = client.get(FACTOR).content.decode()
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    assert found
    secret = found[1].replace(" ", "")
    answer = client.post(f"{FACTOR}confirmation/", {"code": clock.code(secret)})
    assert len(answer.context["codes"]) == codes.RECOVERY_CODES
    return secret


def test_the_password_is_asked_for_first(inside: Client) -> None:
    assert b"<svg class=\"qr\"" not in inside.get(FACTOR).content
    assert inside.post(FACTOR, {"password": "falsch"}).status_code == 422
    for act in ("confirmation", "codes", "removal"):
        assert inside.post(f"{FACTOR}{act}/", {"code": "1"}).url == FACTOR
    assert not SecondFactor.objects.exists()


def test_who_sits_at_an_open_screen_cannot_try_passwords_for_long(inside: Client) -> None:
    answers = [inside.post(FACTOR, {"password": f"falsch-{n}"}) for n in range(6)]
    assert "30 秒" in answers[-1].content.decode()
    assert inside.post(FACTOR, {"password": PASSWORD}).status_code == 422
    change = {"old": PASSWORD, "password": "neues-Wort-mit-Laenge", "again": "neues-Wort-mit-Laenge"}
    assert inside.post("/settings/account/password/", change).status_code == 422  # the same brake
    elsewhere = Client()
    elsewhere.post("/sign-in/", SIGN_IN)
    assert elsewhere.post(FACTOR, {"password": PASSWORD}).status_code == 302  # the owner, somewhere else


def test_set_up_by_the_pages_and_signed_in_with_it(inside: Client, store: Any, clock: Clock) -> None:
    elsewhere = Client()
    elsewhere.post("/sign-in/", SIGN_IN)
    secret = set_up(inside, clock)
    assert is_in(inside)
    assert not is_in(elsewhere)
    assert "FactorEnrolled" in written(store)
    clock.on(seconds=90)
    answer = half_way(Client()).post("/sign-in/code/", {"code": clock.code(secret)})
    assert answer.status_code == 302


def test_a_wrong_code_sets_nothing_up(inside: Client) -> None:
    inside.post(FACTOR, {"password": PASSWORD})
    inside.get(FACTOR)
    assert inside.post(f"{FACTOR}confirmation/", {"code": "000000"}).status_code == 422
    assert not factors.has_factor(User.objects.get())


def test_the_old_telephone_counts_until_the_new_one_is_confirmed(inside: Client, user: User, clock: Clock) -> None:
    old = set_up(inside, clock)
    inside.get(f"{FACTOR}?new=1")
    clock.on(seconds=90)
    assert factors.use(user, clock.code(old))
    new = SecondFactor.objects.get().pending
    clock.on(seconds=90)
    inside.post(FACTOR, {"password": PASSWORD})
    assert inside.post(f"{FACTOR}confirmation/", {"code": clock.code(str(new))}).status_code == 200
    clock.on(seconds=90)
    assert not factors.use(user, clock.code(old))
    assert factors.use(user, clock.code(str(new)))


def test_new_recovery_codes_make_the_old_ones_worthless(inside: Client, user: User, clock: Clock, store: Any) -> None:
    set_up(inside, clock)
    first = factors.renew_codes(actor=store, user=user)
    second = inside.post(f"{FACTOR}codes/").context["codes"]
    assert factors.use(user, first[0]) is None
    assert factors.use(user, second[0])


def test_taken_away_by_the_person_it_is_gone_everywhere(inside: Client, store: Any, clock: Clock) -> None:
    secret = set_up(inside, clock)
    clock.on(seconds=90)
    other = half_way(Client())
    other.post("/sign-in/code/", {"code": clock.code(secret)})
    assert inside.post(f"{FACTOR}removal/").url == "/settings/account/"
    assert is_in(inside)
    assert not is_in(other)
    assert not (SecondFactor.objects.exists() or RecoveryCode.objects.exists())
    assert written(store)[-1] == "FactorRemoved"


# -- demanded by the organisation


def demand(store: Any, **wanted: Any) -> None:
    with scope(store):
        policies.change(actor=store, wanted=security.Policy(**wanted))


def test_who_owes_a_factor_sets_it_up_before_anything_else(store: Any, clock: Clock) -> None:
    demand(store, factor=Factor.EVERYONE)
    client = Client()
    client.post("/sign-in/", {**SIGN_IN, "next": "/settings/account/?a=1"})
    assert client.get("/settings/account/").url == FACTOR
    assert client.get("/", HTTP_HX_REQUEST="true")["HX-Redirect"] == FACTOR
    page = client.get(FACTOR)  # the password was given this moment
    found = re.search(r'class="secret">([A-Z2-7 ]+)<', page.content.decode())
    assert found
    answer = client.post(f"{FACTOR}confirmation/", {"code": clock.code(found[1].replace(" ", ""))})
    assert answer.context["onwards"] == "/settings/account/?a=1"
    assert is_in(client)


def test_who_is_in_stays_in_until_the_next_sign_in(inside: Client, store: Any) -> None:
    demand(store, factor=Factor.EVERYONE)
    assert is_in(inside)


def test_it_is_demanded_of_the_named_roles_alone(store: Any) -> None:
    hire(store, "zhouting", "service_advisor")
    demand(store, factor=Factor.ROLES, factor_roles=frozenset({"store_manager"}))
    advisor, manager = Client(), Client()
    advisor.post("/sign-in/", {**SIGN_IN, "username": "zhouting"})
    manager.post("/sign-in/", SIGN_IN)
    assert is_in(advisor)
    assert not is_in(manager)


def test_what_is_demanded_cannot_be_taken_away(inside: Client, store: Any, clock: Clock) -> None:
    set_up(inside, clock)
    demand(store, factor=Factor.EVERYONE)
    inside.post(f"{FACTOR}removal/")
    assert factors.has_factor(User.objects.get())


# -- browsers that are trusted


def test_a_trusted_browser_is_not_asked_for_thirty_days(client: Client, secret: str, clock: Clock) -> None:
    half_way(client).post("/sign-in/code/", {"code": clock.code(secret), "trust": "on"})
    assert client.post("/sign-in/", SIGN_IN).url == "/"
    assert half_way(Client())  # another browser is
    clock.on(days=31)
    assert client.post("/sign-in/", SIGN_IN).url == "/sign-in/code/"


def test_trust_ends_where_a_place_of_the_person_does_not_want_it(
    client: Client, store: Any, secret: str, clock: Clock
) -> None:
    half_way(client).post("/sign-in/code/", {"code": clock.code(secret), "trust": "on"})
    demand(store, trust_browsers=False)
    clock.on(seconds=90)
    half_way(client)
    assert "trust" not in client.get("/sign-in/code/").content.decode()
    client.post("/sign-in/code/", {"code": clock.code(secret), "trust": "on"})
    demand(store)
    client.post("/sign-in/", SIGN_IN)
    assert KnownDevice.objects.filter(trusted_until__gt=clock.now + timedelta(days=29, hours=23)).count() == 1


def test_a_new_password_ends_trust(client: Client, user: User, store: Any, secret: str, clock: Clock) -> None:
    half_way(client).post("/sign-in/code/", {"code": clock.code(secret), "trust": "on"})
    key = client.session.session_key or ""
    accounts.change_password(actor=store, user=user, old=PASSWORD, new="neues-Wort-mit-Laenge", session=key)
    answer = client.post("/sign-in/", {**SIGN_IN, "password": "neues-Wort-mit-Laenge"})
    assert answer.url == "/sign-in/code/"


# -- reset by a colleague


def test_a_lost_telephone_is_reset_by_the_manager_and_is_in_the_trail(
    inside: Client, store: Any, clock: Clock
) -> None:
    lost = hire(store, "zhouting", "service_advisor")
    assert lost.user is not None
    theirs = Client()
    theirs.post("/sign-in/", {**SIGN_IN, "username": "zhouting"})
    key = theirs.session.session_key or ""
    factors.confirm(
        actor=actors.of_staff(lost), user=lost.user, code=clock.code(factors.begin(user=lost.user)), session=key
    )
    assert is_in(theirs)
    page = inside.get(f"/settings/staff/{lost.pk}/").content.decode()
    assert "重置二次验证" in page
    inside.post(f"/settings/staff/{lost.pk}/second-factor/removal/")
    assert not is_in(theirs)
    assert Client().post("/sign-in/", {**SIGN_IN, "username": "zhouting"}).url == "/"
    assert written(store)[-2:] == ["FactorReset", "SignedIn"]


def test_another_store_of_the_person_takes_no_lock_off(inside: Client, store: Any, clock: Clock) -> None:
    lost = hire(store, "zhouting", "service_advisor")
    assert lost.user is not None
    second = organisations.found(code="TL02", profile=Profile("二店"), founder=Founder("周婷", lost.user))
    factors.confirm(
        actor=second, user=lost.user, code=clock.code(factors.begin(user=lost.user)), session=""
    )
    assert inside.post(f"/settings/staff/{lost.pk}/second-factor/removal/").status_code == 422
    assert factors.has_factor(lost.user)


def test_nobody_resets_their_own(inside: Client, store: Any, clock: Clock) -> None:
    set_up(inside, clock)
    assert inside.post(f"/settings/staff/{store.staff_id}/second-factor/removal/").status_code == 422


# -- the page of security


def test_the_page_names_who_is_missing_and_saves_the_rules(inside: Client, store: Any) -> None:
    hire(store, "zhouting", "service_advisor")
    page = inside.get("/settings/security/").content.decode()
    assert "zhouting" in page
    given = {"factor": "roles", "factor_roles": ["store_manager"], "idle_minutes": "30", "trust_browsers": "on"}
    assert inside.post("/settings/security/", given).status_code == 302
    with scope(store):
        row = SecurityPolicy.objects.get()
        assert (row.factor, row.factor_roles, row.idle_minutes, row.absolute_hours) == (
            "roles", ["store_manager"], 30, None,
        )  # fmt: skip
        said = Entry.objects.get(type="network.SecurityPolicyChanged").data["changes"]
    assert said == ["factor=roles", "factor_roles=store_manager", "idle_minutes=30"]
    assert "二次验证 这些角色必须用、要用二次验证的角色 店长、多少分钟没操作自动退出 30" in (
        inside.get("/settings/audit/").content.decode()
    )


@pytest.mark.parametrize("given", [{"idle_minutes": "4"}, {"absolute_hours": "25"}, {"factor": "roles"}])
def test_what_is_out_of_bounds_is_said_at_the_field(inside: Client, given: dict[str, str]) -> None:
    answer = inside.post("/settings/security/", {"factor": "nobody", **given})
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"factor_roles" if "factor" in given else next(iter(given))}


def test_a_code_of_two_at_once_is_taken_once(user: User, secret: str, clock: Clock) -> None:
    """As the database does it: the second finds the step used up."""
    code = clock.code(secret)
    assert factors.use(user, code)
    assert SecondFactor.objects.get().last_step == int(clock.now.timestamp()) // 30
    assert not factors.use(user, code)
