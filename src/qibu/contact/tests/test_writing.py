"""The morning list and the alarms: who gets them, when, how often, and what stands in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from qibu.contact import jobs
from qibu.contact.models import MailAccount, Message, Told, Wish
from qibu.contact.services import accounts, writing
from qibu.contact.tests.conftest import Store
from qibu.kernel import times
from qibu.kernel.scoping import scope
from qibu.network.models import Organisation, Staff, User
from qibu.network.services import actors
from qibu.tasks.models import Escalation, Task
from qibu.tasks.services import clocks, ladder
from qibu.tasks.tests import world
from qibu.tasks.tests.world import at

pytestmark = pytest.mark.django_db
WEDNESDAY = "2026-11-18"  # the store opens at 08:30


@pytest.fixture
def work(store: Store) -> Store:
    """An advisor with a promise, two calls to one customer, and one that is overdue."""
    store.account(587)
    with scope(store.system):
        wang = world.customer(store.advisor, "王建国")
        firm = world.customer(store.advisor, "皖江物流有限公司", kind="company")
        for whom, title, due, category in (
            (wang, "确认配件到货后回电 13805531234", f"{WEDNESDAY} 10:00", "promise"),
            (wang, "三日回访", f"{WEDNESDAY} 18:00", "follow_up"),
            (wang, "保养到期", f"{WEDNESDAY} 18:00", "due"),
            (firm, "续保首次联系", "2026-11-17 18:00", "due"),
            (firm, "年检到期", "2026-11-19 18:00", "due"),
        ):
            world.task(
                store.advisor, whom, title=title, due_at=at(due), category=category, shown_from=at("2026-11-16 06:00")
            )
    return store


def write(store: Store, moment: str) -> int:
    with scope(store.system):
        return writing.write_due(actor=store.system, now=at(moment))


def letters(store: Store, kind: str = "morning") -> list[Message]:
    with scope(store.system):
        return list(Message.objects.filter(kind=kind).select_related("staff").order_by("pk"))


@pytest.mark.parametrize(("moment", "number"), [
    (f"{WEDNESDAY} 08:14", 0), (f"{WEDNESDAY} 08:15", 1), (f"{WEDNESDAY} 11:29", 1), (f"{WEDNESDAY} 11:31", 0),
    ("2026-10-01 08:20", 0),  # a holiday
])  # fmt: skip
def test_the_morning_list_comes_shortly_before_the_store_opens(work, moment, number):
    assert write(work, moment) == number


def test_it_comes_once_a_day_and_only_to_those_with_work(work):
    assert (write(work, f"{WEDNESDAY} 08:15"), write(work, f"{WEDNESDAY} 08:16")) == (1, 0)
    assert [letter.staff.name for letter in letters(work)] == ["王芳"]
    assert write(work, "2026-11-19 08:15") == 1


def test_words_that_nobody_needs_any_more_are_not_kept(work):
    write(work, f"{WEDNESDAY} 08:15")
    with scope(work.system):
        Message.objects.update(state="failed", due_at=None)
    write(work, "2026-12-17 08:15")
    assert letters(work)[0].text
    with scope(work.system):
        Message.objects.update(created_at=at("2026-11-18 08:15"))
    write(work, "2026-12-22 08:15")
    assert (letters(work)[0].text, letters(work)[0].html) == ("", "")


def test_promises_stand_first_names_are_masked_and_no_number_leaves_the_house(work):
    write(work, f"{WEDNESDAY} 08:15")
    (letter,) = letters(work)
    assert letter.subject == "11月18日 周三的工作：1 件承诺，2 个电话，其中 1 件已逾期"
    for text in (letter.text, letter.html):
        assert "王*国" in text and "王建国" not in text
        assert "皖江物流有限公司" in text  # a firm's name is nobody's secret
        assert "138" not in text and "回电 ****" in text
        assert "三日回访、保养到期" in text  # one call
        assert "年检到期" not in text  # tomorrow
        assert "https://qibu.store.example/" in text
        assert text.index("10:00") < text.index("三日回访")
    assert "! 11-17" in letter.text


def test_who_sees_no_customers_reads_no_names(work):
    with scope(work.system):
        Staff.objects.filter(pk=work.advisor.staff_id).update(roles=["trainer"])
    write(work, f"{WEDNESDAY} 08:15")
    assert "王*国" not in letters(work)[0].html and "三日回访" in letters(work)[0].html


def test_in_the_persons_language(work):
    with scope(work.system):
        User.objects.filter(pk=Staff.objects.get(pk=work.advisor.staff_id).user_id).update(language="en")
    write(work, f"{WEDNESDAY} 08:15")
    (letter,) = letters(work)
    assert letter.subject.startswith("Work of Wed 18 Nov: 1 promise, 2 calls")
    assert "Good morning" in letter.text and 'lang="en"' in letter.html


@pytest.mark.parametrize("change", [
    {"email": ""}, {"barred": True}, {"left_on": times.today()}, {"user": None},
])  # fmt: skip
def test_who_cannot_sign_in_or_has_no_address_gets_none(work, change):
    with scope(work.system):
        Staff.objects.filter(pk=work.advisor.staff_id).update(**change)
    assert write(work, f"{WEDNESDAY} 08:15") == 0


def test_each_person_may_decline(work):
    with scope(work.advisor):
        accounts.wish(actor=work.advisor, morning=False, alarms=True)
        assert not Wish.objects.get().morning
    assert write(work, f"{WEDNESDAY} 08:15") == 0


def test_a_store_without_an_account_or_with_one_that_is_off_writes_nothing(work):
    with scope(work.system):
        MailAccount.objects.update(active=False)
    assert write(work, f"{WEDNESDAY} 08:15") == 0
    with scope(work.system):
        MailAccount.objects.all().delete()
    assert write(work, f"{WEDNESDAY} 08:15") == 0


def test_the_account_is_inherited_and_the_job_finds_the_stores_below(work, monkeypatch):
    above = Organisation.objects.create(code="R1", name="大区", kind="region")
    Organisation.objects.filter(pk=work.id).update(parent=above)
    with scope(work.system):
        MailAccount.objects.all().delete()
    with scope(actors.system(above)):
        MailAccount.objects.create(
            organisation=above, host="smtp.region.example", sender="a@region.example", site="https://q.example/"
        )
    other = Store("S9")
    assert set(jobs._numbers("contact_organisations_that_write()")) == {above.pk, work.id}
    monkeypatch.setattr("django.utils.timezone.now", lambda: at(f"{WEDNESDAY} 08:20"))
    assert jobs.write_letters(timestamp=0) == 1
    assert letters(work)[0].reference.endswith("@region.example>") and letters(other) == []


def climb(store: Store, moment: str) -> list[str]:
    """The ladder looks, then letters are written; gives to whom."""
    with scope(store.system):
        ladder.sweep(actor=store.system, now=at(moment))
        before = set(Message.objects.filter(kind="alarm").values_list("pk", flat=True))
        writing.write_due(actor=store.system, now=at(moment))
        return [one.staff.name for one in Message.objects.filter(kind="alarm").exclude(pk__in=before).order_by("pk")]


def late_task(store: Store, due: str, **facts: Any) -> Task:
    started = at(due) - timedelta(hours=2)
    with scope(store.system):
        whom = world.customer(store.advisor, "王建国", phones=())
        return world.task(store.advisor, whom, due_at=at(due), shown_from=started, created_at=started, **facts)


def test_overdue_work_is_told_as_the_ladder_climbs_and_never_twice(store):
    store.account(587)
    late_task(store, f"{WEDNESDAY} 11:00")
    moments = ("11:30", "12:00", "12:01", "14:59", "15:00", "15:11")
    told = {moment: climb(store, f"{WEDNESDAY} {moment}") for moment in moments}
    assert {moment: names for moment, names in told.items() if names} == {"12:00": ["吴经理"], "15:00": ["方总"]}
    (first, _second) = letters(store, "alarm")
    assert first.subject == "逾期：三日回访" and "王*国" in first.html
    assert "由 王芳 负责" in first.text and "11:00" in first.text


def test_several_delays_are_one_letter_and_a_person_gets_one_in_ten_minutes(store):
    store.account(587)
    for due in ("11:00", "11:00", "11:04"):
        late_task(store, f"{WEDNESDAY} {due}")
    assert climb(store, f"{WEDNESDAY} 12:00") == ["吴经理"]
    assert climb(store, f"{WEDNESDAY} 12:05") == []  # the third one has climbed, and waits
    with scope(store.system):
        assert (Escalation.objects.count(), Told.objects.count()) == (3, 2)
        Message.objects.update(created_at=at(f"{WEDNESDAY} 12:00"))
    assert climb(store, f"{WEDNESDAY} 12:11") == ["吴经理"]
    assert letters(store, "alarm")[0].subject == "2 件工作逾期"
    with scope(store.system):
        assert Told.objects.count() == 3


def test_what_was_done_or_seen_meanwhile_is_no_alarm(store):
    store.account(587)
    done, seen = late_task(store, f"{WEDNESDAY} 11:00"), late_task(store, f"{WEDNESDAY} 11:00")
    with scope(store.system):
        ladder.sweep(actor=store.system, now=at(f"{WEDNESDAY} 12:00"))
        clocks.stop(actor=store.system, task_ids=[done.pk], at=at(f"{WEDNESDAY} 12:00"))
        Escalation.objects.filter(clock__task=seen).update(seen_at=at(f"{WEDNESDAY} 12:00"))
    assert climb(store, f"{WEDNESDAY} 12:01") == []


def test_an_old_delay_is_not_told_when_mail_is_switched_on(store):
    late_task(store, f"{WEDNESDAY} 11:00")
    climb(store, f"{WEDNESDAY} 12:00")
    store.account(587)
    assert climb(store, "2026-11-18 16:30") == ["方总"]  # the rung of 15:00, late; not the one of noon


def test_many_people_are_as_many_queries_as_one(work):
    def count(moment: str) -> int:
        with scope(work.system), CaptureQueriesContext(connection) as seen:
            writing.write_due(actor=work.system, now=at(moment))
        return len(seen)

    few = count(f"{WEDNESDAY} 08:20")
    for number in range(8):
        person = work.person(f"同事{number}", "service_advisor", f"n{number}@example.com")
        with scope(work.system):
            world.task(person, title="回访", due_at=at("2026-11-19 18:00"), shown_from=at("2026-11-16 06:00"))
    assert count("2026-11-19 08:20") <= few + 1
    assert len(letters(work)) == 10

