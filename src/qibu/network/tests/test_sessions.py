"""How long a session lasts, what ends it at once while a page is open, and the list of one's own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from qibu.kernel import times
from qibu.kernel.actors import Actor
from qibu.kernel.scoping import scope
from qibu.network import security
from qibu.network.models import OpenSession, SecurityPolicy, Staff, User
from qibu.network.security import Limits, Policy
from qibu.network.services import accounts, actors, organisations, policies
from qibu.network.services import staff as staffing
from qibu.network.services.accounts import Credentials
from qibu.network.services.organisations import Founder, Profile
from qibu.network.services.staff import Details
from qibu.network.tests.conftest import PASSWORD

ACCOUNT, STAFF = "/settings/account/", "/settings/staff/"

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


@pytest.fixture
def colleague(store: Actor) -> Staff:
    return hire(store, "zhouting", "store_manager")


def hire(store: Actor, name: str, *roles: str) -> Staff:
    credentials = accounts.prepare(username=name, password=PASSWORD)
    with scope(store):
        return staffing.join(actor=store, details=Details(name, roles=roles), credentials=credentials)


def enter(name: str, agent: str = "", **extra: Any) -> Client:
    client = Client(headers={"user-agent": agent}, **extra)
    assert client.post("/sign-in/", {"username": name, "password": PASSWORD}).status_code == 302
    return client


def because(client: Client, address: str = ACCOUNT) -> str:
    answer = client.get(address)
    return answer.url.rpartition("because=")[2] if answer.status_code == 302 else str(answer.status_code)


def aged(client: Client, key: str, by: timedelta) -> None:
    session = client.session
    session[key] = (times.now() - by).timestamp()
    session.save()


# -- rules


class At:
    def __init__(self, policy: Policy) -> None:
        self.policy, self.roles = policy, frozenset[str]()


BOUNDS = st.one_of(st.none(), st.integers(*security.IDLE_MINUTES)), st.one_of(st.none(), st.integers(1, 24))


@given(st.lists(st.tuples(*BOUNDS), min_size=1, max_size=5))
def test_the_strictest_place_counts(said: list[tuple[int | None, int | None]]) -> None:
    places = [At(Policy(idle_minutes=idle, absolute_hours=hours)) for idle, hours in said]
    found = security.limits(places, idle_minutes=120, absolute_hours=12)
    for idle, hours in said:
        assert found.idle <= timedelta(minutes=idle if idle is not None else 120)
        assert found.absolute <= timedelta(hours=hours if hours is not None else 12)
    assert any(found.idle == timedelta(minutes=idle or 120) for idle, _hours in said)


def test_a_session_ends_right_after_its_last_moment() -> None:
    limits = Limits(timedelta(minutes=30), timedelta(hours=8))
    now = datetime(2026, 11, 26, 12, tzinfo=UTC)
    just = timedelta(microseconds=1)

    def why(since: timedelta, seen: timedelta) -> str:
        return security.outworn(limits, since=now - since, seen=now - seen, now=now)

    assert why(timedelta(hours=8), timedelta(minutes=30)) == ""
    assert why(timedelta(hours=8), timedelta(minutes=30) + just) == "idle"
    assert why(timedelta(hours=8) + just, timedelta(0)) == "over"


# -- set by the organisation


def test_the_organisations_word_counts_from_the_next_page_on(store: Actor) -> None:
    client = enter("wangqiang")
    aged(client, "seen", timedelta(minutes=31))
    with scope(store):
        policies.change(actor=store, wanted=Policy(idle_minutes=30))
    assert because(client) == "idle"
    client = enter("wangqiang")
    aged(client, "since", timedelta(hours=9))
    with scope(store):
        policies.change(actor=store, wanted=Policy(absolute_hours=8))
    assert because(client) == "over"


def test_a_longer_day_than_the_installations_is_possible(store: Actor) -> None:
    with scope(store):
        policies.change(actor=store, wanted=Policy(absolute_hours=24, idle_minutes=480))
    client = enter("wangqiang")
    aged(client, "since", timedelta(hours=20))
    assert because(client) == "200"
    assert client.session.get_expiry_age() > 23 * 3600


def test_the_table_refuses_what_is_out_of_bounds(store: Actor) -> None:
    for wrong in ({"idle_minutes": 4}, {"idle_minutes": 481}, {"absolute_hours": 0}, {"absolute_hours": 25}):
        with scope(store), pytest.raises(IntegrityError), transaction.atomic():
            SecurityPolicy.objects.create(organisation_id=store.organisation_id, **wrong)


def test_one_who_works_in_two_stores_is_bound_by_both(store: Actor) -> None:
    user = User.objects.get(username="wangqiang")
    second = organisations.found(code="TL02", profile=Profile("二店"), founder=Founder("王强", user))
    with scope(second):
        policies.change(actor=second, wanted=Policy(idle_minutes=10))
    client = enter("wangqiang")  # at work in the first
    aged(client, "seen", timedelta(minutes=11))
    assert because(client) == "idle"


# -- dead at once, while a page is open


def test_who_is_barred_is_out_with_the_next_click(store: Actor, colleague: Staff) -> None:
    client = enter("zhouting")
    assert because(client) == "200"
    with scope(store):
        staffing.bar(actor=store, staff_id=colleague.pk)
    assert because(client) == "gone"


def test_who_left_is_out_with_the_next_click(store: Actor, colleague: Staff) -> None:
    client = enter("zhouting")
    with scope(store):
        staffing.depart(actor=store, staff_id=colleague.pk)
    answer = client.get("/bell/", HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="http://testserver/customers/")
    assert answer.status_code == 401
    assert answer["HX-Redirect"] == "/sign-in/?next=%2Fcustomers%2F&because=gone"


def test_a_disabled_account_is_out_with_the_next_click(store: Actor, colleague: Staff) -> None:
    client = enter("zhouting")
    User.objects.filter(username="zhouting").update(is_active=False)
    assert because(client) == "changed"


def test_who_moved_to_another_store_is_out_and_comes_in_there(store: Actor, colleague: Staff) -> None:
    """The page that stands open is of the store they left: nothing of it may be sent on in the new one."""
    assert colleague.user is not None
    client = enter("zhouting")
    other = organisations.found(code="TL02", profile=Profile("二店"), founder=Founder("周婷", colleague.user))
    assert because(client) == "200"
    with scope(store):
        staffing.depart(actor=store, staff_id=colleague.pk)
    assert client.post(f"{STAFF}new/", {"name": "新同事"}).url.endswith("because=moved")
    with scope(other):
        assert not Staff.objects.filter(name="新同事").exists()
    assert enter("zhouting").session["organisation"] == other.organisation_id


def test_a_role_that_was_taken_opens_nothing_any_more(store: Actor, colleague: Staff) -> None:
    client = enter("zhouting")
    assert because(client, STAFF) == "200"
    with scope(store):
        staffing.change(actor=store, staff_id=colleague.pk, details=Details("zhouting", roles=("trainer",)))
    assert because(client, STAFF) == "403"
    assert client.post(f"{STAFF}{colleague.pk}/bar/").status_code == 403
    assert because(client) == "200"


def test_a_reset_password_ends_what_is_open(store: Actor, colleague: Staff) -> None:
    client = enter("zhouting")
    with scope(store):
        credentials = Credentials("zhouting", accounts.hashed("neues-Wort-mit-Laenge", User()), must_change=True)
        staffing.reset_password(actor=store, staff_id=colleague.pk, credentials=credentials)
    assert because(client) == "over"
    assert not OpenSession.objects.filter(user=colleague.user).exists()


def test_a_changed_password_gives_this_session_a_new_key_and_ends_the_others(store: Actor) -> None:
    client, other = enter("wangqiang"), enter("wangqiang")
    before = client.session.session_key
    new = "neues-Wort-mit-Laenge"
    client.post(f"{ACCOUNT}password/", {"old": PASSWORD, "password": new, "again": new})
    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()
    assert (because(client), because(other)) == ("200", "over")
    assert [each.key for each in OpenSession.objects.all()] == [client.session.session_key]


# -- where I am signed in


def test_the_list_shows_ones_own_and_ends_one(store: Actor, colleague: Staff) -> None:
    phone = enter("wangqiang", "Mozilla (iPhone) Safari", REMOTE_ADDR="198.51.100.7")
    enter("zhouting", REMOTE_ADDR="192.0.2.9")
    here = enter("wangqiang", "Mozilla (Windows) Chrome", REMOTE_ADDR="203.0.113.5")
    page = here.get(ACCOUNT)
    shown = [(one.device, one.address, one.here) for one in page.context["sessions"]]
    assert shown == [("Chrome · Windows", "203.0.113.5", True), ("Safari · iPhone", "198.51.100.7", False)]
    here.post(f"{ACCOUNT}sessions/{page.context['sessions'][1].number}/end/")
    assert (because(here), because(phone)) == ("200", "over")


def test_nobody_ends_anothers_session_or_by_mistake_their_own(store: Actor, colleague: Staff) -> None:
    mine, theirs = enter("wangqiang"), enter("zhouting")
    for one in OpenSession.objects.all():
        mine.post(f"{ACCOUNT}sessions/{one.pk}/end/")
    assert (because(mine), because(theirs)) == ("200", "200")


def test_all_others_end_together_and_the_trail_says_so(store: Actor) -> None:
    others = [enter("wangqiang") for _n in range(3)]
    here = enter("wangqiang")
    here.post(f"{ACCOUNT}sessions/end/")
    assert [because(each) for each in others] == ["over"] * 3
    assert len(here.get(ACCOUNT).context["sessions"]) == 1
    assert "结束了自己在其他设备上的 3 处登录" in here.get("/settings/audit/").content.decode()


def test_what_ran_out_and_what_was_left_stands_in_no_list(store: Actor) -> None:
    left, idle = enter("wangqiang"), enter("wangqiang")
    left.post("/sign-out/")
    OpenSession.objects.filter(key=idle.session.session_key).update(seen_at=times.now() - timedelta(hours=3))
    here = enter("wangqiang")
    assert [one.here for one in here.get(ACCOUNT).context["sessions"]] == [True]


def test_use_is_written_down_once_a_minute(store: Actor) -> None:
    client = enter("wangqiang")
    OpenSession.objects.update(seen_at=times.now() - timedelta(minutes=20))
    before = OpenSession.objects.get().seen_at
    client.get(ACCOUNT)
    assert OpenSession.objects.get().seen_at == before
    aged(client, "seen", timedelta(minutes=20))
    client.get(ACCOUNT)
    assert OpenSession.objects.get().seen_at > before


def test_a_request_that_runs_while_its_session_is_ended_does_not_bring_it_back(store: Actor) -> None:
    client = enter("wangqiang")
    running = client.session  # as the request holds it
    running["touched"] = 1
    here = enter("wangqiang")
    here.post(f"{ACCOUNT}sessions/end/")
    with pytest.raises(UpdateError):
        running.save()
    assert because(client) == "over"


def test_actors_know_what_their_place_demands(store: Actor) -> None:
    with scope(store):
        policies.change(actor=store, wanted=Policy(idle_minutes=15, factor="everyone"))
    (place,) = actors.memberships(User.objects.get(username="wangqiang"))
    assert place.policy == Policy(idle_minutes=15, factor="everyone")
    assert place.factor is False
